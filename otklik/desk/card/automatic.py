"""A card that the machine assigned alone: that it says so, on which figures, and the way back into the queue."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.reply import card_again, telling_conflicts
from otklik.desk.gate import card_for, must_be_allowed, permitted, user_of
from otklik.desk.rule_words import sentence
from otklik.incidents.models import Incident
from otklik.incidents.workflow import NotAllowed
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.routing.assign import take_off
from otklik.routing.models import Assignment
from otklik.routing.switches import MACHINE
from otklik.work.undo import undoable


@dataclass(frozen=True, slots=True)
class Alone:
    """What the machine decided by, in words."""

    words: str


def alone(incident: Incident) -> Alone | None:
    """None where a person has decided. No query for what a person has assigned, two for what the machine has."""
    if incident.operator_id is not None or incident.agency_id is None:
        return None
    about = ("rule__theme", "rule__group", "rule__place", "rule__agency", "rule__executor")
    given = _given(incident).select_related(*about).first()
    if given is None:
        return None
    entry = Entry.objects.filter(incident=incident.pk, verb="incident.assign", actor=MACHINE).order_by("-pk").first()
    told = entry.data if entry and isinstance(entry.data, dict) else {}
    words = _("Тема узнана на %(theme)s %%, правила согласны на %(agency)s %%.") % {
        "theme": told.get("theme_percent", "?"),
        "agency": told.get("agency_percent", "?"),
    }
    return Alone(f"{words} {sentence(given.rule)}" if given.rule else words)


def _given(incident: Incident) -> QuerySet[Assignment]:
    return Assignment.objects.filter(incident=incident, ended_at__isnull=True, automatic__isnull=False)


@require_POST
@permitted()
@telling_conflicts
def taking_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Back into the queue, one click, as long as the agency has not begun. Counts as a mistake of the machine."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "take_off")
    with undoable([incident], "take_off", user_of(request)) as batch:
        now = Incident.objects.get(pk=pk)
        if not _given(now).exists():
            raise NotAllowed("take_off", now.state)
        take_off(now, user_of(request), clock.now())
    return card_again(request, pk, batch.key)
