"""Which days a report is about: a day, a week or a month, and what they are compared with. Pure.

A span is written as people and computers both read it: `2026-06-14`, `2026-W24` (ISO 8601), `2026-06`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from otklik.lib.sentence import Sentence as _
from otklik.reports.periods import BadPeriod, Period, midnight, months_back, own

FIFTY_TWO_WEEKS = timedelta(weeks=52)
"""A year ago on the same weekday: a Monday is compared with a Monday."""

_SHAPES = {
    "daily": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "weekly": re.compile(r"(\d{4})-W(\d\d)", re.ASCII),
    "monthly": re.compile(r"(\d{4})-(\d\d)", re.ASCII),
}


class Cycle(StrEnum):
    """How long a report's period is."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Span:
    """`code` is how the period is written. `week_ago` is there for a day alone; both have nothing before them."""

    cycle: Cycle
    code: str
    period: Period
    week_ago: Period | None
    year_ago: Period


def cycle_of(code: str) -> Cycle:
    """What a written period is. Raises BadPeriod."""
    for name, shape in _SHAPES.items():
        if shape.fullmatch(code.strip()):
            return Cycle(name)
    raise BadPeriod(_("Не понятен период: нужен месяц вида 2026-06, неделя вида 2026-W24 или день вида 2026-06-14."))


def span(code: str, now: datetime, zone: ZoneInfo) -> Span:
    """The period that is written so; of one that still runs, what has passed of it. Raises BadPeriod."""
    code = code.strip()
    cycle = cycle_of(code)
    first = _first_day(cycle, code)
    period = own(first.isoformat(), (_end(cycle, first) - timedelta(days=1)).isoformat(), now, zone)

    def like(day: date) -> Period:
        return _like(period, cycle, day)

    if cycle == Cycle.MONTHLY:
        before = like(months_back(first, 1))
        period = replace(period, before_since=before.since, before_until=before.until)
    return Span(
        cycle=cycle,
        code=code,
        period=period,
        week_ago=like(first - timedelta(weeks=1)) if cycle == Cycle.DAILY else None,
        year_ago=like(months_back(first, 12) if cycle == Cycle.MONTHLY else first - FIFTY_TWO_WEEKS),
    )


def code_of(cycle: Cycle, day: date) -> str:
    """How the period that holds this day is written."""
    if cycle == Cycle.DAILY:
        return day.isoformat()
    if cycle == Cycle.WEEKLY:
        year, week, _weekday = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{day:%Y-%m}"


def last_whole(cycle: Cycle, now: datetime, zone: ZoneInfo) -> str:
    """The last period that is over by the clock of `zone`."""
    today = now.astimezone(zone).date()
    if cycle == Cycle.DAILY:
        return code_of(cycle, today - timedelta(days=1))
    if cycle == Cycle.WEEKLY:
        return code_of(cycle, today - timedelta(days=7))
    return code_of(cycle, today.replace(day=1) - timedelta(days=1))


def next_time(cycle: Cycle, hour: int, day: int, now: datetime, zone: ZoneInfo) -> datetime:
    """When a schedule comes next, strictly after `now`: at this hour by the clock of `zone`, every day, on the weekday
    `day` (0 is Monday), or on the day `day` of each month (1 to 28)."""
    today = now.astimezone(zone).date()
    for ahead in range(33):
        at = midnight(today + timedelta(days=ahead), zone).replace(hour=hour)
        fits = {Cycle.DAILY: True, Cycle.WEEKLY: at.weekday() == day, Cycle.MONTHLY: at.day == day}[cycle]
        if fits and at > now:
            return at
    raise ValueError(f"no day {day} within a month")


def _first_day(cycle: Cycle, code: str) -> date:
    try:
        if cycle == Cycle.DAILY:
            first = date.fromisoformat(code)
        else:
            year, part = (int(number) for number in code.replace("W", "").split("-"))
            first = date.fromisocalendar(year, part, 1) if cycle == Cycle.WEEKLY else date(year, part, 1)
    except ValueError:
        raise BadPeriod(_("Такого дня, недели или месяца в календаре нет.")) from None
    if first.year >= 2100:  # further on the calendar of computers ends
        raise BadPeriod(_("Этот период ещё не наступил."))
    return first


def _end(cycle: Cycle, first: date) -> date:
    """The first day that is no longer in it."""
    if cycle == Cycle.MONTHLY:
        return (first + timedelta(days=31)).replace(day=1)
    return first + (timedelta(weeks=1) if cycle == Cycle.WEEKLY else timedelta(days=1))


def _like(period: Period, cycle: Cycle, first: date) -> Period:
    """The one that begins on `first`: whole when `period` is over, else until the same hour of the same day of it."""
    zone = period.zone
    since, until = midnight(first, zone), midnight(_end(cycle, first), zone)
    if period.until < midnight(_end(cycle, period.first), zone):
        passed = period.until.astimezone(zone).replace(tzinfo=None) - datetime.combine(period.first, time())
        until = min(until, (since.replace(tzinfo=None) + passed).replace(tzinfo=zone))
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    return Period(since, until, since, since, first, max(last, first), zone)
