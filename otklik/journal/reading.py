"""Reading on in the journal: every entry is handed over once, in the order of numbers, when all before it are there.

Whoever follows the journal is a row that keeps its place, the last number it has looked at. What it makes of entries is
written in the transaction that moves the place, so a worker that is killed and a database that comes back from a copy
leave nothing out and do nothing twice. Each follower has a row of its own: one that fails stops no other.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, Subquery

from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import Due, finish

EVERY = timedelta(seconds=1)
"""Between two pieces once all was read: what comes meanwhile is read together."""
UNREAD_AT_LEAST = timedelta(minutes=10)
"""Whoever follows the journal looks at least so often, also for what no entry tells him."""


def read_on(
    row: Due,
    wanted: QuerySet[Entry],
    most: int,
    hear: Callable[[Sequence[Entry]], object],
    now: datetime,
    place: str = "entry",
) -> None:
    """Hands the next entries that are `wanted` to `hear`, up to `most` or none, moves the row's place and finishes it;
    it comes again at once where there may be more. `place` is the row's column; None there: what is past is nobody's
    news. Inside one transaction. Raises LeaseLost, and whatever `hear` does."""
    after, newest = getattr(row, place), book.settled()
    entries: list[Entry] = []
    if after is not None:
        entries = list(wanted.filter(pk__gt=after, pk__lte=newest).order_by("pk")[:most])
    more = len(entries) == most
    hear(entries)
    finish(row, now if more else now + EVERY, {place: entries[-1].pk if more else newest})


def unread(place: str = "entry") -> Callable[[datetime], Q]:
    """Of the rows that follow the journal, and keep their place in this column: those that have something to read at
    that moment."""

    def condition(now: datetime) -> Q:
        newest = Subquery(Entry.objects.order_by("-pk").values("pk")[:1])
        behind = Q(**{f"{place}__isnull": True}) | Q(**{f"{place}__lt": newest})
        return behind | Q(due_at__lte=now - UNREAD_AT_LEAST)

    return condition
