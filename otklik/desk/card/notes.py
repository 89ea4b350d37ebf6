"""Notes for colleagues. They hang on the incident and nothing right of the desk reads them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import may_note, reads_journal
from otklik.desk.card.journal_words import lines_of
from otklik.desk.card.reply import card_again, refusal, typed
from otklik.desk.gate import card_for, integer, permitted, user_of
from otklik.incidents.models import Incident, Note
from otklik.incidents.workflow import hold, record
from otklik.lib import clock
from otklik.people.models import User
from otklik.work.colleagues import seers
from otklik.work.mentions import called
from otklik.work.models import Notice
from otklik.work.notices import tell

MOST_TEXT = 5000
MOST_NOTES = 100
FRESH = timedelta(minutes=10)


@require_POST
@permitted()
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a note on a card one sees. Whom it calls by «@» is told, if he sees the card too."""
    incident = card_for(request, pk)
    user = user_of(request)
    if not may_note(user, incident):
        raise PermissionDenied
    text = typed(request, "note", MOST_TEXT)
    if not text:
        return refusal(request, pk, 422, _("Заметка пуста."))
    chosen = {integer(value) for value in request.POST.getlist("called")[:100]}
    leave(incident, text, user, clock.now(), chosen)
    return card_again(request, pk, **talk_of(user, incident))


def talk_of(user: User, incident: Incident) -> dict[str, Any]:
    """The newest notes, newest first as they stand under their field, and the journal. Three queries."""
    notes = list(incident.notes.select_related("author").order_by("-pk")[:MOST_NOTES])
    facts = {
        "incident": incident,
        "notes": notes,
        "lines": lines_of(incident.pk),
    }
    return facts | {"reads_journal": reads_journal(user)}


def leave(incident: Incident, text: str, by: User, at: datetime, chosen: Collection[int] = ()) -> Note:
    """The text says who is called; the ids of `chosen` only tell namesakes apart, whatever else they claim."""
    people = called(text, seers(incident).exclude(pk=by.pk), set(chosen)) if "@" in text else []
    with hold(incident.pk):
        note = Note.objects.create(incident=incident, author=by, text=text, at=at)
        told = {"note": note.pk} | ({"called": [person.pk for person in people]} if people else {})
        record(incident, "note", at=at, actor=f"user:{by.pk}", data=told)
        tell(people, Notice.Kind.MENTION, by=by, at=at, incident=incident, note=note)
    return note


def removable(note: Note, by: User, now: datetime) -> bool:
    """One's own note, for ten minutes: later others may have built on it."""
    return note.author_id == by.pk and note.at >= now - FRESH


@require_POST
@permitted()
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own fresh note away, and what it told others with it. The journal keeps that there was one."""
    note = Note.objects.filter(pk=pk).first()
    if note is None:
        raise Http404
    incident, user, at = card_for(request, note.incident_id), user_of(request), clock.now()
    if note.author_id != user.pk:
        raise PermissionDenied
    with hold(incident.pk):
        gone, _rows = Note.objects.filter(pk=pk, author=user, at__gte=at - FRESH).delete()
        if gone:
            record(incident, "note_removed", at=at, actor=f"user:{user.pk}", data={"note": pk})
    if not gone:
        return refusal(request, incident.pk, 409, _("Заметку уже не убрать: прошло больше десяти минут."))
    return card_again(request, incident.pk, **talk_of(user, incident))
