"""The rows of every step of the flow: what is due, and what waits for a person.

Both have an index of their own, so that the size of the tables does not matter. Whatever the number of steps, each
question is one UNION ALL.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast

from otklik.desk.admin.health.words import plain, step_title
from otklik.desk.listing import MOST_COUNTED
from otklik.flow.steps import FLOW, Step
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, IncidentMessage
from otklik.incidents.workflow import ENDED
from otklik.people.access import everywhere, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.publishing.hold import STUCK
from otklik.publishing.models import Delivery

SEERS = (Permission.WATCH,)
ACTORS = (Permission.CONNECT,)
MOST_SHOWN = 50
_ASIDE = Q(set_aside_at__isnull=False)
UNSAID = reduce(or_, STUCK) & ~_ASIDE & ~Q(answer__incident__state__in=ENDED)

# The way from a step's row to its card. Rows of the steps that are not here stand on no card.
_CARDS: dict[str, Any] = {
    "suggest": F("pk"),
    "watch": F("incident_id"),
    "prepare": F("incident_id"),
    "send": F("answer__incident_id"),
    "open-survey": F("delivery__answer__incident_id"),
    "hear": F("incident_id"),
    "close-silent": F("incident_id"),
    "chase": F("incident_id"),
    "judge": Subquery(IncidentMessage.objects.filter(message=OuterRef("pk")).values("incident")[:1]),
    "copy-picture": Subquery(IncidentMessage.objects.filter(message=OuterRef("message")).values("incident")[:1]),
}
_LABELS = {"fetch": F("title"), "chores": F("name")}


@dataclass(frozen=True, slots=True)
class Queue:
    """One step. `due` are rows that could be worked now, `oldest` the longest due of them; `aside` wait for a person,
    and so do answers that are held or whose fate nobody knows: `unsaid`.

    Numbers stop at 1001, which stands for «more than a thousand».
    """

    name: str
    title: str
    due: int
    working: int
    aside: int
    unsaid: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Aside:
    """One row that waits for a person. `card` is (id, number) of a card that the reader may open; `mine`: he may
    have it tried again."""

    step: str
    pk: int
    since: datetime
    label: str
    error: str
    card: tuple[int, int] | None
    mine: bool


def anything_aside() -> Q:
    """Whether any row of any step waits for a person, as a condition for somebody else's query."""
    return reduce(or_, (Q(Exists(_rows(step, _ASIDE))) for step in FLOW))


def queues(now: datetime) -> list[Queue]:
    """Every step in the order of the flow. One query."""
    come = Q(due_at__lte=now, set_aside_at__isnull=True)
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    kinds = {"due": come & free, "working": come & Q(leased_until__gte=now), "aside": _ASIDE}
    parts = [_counted(step, kind, condition) for step in FLOW for kind, condition in kinds.items() if kind != "due"]
    parts += [_counted(step, "due", kinds["due"] & (step.only(now) if step.only else Q())) for step in FLOW]
    parts += [_counted(step, "unsaid", UNSAID) for step in FLOW if step.model is Delivery]
    counts = {(name, kind): (number, oldest) for name, kind, number, oldest in _together(parts)}
    nothing = (0, None)
    return [
        Queue(
            name=step.name,
            title=step_title(step.name),
            due=counts.get((step.name, "due"), nothing)[0],
            working=counts.get((step.name, "working"), nothing)[0],
            aside=counts.get((step.name, "aside"), nothing)[0],
            unsaid=counts.get((step.name, "unsaid"), nothing)[0],
            oldest=counts.get((step.name, "due"), nothing)[1],
        )
        for step in FLOW
    ]


def aside(known: Sequence[Queue], user: User) -> dict[str, list[Aside]]:
    """By step, the first fifty rows that wait for a person, the oldest first. Two queries if there are any."""
    wanted = {queue.name for queue in known if queue.aside}
    parts = [_listed(step) for step in FLOW if step.name in wanted]
    rows = list(_together(parts))
    cards = {row[5] for row in rows if row[5]}
    acts = Case(When(reach(user, ACTORS), then=Value(True)), default=Value(False))
    known_cards = list(visible_to(user).filter(pk__in=cards).values_list("pk", "number", acts)) if cards else []
    numbers, acted = (
        {pk: number for pk, number, _acts in known_cards},
        {pk for pk, _number, acts in known_cards if acts},
    )
    sees_all, acts_on_all = sees_everything(user), everywhere(user, Permission.CONNECT)
    shown: dict[str, list[Aside]] = defaultdict(list)
    for name, pk, since, label, error, card in sorted(rows, key=lambda row: (row[2], row[1])):
        # An error may quote a citizen: it is for whoever may read him.
        words = plain(error) if sees_all or card in numbers else ""
        opened = (card, numbers[card]) if card in numbers else None
        shown[name].append(Aside(name, pk, since, label, words, opened, acts_on_all or card in acted))
    return shown


def may_retry(user: User, step: Step, pk: int) -> bool:
    """Whether he connects networks for the whole region, or for the card on which the row stands. Two queries."""
    if everywhere(user, Permission.CONNECT):
        return True
    rows = step.model._default_manager.filter(pk=pk).values_list(_CARDS.get(step.name, Value(None)))
    return Incident.objects.filter(reach(user, ACTORS), pk__in=[card for (card,) in rows if card]).exists()


def sees_everything(user: User) -> bool:
    """Whether one of the user's grants for this page is for the whole region."""
    return everywhere(user, Permission.WATCH)


def _rows(step: Step, condition: Q) -> QuerySet[Any]:
    return step.model._default_manager.filter(condition).order_by()


def _counted(step: Step, kind: str, condition: Q) -> QuerySet[Any, Any]:
    first = _rows(step, condition).values("pk")[: MOST_COUNTED + 1]
    return (
        step.model._default_manager.filter(pk__in=first)
        .order_by()
        .annotate(step=_word(step.name), sort=_word(kind))
        .values("step", "sort")
        .annotate(number=Count("pk"), oldest=Min("due_at"))
        .values_list("step", "sort", "number", "oldest")
    )


def _listed(step: Step) -> QuerySet[Any, Any]:
    """The columns that `aside` reads. The limit stands in a subquery: SQLite takes none in a part of a union."""
    first = _rows(step, _ASIDE).order_by("set_aside_at", "pk").values("pk")[:MOST_SHOWN]
    return (
        step.model._default_manager.filter(pk__in=first)
        .order_by()
        .annotate(
            step=_word(step.name),
            label=Cast(_LABELS.get(step.name, Value("")), CharField()),
            card=Cast(_CARDS.get(step.name, Value(None)), BigIntegerField()),
        )
        .values_list("step", "pk", "set_aside_at", "label", "error", "card")
    )


def _word(word: str) -> Cast:
    return Cast(Value(word), CharField())


def _together(parts: list[QuerySet[Any, Any]]) -> QuerySet[Any, Any] | list[Any]:
    if len(parts) < 2:
        return parts[0] if parts else []
    return parts[0].union(*parts[1:], all=True)
