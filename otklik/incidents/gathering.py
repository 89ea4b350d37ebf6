"""One message on two cards, and cards that are answered together.

`answered_with` of a card says by whose answer its authors get theirs: of the card it was gathered into
(feedback/gathering.py, where `gather` itself lives, since it ends a card), or of the one it is joined to here.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from otklik.inbox.models import Message
from otklik.incidents.cards import next_numbers
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.incidents.workflow import MOVES, hold, record
from otklik.people.models import User

OVER = (State.NOISE, State.DONE)
WORKING = tuple(MOVES["answered_together"].before)
# A card that leads has an answer still to come; in rating it has been given.
LEADING = tuple(state for state in State if state not in (*OVER, State.RATING))

WAITS_FOR_ANOTHER = Q(answered_with__isnull=False, answered_with__state__in=LEADING, state__in=WORKING)
"""Cards with nothing to do: another card's answer will be theirs. Lists of work leave them out."""


class Why(StrEnum):
    """Why cards cannot be joined, split or gathered as they stand."""

    SAME = "same"
    NOISE = "noise"
    OVER = "over"
    LEAVING = "leaving"
    CLARIFYING = "clarifying"
    ANSWERED = "answered"
    NOT_ITS_MESSAGE = "not_its_message"
    NOTHING_SHARED = "nothing_shared"
    FOLLOWS = "follows"
    LEADS = "leads"
    APART = "apart"
    TWICE = "twice"
    WATCHED = "watched"


class Impossible(Exception):
    """Nothing was done. `number` is that of the card which stands in the way; the page has the words for `why`."""

    def __init__(self, why: Why, number: int) -> None:
        super().__init__(f"{why}: № {number}")
        self.why, self.number = why, number


def split(incident: Incident, message: Message, by: User, at: datetime, beside: int | None = None) -> Incident:
    """A second matter in the same message: a new card with the next number and the clock of the first, due for a
    suggestion, for the operator to decide. Raises Impossible.

    It does not vanish again, since numbers have no holes: whoever takes the split back has it gathered into the first.
    `beside` is how many cards shared a message with this one when he decided: a second press makes no third card.
    """
    with hold(incident.pk):
        now = Incident.objects.get(pk=incident.pk)
        if now.state in OVER:
            raise Impossible(_over(now), now.number)
        if not IncidentMessage.objects.filter(incident=now, message=message, message__own=False).exists():
            raise Impossible(Why.NOT_ITS_MESSAGE, now.number)
        if beside is not None and sharing(now).count() != beside:
            raise Impossible(Why.TWICE, now.number)
        second = Incident.objects.create(
            number=next_numbers(1)[0],
            network=message.network,
            priority=now.priority,
            started_at=now.started_at,
            created_at=at,
            due_at=at,
        )
        IncidentMessage.objects.create(incident=second, message=message, main=True, linked_at=at)
        entry_data = {"message": message.pk, "from": now.pk}
        record(second, "open", at=at, actor=f"user:{by.pk}", data=entry_data)
        record(now, "split", at=at, actor=f"user:{by.pk}", data={"message": message.pk, "into": second.pk})
    second.refresh_from_db()
    return second


def join(follower: Incident, leader: Incident, by: User, at: datetime) -> Incident:
    """«Отвечать вместе»: the leader's answer will be the follower's too. They must share a message. Raises Impossible.

    One level only: who leads does not follow, and the other way round.
    """
    with hold(follower.pk, leader.pk):
        one, other = Incident.objects.get(pk=follower.pk), Incident.objects.get(pk=leader.pk)
        _must_be_joinable(one, other)
        mine = Incident.objects.filter(pk=one.pk, state__in=WORKING, answered_with=one.answered_with_id)
        if not mine.update(answered_with=other):
            raise Impossible(Why.FOLLOWS, one.number)
        record(one, "join", at=at, actor=f"user:{by.pk}", data={"with": other.pk})
        record(other, "lead", at=at, actor=f"user:{by.pk}", data={"card": one.pk})
    one.refresh_from_db()
    return one


