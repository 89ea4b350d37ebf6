"""The single checks of the checker: a card and what is known of it go in, sentences come out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from otklik.incidents.models import Incident, State
from otklik.publishing.models import Delivery, Sent
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline, Norm

SPOKEN = ("asked", "promised", "answered", "spoken")
ENDING = ("first", "final")
ENDED = (State.DONE, State.NOISE)


class CardStory(Protocol):
    """What the journal tells of a card."""

    def times(self, *verbs: str) -> list[datetime]: ...


@dataclass(slots=True)
class Facts:
    """The side tables by card. `sent` is (at, kind), `assignments` (agency, at, ended, returned)."""

    mains: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    deadlines: dict[int, list[Deadline]] = field(default_factory=dict)
    assignments: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    sent: dict[int, list[tuple[datetime, str]]] = field(default_factory=dict)
    surveys: dict[int, list[datetime]] = field(default_factory=dict)
    ratings: dict[int, list[tuple[datetime, datetime | None]]] = field(default_factory=dict)


def stamps(card: Incident, life: CardStory) -> Iterator[str]:
    """The card's own columns agree with its journal."""
    wanted: tuple[tuple[str, datetime | None, datetime | None], ...] = (
        ("created_at", card.created_at, _first(life.times("open"))),
        ("assigned_at", card.assigned_at, _last(life.times("assign"))),
        ("first_answered_at", card.first_answered_at, _first(life.times("answered", "promised"))),
        ("rating_since", card.rating_since, _last(life.times("answered"))),
    )
    for name, column_time, journal_time in wanted:
        if column_time != journal_time:
            yield f"{name} is {column_time}, the journal says {journal_time}"
    closed = _last(life.times("close", "close_unanswered")) if card.state == State.DONE else None
    if card.state == State.DONE and (card.closed_at != closed or not card.close_reason):
        yield f"closed_at is {card.closed_at} ({card.close_reason or 'no reason'}), the journal says {closed}"
    if card.state != State.DONE and (card.closed_at or card.close_reason):
        yield "it is open and has an end"
    if card.returns != len(life.times("give_back")):
        yield f"returns is {card.returns}, the journal has {len(life.times('give_back'))}"
    if card.reopened != len(life.times("reopen", "reopen_unassigned")):
        yield f"reopened is {card.reopened}, the journal has {len(life.times('reopen', 'reopen_unassigned'))}"
    if bool(card.noise_reason) != (card.state == State.NOISE):
        yield "a reason for noise without noise, or noise without a reason"
    if card.state == State.RATING and not (card.kind and card.outcome):
        yield "answered without a kind or an outcome"


def side(card: Incident, life: CardStory, facts: Facts, week: WorkWeek) -> Iterator[str]:
    """What hangs on the card fits it."""
    yield from _start(card, facts)
    yield from _answers(card, life, facts, week)
    yield from _assignments(card, life, facts)
    for deadline in facts.deadlines.get(card.pk, []):
        yield from _clock(card, deadline)
    seconds = sum(one.clock == Norm.Clock.SECOND_ANSWER for one in facts.deadlines.get(card.pk, []))
    if seconds != card.reopened:
        yield f"reopened is {card.reopened}, and {seconds} second answers have a clock"
    for at, written_at in facts.ratings.get(card.pk, []):
        if written_at is not None and at < written_at:
            yield "a rating before the words it was read from"


def _start(card: Incident, facts: Facts) -> Iterator[str]:
    mains = facts.mains.get(card.pk, [])
    if len(mains) != 1:
        yield f"{len(mains)} main messages"
        return
    posted, captured, own = mains[0]
    if card.started_at != min(posted, captured):
        yield "the citizen's clock does not start with his message"
    if own:
        yield "the main message is our own"


def _answers(card: Incident, life: CardStory, facts: Facts, week: WorkWeek) -> Iterator[str]:
    sent = facts.sent.get(card.pk, [])
    if [at for at, _ in sent] != life.times(*SPOKEN):
        yield f"{len(sent)} answers stand in the network, the journal has {len(life.times(*SPOKEN))} or other times"
    if card.first_answered_at is not None:
        if card.first_answered_at < card.started_at:
            yield "answered before it was asked"
        seconds = card.first_answer_working_seconds
        try:
            right = working_seconds(card.started_at, card.first_answered_at, week)
        except TooFar:
            right = seconds or 0
        if seconds != right:
            yield f"first_answer_working_seconds is {seconds}, the calendar says {right}"
    ending = [at for at, kind in sent if kind in ENDING]
    surveys = facts.surveys.get(card.pk, [])
    if card.state == State.DONE and sorted(surveys) != ending:
        yield f"{len(ending)} final answers and {len(surveys)} waits for the author"


def _assignments(card: Incident, life: CardStory, facts: Facts) -> Iterator[str]:
    rows = facts.assignments.get(card.pk, [])
    if [row[1] for row in rows] != life.times("assign"):
        yield f"{len(rows)} assignments, the journal has {len(life.times('assign'))} or other times"
    if sum(1 for row in rows if row[3]) != len(life.times("give_back")):
        yield "assignments given back do not agree with the journal"
    running = [row for row in rows if row[2] is None]
    if len(running) > 1 or [row[0] for row in running] != ([card.agency_id] if card.agency_id else []):
        yield "the running assignment is not that of the card's agency"


def _clock(card: Incident, deadline: Deadline) -> Iterator[str]:
    name = deadline.clock
    if name in (Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER) and deadline.starts_at != card.started_at:
        yield f"{name}: the clock was restarted"
    if name == Norm.Clock.SECOND_ANSWER and not (
        card.first_answered_at and card.first_answered_at < deadline.starts_at
    ):
        yield f"{name}: it starts before there was a first one"
    if deadline.limit_at <= deadline.starts_at:
        yield f"{name}: it runs out before it starts"
    over = deadline.met_at is not None or deadline.cancelled_at is not None
    if card.state in ENDED and not over:
        yield f"{name}: it runs on an ended card"
    if over and deadline.due_at is not None:
        yield f"{name}: it is over and still due"
    if not over and deadline.missed_at is None and deadline.due_at is None:
        yield f"{name}: it runs and nobody looks at it"
    if deadline.missed_at is not None and deadline.missed_at < deadline.limit_at:
        yield f"{name}: missed before its limit"
    if name == Norm.Clock.FIRST_ANSWER and deadline.cancelled_at is None and deadline.met_at != card.first_answered_at:
        yield f"{name}: met at {deadline.met_at}, answered at {card.first_answered_at}"


def deliveries(delivery: type[Delivery], sent: type[Sent]) -> Iterator[str]:
    """Sent exactly where a delivery says so, of an approved answer, with the approved words."""
    wrong = delivery.objects.filter(state=delivery.State.SENT, sent__isnull=True).values_list("pk", flat=True)[:5]
    for pk in wrong:
        yield f"delivery {pk} says it was sent, and nothing stands"
    for pk in sent.objects.exclude(delivery__state=delivery.State.SENT).values_list("pk", flat=True)[:5]:
        yield f"sent {pk} stands, and its delivery does not know"
    for pk in sent.objects.exclude(delivery__answer__state="approved").values_list("pk", flat=True)[:5]:
        yield f"sent {pk} was never approved"


def _first(times: list[datetime]) -> datetime | None:
    return times[0] if times else None


def _last(times: list[datetime]) -> datetime | None:
    return times[-1] if times else None
