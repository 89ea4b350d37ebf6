"""Verbs of routing: assign, give back as «не наше». Each is one move, its journal row and its history row."""

from dataclasses import dataclass
from datetime import datetime

from otklik.incidents.handing import ANSWERERS
from otklik.incidents.models import Incident
from otklik.incidents.workflow import move
from otklik.journal import book
from otklik.people.access import may
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing import agency_clock, clocks
from otklik.routing.models import Assignment
from otklik.themes.models import Theme


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator decided about a card. `suggested` is True when he took the machine's word for it.

    `executor` is whom the rule names within the agency; who does not answer for it by now gets nothing.
    """

    agency: Agency
    theme: Theme | None
    place: Place | None
    kind: str = ""
    street: str = ""
    house: str = ""
    suggested: bool = False
    executor: User | None = None


def assign(incident: Incident, decision: Decision, by: User, at: datetime) -> Incident:
    """Give the card to an agency. The executor's clock starts anew, the citizen's never. Raises NotAllowed."""
    kind = decision.kind or incident.kind or (decision.theme.kind if decision.theme else Theme.Kind.SOLVABLE)
    with book.turn():
        moved = move(
            incident,
            "assign",
            at=at,
            actor=f"user:{by.pk}",
            data={
                "agency": decision.agency.pk,
                "theme": decision.theme.pk if decision.theme else 0,
                "place": decision.place.pk if decision.place else 0,
                "suggested": decision.suggested,
            },
            agency=decision.agency,
            theme=decision.theme,
            place=decision.place,
            kind=kind,
            street=decision.street,
            house=decision.house,
            operator=by,
            assigned_at=at,
            drafted_at=None,
            executor_answered_at=None,
            executor=_executor(incident, decision),
            taken_by=None,
            taken_at=None,
        )
        Assignment.objects.filter(incident=incident, ended_at__isnull=True).update(ended_at=at)
        Assignment.objects.create(incident=incident, agency=decision.agency, by=by, at=at, suggested=decision.suggested)
        clocks.start(moved, decision.theme)
        agency_clock.begin(moved, at)
    return moved


def _executor(incident: Incident, decision: Decision) -> User | None:
    named, place = decision.executor, decision.place
    if named is not None and may(named, ANSWERERS, decision.agency.path, place.path if place else ""):
        return named
    return incident.executor if incident.agency_id == decision.agency.pk else None


def give_back(incident: Incident, by: User, at: datetime, reason: str, words: str = "") -> Incident:
    """«Не наше»: back to the operator with the reason. Raises NotAllowed."""
    with book.turn():
        moved = move(
            incident,
            "give_back",
            at=at,
            actor=f"user:{by.pk}",
            reason=reason,
            words=words,
            data={"agency": incident.agency_id or 0},
            agency=None,
            executor=None,
            returns=incident.returns + 1,
            due_at=at,
        )
        Assignment.objects.filter(incident=incident, ended_at__isnull=True).update(ended_at=at, returned=True)
        agency_clock.end(incident, at)
    return moved
