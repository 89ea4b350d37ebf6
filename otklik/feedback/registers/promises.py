"""Which promises a card owes, and what became of each, read from what was published. Five queries for any number.

One of a card that was gathered into another is owed by that other. The next day that was told, by the same card or by
the one that goes on for it, moves the promise; an answer of the card that answers for it ends it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from otklik.answers import grounds
from otklik.answers.models import Answer
from otklik.answers.voices import ENDING
from otklik.feedback.registers.fate import Course, fate_of
from otklik.feedback.registers.models import Promise
from otklik.incidents.gathering import OVER
from otklik.incidents.models import CloseReason, Incident, State
from otklik.lib.days import end_of
from otklik.publishing.models import Delivery

UNSAID = (Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer that stands in the network whole, or was cut short there. `at` is when its last part was said."""

    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class DatedAnswer(Spoken):
    """One that tells a day."""

    day: date


@dataclass(slots=True)
class Cards:
    """The cards that were asked for, those gathered into them, and those that answer for them."""

    asked: dict[int, Incident]
    gathered: dict[int, Incident]
    leaders: set[int]

    def owes(self, origin: int) -> Incident | None:
        """The card that owes what the card `origin` has promised; None where that is none of those asked for."""
        into = self.gathered[origin].answered_with_id if origin in self.gathered else origin
        card = self.asked.get(into or 0)
        return None if card is None or is_gathered(card) else card

    def into(self, card: int) -> list[int]:
        """What was gathered into this one."""
        return [pk for pk, one in self.gathered.items() if one.answered_with_id == card]


def promises_of(ids: Collection[int]) -> list[Promise]:
    """As rows that are not saved."""
    cards = cards_of(ids)
    spoken = _spoken({*cards.asked, *cards.gathered, *cards.leaders})
    pledges = [DatedAnswer(one.answer, one.at, day) for one in spoken if (day := _day(one.answer)) is not None]
    endings = [one for one in spoken if one.answer.kind in ENDING]
    promises, moves = [], dict.fromkeys((one.answer.pk for one in pledges), 0)
    for one in pledges:
        card = cards.owes(one.answer.incident_id)
        if card is None:
            continue
        after = _next(one, pledges, card, cards)
        promise = _promise(one, card, after, _ending(one, endings, card))
        promise.moves = moves[one.answer.pk]
        if after is not None and promise.fate in (Promise.Fate.MOVED, Promise.Fate.MOVED_LATE):
            moves[after.answer.pk] = promise.moves + 1
        promises.append(promise)
    return promises


def _day(answer: Answer) -> date | None:
    return answer.promised_on if answer.kind == Answer.Kind.INTERIM else None


def is_gathered(card: Incident) -> bool:
    """Whether it ended because another card goes on with its messages."""
    return card.state == State.DONE and card.close_reason == CloseReason.GATHERED and card.answered_with_id is not None


def cards_of(ids: Collection[int]) -> Cards:
    """Two queries."""
    asked = Incident.objects.in_bulk(list(ids))
    into = Incident.objects.filter(answered_with__in=asked, state=State.DONE, close_reason=CloseReason.GATHERED)
    leaders = {card.answered_with_id for card in asked.values() if card.answered_with_id is not None}
    return Cards(asked, {card.pk: card for card in into}, leaders)


def _spoken(cards: Iterable[int]) -> list[Spoken]:
    """What they have published, in the order in which it was: two queries."""
    kinds = (*ENDING, Answer.Kind.INTERIM)
    final_answers = Answer.objects.filter(incident__in=list(cards), kind__in=kinds, copy_of__isnull=True)
    final_answers = final_answers.filter(deliveries__sent__isnull=False).exclude(deliveries__state__in=UNSAID)
    answers = (
        final_answers.annotate(said_at=Max("deliveries__sent__at")).defer("text", "asked").order_by("said_at", "pk")
    )
    return [Spoken(answer, answer.said_at) for answer in answers]


def _next(one: DatedAnswer, pledges: list[DatedAnswer], card: Incident, cards: Cards) -> DatedAnswer | None:
    """The day that was told after this one about the same matter."""
    origin = one.answer.incident_id
    joined_at = cards.gathered[origin].closed_at if origin in cards.gathered else None
    for later in pledges[pledges.index(one) + 1 :]:
        theirs = later.answer.incident_id
        if theirs == origin or (theirs == card.pk and joined_at is not None and later.at >= joined_at):
            return later
    return None


def _ending(one: DatedAnswer, endings: list[Spoken], card: Incident) -> Spoken | None:
    heard = {one.answer.incident_id, card.pk, card.answered_with_id}
    return next((end for end in endings if end.at > one.at and end.answer.incident_id in heard), None)


def _promise(one: DatedAnswer, card: Incident, after: DatedAnswer | None, ending: Spoken | None) -> Promise:
    over = card.state in OVER
    course = Course(
        limit_at=end_of(one.day),
        moved_at=after.at if after else None,
        ended_at=ending.at if ending else None,
        outcome=ending.answer.outcome if ending else "",
        showed=ending is not None and ending.answer.ground in grounds.PROOFS,
        # What was found to be no incident has no moment of its end: nothing was owed from the beginning.
        closed_at=(card.closed_at or one.at) if over else None,
        why=(card.close_reason or card.noise_reason) if over else "",
    )
    verdict = fate_of(course)
    return Promise(
        answer_id=one.answer.pk,
        incident_id=card.pk,
        given_at=one.at,
        limit_at=course.limit_at,
        fate=verdict.fate,
        settled_at=verdict.at,
        outcome=verdict.outcome,
        why=verdict.why,
    )
