"""Verbs of an account: add, change, give a key, switch off and on, resume. Each is one journal row of ids and codes.

A key is tried by calls of the network before it is kept, outside of any transaction. It is shown to nobody again.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.conf import settings

from otklik.journal import book
from otklik.lib import clock
from otklik.lib.redact import redact, remember
from otklik.lib.refusal import Refused
from otklik.lib.secret import SecretLost
from otklik.networks import fetch
from otklik.networks.access import base_of, http_client
from otklik.networks.base import Access, Right
from otklik.networks.errors import NetworkError
from otklik.networks.legal import check_read
from otklik.networks.models import Account, Token, new_hook_key, reserve
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency, User
from otklik.people.seen import before, check_seen, mark, turned

_write = partial(book.write_deed, "account")
PATIENCE = 8.0  # seconds that somebody waits for each answer: he looks at a page meanwhile


@dataclass(frozen=True, slots=True)
class AccountInput:
    """What is said of an account; `agency` None is the region itself."""

    title: str
    agency: Agency | None = None


class Trouble(NamedTuple):
    """One thing that the network has against a key, in its words; `what` was tried, "" for the key as a whole."""

    what: str
    why: str


def unsaved(network: str, external_id: str) -> Account:
    """An account that is not in the database yet. A training installation speaks with the sandbox alone."""
    return Account(
        network=network, external_id=external_id, sandbox=settings.MODE == "demo", hook_secret=new_hook_key()
    )


def namesake(network: str, external_id: str) -> Account | None:
    """The account that speaks with this voice already, however its id is written."""
    voice = NETWORKS[network].voice
    wanted = voice(external_id)
    known = Account.objects.filter(network=network).only("pk", "title", "external_id")
    return next((one for one in known if voice(one.external_id) == wanted), None)


def trouble_with(account: Account, keys: Mapping[str, str]) -> list[Trouble]:
    """What the network says against these keys, by kind, for this account; [] when they work with all that we need.

    Some keys work only together, so those that the account has already are tried along. Lines that say the same
    without the new ones are not about them. The keys must also name the account's own voice: some kinds have no line
    of their own.
    """
    for secret in keys.values():
        remember(secret)
    network = NETWORKS[account.network]
    try:
        access = _trial(account, keys)
        kept = {kind: secret for kind, secret in access.tokens.items() if kind not in keys}
        without = network.rights(replace(access, tokens=kept))
        against = [_trouble(right) for right in network.rights(access) if not right.ok and right not in without]
        if not against:
            network.authors(access, [network.voice(account.external_id)])
    except NetworkError as refusal:
        return [Trouble("", redact(str(refusal)))]
    return against


def _trouble(right: Right) -> Trouble:
    return Trouble(right.name, redact(right.advice))


def _trial(account: Account, keys: Mapping[str, str]) -> Access:
    """The account with these keys beside its own. Raises SwitchedOff.

    A key of its own that is sealed with a lost key of ours is left out: it must not close the way to mend that.
    """
    check_read(account.network)
    stored = {token.kind: token for token in account.tokens.defer("secret")} if account.pk else {}

    def turn(kind: str) -> None:
        if kind in stored:
            time.sleep(reserve(stored[kind], clock.now()).total_seconds())

    return Access(
        external_id=account.external_id,
        base=base_of(account),
        http=replace(http_client(), read_timeout=PATIENCE),
        turn=turn,
        tokens={**_readable(stored), **keys},
        options=account.options,
    )


def _readable(stored: Mapping[str, Token]) -> dict[str, str]:
    secrets_by_kind = {}
    for kind, token in stored.items():
        with suppress(SecretLost):
            secrets_by_kind[kind] = Token.objects.only("secret").get(pk=token.pk).secret
    return secrets_by_kind


def has_key(account: Account, kind: str, secret: str) -> bool:
    """Whether this very key is kept there. One that is sealed with a lost key of ours is not."""
    try:
        return Token.objects.filter(account=account, kind=kind).get().secret == secret
    except (Token.DoesNotExist, SecretLost):
        return False


def add(account: Account, account_input: AccountInput, keys: Mapping[str, str], by: User, at: datetime) -> Account:
    """Keep an `unsaved` account with its first keys, which have been tried. Raises Refused "double"."""
    with book.turn():
        if namesake(account.network, account.external_id):
            raise Refused("double")
        account.title, account.agency = account_input.title, account_input.agency
        account.save(force_insert=True)
        data = {"network": account.network, "agency": account_input.agency.pk if account_input.agency else 0}
        _write("account.add", account, by, at, data)
        for kind, secret in keys.items():
            _keep(account, kind, secret, by, at)
    return account


def seen(account: Account) -> str:
    """The mark of what `change` changes."""
    return mark(account.title, account.agency_id)


def change(account: Account, account_input: AccountInput, was_seen: str, by: User, at: datetime) -> bool:
    """Another title or agency: nothing stops by that and nothing begins. Whether anything changed.

    Raises Refused "overtaken": it is not what was seen.
    """
    with book.turn():
        here = Account.objects.only("title", "agency").get(pk=account.pk)
        check_seen(seen(here), was_seen)
        data: dict[str, object] = {"agency": account_input.agency.pk if account_input.agency else 0}
        was, words = before({"agency": here.agency_id or 0}, data), turned((here.title, account_input.title))
        if not was and not words:
            return False
        Account.objects.filter(pk=account.pk).update(title=account_input.title, agency=account_input.agency)
        _write("account.edit", account, by, at, {**data, **({"before": was} if was else {})}, words)
    return True


def give_key(account: Account, kind: str, secret: str, by: User, at: datetime) -> bool:
    """Keep a key that has been tried, in place of the one of its kind. True: the account was stopped and goes on."""
    with book.turn():
        _keep(account, kind, secret, by, at)
        stopped = Account.objects.filter(pk=account.pk, stopped_at__isnull=False).exists()
        if stopped:
            fetch.resume(account, at)
            _write("account.resume", account, by, at)
    return stopped


def _keep(account: Account, kind: str, secret: str, by: User, at: datetime) -> None:
    # A renewal that did not end was one of the keys before; how long this one lives nobody has told.
    Token.objects.filter(account=account).update(renewing_until=None)
    if not Token.objects.filter(account=account, kind=kind).update(secret=secret, expires_at=None, end_asked_at=None):
        rates = {one.kind: one.per_second for one in NETWORKS[account.network].keys}
        Token.objects.create(account=account, kind=kind, secret=secret, per_second=rates.get(kind, 3.0))
    _write("account.key", account, by, at, {"network": account.network, "kind": kind})


def switch_off(account: Account, by: User, at: datetime) -> None:
    """It neither reads nor answers; what waits goes on waiting. Raises Refused "late": it is off already."""
    with book.turn():
        if not Account.objects.filter(pk=account.pk, active=True).update(active=False):
            raise Refused("late")
        _write("account.off", account, by, at)


def switch_on(account: Account, by: User, at: datetime) -> None:
    """It reads again from where it was; if its key is refused still, it stops by itself. Raises Refused "late"."""
    with book.turn():
        if not Account.objects.filter(pk=account.pk, active=False).update(active=True):
            raise Refused("late")
        fetch.resume(account, at)
        _write("account.on", account, by, at)


def resume(account: Account, by: User, at: datetime) -> None:
    """A stopped account tries the keys that it has once more. Raises Refused "late": it is not stopped."""
    with book.turn():
        if not Account.objects.filter(pk=account.pk, stopped_at__isnull=False).exists():
            raise Refused("late")
        fetch.resume(account, at)
        _write("account.resume", account, by, at)