def part(follower: Incident, by: User, at: datetime) -> Incident:
    """«Отвечать отдельно»: the card waits for no other any more. Raises Impossible when it does not follow, or has
    had its answer already."""
    with hold(*(pk for pk in (follower.pk, follower.answered_with_id) if pk)):
        if not _part(follower, f"user:{by.pk}", at):
            raise Impossible(Why.APART, follower.number)
    follower.refresh_from_db()
    return follower


def part_all(leader: Incident, actor: str, at: datetime) -> None:
    """The leader will give no answer: those who waited for it go their own way. Inside `book.writing()`."""
    for follower in waiting_for(leader):
        _part(follower, actor, at)


def waiting_for(leader: Incident) -> QuerySet[Incident]:
    """The cards that the leader's next answer will answer too."""
    return Incident.objects.filter(answered_with=leader.pk, state__in=WORKING).order_by("pk")


def answered_together(incident: Incident) -> list[Incident]:
    """The card and those that are answered, closed and opened with it; what was gathered into it is not among them."""
    return [incident, *Incident.objects.filter(answered_with=incident.pk).exclude(close_reason="gathered")]


def sharing(incident: Incident) -> QuerySet[Incident]:
    """Other cards that hold a message of this one."""
    messages = IncidentMessage.objects.filter(incident=incident, message__own=False).values("message_id")
    return Incident.objects.filter(links__message_id__in=messages).exclude(pk=incident.pk).distinct()


def older_first(one: Incident, other: Incident) -> tuple[Incident, Incident]:
    """The citizen who wrote first has waited longest: his card leads."""
    first, second = sorted((one, other), key=lambda card: (card.started_at, card.number))
    return first, second


def listening(holders: Iterable[Incident]) -> list[Incident]:
    """Which of the cards that hold the same words hear their author: not the gathered ones, while another is there;
    and for a card that was answered with another one of them, that one hears."""
    cards = list(holders)
    alive = [card for card in cards if not (card.state == State.DONE and card.close_reason == "gathered")] or cards
    there = {card.pk for card in alive}
    return [card for card in alive if card.answered_with_id not in there]


def _part(follower: Incident, actor: str, at: datetime) -> bool:
    leader = Incident.objects.filter(answers_also=follower.pk).first()
    mine = Incident.objects.filter(pk=follower.pk, answered_with__isnull=False, state__in=WORKING)
    if leader is None or not mine.update(answered_with=None):
        return False
    record(follower, "part", at=at, actor=actor, data={"from": leader.pk})
    record(leader, "part", at=at, actor=actor, data={"card": follower.pk})
    return True


def _must_be_joinable(one: Incident, other: Incident) -> None:
    if one.pk == other.pk:
        raise Impossible(Why.SAME, one.number)
    if one.state not in WORKING:
        raise Impossible(why_not_working(one), one.number)
    if other.state not in LEADING:
        raise Impossible(Why.ANSWERED if other.state == State.RATING else _over(other), other.number)
    if other.answered_with_id or (one.answered_with_id and Incident.objects.filter(WAITS_FOR_ANOTHER, pk=one.pk)):
        raise Impossible(Why.FOLLOWS, other.number if other.answered_with_id else one.number)
    if waiting_for(one).exists():
        raise Impossible(Why.LEADS, one.number)
    if not sharing(one).filter(pk=other.pk).exists():
        raise Impossible(Why.NOTHING_SHARED, other.number)


def why_not_working(card: Incident) -> Why:
    """What a card that nobody can end or join now is busy with."""
    return {
        State.NOISE: Why.NOISE,
        State.DONE: Why.OVER,
        State.RATING: Why.ANSWERED,
        State.CLARIFYING: Why.CLARIFYING,
    }.get(State(card.state), Why.LEAVING)


def _over(card: Incident) -> Why:
    return Why.NOISE if card.state == State.NOISE else Why.OVER
