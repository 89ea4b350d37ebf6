"""The step of Heard: the author wrote again on a known card. And the operator's word on what the reply meant."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from otklik.feedback.asking import end
from otklik.feedback.gathering import ungather
from otklik.feedback.models import Rating, Survey
from otklik.feedback.reading import read
from otklik.feedback.said import Said
from otklik.feedback.word import opened, weigh
from otklik.incidents.gathering import listening, together
from otklik.incidents.models import CloseReason, Heard, Incident, State
from otklik.incidents.workflow import MOVES, move, record
from otklik.journal import book
from otklik.lib.due import finish
from otklik.people.models import User
from otklik.publishing.models import Delivery
from otklik.routing import agency_clock, clocks
from otklik.routing.models import Norm
from otklik.routing.noise import restore

ACTOR = "machine:feedback"
LATER = timedelta(minutes=1)  # between looks whether an answer's fate is known


def hear(heards: list[Heard], now: datetime) -> None:
    """A clarification wakes the card; a reply to an answer is read and waits for the operator; a closed card wakes.
    While it is not known whether our answer was said, the reply waits for that.

    Every card that the message stands on hears it (see `listening`); between the message and this step one may have
    been gathered into another. All of it in the loop's one transaction with the journal's turn.
    """
    for heard in heards:
        if _answer_is_unclear(heard):
            finish(heard, now + LATER)
            continue
        holders = Incident.objects.filter(Q(messages=heard.message_id) | Q(pk=heard.incident_id)).distinct()
        for incident in listening(holders.order_by("pk")):
            _hear(incident, heard, now)
        finish(heard)


def _answer_is_unclear(heard: Heard) -> bool:
    """Whether nobody knows yet if our answer stands there, or its next part is leaving: what he wrote may be a word on
    it."""
    unclear = Q(state__in=(Delivery.State.SENDING, Delivery.State.UNKNOWN))
    leaving = Q(state=Delivery.State.QUEUED, part__gt=1, hold=Delivery.Hold.NONE)
    return Delivery.objects.filter(unclear | leaving, answer__incident=heard.incident_id).exists()


def _hear(incident: Incident, heard: Heard, now: datetime) -> None:
    state = State(incident.state)
    if state == State.CLARIFYING:
        verb = "clarified" if incident.agency_id else "clarified_unassigned"
        move(incident, verb, at=now, actor=ACTOR, data={"message": heard.message_id})
        clocks.meet(incident, (Norm.Clock.CLARIFICATION,), now)
        agency_clock.go_on(incident, now)
    elif state in (State.RATING, State.DONE):
        _read_reply(incident, heard, now)
    elif state == State.NOISE:
        restore(incident, ACTOR, now)
    else:
        record(incident, "author_wrote", at=now, actor=ACTOR, data={"message": heard.message_id})


def _read_reply(incident: Incident, heard: Heard, now: datetime) -> None:
    reading = read(heard.message.text)
    if reading.mark is not None or reading.solved:
        Rating.objects.create(
            incident=incident,
            origin=Rating.Origin.READING,
            mark=reading.mark,
            solved=reading.solved,
            message=heard.message,
            at=now,
            suggested=True,
        )
        told = {"message": heard.message_id, "mark": reading.mark, "solved": reading.solved}
        record(incident, "reply_read", at=now, actor=ACTOR, data=told)
    elif incident.state == State.DONE:
        reopen(incident, ACTOR, now)
    else:
        record(incident, "author_wrote", at=now, actor=ACTOR, data={"message": heard.message_id})


def reopen(incident: Incident, actor: str, at: datetime) -> Incident:
    """The same card goes on, with the clocks it always had and one more for the next answer. Inside `book.turn()` or
    alone. Raises NotAllowed.

    What was answered with it opens again as well: the author has said of the one answer that it did not help. A card
    that followed another, or was gathered into it, goes its own way from here.
    """
    with book.turn():
        ungather(incident, actor, at)
        moved = _open(incident, actor, at, answered_with=None)
        for follower in together(moved)[1:]:
            if follower.state in MOVES["reopen"].before:
                _open(follower, actor, at)
    return moved


def _open(incident: Incident, actor: str, at: datetime, **more: Any) -> Incident:
    verb = "reopen" if incident.agency_id else "reopen_unassigned"
    moved = move(
        incident, verb, at=at, actor=actor, closed_at=None, close_reason="", reopened=incident.reopened + 1, **more
    )
    clocks.revive(incident, at)
    clocks.begin_second(moved, at)
    agency_clock.begin(moved, at)
    opened(incident.pk, actor, at)
    end(Survey.objects.filter(incident=incident), at)
    return moved


def confirm(
    rating: Rating, mark: int | None, by: User, at: datetime, solved: str = "", *, again: bool = False
) -> Incident:
    """The operator's word: this is what the author meant. A good one ends the card as far as nothing else keeps it, a
    bad one waits for a person's decision; `again` is that decision at once: the card opens again.

    Raises ValueError for a mark or a word that is none, or when both are empty.
    """
    said = Said(mark, solved)
    actor = f"user:{by.pk}"
    with book.turn():
        Rating.objects.filter(pk=rating.pk).update(
            mark=said.mark, solved=said.solved, suggested=False, confirmed_by=by, confirmed_at=at, dismissed_at=None
        )
        told = {"rating": rating.pk, "mark": said.mark, "solved": said.solved}
        record(rating.incident, "rated", at=at, actor=actor, data=told)
        rating.refresh_from_db()
        weigh(rating, at, CloseReason.SATISFIED, actor)
        incident = Incident.objects.get(pk=rating.incident_id)
        if again and not rating.is_good and incident.state in (State.RATING, State.DONE):
            return reopen(incident, actor, at)
    return incident


def dismiss(rating: Rating, by: User, at: datetime) -> None:
    """The reply was no judgement at all: it counts nowhere."""
    with book.turn():
        Rating.objects.filter(pk=rating.pk).update(dismissed_at=at, confirmed_by=by)
        record(rating.incident, "rating_dismissed", at=at, actor=f"user:{by.pk}", data={"rating": rating.pk})
