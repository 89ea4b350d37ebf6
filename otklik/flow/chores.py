"""The step of a Chore: nightly and scheduled work that belongs to no row of its own.

A chore reads outside of a transaction and opens what it needs where it writes, so that nobody waits for what it reads.
Safe to repeat: a worker that dies before it has set the next time leaves the chore to another one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import SystemRandom

from django.contrib.sessions.models import Session

from otklik.finding import sketches
from otklik.flow.models import Chore, Worker
from otklik.lib.due import finish
from otklik.notify.alerts import alarms, surges
from otklik.people import counters, programs
from otklik.privacy import retain
from otklik.routing import noise_checks
from otklik.themes import turning

CHORES: dict[str, tuple[Callable[[datetime], None], timedelta]] = {}


def chore(name: str, every: timedelta) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Register a function of the present moment to be run every so often."""

    def register(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        CHORES[name] = (function, every)
        return function

    return register


@chore("forget-sessions", timedelta(days=1))
def forget_sessions(now: datetime) -> None:
    """Sessions that have ended are of no use to anybody."""
    Session.objects.filter(expire_date__lt=now).delete()


@chore("forget-counters", timedelta(hours=1))
def forget_counters(now: datetime) -> None:
    """Attempts to sign in that no limit looks at any more."""
    counters.forget(now)


@chore("forget-program-requests", timedelta(hours=1))
def forget_program_requests(now: datetime) -> None:
    """What programs were answered a day ago: none of them asks for it again."""
    programs.forget_requests(now)


@chore("forget-workers", timedelta(days=1))
def forget_workers(now: datetime) -> None:
    """Signs of life of workers long gone."""
    Worker.objects.filter(seen_at__lt=now - timedelta(days=2)).delete()


@chore("forget-sketches", timedelta(days=1))
def forget_sketches(now: datetime) -> None:
    """What is kept of cards for recognising their matter, once they ended long ago."""
    sketches.forget(now)


@chore("begin-classifier", timedelta(minutes=10))
def begin_classifier(now: datetime) -> None:
    """A version of the classifier whose day has come."""
    turning.begin_due(now)


@chore("draw-noise", timedelta(hours=6))
def draw_noise(now: datetime) -> None:
    """Yesterday's sample of what was called noise. Asked more often than daily, so that no day waits for the next."""
    noise_checks.draw(now, SystemRandom())


@chore("find-surges", surges.EVERY)
def find_surges(now: datetime) -> None:
    """Whether many people write about the same just now."""
    surges.find_surges(now)


@chore("watch-seals", timedelta(minutes=1))
def watch_seals(now: datetime) -> None:
    """Whether somebody seals the journal."""
    alarms.ring_for_seals(now)


def chores(rows: list[Chore], now: datetime) -> None:
    """Run each and set its next time. A chore that no longer exists in the code is done with."""
    for row in rows:
        if row.name not in CHORES:
            finish(row)
            continue
        function, every = CHORES[row.name]
        function(now)
        finish(row, now + every, {"last_run_at": now})


def plant(now: datetime) -> None:
    """Make the rows of chores, and of what is forgotten by the clock, that are not there yet; a worker does so when it
    starts. One that a worker without it was done with comes again."""
    for name in CHORES:
        Chore.objects.get_or_create(name=name, defaults={"due_at": now})
    Chore.objects.filter(name__in=CHORES, due_at__isnull=True).update(due_at=now)
    retain.plant(now)
