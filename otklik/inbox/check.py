"""The step of a Hint: ask the network for the text that a push said something of. What it shows decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from otklik.inbox.batch import Heard
from otklik.inbox.hints import address_of, is_fresh
from otklik.inbox.models import Hint
from otklik.inbox.take_in import apply_all, is_own, remove, voices
from otklik.lib import clock
from otklik.lib.due import finish
from otklik.networks.access import access_to
from otklik.networks.base import Event, Raw, ReadPlace
from otklik.networks.errors import AuthLost, NeedsPerson, NotSupported, Permanent, SwitchedOff
from otklik.networks.fetch import SWITCHED_OFF, stop
from otklik.networks.models import Account
from otklik.networks.raw import keep, plain
from otklik.networks.registry import NETWORKS

LATER = timedelta(minutes=1)


def check(hints: list[Hint], now: datetime) -> None:
    """One text after the other. A network that cannot be asked leaves nothing but to believe what it was heard to say;
    a person judges it all the same before a card ends by it."""
    for hint in hints:
        account = hint.account
        if account is None or not account.active or account.stopped_at:
            finish(hint, now + LATER)
        else:
            _check_one(hint, account, now)


def _check_one(hint: Hint, account: Account, now: datetime) -> None:
    try:
        shown = NETWORKS[hint.network].fetch(access_to(account), ReadPlace("link", hint.external_id), now).raws
    except SwitchedOff:
        finish(hint, now + SWITCHED_OFF)
    except (NotSupported, NeedsPerson):
        _believe(hint)
    except Permanent:
        with transaction.atomic():
            remove(hint.network, hint.external_id, clock.now())
            _apply(hint, is_fresh)  # a complaint that was taken back before we read it is kept as a deleted one
            finish(hint)
    except AuthLost as lost:
        stop(account, str(lost), clock.now())
        raise
    else:
        _take_over(hint, account, shown)


def _take_over(hint: Hint, account: Account, shown: tuple[Raw, ...]) -> None:
    """What the network shows goes the way of everything that is read. Each look is news: it has no key."""
    parse = NETWORKS[hint.network].parse
    if not any(address_of(event) == hint.external_id for raw in shown for event in parse(raw)):
        _believe(hint)
        return
    with transaction.atomic():
        keep([replace(raw, key="") for raw in shown], account, hint.source, clock.now())
        finish(hint)


def _believe(hint: Hint) -> None:
    with transaction.atomic():
        _apply(hint, lambda _event, _own: True)
        finish(hint)


def _apply(hint: Hint, wanted: Callable[[Event, bool], bool]) -> None:
    """What the push said of this text, as far as it is `wanted`: the event, and whether one of our voices wrote it."""
    if hint.raw is None:
        return
    ours = voices()
    heard = [Heard(event, hint.raw) for event in NETWORKS[hint.network].parse(plain(hint.raw))]
    here = [one for one in heard if one.key[1] == hint.external_id and wanted(one.event, is_own(*one, ours))]
    apply_all(here, ours, clock.now())
