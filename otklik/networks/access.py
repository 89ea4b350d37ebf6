"""An account's row as its connector sees it: tokens, the door, and the wait for a token's next allowed call."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings

from otklik.lib import clock
from otklik.lib.http import Door
from otklik.networks.base import Access
from otklik.networks.errors import RetryAt
from otklik.networks.legal import check_read
from otklik.networks.models import Account, Token, put_to_rest, reserve, spend
from otklik.networks.optional import RenewsKeys
from otklik.networks.registry import NETWORKS
from otklik.networks.renewing import dies_soon, renewed

_PATIENCE = 10
_SHARE = 3  # pauses between two calls of reading back beside its own
LONGEST_WAIT = timedelta(seconds=20)  # a call that must wait longer is put off, and a thread is free meanwhile


def bases() -> dict[str, str]:
    """The base address of each network for real accounts."""
    return {kind: settings.NETWORK_BASES.get(kind, network.base) for kind, network in NETWORKS.items()}


def base_of(account: Account) -> str:
    """Where this account's calls go."""
    if account.sandbox:
        return f"{settings.SANDBOX_ADDRESS}/{NETWORKS[account.network].prefix}"
    return bases()[account.network]


@lru_cache(maxsize=1)
def door() -> Door:
    """The one door out of this process. The sandbox's address is let through only on a training installation."""
    inside = {settings.SANDBOX_ADDRESS} if settings.MODE == "demo" else set()
    return Door(
        bases=frozenset({*bases().values(), *inside}),
        proxy=settings.OUT_PROXY,
        ca_file=settings.OUT_CA_FILE,
        read_timeout=settings.ANSWER_WITHIN,
    )


def access_to(account: Account, sleep: Callable[[float], None] = time.sleep) -> Access:
    """What a connector needs to work with this account. `sleep` takes seconds. Raises SwitchedOff: see legal.py."""
    check_read(account.network)
    return plain_access(account, sleep)


def plain_access(account: Account, sleep: Callable[[float], None] = time.sleep) -> Access:
    """The same for one who knows that the network may be read."""
    tokens: dict[str, Token] = {token.kind: token for token in account.tokens.all()}
    secrets = {kind: token.secret for kind, token in tokens.items()}

    def turn(kind: str) -> None:
        token = tokens.get(kind)
        if token is None:
            return
        wait = reserve(token, clock.now(), LONGEST_WAIT)
        if wait > LONGEST_WAIT:
            raise RetryAt("Предел обращений к сети исчерпан: ждём, когда она разрешит снова", wait)
        sleep(wait.total_seconds())

    def rest(kind: str, time: timedelta) -> None:
        if kind in tokens:
            put_to_rest(tokens[kind], clock.now() + time)

    def fresh(kind: str, refused: str) -> str:
        network: object = NETWORKS[account.network]
        if not isinstance(network, RenewsKeys) or network.renewable(secrets) != kind:
            return ""
        if not refused and not dies_soon(tokens[kind], clock.now()):
            return ""
        renew = network.renew
        tokens.update(renewed(account, kind, refused, lambda keys: renew(replace(access, tokens=keys)), sleep))
        secrets.update({kind: token.secret for kind, token in tokens.items()})
        return secrets[kind]

    site = f"{settings.SANDBOX_ADDRESS}/{NETWORKS[account.network].prefix}"
    access = Access(
        external_id=account.external_id,
        base=base_of(account),
        door=door(),
        turn=turn,
        rest=rest,
        fresh=fresh,
        tokens=secrets,
        secret=account.hook_secret,
        confirmation=account.confirmation,
        options={**({"site": site} if account.sandbox else {}), **account.options},
    )
    return access


def _let_others_go(token: Token, sleep: Callable[[float], None]) -> None:
    """Leave the token's next calls to quick readings: three of every four, and more while they wait for theirs."""
    gap = 1 / max(token.per_second, 0.01)
    sleep(_SHARE * gap)
    for _ in range(_PATIENCE):
        taken = Token.objects.filter(pk=token.pk, next_call_at__gt=clock.now() + timedelta(seconds=gap))
        if not taken.exists():
            return
        sleep(_SHARE * gap)


def within_budget(account: Account, sleep: Callable[[float], None] = time.sleep) -> Access:
    """The same for reading back: at a quarter of the token's pace, so that quick readings need not wait for it, and
    within its calls of a day; then RetryAt until the next one."""
    access = access_to(account, sleep)
    tokens = {token.kind: token for token in account.tokens.all()}

    def turn(kind: str) -> None:
        token, now = tokens.get(kind), clock.now()
        if token is not None:
            if not spend(token, now.date(), settings.RECONCILE_CALLS):
                tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
                raise RetryAt("Обращения для сверки на сегодня исчерпаны: продолжим завтра", tomorrow - now)
            _let_others_go(token, sleep)
        access.turn(kind)

    return replace(access, turn=turn)
