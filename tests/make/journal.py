"""Entries of the journal that stand for more than what they tell."""

from django.utils import timezone

from otklik.journal import book
from otklik.journal.models import Entry


def an_act() -> Entry:
    """The journal's line of somebody who was forgotten."""
    data = {"inbox.author": 1, "inbox.message": 3, "incidents.note": 1, "flow.chore": 2}
    with book.turn():
        return book.write(at=timezone.now(), actor="user:1", verb="person.forgotten", subject="author:1", data=data)
