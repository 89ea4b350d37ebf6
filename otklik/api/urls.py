"""Addresses of the interface."""

from django.urls import URLPattern, URLResolver, path, re_path

from otklik.api import interface

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", interface.openapi, name="api-openapi"),
    path("", interface.api.urls),
    re_path(r"^(.*)\Z", interface.unknown),
]
