"""The cards of some stretches of time, exact at this moment: kept folded months, and over them whatever is newer.

All that has changed since is read by one question, and the folded months were read before it; so everything that comes
out belongs to one moment, that of this question, however much is written meanwhile: totals are the sums of their parts.

Where the folded months are young, after a history was taken in or with a new version, all would be read card by card.
Whoever waits for a page (`at_once`) is told so instead, until they are folded; whoever has time gets the same figures
anyway.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db.models import BinaryField, Case, JSONField, Q, Subquery, Value, When
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from otklik.incidents.models import Incident
from otklik.reports.columns import Columns, unpack
from otklik.reports.gather import TooMany, Unindexed, columns_of, layout
from otklik.reports.memory import UNPACKED
from otklik.reports.models import FoldedMonth, MonthFolding
from otklik.reports.months import months, stretches
from otklik.reports.slices import Slice, between, joined, of

MEGABYTE = 1024 * 1024
Stretch = tuple[datetime, datetime]
MOST = 2_000
"""So many cards are read one by one while somebody waits: a fifth of a second."""
_waits: ContextVar[bool] = ContextVar("waits", default=False)


class BeingFolded(Exception):
    """The cards asked for are in no folded month yet, and too many to be read while somebody waits."""


@contextmanager
def at_once() -> Iterator[None]:
    """What is asked inside is answered soon, or by BeingFolded."""
    before = _waits.set(True)
    try:
        yield
    finally:
        _waits.reset(before)


class _Kept(NamedTuple):
    """The folded ones of the months asked for, and the revision that all of them have seen."""

    revision: int
    months: Mapping[date, Columns]


def cards(asked: Sequence[Stretch], zone: ZoneInfo) -> list[Slice]:
    """For each [since, until), both whole seconds, everybody's cards that were begun in it. Two queries. Raises
    BeingFolded inside `at_once`."""
    wanted = sorted({month for since, until in asked for month in months(since, until, zone)})
    kept = _months(wanted)
    newer = Incident.objects.filter(_newer(kept, zone) | _elsewhere(kept, asked, wanted, zone))
    try:
        fresh = of(columns_of(newer.order_by(Unindexed("started_at"), "pk"), MOST if _waits.get() else None))
    except TooMany:
        raise BeingFolded from None
    old = (of(kept.months[month]) for month in wanted if month in kept.months)
    parts = [*(one.where(~np.isin(one["pk"], fresh["pk"])) for one in old), fresh]
    return [joined([_between(part, since, until) for part in parts]) for since, until in asked]


def _between(part: Slice, since: datetime, until: datetime) -> Slice:
    """A month that lies wholly inside, or outside, is not looked through."""
    return part.where(between(part["started"], since, until))


def _months(wanted: Sequence[date]) -> _Kept:
    """Read before anything newer is: what a folded month has not seen is then found by its revision. One query, which
    brings the cards of those folded months alone that this process has not unpacked yet."""
    ours = layout()
    seen = Subquery(MonthFolding.objects.order_by("pk").values("seen")[:1], output_field=JSONField())
    fresh = Case(When(mark__in=UNPACKED.marks(), then=Value(None)), default="cards", output_field=BinaryField())
    rows = list(FoldedMonth.objects.filter(layout=ours, month__in=wanted).values_list("month", "mark", fresh, seen))
    bound = rows[0][3].get(ours) if rows and rows[0][3] else None
    if bound is None:
        return _Kept(-1, {})
    new = {mark: unpack(bytes(kept)) for _month, mark, kept, _seen in rows if kept is not None}
    columns_by_month = {month: new.get(mark) or UNPACKED.get(mark) for month, mark, _kept, _seen in rows}
    UNPACKED.put(new, settings.MONTHS_MEMORY * MEGABYTE)
    # One that another thread has let go of in this moment is read card by card.
    return _Kept(bound, {month: columns for month, columns in columns_by_month.items() if columns is not None})


def _newer(kept: _Kept, zone: ZoneInfo) -> Q:
    """Cards of the kept months that have changed since."""
    condition, started = Q(pk__in=[]), Unindexed("started_at")
    for since, until in stretches(sorted(kept.months), zone):
        condition |= Q(GreaterThanOrEqual(started, since), LessThan(started, until), revision__gt=kept.revision)
    return condition


def _elsewhere(kept: _Kept, asked: Sequence[Stretch], wanted: Sequence[date], zone: ZoneInfo) -> Q:
    """All that is asked for of the months that have no folded month."""
    condition = Q(pk__in=[])
    for since, until in stretches([month for month in wanted if month not in kept.months], zone):
        for first, end in asked:
            if max(since, first) < min(until, end):
                condition |= Q(started_at__gte=max(since, first), started_at__lt=min(until, end))
    return condition
