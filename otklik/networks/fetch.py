"""The step of a Source: poll, backfill, reconcile what pushes missed."""

from datetime import datetime, timedelta

from django.db import transaction

from otklik.journal import book
from otklik.lib import clock
from otklik.lib.due import finish
from otklik.networks.access import access_to
from otklik.networks.base import ReadPlace
from otklik.networks.ends import ask_ends
from otklik.networks.errors import AuthLost
from otklik.networks.legal import allowed
from otklik.networks.models import Account, Source
from otklik.networks.outage import plant, read_at_once, was_away
from otklik.networks.raw import keep
from otklik.networks.reading import settle
from otklik.networks.registry import NETWORKS

SWITCHED_OFF = timedelta(minutes=5)  # between looks whether the network may be read again


def fetch(sources: list[Source], now: datetime) -> None:
    """Read each source once. The payloads and the cursor are committed together: nothing is skipped by a crash."""
    for source in sources:
        _fetch_one(source, now)


def _fetch_one(source: Source, now: datetime) -> None:
    account = source.account
    if not (source.active and account.active) or account.stopped_at:
        finish(source)
        return
    if not allowed(source.network).read:
        finish(source, now + SWITCHED_OFF)
        return
    quiet = now - source.last_event_at if source.last_event_at else None
    place = ReadPlace(source.kind, source.external_id, source.cursor, quiet)
    try:
        access = access_to(account)
        heard = NETWORKS[source.network].fetch(access, place, now)
    except AuthLost as lost:
        stop(account, str(lost), clock.now())
        raise
    then = clock.now()  # a long poll may have waited for half a minute
    moved = source.kind == Source.Kind.FOREIGN and heard.place not in ("", source.external_id)
    with book.turn() if moved else transaction.atomic():
        if moved:
            settle(source, heard.place, then)
        fresh = keep(heard.raws, account, source, then)
        changes = {"cursor": heard.cursor, "last_poll_at": then}
        if fresh:
            changes["last_event_at"] = then
        Source.objects.filter(pk=source.pk).update(**changes)
        finish(source, then + heard.again_in)
    plant(source, then)
    if was_away(source.last_poll_at, then, heard.again_in):
        read_at_once(source, then)
    ask_ends(account, access, then)


def stop(account: Account, reason: str, now: datetime) -> None:
    """The token was refused: the account is silent until a person has seen to it."""
    Account.objects.filter(pk=account.pk, stopped_at__isnull=True).update(stopped_at=now, stop_reason=reason)


def resume(account: Account, now: datetime) -> None:
    """A person has renewed the token: read again from where we were."""
    Account.objects.filter(pk=account.pk).update(stopped_at=None, stop_reason="")
    Source.objects.filter(account=account, active=True).update(
        due_at=now, set_aside_at=None, error="", failures=0, claims=0
    )
