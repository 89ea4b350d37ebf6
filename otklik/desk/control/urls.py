"""Addresses of «На контроле»."""

from django.urls import URLPattern, path

from otklik.desk.card.press import press
from otklik.desk.control import page, star
from otklik.work import cards

urlpatterns: list[URLPattern] = [
    path("watched/", page.watched, name="watched"),
    path("incidents/<row:pk>/watch/", star.watch, name="incident-watch"),
    path("incidents/<row:pk>/watch-release/", press(cards.RELEASE), name="incident-watch-release"),
]
