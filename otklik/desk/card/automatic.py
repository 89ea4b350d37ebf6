"""A card that the machine assigned alone: that it says so, on which figures, and the way back into the queue."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.desk.rule_words import sentence
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.routing.switches import MACHINE
from otklik.work.assigning import assigned_by_machine


@dataclass(frozen=True, slots=True)
class Alone:
    """What the machine decided by, in words."""

    words: str


def alone(incident: Incident) -> Alone | None:
    """None where a person has decided. No query for what a person has assigned, two for what the machine has."""
    if incident.operator_id is not None or incident.agency_id is None:
        return None
    about = ("rule__theme", "rule__group", "rule__place", "rule__agency", "rule__executor")
    assignment = assigned_by_machine(incident).select_related(*about).first()
    if assignment is None:
        return None
    entry = Entry.objects.filter(incident=incident.pk, verb="incident.assign", actor=MACHINE).order_by("-pk").first()
    details = entry.data if entry and isinstance(entry.data, dict) else {}
    words = _("Тема узнана на %(theme)s %%, правила согласны на %(agency)s %%.") % {
        "theme": details.get("theme_percent", "?"),
        "agency": details.get("agency_percent", "?"),
    }
    return Alone(f"{words} {sentence(assignment.rule)}" if assignment.rule else words)
