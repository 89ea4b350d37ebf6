"""«Сдать смену»: cards go from one person to the next, who says that he takes them. Until then nothing moves."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from otklik.desk.models import HandedOver, Handover
from otklik.desk.operator.shift.shift import Held, hand_of, shift_of
from otklik.incidents.cards import visible_to
from otklik.incidents.models import IN_HAND, Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.people.models import User
from otklik.work.models import Notice
from otklik.work.notices import tell
from otklik.work.undo import undoable

VERB = "handed_over"


class Closed(Exception):
    """The handover was confirmed or withdrawn meanwhile, or there is nothing left to hand over. Nothing was done."""


class _MovedOn(Exception):
    """This card is not in the giver's hands any more, or its taker does not see it."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`batch` takes all of it back. `moved` and `left` are numbers of cards."""

    batch: str
    moved: list[int]
    left: list[int]


def waiting(**who: Any) -> QuerySet[Handover]:
    """Handovers that nobody has confirmed or withdrawn, of the given `giver` or `taker`."""
    return Handover.objects.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True, **who)


def offered(giver: User) -> set[int]:
    """Ids of cards that stand in a handover of his already, and wait. One query."""
    return set(HandedOver.objects.filter(handover__in=waiting(giver=giver)).values_list("incident_id", flat=True))


def offer(giver: User, taker: User, cards: Sequence[Held], note: str, at: datetime) -> Handover:
    """Offer these cards to the taker, who gets a notice. A card that is offered already stays where it is.

    Raises Closed when none is left: the second of two presses.
    """
    with book.writing():
        User.objects.select_for_update(no_key=True).get(pk=giver.pk)  # of two presses the second sees what is offered
        before = offered(giver)
        fresh = [held for held in cards if held.card.pk not in before]
        if not fresh:
            raise Closed
        handover = Handover.objects.create(giver=giver, taker=taker, note=note, at=at)
        HandedOver.objects.bulk_create(
            HandedOver(handover=handover, incident=held.card, why=why) for held in fresh for why in held.why
        )
        tell([taker], Notice.Kind.HANDOVER, by=giver, at=at)
        _write(handover, "offer", giver, at, cards=len(fresh))
    return handover


def withdraw(handover: Handover, by: User, at: datetime) -> None:
    """The giver keeps his cards after all; notices that the taker has not seen yet are withdrawn. Raises Closed."""
    with book.writing():
        if not waiting(pk=handover.pk).update(withdrawn_at=at):
            raise Closed
        notices = Notice.objects.filter(user=handover.taker_id, by=by, kind=Notice.Kind.HANDOVER, at=handover.at)
        notices.filter(seen_at__isnull=True).delete()
        _write(handover, "withdraw", by, at)


def confirm(handover: Handover, taker: User, at: datetime) -> Confirmed:
    """Each card goes to the taker in a transaction of its own; those that moved on meanwhile stay where they are.

    Whoever is interrupted confirms again and goes on: what is his already is no news. Raises Closed.
    """
    if not standing(handover):
        raise Closed
    key, moved, left = str(uuid.uuid4()), [], []
    for card in Incident.objects.filter(pk__in=_cards_of(handover)).order_by("number"):
        try:
            with undoable([card], VERB, taker, key):
                _hand(handover, card.pk, taker, at)
            moved.append(card.number)
        except _MovedOn:
            if card.pk not in fate_of(handover).moved:
                left.append(card.number)
    with book.writing():
        same = Handover.objects.filter(pk=handover.pk, withdrawn_at__isnull=True, confirmed_at=handover.confirmed_at)
        if handover.confirmed_at is None:
            same = waiting(pk=handover.pk)
        if same.update(confirmed_at=at):
            _write(handover, "confirm", taker, at, cards=len(moved))
    return Confirmed(key, moved, left)


def standing(handover: Handover) -> bool:
    """Whether it can be confirmed: it waits, or its confirmation was taken back by «вернуть»."""
    now = Handover.objects.get(pk=handover.pk)
    return now.withdrawn_at is None and (now.confirmed_at is None or bool(fate_of(now).undone))


@dataclass(frozen=True, slots=True)
class Fate:
    """Ids of cards that this handover has moved, and of those that the taker put back by «вернуть»."""

    moved: set[int]
    undone: set[int]


def fate_of(handover: Handover) -> Fate:
    """What has become of a handover's cards, by the journal. One query."""
    cards = HandedOver.objects.filter(handover=handover).values("incident")
    there = Q(subject=f"handover:{handover.pk}", verb=f"incident.{VERB}")
    back = Q(incident__in=cards, verb="incident.undo", actor=f"user:{handover.taker_id}", at__gte=handover.at)
    fate = Fate(set(), set())
    for pk, verb, data in Entry.objects.filter(there | back).order_by("pk").values_list("incident", "verb", "data"):
        if pk is not None and verb == f"incident.{VERB}":
            fate.moved.add(pk)
            fate.undone.discard(pk)
        elif pk in fate.moved and isinstance(data, dict) and data.get("undone") == VERB:
            fate.moved.discard(pk)
            fate.undone.add(pk)
    return fate


def _cards_of(handover: Handover) -> set[int]:
    return set(HandedOver.objects.filter(handover=handover).values_list("incident_id", flat=True))


def _hand(handover: Handover, card_pk: int, taker: User, at: datetime) -> None:
    """One card into the taker's hands, with its journal entry. Inside `undoable`. Raises _MovedOn."""
    giver = handover.giver
    if not Handover.objects.filter(pk=handover.pk, withdrawn_at__isnull=True).exists():
        raise _MovedOn
    held = shift_of(giver, at, only=[card_pk])
    if not held or not visible_to(taker).filter(pk=card_pk).exists():
        raise _MovedOn
    card = held[0].card
    changes = _changes(card, giver, taker, at)
    same = Incident.objects.filter(pk=card_pk, state=card.state, taken_by=card.taken_by_id, executor=card.executor_id)
    if changes and not same.update(**changes):
        raise _MovedOn
    details = {"from": giver.pk, "to": taker.pk, "why": [why.value for why in held[0].why]}
    record(card, VERB, at=at, actor=f"user:{taker.pk}", subject=f"handover:{handover.pk}", data=details)


def _changes(card: Incident, giver: User, taker: User, at: datetime) -> dict[str, Any]:
    """What the giver had of the card the taker has. A card that he had by a draft or a promise alone gets a hand too,
    unless a third person has it."""
    had = {"taken_by": card.taken_by_id, "executor": card.executor_id}
    hands = [column for column, pk in had.items() if pk == giver.pk]
    if not hands and had[hand_of(giver)] is None and card.state in IN_HAND:
        hands = [hand_of(giver)]
    changes: dict[str, Any] = dict.fromkeys(hands, taker)
    return changes | ({"taken_at": at} if "taken_by" in hands else {})


def _write(handover: Handover, verb: str, by: User, at: datetime, **more: int) -> None:
    details = {"from": handover.giver_id, "to": handover.taker_id} | more
    book.write(at=at, actor=f"user:{by.pk}", verb=f"handover.{verb}", subject=f"handover:{handover.pk}", data=details)
