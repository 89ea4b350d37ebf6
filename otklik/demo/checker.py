"""Holds every card to what the product's own verbs would have written. Reads only; works on any database.

A sentence per violation, for whoever maintains the generator: they are not shown to operators.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from otklik.demo import checks
from otklik.demo.checks import Facts
from otklik.feedback.models import Rating, Survey
from otklik.inbox.models import Message
from otklik.incidents.models import Counter, Incident, IncidentMessage, State
from otklik.incidents.workflow import MOVES
from otklik.journal import seals
from otklik.journal.models import Entry
from otklik.publishing.models import Delivery, Sent
from otklik.routing import clocks
from otklik.routing.models import Assignment, Deadline

MOST = 200
"""Violations told at most: a broken generator breaks every card in the same way."""
PREFIX = "incident."


class Written(NamedTuple):
    """An entry as the checks need it."""

    pk: int
    at: datetime
    verb: str
    data: dict[str, Any]


@dataclass(slots=True)
class Life:
    """What the journal tells of one card, replayed."""

    state: str = ""
    opened_at: datetime | None = None
    last: int = 0
    at: dict[str, list[datetime]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def times(self, *verbs: str) -> list[datetime]:
        return sorted(moment for verb in verbs for moment in self.at.get(verb, ()))


def check() -> list[str]:
    """Violations, [] when everything fits. Some seconds for a region's seven months."""
    faults: list[str] = []
    for fault in _faults():
        faults.append(fault)
        if len(faults) >= MOST:
            faults.append("and more")
            break
    return faults


def _faults() -> Iterator[str]:
    broken = seals.broken_at()
    if broken is not None:
        yield f"journal: it is broken at entry {broken}"
    yield from _numbers()
    yield from _cards()
    yield from checks.deliveries(Delivery, Sent)
    yield from _orphans()


def _numbers() -> Iterator[str]:
    numbers = list(Incident.objects.order_by("number").values_list("number", flat=True))
    if numbers != list(range(1, len(numbers) + 1)):
        yield "numbers: they have holes or do not begin with 1"
    last_number = Counter.objects.filter(name="incident").values_list("value", flat=True).first() or 0
    if numbers and last_number != numbers[-1]:
        yield f"numbers: the counter says {last_number}, the last card is {numbers[-1]}"


def _cards() -> Iterator[str]:
    """Everything by card, read in the order of cards: no table is held whole but the cards' own side tables."""
    facts = _facts()
    week = clocks.work_week()
    lives = ((pk, _replay(list(group))) for pk, group in groupby(_entries(), key=lambda pair: pair[0]))
    life_of = iter(lives)
    current = next(life_of, None)
    for card in Incident.objects.order_by("pk").iterator(chunk_size=1000):
        while current is not None and current[0] < card.pk:
            yield f"journal: entries of card {current[0]} that does not exist"
            current = next(life_of, None)
        life = current[1] if current is not None and current[0] == card.pk else Life()
        if current is not None and current[0] == card.pk:
            current = next(life_of, None)
        faults = [*life.faults, *_states(card, life), *checks.stamps(card, life), *checks.side(card, life, facts, week)]
        for fault in faults:
            yield f"№ {card.number}: {fault}"


def _entries() -> Iterator[tuple[int, Written]]:
    rows = (
        Entry.objects.filter(incident__isnull=False)
        .order_by("incident", "pk")
        .values_list("incident", "pk", "at", "verb", "data")
    )
    for incident, *rest in rows.iterator(chunk_size=4000):
        yield int(incident or 0), Written(*rest)


def _replay(entries: list[tuple[int, Written]]) -> Life:
    """The states in the journal's order: each move must start where the one before ended."""
    life = Life()
    before: datetime | None = None
    for _, entry in entries:
        verb = entry.verb.removeprefix(PREFIX)
        life.at.setdefault(verb, []).append(entry.at)
        life.last = entry.pk
        if before is not None and entry.at < before:
            life.faults.append(f"entry {entry.pk} is older than the one before it")
        before = entry.at
        if verb == "open":
            life.state, life.opened_at = State.NEW.value, entry.at
        elif verb in MOVES:
            _step(life, verb, entry)
    return life


def _step(life: Life, verb: str, entry: Written) -> None:
    rule = MOVES[verb]
    if life.state not in rule.before:
        life.faults.append(f"{verb} from {life.state or 'nothing'}")
    if entry.data.get("from") != life.state or entry.data.get("to") != rule.after:
        life.faults.append(f"{verb} says {entry.data.get('from')} to {entry.data.get('to')}")
    life.state = rule.after.value


def _states(card: Incident, life: Life) -> Iterator[str]:
    if life.opened_at is None:
        yield "the journal does not open it"
    elif card.state != life.state:
        yield f"it is {card.state}, and its journal ends with {life.state}"
    if card.revision != life.last:
        yield f"revision {card.revision}, and its last entry is {life.last}"


def _facts() -> Facts:
    """The side tables as small values by card."""
    facts = Facts()
    for row in IncidentMessage.objects.filter(main=True).values_list(
        "incident_id", "message__posted_at", "message__captured_at", "message__own"
    ):
        facts.mains.setdefault(row[0], []).append(row[1:])
    for deadline in Deadline.objects.order_by("pk").iterator(chunk_size=2000):
        facts.deadlines.setdefault(deadline.incident_id, []).append(deadline)
    for assignment in Assignment.objects.order_by("pk").values_list(
        "incident_id", "agency_id", "at", "ended_at", "returned"
    ):
        facts.assignments.setdefault(assignment[0], []).append(assignment[1:])
    follows = Delivery.objects.filter(answer=OuterRef("delivery__answer"), part__gt=OuterRef("delivery__part"))
    whole = ~Exists(follows.exclude(state=Delivery.State.RECALLED))  # the answer is said, and not only a part of it
    for incident, at, kind in (
        Sent.objects.filter(whole)
        .order_by("at")
        .values_list("delivery__answer__incident_id", "at", "delivery__answer__kind")
    ):
        facts.sent.setdefault(incident, []).append((at, kind))
    for incident, opened in Survey.objects.values_list("incident_id", "opened_at"):
        facts.surveys.setdefault(incident, []).append(opened)
    for incident, at, message_at in Rating.objects.values_list("incident_id", "at", "message__posted_at"):
        facts.ratings.setdefault(incident, []).append((at, message_at))
    return facts


def _orphans() -> Iterator[str]:
    """Our own words open no card, and nothing was written before the post it stands under."""
    for pk in Message.objects.filter(own=True, links__main=True).values_list("pk", flat=True)[:5]:
        yield f"message {pk} is our own and has a card"
    for pk in Message.objects.filter(text="", deleted_at__isnull=True, media__isnull=True).values_list("pk", flat=True)[
        :5
    ]:
        yield f"message {pk} is empty"
