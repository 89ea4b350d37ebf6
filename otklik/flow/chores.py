"""The step of a Chore: nightly and scheduled work that belongs to no row of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from otklik.flow.models import Chore, Worker
from otklik.lib.due import finish

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


@chore("forget-workers", timedelta(days=1))
def forget_workers(now: datetime) -> None:
    """Signs of life of workers long gone."""
    Worker.objects.filter(seen_at__lt=now - timedelta(days=2)).delete()


def chores(rows: list[Chore], now: datetime) -> None:
    """Run each and set its next time. A chore that no longer exists in the code is done with."""
    for row in rows:
        if row.name not in CHORES:
            finish(row)
            continue
        function, every = CHORES[row.name]
        function(now)
        Chore.objects.filter(pk=row.pk).update(last_run_at=now)
        finish(row, now + every)


def plant(now: datetime) -> None:
    """Make the rows of chores that are not there yet; a worker does so when it starts."""
    for name in CHORES:
        Chore.objects.get_or_create(name=name, defaults={"due_at": now})
