"""The order of sending: a part after the part before it is published, an answer after no earlier one is under way.

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
    """Whether an earlier part of the same answer is not known to be published."""
    before = Delivery.objects.filter(answer=delivery.answer_id, part__lt=delivery.part)
    return delivery.part > 1 and before.exclude(state=D.SENT).exists()


def waits_for_an_answer(delivery: Delivery) -> bool:
    """Whether an earlier answer of this card to the same author is still being sent automatically."""
    earlier = Delivery.objects.filter(
        answer__incident=delivery.answer.incident_id,
        answer__lt=delivery.answer_id,
        message__author=delivery.message.author_id,
    )
    return delivery.part == 1 and earlier.filter(_UNDER_WAY).exists()


def following(delivery: Delivery) -> Delivery | None:
    """The next part of the answer; None when this is the last one to be sent."""
    later = Delivery.objects.filter(answer=delivery.answer_id, part__gt=delivery.part)
    return later.exclude(state__in=_SETTLED).order_by("part").first()


def call(following: Delivery, before: Delivery, at: datetime) -> None:
    """Release the next part, since the one before is published. An answer that was begun by hand because there is no
    other way goes on by hand."""
    by_hand = before.account_id is None or before.hold == H.BY_HAND
    held: dict[str, Any] = {"hold": H.BY_HAND, "cause": before.cause, "words": before.words}
    if before.account_id is None:
        held["due_at"] = at  # the voice may be there by now
    waiting = Delivery.objects.filter(pk=following.pk, state=D.QUEUED, hold=H.TURN)
    waiting.update(**(held if by_hand else {"hold": H.NONE, "due_at": at}))


def drop_following(delivery: Delivery) -> None:
    """Withdraw the parts that wait behind the first one: nothing of the answer will be published."""
    later = Delivery.objects.filter(answer=delivery.answer_id, part__gt=delivery.part, state=D.QUEUED)
    later.update(state=D.RECALLED, hold=H.NONE, due_at=None)
