"""The step of a Subscription: what the journal says happened since becomes calls.

Each subscription has its own place in the journal: it begins where it was made, and waits while it is off.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from otklik.incidents.models import Incident
from otklik.incidents.workflow import MOVES
from otklik.journal.models import Entry
from otklik.journal.reading import read_on
from otklik.journal.seals import proof_of
from otklik.lib.due import finish
from otklik.notify.alerts.alarms import FAILING, alarm
from otklik.notify.hooks import kinds
from otklik.notify.hooks.body import body_of, cards_of, limits_of
from otklik.notify.hooks.line import advance, locked, uid_of
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.plan import ALARM, PATIENCE

ACTOR = "machine:hooks"
MOST = 50  # a turn of the journal is not held for long


def listen(subscriptions: list[Subscription], now: datetime) -> None:
    """All of it in the loop's one transaction."""
    for subscription in subscriptions:
        here = locked(subscription.pk)
        if here.off_at is not None:
            finish(subscription)
            continue
        # What is older than a call is tried for is no event any more.
        wanted = Entry.objects.filter(verb__in=kinds.verbs_of(here.kinds, MOVES), incident__isnull=False)
        read_on(subscription, wanted.filter(at__gt=now - PATIENCE), MOST, partial(_make, here, now), now)
        _forget_earlier(here, now)
        _raise_alarm(here, now)
        advance(here, now)


def _make(here: Subscription, now: datetime, entries: Sequence[Entry]) -> None:
    entry_kinds = [(entry, kinds.kind_of(entry.verb, entry.data, here.kinds)) for entry in entries]
    ids = {entry.incident for entry, kind in entry_kinds if kind and entry.incident is not None}
    if not ids:
        return
    cards = {pk: card for pk, card in cards_of(ids).items() if _hears_of(here, card)}
    limits = limits_of(cards)
    calls = []
    for entry, kind in entry_kinds:
        card = cards.get(entry.incident or 0)
        if not kind or card is None:
            continue
        uid = uid_of(here, proof_of(entry))
        state = str(entry.data.get("to") or card.state)
        calls.append(
            Call(
                uid=uid,
                subscription=here,
                entry=entry.pk,
                kind=kind,
                number=card.number,
                body=body_of(str(uid), kind, entry.at, card, state, limits.get(card.pk)),
                made_at=now,
                until=entry.at + PATIENCE,
            )
        )
    # A place that was put back, by whatever means, makes no second call of an entry.
    Call.objects.bulk_create(calls, ignore_conflicts=True)


def _hears_of(here: Subscription, card: Incident) -> bool:
    """A program of an agency hears of what that agency, or one below it, has now."""
    if here.agency is None:
        return True
    return card.agency is not None and card.agency.path.startswith(here.agency.path)


def _forget_earlier(here: Subscription, now: datetime) -> None:
    if here.earlier and here.earlier_until and here.earlier_until <= now:
        Subscription.objects.filter(pk=here.pk).update(earlier="", earlier_until=None)


def _raise_alarm(here: Subscription, now: datetime) -> None:
    """Once for each time that it began to fail."""
    if here.told_at is None and here.failing_since is not None and now - here.failing_since >= ALARM:
        Subscription.objects.filter(pk=here.pk).update(told_at=now)
        alarm(FAILING, f"hook:{here.pk}", ACTOR, now)
