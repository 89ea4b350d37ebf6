"""Addresses of «Без обратной связи»."""

from django.urls import URLPattern, path

from otklik.desk.unheard import page

urlpatterns: list[URLPattern] = [
    path("unheard/", page.page, name="unheard"),
]
