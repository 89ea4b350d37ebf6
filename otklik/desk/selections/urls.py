"""Addresses of «Мои подборки»."""

from django.urls import URLPattern, path

from otklik.desk.selections import page

urlpatterns: list[URLPattern] = [
    path("selections/", page.selections, name="selections"),
    path("selections/<row:pk>/", page.change, name="selection"),
    path("selections/<row:pk>/removal/", page.removal, name="selection-removal"),
]
