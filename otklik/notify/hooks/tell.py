"""The step of a Call: say it to the neighbour's program, and keep what came of it.

A program may be told twice and knows doubles by `webhook-id`, so unlike an answer to a citizen nothing is looked up
before it is said again: the try is committed, the call is made outside of any transaction, its outcome is committed.
A worker that dies in between leaves a row that is told again with the same id and the same body.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import SystemRandom

from django.conf import settings
from django.db import transaction

from otklik.journal import book
from otklik.lib import clock
from otklik.lib.due import finish
from otklik.lib.http import NoAnswer, NotSent, Refused
from otklik.lib.neighbour import NeighbourClient
from otklik.lib.outbox import attempt
from otklik.lib.redact import redact
from otklik.notify.alerts.alarms import GONE, alarm
from otklik.notify.hooks import kinds
from otklik.notify.hooks.line import advance, locked, open_calls, resume
from otklik.notify.hooks.listen import ACTOR
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.plan import HOLDS, Meaning, meaning_of, pause_after
from otklik.notify.hooks.sign import headers

Chance = Callable[[], float]
Probe = Callable[[str], None]
MOST_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try. `status` None: no answer, and `words` say why. `took` in milliseconds."""

    meaning: Meaning
    status: int | None
    words: str
    reply: str
    took: int


def nowhere(point: str) -> None:
    """The probe of ordinary life: nothing happens at any point."""


def tell(calls: list[Call], now: datetime) -> None:
    """Each call by itself; opens its own transactions."""
    for call in calls:
        tell_one(call, now, SystemRandom().random)


def tell_one(call: Call, now: datetime, chance: Chance, probe: Probe = nowhere) -> None:
    """`probe` is told the point reached, so that a test can pull the plug there. Raises LeaseLost."""
    here = call.subscription
    if call.done_at or call.given_up_at or here.off_at:
        return finish(call)  # of one that is off it waits, and is due again with the others when it is on
    attempt(call, now)
    outcome = _say(call, here)
    probe("answer heard")
    return _settle(call, outcome, chance)


@lru_cache(maxsize=1)
def neighbour_client() -> NeighbourClient:
    """Made once from the settings. A training installation may tell programs of this machine."""
    here = ("127.0.0.1/32",) if settings.MODE == "demo" else ()
    return NeighbourClient(
        inside=(*settings.HOOKS_INSIDE, *here), proxy=settings.OUT_PROXY, ca_file=settings.OUT_CA_FILE
    )


def _say(call: Call, here: Subscription) -> Outcome:
    at, began, body = clock.now(), time.monotonic(), call.body.encode()
    try:
        heard = neighbour_client().post(here.address, body, headers(here.secrets_at(at), str(call.uid), at, body))
    except (Refused, NotSent, NoAnswer) as silent:
        return Outcome(Meaning.AWAY, None, redact(str(silent), 200), "", _milliseconds(began))
    reply = redact(heard.body.decode("utf-8", "replace"), MOST_SHOWN)
    return Outcome(meaning_of(heard.status), heard.status, "", reply, _milliseconds(began))


def _milliseconds(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _settle(call: Call, outcome: Outcome, chance: Chance) -> None:
    """What follows from it, in one transaction; nothing of it when another worker has the row by now."""
    columns = {"status": outcome.status, "words": outcome.words, "reply": outcome.reply, "took": outcome.took}
    with book.turn() if outcome.meaning is Meaning.GONE else transaction.atomic():
        now, here = clock.now(), locked(call.subscription_id)
        Call.objects.filter(pk=call.pk).update(**columns)
        if outcome.meaning is Meaning.DONE:
            _heard(call, here, now)
        elif call.kind == kinds.PING:
            finish(call, columns={"given_up_at": now})  # a person is waiting to see it, and asks again himself
        elif outcome.meaning is Meaning.GONE:
            _gone(call, here, now)
        else:
            _missed(call, here, outcome.meaning, now, chance)
        advance(Subscription.objects.get(pk=here.pk), now)


def _heard(call: Call, here: Subscription, now: datetime) -> None:
    fresh = {"misses": 0, "failing_since": None, "told_at": None, "rest_until": None}
    Subscription.objects.filter(pk=here.pk).update(succeeded_at=now, **fresh)
    finish(call, columns={"done_at": now})
    if here.rest_until is not None:
        resume(here, now)


def _gone(call: Call, here: Subscription, now: datetime) -> None:
    """It wants nothing any more: it is switched off, and somebody hears of it. Inside `book.turn()`."""
    finish(call, columns={"given_up_at": now})
    off = {"off_at": now, "off_why": Subscription.Why.GONE, "due_at": None}
    if Subscription.objects.filter(pk=here.pk, off_at__isnull=True).update(**off):
        alarm(GONE, f"hook:{here.pk}", ACTOR, now)


def _missed(call: Call, here: Subscription, meaning: Meaning, now: datetime, chance: Chance) -> None:
    """The line rests longer with each miss; a call that steps aside counts its own."""
    if call.until <= now:
        finish(call, columns={"given_up_at": now})
        # Whatever waited behind it for as long has had the same program that does not answer.
        outdated = open_calls(here).filter(until__lte=now, aside=False, lease="")
        outdated.update(given_up_at=now, due_at=None, words=call.words)
    if call.aside:
        if call.until > now:
            finish(call, now + pause_after(call.tries, chance))
        return
    misses = here.misses + 1
    rest = now + pause_after(misses, chance)
    steps_aside = meaning is Meaning.REFUSED and call.tries >= HOLDS
    Subscription.objects.filter(pk=here.pk).update(
        misses=misses, failing_since=here.failing_since or now, rest_until=now if steps_aside else rest
    )
    if call.until <= now:
        return
    if steps_aside:
        finish(call, now + pause_after(call.tries, chance), {"aside": True})
    else:
        finish(call, rest)
