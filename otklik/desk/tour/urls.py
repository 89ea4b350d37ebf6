"""Addresses of the tour."""

from django.urls import URLPattern, path

from otklik.desk.tour import page

urlpatterns: list[URLPattern] = [
    path("tour/", page.tour, name="tour"),
    path("tour/seen/", page.seen, name="tour-seen"),
    path("tour/again/", page.again, name="tour-again"),
]
