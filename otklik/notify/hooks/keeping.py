"""Verbs of a subscription: add, change, switch off and on, a new secret, a trial, once more. Each is a journal row.

Addresses and names stand among the entry's free words; secrets nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from otklik.journal import book
from otklik.journal.seals import proof_of
from otklik.lib.address import safe_address
from otklik.lib.http import NotSent
from otklik.lib.http import Refused as ClosedAddress
from otklik.lib.refusal import Refused
from otklik.lib.secret import SecretLost
from otklik.notify.hooks import kinds
from otklik.notify.hooks.body import body_of
from otklik.notify.hooks.line import uid_of
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.plan import PATIENCE
from otklik.notify.hooks.sign import fresh_secret
from otklik.notify.hooks.tell import neighbour_client
from otklik.people.models import Agency, User
from otklik.people.seen import check_seen, mark, turned

_write = partial(book.write_deed, "hook")
BOTH_FOR = timedelta(hours=24)
"""How long the secret before the last one still signs."""
LONGEST = 500


@dataclass(frozen=True, slots=True)
class HookInput:
    """What is said of a subscription. `agency` None: the whole region."""

    name: str
    address: str
    kinds: Sequence[str]
    agency: Agency | None = None


def trouble_with(address: str) -> str:
    """Why nobody is told there: "shape", "https" or "inside"; "" when it may be called. Asks for the name's addresses.

    A name that nobody has is let through: the neighbour may be about to get it, and each call looks again.
    """
    if not safe_address(address, LONGEST):
        return "shape"
    parts = urlsplit(address)
    training = settings.MODE == "demo" and parts.hostname == "127.0.0.1"
    if parts.scheme != "https" and not training:
        return "https"
    try:
        neighbour_client().check(address)
    except ClosedAddress:
        return "inside"
    except NotSent:
        return ""
    return ""


def add(subscription_input: HookInput, by: User, at: datetime) -> tuple[Subscription, str]:
    """A new subscription and its secret, which is shown once. It hears of what happens from now on."""
    secret = fresh_secret()
    with book.turn():
        made = Subscription.objects.create(
            **_columns(subscription_input), secret=secret, entry=book.settled(), due_at=at
        )
        _write(
            "hook.add",
            made,
            by,
            at,
            _data(subscription_input),
            f"{subscription_input.name}\n{subscription_input.address}",
        )
    return made, secret


def _held(pk: int) -> Subscription:
    """As `locked`, without reading secrets: one that no key opens any more is changed for a new one."""
    return Subscription.objects.select_for_update().defer("secret", "earlier").get(pk=pk)


def _readable(here: Subscription) -> str:
    try:
        return here.secret
    except SecretLost:
        return ""


def seen(here: Subscription) -> str:
    """The mark of what `change` changes."""
    return mark(here.name, here.address, sorted(here.kinds), here.agency_id)


def change(here: Subscription, subscription_input: HookInput, was_seen: str, by: User, at: datetime) -> bool:
    """Whether anything changed. Calls that wait go to the new address. Raises Refused "overtaken"."""
    with book.turn():
        subscription = _held(here.pk)
        check_seen(seen(subscription), was_seen)
        columns = _columns(subscription_input)
        if all(getattr(subscription, name) == value for name, value in columns.items()):
            return False
        Subscription.objects.filter(pk=here.pk).update(**columns)
        words = turned((subscription.name, subscription_input.name), (subscription.address, subscription_input.address))
        _write("hook.edit", here, by, at, _data(subscription_input), words)
    return True


def switch_off(here: Subscription, by: User, at: datetime) -> None:
    """Nobody is told any more; what waits, waits. Raises Refused "late": it is off already."""
    off = {"off_at": at, "off_why": Subscription.Why.PERSON, "due_at": None}
    with book.turn():
        if not Subscription.objects.filter(pk=here.pk, off_at__isnull=True).update(**off):
            raise Refused("late")
        _write("hook.off", here, by, at)


def switch_on(here: Subscription, by: User, at: datetime) -> None:
    """It goes on where it was, as far back as calls are tried. Raises Refused "late": it is on already."""
    fresh = {"misses": 0, "failing_since": None, "told_at": None, "rest_until": None}
    with book.turn():
        off = Subscription.objects.filter(pk=here.pk, off_at__isnull=False)
        if not off.update(off_at=None, off_why="", due_at=at, **fresh):
            raise Refused("late")
        _write("hook.on", here, by, at)


def rotate(here: Subscription, by: User, at: datetime) -> str:
    """A new secret, which is shown once; the one before it signs, too, for a day."""
    secret = fresh_secret()
    with book.turn():
        before = _readable(_held(here.pk))
        Subscription.objects.filter(pk=here.pk).update(secret=secret, earlier=before, earlier_until=at + BOTH_FOR)
        _write("hook.secret", here, by, at)
    return secret


def ping(here: Subscription, by: User, at: datetime) -> Call:
    """A trial: an event about nothing, told past the line and only once. Raises Refused "late": it is off."""
    with book.turn():
        subscription = _held(here.pk)
        if subscription.off_at is not None:
            raise Refused("late")
        entry = _write("hook.ping", here, by, at)
        uid = uid_of(subscription, proof_of(entry))
        return Call.objects.create(
            uid=uid,
            subscription=subscription,
            entry=entry.pk,
            kind=kinds.PING,
            body=body_of(str(uid), kinds.PING, at, None, "", None),
            made_at=at,
            until=at + PATIENCE,
            aside=True,
            due_at=at,
        )


def repeat(call: Call, by: User, at: datetime) -> None:
    """A person says: once more, for three more days. Raises Refused "late": it does not wait for him, or it is off."""
    again = {"given_up_at": None, "tries": 0, "aside": True, "until": at + PATIENCE, "due_at": at}
    with book.turn():
        subscription = _held(call.subscription_id)
        abandoned_calls = Call.objects.filter(pk=call.pk, given_up_at__isnull=False)
        if subscription.off_at is not None or not abandoned_calls.update(**again):
            raise Refused("late")
        _write("hook.repeat", subscription, by, at, {"call": call.pk, "entry": call.entry})


def _columns(subscription_input: HookInput) -> dict[str, Any]:
    chosen = [kind for kind in kinds.KINDS if kind in subscription_input.kinds]
    return {
        "name": subscription_input.name,
        "address": subscription_input.address,
        "kinds": chosen,
        "agency": subscription_input.agency,
    }


def _data(subscription_input: HookInput) -> dict[str, Any]:
    return {
        "agency": subscription_input.agency.pk if subscription_input.agency else 0,
        "kinds": [*subscription_input.kinds],
    }
