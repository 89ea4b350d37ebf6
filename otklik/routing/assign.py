"""Verbs of routing: assign, give back as «не наше», take off what the machine assigned. Each is one move, its journal
row and its history row, which remembers whether the rule was heeded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import Expression, F, OuterRef, QuerySet, Subquery

from otklik.incidents.handing import HOLDERS
from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold, move
from otklik.lib.kept import STAND_IN, Kept, KeptRows, keep, keep_rows
from otklik.people.access import may
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing import agency_clock, clocks
from otklik.routing.models import Assignment, Automatic, Norm, Suggestion
from otklik.routing.switches import MACHINE, watch
from otklik.themes.models import Theme


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator decided about a card. `suggested` is True when he took the machine's word for it.

    `executor` is whom the rule names within the agency; who does not answer for it by now gets nothing.
    `automatic` is the switch that lets the machine decide alone, `certainty` the figures on which it did, for the
    journal.
    """

    agency: Agency
    theme: Theme | None
    place: Place | None
    kind: str = ""
    street: str = ""
    house: str = ""
    suggested: bool = False
    executor: User | None = None
    automatic: Automatic | None = None
    certainty: Mapping[str, int] = field(default_factory=dict)


def assign(incident: Incident, decision: Decision, by: User | None, at: datetime, *, fresh: bool = False) -> Incident:
    """Give the card to an agency. The executor's clock starts anew, the citizen's never. `by` is None for the machine,
    `fresh` as in `move`.

    Raises NotAllowed: whoever catches that inside of a transaction makes a savepoint of his own.
    """
    kind = decision.kind or incident.kind or (decision.theme.kind if decision.theme else Theme.Kind.SOLVABLE)
    with hold(incident.pk, savepoint=False):
        heeded = _heeded(incident, decision)
        moved = move(
            incident,
            "assign",
            at=at,
            actor=f"user:{by.pk}" if by else MACHINE,
            data={
                **decision.certainty,
                "agency": decision.agency.pk,
                "theme": decision.theme.pk if decision.theme else 0,
                "place": decision.place.pk if decision.place else 0,
                "suggested": decision.suggested,
            },
            fresh=fresh,
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
        end(incident, at, to=decision.agency)
        Assignment.objects.create(
            incident=incident,
            agency=decision.agency,
            by=by,
            at=at,
            suggested=decision.suggested,
            automatic=decision.automatic,
            **heeded,
        )
        norms = clocks.norms_of(*clocks.CITIZENS, Norm.Clock.AGENCY)
        clocks.start(moved, decision.theme, norms)
        agency_clock.begin(moved, at, norms)
    return moved


def _executor(incident: Incident, decision: Decision) -> User | None:
    named, place = decision.executor, decision.place
    if named is not None and may(named, HOLDERS, decision.agency.path, place.path if place else ""):
        return named
    return incident.executor if incident.agency_id == decision.agency.pk else None


def give_back(incident: Incident, by: User, at: datetime, reason: str, words: str = "") -> Incident:
    """«Не наше»: back to the operator with the reason. Raises NotAllowed."""
    with hold(incident.pk):
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
        end(incident, at, returned=True)
        agency_clock.end(incident, at)
    return moved


def left_closed(card: Expression | F) -> QuerySet[Assignment]:
    """The latest assignment of a card, by its id or the outer column of it, if its agency is closed by now and has not
    given the card back."""
    latest = Assignment.objects.filter(incident=OuterRef("incident")).order_by("-at", "-pk").values("pk")[:1]
    return Assignment.objects.filter(
        incident=card, pk=Subquery(latest), agency__active=False, returned=False, ended_at__isnull=False
    )


def take_off(incident: Incident, by: User, at: datetime) -> Incident:
    """What the machine assigned alone is back in the queue, as if it had only been suggested. Raises NotAllowed."""
    with hold(incident.pk):
        moved = move(
            incident,
            "take_off",
            at=at,
            actor=f"user:{by.pk}",
            data={"agency": incident.agency_id or 0},
            agency=None,
            theme=None,
            place=None,
            executor=None,
            assigned_at=None,
            due_at=at,
        )
        end(incident, at)
        agency_clock.end(incident, at)
    return moved


def end(incident: Incident, at: datetime, *, to: Agency | None = None, returned: bool = False) -> None:
    """Whoever has the card has it no longer; that it goes to another one, or to nobody, overrules whoever gave it.

    Inside `book.writing()`.
    """
    for one in _open(connection.vendor).ask({STAND_IN: incident.pk}):
        Assignment.objects.filter(pk=one.pk).update(ended_at=at, returned=returned)
        if to is None or one.agency_id != to.pk:
            overrule(one, at)


@cache
def _open(vendor: str) -> KeptRows[Assignment]:
    return keep_rows(Assignment.objects.select_related("automatic").filter(incident=STAND_IN, ended_at__isnull=True))


def overrule(one: Assignment, at: datetime) -> None:
    """It was wrong, and so was its switch, if a switch made it. Inside `book.writing()`."""
    if Assignment.objects.filter(pk=one.pk, overruled_at__isnull=True).update(overruled_at=at) and one.automatic:
        watch(one.automatic, at)


def _heeded(incident: Incident, decision: Decision) -> dict[str, object]:
    """The rule that had named an agency for the new card, and whether it was taken.

    A rule is overruled only by whoever agrees with the theme and the place that it was asked with.
    """
    if incident.agency_id is not None:
        return {}
    suggested = _suggested(connection.vendor).ask({STAND_IN: incident.pk})
    rule, agency = suggested[0] if suggested else (None, None)
    if rule is None:
        return {}
    asked = (incident.guessed_theme_id, incident.guessed_place_id)
    decided = tuple(one.pk if one else None for one in (decision.theme, decision.place))
    if agency == decision.agency.pk:
        return {"rule_id": rule, "heeded": Assignment.Heeded.TAKEN}
    by_rule = Assignment.Heeded.OVERRULED if asked == decided else Assignment.Heeded.OTHER_MATTER
    return {"rule_id": rule, "heeded": by_rule}


@cache
def _suggested(vendor: str) -> Kept:
    suggestions = Suggestion.objects.filter(incident=STAND_IN).order_by("-pk")
    return keep(suggestions.values_list("rule_id", "agency_id")[:1])
