"""The step of Heard: the author wrote again on a known card, or changed what he wrote. And the operator's word on what
the reply meant."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from otklik.feedback.asking import end
from otklik.feedback.gathering import ungather
from otklik.feedback.models import Rating, Survey
from otklik.feedback.opinion import Opinion, good
from otklik.feedback.reply import ACTOR, ANSWERED, is_known, read_again, read_reply, to_a_part
from otklik.feedback.word import DECIDED, opened, weigh
from otklik.incidents.gathering import answered_together, listening
from otklik.incidents.models import CloseReason, Heard, Incident, State
from otklik.incidents.workflow import MOVES, hold, move, record
from otklik.lib.due import finish
from otklik.people.models import Agency, User
from otklik.publishing.models import Delivery
from otklik.routing import agency_clock, clocks
from otklik.routing.models import Assignment, Norm
from otklik.routing.noise import restore

AGENCY_CLOSED = "agency_closed"
"""Why a card that opens again comes to the operator although it had an agency."""
LATER = timedelta(minutes=1)  # between looks whether an answer's fate is known


def hear(heards: list[Heard], now: datetime) -> None:
    """A clarification wakes the card; a reply to an answer is read and waits for the operator; a closed card wakes.
    While it is not known whether our answer was said, the reply waits for that. One that was edited or deleted since it
    was heard is due here once more: no card wakes by that, but what was read of it is read anew.

    Every card that the message stands on hears it (see `listening`); between the message and this step one may have
    been gathered into another. All of it in the loop's one transaction.
    """
    for heard in heards:
        if _answer_is_unclear(heard):
            finish(heard, now + LATER)
            continue
        holders = Incident.objects.filter(Q(messages=heard.message_id) | Q(pk=heard.incident_id)).distinct()
        cards = list(holders.order_by("pk"))
        known = is_known(cards, heard.message)
        for incident in listening(cards):
            if known:
                read_again(incident, heard.message, now)
            else:
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
    elif state in ANSWERED or to_a_part(incident, heard.message):
        rating = read_reply(incident, heard.message, now)
        if state == State.DONE and rating.waits_since and not rating.says_something:
            reopen(incident, ACTOR, now)
    elif state == State.NOISE:
        restore(incident, ACTOR, now)
    else:
        record(incident, "author_wrote", at=now, actor=ACTOR, data={"message": heard.message_id})


def reopen(incident: Incident, actor: str, at: datetime) -> Incident:
    """The same card goes on, with the clocks it always had and one more for the next answer. Inside `book.writing()` or
    alone. Raises NotAllowed.

    What was answered with it opens again as well: the author has said of the one answer that it did not help. A card
    that followed another, or was gathered into it, goes its own way from here.
    """
    with hold(incident.pk):
        ungather(incident, actor, at)
        moved = _open(incident, actor, at, answered_with=None)
        for follower in answered_together(moved)[1:]:
            if follower.state in MOVES["reopen"].before:
                _open(follower, actor, at)
    return moved


def _open(incident: Incident, actor: str, at: datetime, **more: Any) -> Incident:
    """A card whose agency is closed by now has nobody there to go on with it: it comes to the operator as a new one."""
    closed = Agency.objects.filter(pk=incident.agency_id or 0, active=False).exists()
    if closed:
        more |= {"reason": AGENCY_CLOSED, "data": {"agency": incident.agency_id}}
        more |= {"agency": None, "executor": None, "due_at": at}
    verb = "reopen" if incident.agency_id and not closed else "reopen_unassigned"
    moved = move(
        incident, verb, at=at, actor=actor, closed_at=None, close_reason="", reopened=incident.reopened + 1, **more
    )
    if closed:
        Assignment.objects.filter(incident=incident, ended_at__isnull=True).update(ended_at=at)
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
    bad one waits for a person's decision, since when it came, unless it has had one; `again` is that decision at once:
    the card opens again.

    Raises ValueError for a mark or a word that is none, or when both are empty.
    """
    opinion = Opinion(mark, solved)
    actor = f"user:{by.pk}"
    with hold(rating.incident_id):
        rating.refresh_from_db()
        since = rating.waits_since
        waits = None if good(opinion.mark, opinion.solved) else since  # a misread reply is no change of mind
        columns = {"mark": opinion.mark, "solved": opinion.solved, "suggested": False, "waits_since": waits}
        Rating.objects.filter(pk=rating.pk).update(**columns, confirmed_by=by, confirmed_at=at, dismissed_at=None)
        entry_data = {"rating": rating.pk, "mark": opinion.mark, "solved": opinion.solved}
        record(rating.incident, "rated", at=at, actor=actor, data=entry_data)
        rating.refresh_from_db()
        if rating.is_good or rating.dealt_how not in DECIDED:
            weigh(rating, at, CloseReason.SATISFIED, actor, since)
        incident = Incident.objects.get(pk=rating.incident_id)
        if again and not rating.is_good and incident.state in ANSWERED:
            return reopen(incident, actor, at)
    return incident


def dismiss(rating: Rating, by: User, at: datetime) -> None:
    """The reply was no judgement at all: it counts nowhere, and nobody need see it."""
    with hold(rating.incident_id):
        Rating.objects.filter(pk=rating.pk).update(dismissed_at=at, confirmed_by=by, waits_since=None)
        record(rating.incident, "rating_dismissed", at=at, actor=f"user:{by.pk}", data={"rating": rating.pk})
