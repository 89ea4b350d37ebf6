"""Whose turn it is: a part follows when the one before it stands, and an answer when the earlier one is not under way.

All that writes here runs inside `book.writing()`.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q

from otklik.publishing.models import Delivery

D, H = Delivery.State, Delivery.Hold
_SETTLED = (D.SENT, D.RECALLED)
_UNDER_WAY = (
    Q(state=D.SENDING)
    | (Q(state=D.UNKNOWN) & ~Q(hold=H.PERSON))
    | Q(state=D.QUEUED, hold__in=(H.NONE, H.UNDO, H.MOMENT), due_at__isnull=False)
)


def waits_for_a_part(delivery: Delivery) -> bool:
    """Whether a part before this one is not known to stand there."""
    before = Delivery.objects.filter(answer=delivery.answer_id, part__lt=delivery.part)
    return delivery.part > 1 and before.exclude(state=D.SENT).exists()


def waits_for_an_answer(delivery: Delivery) -> bool:
    """Whether an earlier answer of this card to the same author goes its way by itself and has not arrived."""
    earlier = Delivery.objects.filter(
        answer__incident=delivery.answer.incident_id,
        answer__lt=delivery.answer_id,
        message__author=delivery.message.author_id,
    )
    return delivery.part == 1 and earlier.filter(_UNDER_WAY).exists()


def following(delivery: Delivery) -> Delivery | None:
    """The part that comes after this one; None when this is the last that will be said."""
    later = Delivery.objects.filter(answer=delivery.answer_id, part__gt=delivery.part)
    return later.exclude(state__in=_SETTLED).order_by("part").first()


def call(following: Delivery, before: Delivery, at: datetime) -> None:
    """The part before stands there. What was published by hand since there is no other way goes on by hand."""
    by_hand = before.account_id is None or before.hold == H.BY_HAND
    held: dict[str, Any] = {"hold": H.BY_HAND, "cause": before.cause, "words": before.words}
    if before.account_id is None:
        held["due_at"] = at  # the voice may be there by now
    waiting = Delivery.objects.filter(pk=following.pk, state=D.QUEUED, hold=H.TURN)
    waiting.update(**(held if by_hand else {"hold": H.NONE, "due_at": at}))


def drop_following(delivery: Delivery) -> None:
    """Nothing of the answer will be said: what waits behind its first part is taken back with it."""
    later = Delivery.objects.filter(answer=delivery.answer_id, part__gt=delivery.part, state=D.QUEUED)
    later.update(state=D.RECALLED, hold=H.NONE, due_at=None)
