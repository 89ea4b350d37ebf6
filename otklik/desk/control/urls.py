"""Addresses of «На контроле»."""

from django.urls import URLPattern, path

from otklik.desk.control import page, star

urlpatterns: list[URLPattern] = [
    path("watched/", page.watched, name="watched"),
    path("incidents/<row:pk>/watch/", star.watch, name="incident-watch"),
    path("incidents/<row:pk>/watch-release/", star.release, name="incident-watch-release"),
]
