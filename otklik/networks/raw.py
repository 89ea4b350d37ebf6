"""Keeping what was heard before anybody understands it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from otklik.lib import wake
from otklik.networks.base import Origin, Raw
from otklik.networks.models import Account, RawEvent, Source


@dataclass(frozen=True, slots=True, eq=False)
class Pushed:
    """A payload that a network brought. `source` is the id of the account's own place, if it is read."""

    account: Account
    source: int | None
    raw: Raw


def keep(raws: Iterable[Raw], account: Account, source: Source | None, now: datetime) -> int:
    """Store payloads that are not there yet; returns how many were new. Committed with the caller's transaction."""
    fresh = 0
    for raw in raws:
        event = _event(account, source.pk if source else None, raw, _key(account, raw), now)
        if event.key and RawEvent.objects.filter(key=event.key).exists():
            continue
        try:
            with transaction.atomic():
                event.save(force_insert=True)
        except IntegrityError:
            continue  # another worker has just stored the same payload
        fresh += 1
    if fresh:
        wake.after_commit()
    return fresh


def keep_pushed(pushed: Sequence[Pushed], now: datetime) -> None:
    """Store payloads of many accounts by one commit: all of them, or none and it raises. One that is there already, or
    that somebody else is just storing, is not stored again."""
    events = [_event(one.account, one.source, one.raw, _key(one.account, one.raw), now) for one in pushed]
    RawEvent.objects.bulk_create(events, ignore_conflicts=True)
    wake.after_commit()


def keep_read(raw: Raw, account: Account, source: Source | None, now: datetime) -> RawEvent:
    """Store a payload that its reader takes in at once: no step waits for it. Each look is news: it has no key."""
    return RawEvent.objects.create(
        account=account,
        source=source,
        network=account.network,
        origin=raw.origin.value,
        context=dict(raw.context),
        body=raw.body,
        received_at=now,
        events=1,
    )


def _event(account: Account, source: int | None, raw: Raw, key: str | None, now: datetime) -> RawEvent:
    return RawEvent(
        account=account,
        source_id=source,
        network=account.network,
        origin=raw.origin.value,
        key=key,
        context=dict(raw.context),
        body=raw.body,
        received_at=now,
        due_at=now,
    )


def plain(event: RawEvent) -> Raw:
    """A stored payload as a connector takes it."""
    return Raw(Origin(event.origin), bytes(event.body), event.key or "", event.context)


def _key(account: Account, raw: Raw) -> str | None:
    if not raw.key:
        return None
    # Keys of different accounts never meet: whoever knows one account's secret cannot silence another's events.
    return hashlib.sha256(f"{account.network}:{account.pk}:{raw.key}".encode(errors="replace")).hexdigest()
