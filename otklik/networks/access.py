"""An account's row as its connector sees it: tokens, the HTTP client, and the wait for a token's next allowed call."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from otklik.lib import clock
from otklik.lib.http import HttpClient
from otklik.lib.redact import remember
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access
from otklik.networks.errors import AuthLost, NetworkError, OutcomeUnknown, RetryAt
from otklik.networks.legal import check_read
from otklik.networks.models import Account, Token, put_to_rest, reserve, spend
from otklik.networks.optional import Renewed, RenewsKeys
from otklik.networks.registry import NETWORKS

_PATIENCE = 10
_SHARE = 3  # pauses between two calls of reading back beside its own
LONGEST_WAIT = timedelta(seconds=20)  # a call that must wait longer is put off, and a thread is free meanwhile
log = logging.getLogger(__name__)
MARGIN = timedelta(minutes=5)  # a key that dies sooner is renewed before it is used
LEASE = timedelta(minutes=2)  # longer than the longest call
AGAIN = timedelta(seconds=30)  # after an answer that did not come
LOOK_AGAIN = timedelta(seconds=0.5)
PATIENCE = 20  # looks whether the other worker is ready
STORE_TRIES = 5

CUT_OFF = _(
    "Прошлое продление ключа оборвалось: сеть выдала новый ключ, а до нас он не дошёл. "
    "Подключите аккаунт заново и запишите новые ключи"
)
BUSY = _("Ключ аккаунта сейчас продлевается")
UNCLEAR = _("Продлить ключ не получилось: ответ сети не дошёл")

Ask = Callable[[Mapping[str, str]], Renewed]
Sleep = Callable[[float], None]


def bases() -> dict[str, str]:
    """The base address of each network for real accounts."""
    return {kind: settings.NETWORK_BASES.get(kind, network.base) for kind, network in NETWORKS.items()}


def base_of(account: Account) -> str:
    """Where this account's calls go."""
    if account.sandbox:
        return f"{settings.SANDBOX_ADDRESS}/{NETWORKS[account.network].prefix}"
    return bases()[account.network]


@lru_cache(maxsize=1)
def http_client() -> HttpClient:
    """The client of this process. The sandbox's address is let through only on a training installation."""
    inside = {settings.SANDBOX_ADDRESS} if settings.MODE == "demo" else set()
    return HttpClient(
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
            raise RetryAt(_("Предел обращений к сети исчерпан: ждём, когда она разрешит снова"), wait)
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
        http=http_client(),
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
    for _turn in range(_PATIENCE):
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
                raise RetryAt(_("Обращения для сверки на сегодня исчерпаны: продолжим завтра"), tomorrow - now)
            _let_others_go(token, sleep)
        access.turn(kind)

    return replace(access, turn=turn)


# Keys that live for hours: renewed before they die and when they are refused, once for all workers, kept encrypted.
#
# What renews a key dies by it (the network gives another), so two workers must never ask at once, and nothing may be
# lost between the network's answer and our commit. A worker takes the lease of the key by a guarded UPDATE; whoever
# finds it taken waits and uses what the other has brought. A worker that dies in between leaves a lease that runs
# out: the next one asks once more with what we have, and if the network refuses that, only a person can connect the
# account anew.
def dies_soon(token: Token, now: datetime) -> bool:
    return token.expires_at is not None and token.expires_at - now < MARGIN


def renewed(account: Account, kind: str, refused: str, ask: Ask, sleep: Sleep = time.sleep) -> dict[str, Token]:
    """The account's keys as they stand once the one of this kind is neither about to die nor the `refused` one.

    `ask` makes the network's call with the keys that it is given. Raises RetryAt and AuthLost. Outside of transactions:
    what the network has given must not be rolled back.
    """
    for _turn in range(PATIENCE):
        keys = _keys(account)
        if _is_good(keys[kind], refused):
            return keys
        lease, cut_off = _claim(keys[kind])
        if lease:
            return _renew(keys[kind], refused, ask, (lease, cut_off), sleep)
        sleep(LOOK_AGAIN.total_seconds())
    raise RetryAt(BUSY, AGAIN)


def _keys(account: Account) -> dict[str, Token]:
    return {token.kind: token for token in Token.objects.filter(account=account)}


def _is_good(token: Token, refused: str) -> bool:
    return token.secret != refused and not dies_soon(token, clock.now())


def _claim(token: Token) -> tuple[datetime | None, bool]:
    """The lease, None when another worker holds it; and whether the renewal before did not come to its end."""
    now = clock.now()
    free = Token.objects.filter(pk=token.pk)
    with transaction.atomic(durable=True):
        if free.filter(renewing_until__isnull=True).update(renewing_until=now + LEASE):
            return now + LEASE, False
        taken = free.filter(renewing_until__lte=now).update(renewing_until=now + LEASE)
    return (now + LEASE if taken else None), True


def _renew(old: Token, refused: str, ask: Ask, held: tuple[datetime, bool], sleep: Sleep) -> dict[str, Token]:
    account, kind, (lease, cut_off) = old.account, old.kind, held
    keys = _keys(account)
    if _is_good(keys[kind], refused):  # another worker was ready just before we took the lease
        _leave(keys[kind], lease, None)
        return keys
    try:
        renewal = ask({one: token.secret for one, token in keys.items()})
    except OutcomeUnknown:
        _leave(keys[kind], lease, clock.now() + AGAIN)
        raise RetryAt(UNCLEAR, AGAIN) from None
    except AuthLost as lost:
        if _keys(account)[kind].secret != keys[kind].secret:  # a person has given another one meanwhile
            raise RetryAt(BUSY, AGAIN) from None
        _leave(keys[kind], lease, None)
        raise (AuthLost(CUT_OFF, lost.code) if cut_off else lost) from None
    except NetworkError:
        _leave(keys[kind], lease, clock.now() if cut_off else None)
        raise
    for secret in renewal.keys.values():
        remember(secret)
    _store_surely(keys[kind], renewal, sleep)
    log.info("the key %s of account %s was renewed", kind, account.pk)
    return _keys(account)


def _leave(token: Token, lease: datetime, until: datetime | None) -> None:
    Token.objects.filter(pk=token.pk, renewing_until=lease).update(renewing_until=until)


def _store_surely(token: Token, renewal: Renewed, sleep: Sleep) -> None:
    """The old keys are dead and the new ones are nowhere else: a database that is away for a moment is waited for."""
    for tried in range(STORE_TRIES):
        try:
            _store(token, renewal)
        except (OperationalError, InterfaceError):
            if tried + 1 == STORE_TRIES:
                log.critical("a renewed key of account %s could not be stored", token.account_id)
                raise
            connection.close()
            sleep(tried + 1)
        else:
            return


def _store(token: Token, renewal: Renewed) -> None:
    """All of them or none, unless somebody has put another key there since."""
    with transaction.atomic(durable=True):
        here = Token.objects.select_for_update().get(pk=token.pk)
        if here.secret != token.secret:
            return
        for kind, secret in renewal.keys.items():
            Token.objects.filter(account=token.account_id, kind=kind).update(secret=secret)
        dies = clock.now() + renewal.lives if renewal.lives else None
        Token.objects.filter(pk=token.pk).update(expires_at=dies, renewing_until=None)
