"""Keeping what was heard before anybody understands it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from otklik.lib import wake
from otklik.networks.base import Origin, Raw
from otklik.networks.models import Account, RawEvent, Source


def keep(raws: Iterable[Raw], account: Account, source: Source | None, now: datetime) -> int:
    """Store payloads that are not there yet; returns how many were new. Committed with the caller's transaction."""
    fresh = 0
    for raw in raws:
        event = RawEvent(
            account=account,
            source=source,
            network=account.network,
            origin=raw.origin.value,
            key=_key(account, raw),
            context=dict(raw.context),
            body=raw.body,
            received_at=now,
            due_at=now,
        )
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


def plain(event: RawEvent) -> Raw:
    """A stored payload as a connector takes it."""
    return Raw(Origin(event.origin), bytes(event.body), event.key or "", event.context)


def _key(account: Account, raw: Raw) -> str | None:
    if not raw.key:
        return None
    # Keys of different accounts never meet: whoever knows one account's secret cannot silence another's events.
    return hashlib.sha256(f"{account.network}:{account.pk}:{raw.key}".encode(errors="replace")).hexdigest()
