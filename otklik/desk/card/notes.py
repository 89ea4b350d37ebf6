"""Notes for colleagues. They hang on the incident and nothing right of the desk reads them."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import reads_journal
from otklik.desk.card.journal_words import lines_of
from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, refusal, telling_conflicts
from otklik.desk.gate import card_for, permitted, user_of
from otklik.incidents.models import Incident, Note
from otklik.lib import clock
from otklik.people.models import User
from otklik.work.cards import FRESH, NOTE, REMOVE_NOTE, Plain
from otklik.work.verb import Refused, perform

MOST_NOTES = 100


@require_POST
@permitted()
@telling_conflicts
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a note on a card that one sees. A colleague named by «@» gets a notice, if he sees the card too."""
    card = card_for(request, pk)
    do(request, NOTE, card)
    return card_again(request, pk, **talk_of(user_of(request), card))


def talk_of(user: User, incident: Incident) -> dict[str, Any]:
    """The newest notes, newest first as they stand under their field, and the journal. Three queries."""
    notes = list(incident.notes.select_related("author").order_by("-pk")[:MOST_NOTES])
    facts = {
        "incident": incident,
        "notes": notes,
        "lines": lines_of(incident.pk),
    }
    return facts | {"reads_journal": reads_journal(user)}


def removable(note: Note, by: User, now: datetime) -> bool:
    """One's own note, for ten minutes: later others may have built on it."""
    return note.author_id == by.pk and note.at >= now - FRESH


@require_POST
@permitted()
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own fresh note away."""
    note = Note.objects.filter(pk=pk).first()
    if note is None:
        raise Http404
    note.incident, user = card_for(request, note.incident_id), user_of(request)
    if note.author_id != user.pk:
        raise PermissionDenied
    try:
        perform(REMOVE_NOTE, note, Plain(), user, clock.now())
    except Refused as error:
        return refusal(request, note.incident_id, error.status, error.words)
    return card_again(request, note.incident_id, **talk_of(user, note.incident))
