"""The line of one subscription: its calls in the order of the journal, one under way at a time.

The oldest call that is neither heard nor given up is due, those behind it have no time. One that a living program has
refused several times steps aside and goes on by itself. All that writes here holds the subscription's row.
"""

import uuid
from datetime import datetime

from django.db.models import QuerySet

from otklik.notify.hooks.models import Call, Subscription


def uid_of(subscription: Subscription, proof: str) -> uuid.UUID:
    """The id of an event for a receiver, of the proof of its entry."""
    return uuid.uuid5(subscription.uid, proof)


def locked(pk: int) -> Subscription:
    """The subscription as it stands now, and nobody else's until the transaction ends. First of all rows."""
    return Subscription.objects.select_for_update().get(pk=pk)


def open_calls(subscription: Subscription) -> QuerySet[Call]:
    """Neither heard nor given up nor put before a person."""
    waiting = Call.objects.filter(subscription=subscription, done_at__isnull=True, given_up_at__isnull=True)
    return waiting.filter(set_aside_at__isnull=True)


def advance(subscription: Subscription, now: datetime) -> None:
    """The first in line becomes due, unless one is, or nobody is to be told. Safe to repeat. At most four queries."""
    if subscription.off_at is not None:
        return
    open_calls(subscription).filter(aside=True, due_at__isnull=True).update(due_at=now)
    line = open_calls(subscription).filter(aside=False)
    if line.filter(due_at__isnull=False).exists():
        return
    first = line.order_by("pk").values_list("pk", flat=True).first()
    if first is not None:
        rest = subscription.rest_until
        line.filter(pk=first, due_at__isnull=True).update(due_at=max(rest, now) if rest else now)


def resume(subscription: Subscription, now: datetime) -> None:
    """It hears again: the line does not wait for its rest to end."""
    open_calls(subscription).filter(aside=False, due_at__gt=now).update(due_at=now)
