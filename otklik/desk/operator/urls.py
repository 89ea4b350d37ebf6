"""Addresses of the operator's pages."""

from django.urls import URLPattern, path

from otklik.desk.card import notes
from otklik.desk.card.press import press
from otklik.desk.operator import (
    by_hand,
    find,
    noise_checks,
    practice,
    responses,
    selections,
    undelivered,
    undo,
    unheard,
)
from otklik.desk.operator.many import page as many
from otklik.desk.operator.many.acts import ACTS
from otklik.desk.operator.queue import guesses, moves, page, taking, whole_text
from otklik.desk.operator.shift import handover_page, notices_page, table_page
from otklik.work import cards

STEPS = {"": many.form, "preview/": many.preview, "piece/": many.piece}

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
    *(path(f"queue/many/{key}/{step}", view, {"key": key}) for key in ACTS for step, view in STEPS.items()),
    path("find/", find.find, name="find"),
    path("undo/", undo.undo, name="undo"),
    path("selections/", selections.selections, name="selections"),
    path("selections/<row:pk>/", selections.change, name="selection"),
    path("selections/<row:pk>/removal/", selections.removal, name="selection-removal"),
    path("incidents/addition/", by_hand.addition, name="incident-addition"),
    path("incidents/addition/<row:pk>/", by_hand.underway, name="incident-underway"),
    path("noise-checks/", noise_checks.checks, name="noise-checks"),
    path("noise-checks/<row:pk>/", noise_checks.check, name="noise-check"),
    path("unheard/", unheard.page, name="unheard"),
    path("undelivered/", undelivered.page, name="undelivered"),
    path("undelivered/again/", undelivered.again, name="undelivered-again"),
    path("responses/", responses.responses, name="responses"),
    path("ratings/<row:pk>/reopening/", responses.reopening, name="rating-reopening"),
    path("ratings/<row:pk>/explanation/", responses.explanation, name="rating-explanation"),
    path("ratings/<row:pk>/noting/", responses.noting, name="rating-noting"),
    path("incidents/<row:pk>/presence/", table_page.here, name="incident-presence"),
    path("incidents/<row:pk>/absence/", table_page.absence, name="incident-absence"),
    path("incidents/<row:pk>/table/", table_page.table, name="incident-table"),
    path("incidents/<row:pk>/readers/", table_page.readers, name="incident-readers"),
    path("incidents/<row:pk>/tags/", press(cards.TAG), name="incident-tags"),
    path("incidents/<row:pk>/tag-removal/", press(cards.UNTAG), name="incident-tag-removal"),
    path("tags/", table_page.known, name="tags"),
    path("notes/<row:pk>/removal/", notes.removal, name="note-removal"),
    path("notices/", notices_page.notices, name="notices"),
    path("notices/seen/", notices_page.seen, name="notices-seen"),
    path("notices/bell/", notices_page.bell, name="notices-bell"),
    path("handover/", handover_page.handover, name="handover"),
    path("handover/<row:pk>/", handover_page.one, name="handover-one"),
    path("handover/<row:pk>/confirmation/", handover_page.confirmation, name="handover-confirmation"),
    path("handover/<row:pk>/withdrawal/", handover_page.withdrawal, name="handover-withdrawal"),
    path("practice/", practice.practice, name="practice"),
    path("practice/everybody/", practice.everybody, name="practice-everybody"),
    path("practice/<row:pk>/", practice.one_try, name="practice-try"),
    path("practice/<row:pk>/decision/", practice.decision, name="practice-decision"),
]
