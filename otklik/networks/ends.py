"""When keys expire, where a network says so: asked once a day, so that a person is warned before the account stops."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from otklik.networks.base import Access
from otklik.networks.errors import NetworkError
from otklik.networks.models import Account, Token
from otklik.networks.optional import TellsEnds
from otklik.networks.registry import NETWORKS

DAY = timedelta(days=1)
FIELDS = ("account", "account__network", "kind", "expires_at")
WARNED = timedelta(days=14)  # time enough to find whoever owns the key


def ask_ends(account: Account, access: Access, now: datetime, every: timedelta = DAY) -> None:
    """Asks the network and keeps the answer, unless that was done less than `every` ago. Never raises a NetworkError:
    whoever uses the key gets that error anyway."""
    network: object = NETWORKS[account.network]
    if not isinstance(network, TellsEnds):
        return
    keys = Token.objects.filter(account=account)
    if not keys.filter(Q(end_asked_at__isnull=True) | Q(end_asked_at__lte=now - every)).update(end_asked_at=now):
        return
    try:
        ends_by_kind = network.ends(access)
    except NetworkError:
        return
    for kind in keys.values_list("kind", flat=True):
        keys.filter(kind=kind).update(expires_at=ends_by_kind.get(kind))


def dying(keys: Iterable[tuple[int, str, str, datetime | None]], now: datetime) -> dict[int, tuple[str, datetime]]:
    """By account the kind of the key that expires first and when, if that is soon; `keys` as `FIELDS` read them. Pure.

    Networks that renew their keys themselves give no date, so nobody is warned of them.
    """
    network_kinds = {kind for kind, network in NETWORKS.items() if isinstance(network, TellsEnds)}
    ends_by_account: dict[int, tuple[str, datetime]] = {}
    for account, network, kind, at in keys:
        if (
            network in network_kinds
            and at is not None
            and at < min(now + WARNED, ends_by_account.get(account, (kind, at + DAY))[1])
        ):
            ends_by_account[account] = (kind, at)
    return ends_by_account
