"""Addresses of the queue and of the moves made from it."""

from django.urls import URLPattern, path

from otklik.desk.queue import moves, page

urlpatterns: list[URLPattern] = [
    path("queue/", page.queue, name="queue"),
    path("queue/changes/", page.changes, name="queue-changes"),
    path("incidents/<row:pk>/acceptance/", moves.acceptance, name="incident-acceptance"),
    path("incidents/<row:pk>/noise/", moves.noise, name="incident-noise"),
    path("incidents/<row:pk>/restore/", moves.restore, name="incident-restore"),
]
