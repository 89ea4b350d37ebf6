"""Addresses of what several people do at one table."""

from django.urls import URLPattern, path

from otklik.desk.card import notes
from otklik.desk.card.press import press
from otklik.desk.together import handover_page, notices_page, table_page
from otklik.work import cards

urlpatterns: list[URLPattern] = [
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
]
