"""Who lives at the addresses that networks push to, as fresh as the question.

What is asked each time is one statement for all who are asked for. An account whose rows say what they said last time
is taken as it was built then: to build it again, its keys opened, would cost more than to store what was pushed.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import OuterRef

from otklik.networks.legal import decided_read, may_read
from otklik.networks.models import Account, LegalSwitch, Source, Token

MOST_KEPT = 1000
Rows = tuple[tuple[Any, ...], ...]


class Home(NamedTuple):
    """The account at an address: whether its network may be read, and the id of its own place, if that is read."""

    account: Account
    read: bool
    source: int | None


_kept: dict[str, tuple[Rows, Home]] = {}


def homes(keys: Collection[str]) -> dict[str, Home]:
    """By the key in the address, those that there are and that are active."""
    rows_by_key = _stored_homes(keys)
    known = {key: kept[1] for key, rows in rows_by_key.items() if (kept := _kept.get(key)) and kept[0] == rows}
    changed = rows_by_key.keys() - known.keys()
    if not changed:
        return known
    read = _read(changed)
    after = _stored_homes(changed)
    if len(_kept) > MOST_KEPT:
        _kept.clear()
    # What has changed while it was read is read again the next time.
    _kept.update({key: (rows_by_key[key], home) for key, home in read.items() if after.get(key) == rows_by_key[key]})
    return known | read


def _stored_homes(keys: Collection[str]) -> dict[str, Rows]:
    """All that is known of these addresses, as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(_question(len(keys)), list(keys))
        rows = cursor.fetchall()
    rows_by_key: dict[str, Rows] = {}
    for key, *row in rows:
        rows_by_key[key] = (*rows_by_key.get(key, ()), tuple(row))
    return rows_by_key


@cache
def _question(many: int) -> str:
    """A row for each key of each account."""
    account, token, source, switch = (
        connection.ops.quote_name(model._meta.db_table) for model in (Account, Token, Source, LegalSwitch)
    )
    columns = ", ".join(f"a.{connection.ops.quote_name(str(field.column))}" for field in Account._meta.concrete_fields)
    return (
        f"SELECT a.hook_key, {columns}, t.kind, t.secret, s.id, l.read FROM {account} a"  # noqa: S608 our own names
        f" LEFT JOIN {token} t ON t.account_id = a.id"
        f" LEFT JOIN {source} s ON s.network = a.network AND s.external_id = a.external_id AND s.kind = 'own'"
        f" LEFT JOIN {switch} l ON l.network = a.network"
        f" WHERE a.active AND a.hook_key IN ({', '.join(['%s'] * many)}) ORDER BY a.id, t.id"
    )


def _read(keys: Collection[str]) -> dict[str, Home]:
    own = Source.objects.filter(network=OuterRef("network"), external_id=OuterRef("external_id"), kind=Source.Kind.OWN)
    rows = Account.objects.filter(hook_key__in=keys, active=True).prefetch_related("tokens")
    accounts = rows.annotate(read=decided_read("network"), own=own.values("pk")[:1])
    return {one.hook_key: Home(one, may_read(one.network, one.read), one.own) for one in accounts}
