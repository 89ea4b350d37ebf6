"""`{% load together %}`: notes with their calls, asked for only where they are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import template

from otklik.desk.card.marks import Piece
from otklik.desk.card.notes import removable
from otklik.desk.models import Notice
from otklik.desk.together.mentions import pieces
from otklik.incidents.models import Note
from otklik.lib import clock
from otklik.people.models import User

register = template.Library()


@dataclass(frozen=True, slots=True)
class Shown:
    """A note for showing: its text cut at the calls. `removable`: its author may still take it away."""

    note: Note
    pieces: list[Piece]
    removable: bool


@register.simple_tag
def shown_notes(notes: Sequence[Note], reader: User) -> list[Shown]:
    """{% shown_notes notes user as shown %}: one query for whom they call."""
    names: dict[int, set[str]] = {}
    calling = [note.pk for note in notes if "@" in note.text]
    told = Notice.objects.filter(note__in=calling, kind=Notice.Kind.MENTION).select_related("user") if calling else ()
    for notice in told:
        names.setdefault(notice.note_id or 0, set()).add(notice.user.initials)
    now = clock.now()
    return [Shown(note, pieces(note.text, names.get(note.pk, ())), removable(note, reader, now)) for note in notes]
