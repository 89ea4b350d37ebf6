"""Answers on their way into a network, and what stands there."""

from datetime import datetime
from itertools import count

from otklik.answers.models import Answer
from otklik.publishing.models import Delivery, Epoch, Sent

_NUMBERS = count(1)


def delivery(answer: Answer, at: datetime | None = None, **more: object) -> Delivery:
    """Of the whole answer, under the message that it replies to, in the last epoch or a first one."""
    at = at or answer.changed_at
    epoch = Epoch.objects.last() or Epoch.objects.create(began_at=at)
    made = {"message": answer.reply_to, "epoch": epoch, "text": answer.text, "key": f"key-{next(_NUMBERS)}", **more}
    return Delivery.objects.create(answer=answer, created_at=at, **made)


def sent(answer: Answer, at: datetime | None = None, **more: object) -> Sent:
    """The answer as it stands in the network, with its delivery."""
    at = at or answer.changed_at
    way = delivery(answer, at, state=Delivery.State.SENT)
    address = f"{answer.reply_to.external_id}-{next(_NUMBERS)}"
    return Sent.objects.create(delivery=way, **{"external_id": address, "at": at, **more})
