"""Addresses of the queue and of the moves made from it."""

from django.urls import URLPattern, path

from otklik.desk.queue import guesses, moves, page, taking, whole_text

urlpatterns: list[URLPattern] = [
    path("queue/", page.queue, name="queue"),
    path("queue/changes/", page.changes, name="queue-changes"),
    path("queue/next/", taking.next_taking, name="queue-next"),
    path("incidents/<row:pk>/guesses/", guesses.guesses, name="incident-guesses"),
    path("incidents/<row:pk>/text/", whole_text.text, name="incident-text"),
    path("incidents/<row:pk>/acceptance/", moves.acceptance, name="incident-acceptance"),
    path("incidents/<row:pk>/matter/", moves.matter, name="incident-matter"),
    path("incidents/<row:pk>/taking/", taking.taking, name="incident-taking"),
    path("incidents/<row:pk>/letting-go/", taking.letting_go, name="incident-letting-go"),
    path("incidents/<row:pk>/noise/", moves.noise, name="incident-noise"),
    path("incidents/<row:pk>/restore/", moves.restore, name="incident-restore"),
]
