"""`{% load mentions %}`: notes with their calls, asked for only where they are drawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django import template

from otklik.desk.card.marks import Piece
from otklik.desk.card.notes import removable
from otklik.incidents.models import Note
from otklik.lib import clock
from otklik.people.models import User
from otklik.work.mentions import spans
from otklik.work.models import Notice

register = template.Library()
CALL = "call"


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
    notices = (
        Notice.objects.filter(note__in=calling, kind=Notice.Kind.MENTION).select_related("user") if calling else ()
    )
    for notice in notices:
        names.setdefault(notice.note_id or 0, set()).add(notice.user.initials)
    now = clock.now()
    return [Shown(note, pieces(note.text, names.get(note.pk, ())), removable(note, reader, now)) for note in notes]


def pieces(text: str, names: Collection[str]) -> list[Piece]:
    """The text cut at the calls: joined together the pieces are the text again."""
    cut: list[Piece] = []
    done = 0
    for start, end in spans(text, names):
        if start > done:
            cut.append(Piece(text[done:start]))
        cut.append(Piece(text[start:end], CALL))
        done = end
    if done < len(text) or not cut:
        cut.append(Piece(text[done:]))
    return cut
