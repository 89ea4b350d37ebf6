"""Months of the region's clock. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from otklik.reports.periods import midnight


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the local month in which this moment lies."""
    return at.astimezone(zone).date().replace(day=1)


def after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def bounds(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[since, until) of a month given by its first day."""
    return midnight(month, zone), midnight(after(month), zone)


def months(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Every month that has a moment of [since, until), in order."""
    month = month_of(since, zone)
    while midnight(month, zone) < until:
        yield month
        month = after(month)


def stretches(some: Iterable[date], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """[since, until) of months that rise; those that follow each other are one stretch."""
    spans: list[tuple[datetime, datetime]] = []
    for month in some:
        since, until = bounds(month, zone)
        if spans and spans[-1][1] == since:
            since = spans.pop()[0]
        spans.append((since, until))
    return spans
