"""The step of Heard: the author wrote again on a known card. And the operator's word on what the reply meant."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from otklik.feedback.closing import Unready, close, everybody_told
from otklik.feedback.gathering import ungather
from otklik.feedback.models import Rating, Survey
from otklik.feedback.reading import read
from otklik.incidents.gathering import listening, together
from otklik.incidents.models import CloseReason, Heard, Incident, State
from otklik.incidents.workflow import MOVES, UnderControl, move, record
from otklik.journal import book
from otklik.lib.due import finish
from otklik.people.models import User
from otklik.publishing.models import Delivery
from otklik.routing import agency_clock, clocks
from otklik.routing.models import Norm
from otklik.routing.noise import restore

ACTOR = "machine:feedback"
LATER = timedelta(minutes=1)  # between looks whether an answer's fate is known
SATISFIED_FROM = 4


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
    if reading.mark is not None:
        Rating.objects.create(
            incident=incident,
            origin=Rating.Origin.READING,
            mark=reading.mark,
            message=heard.message,
            at=now,
            suggested=True,
        )
        record(incident, "reply_read", at=now, actor=ACTOR, data={"message": heard.message_id, "mark": reading.mark})
    elif incident.state == State.DONE:
        reopen(incident, ACTOR, now)
    else:
        record(incident, "author_wrote", at=now, actor=ACTOR, data={"message": heard.message_id})


def reopen(incident: Incident, actor: str, at: datetime) -> Incident:
    """The same card goes on, with the clocks it always had. Inside `book.turn()` or alone. Raises NotAllowed.

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
    agency_clock.begin(moved, at)
    Survey.objects.filter(incident=incident, closed_at__isnull=True).update(closed_at=at, due_at=None)
    return moved


def confirm(rating: Rating, mark: int, by: User, at: datetime) -> Incident:
    """The operator's word: this is what the author meant. A good mark closes the card, a bad one reopens it.

    A card whose kind nobody has set stays where it is, and so do one on which another author has no answer yet and one
    that a head watches over: the mark is kept, and a person closes it.
    """
    incident = rating.incident
    with book.turn():
        Rating.objects.filter(pk=rating.pk).update(
            mark=mark, suggested=False, confirmed_by=by, confirmed_at=at, dismissed_at=None
        )
        record(incident, "rated", at=at, actor=f"user:{by.pk}", data={"rating": rating.pk, "mark": mark})
        incident.refresh_from_db()
        if mark >= SATISFIED_FROM and incident.state == State.RATING and everybody_told(incident):
            with suppress(Unready, UnderControl):
                return close(incident, CloseReason.SATISFIED, at, f"user:{by.pk}")
        if mark < SATISFIED_FROM and incident.state in (State.RATING, State.DONE):
            return reopen(incident, f"user:{by.pk}", at)
    return incident


def dismiss(rating: Rating, by: User, at: datetime) -> None:
    """The reply was no judgement at all: it counts nowhere."""
    with book.turn():
        Rating.objects.filter(pk=rating.pk).update(dismissed_at=at, confirmed_by=by)
        record(rating.incident, "rating_dismissed", at=at, actor=f"user:{by.pk}", data={"rating": rating.pk})
