"""Addresses of acts over many cards: of each act its form, its preview, and a piece of it done."""

from django.urls import URLPattern, path

from otklik.desk.many import page
from otklik.desk.many.acts import ACTS

STEPS = {"": page.form, "preview/": page.preview, "piece/": page.piece}

urlpatterns: list[URLPattern] = [
    path(f"queue/many/{key}/{step}", view, {"key": key}) for key in ACTS for step, view in STEPS.items()
]
