"""Working-time arithmetic: when a clock runs out, and how much working time has passed.

Everything goes in and comes out as aware datetimes; what comes out is in UTC. A day's work is one span from opening
to closing by the local clock of the zone; a break for lunch is not taken out, since the norms («9 рабочих часов»)
count a day from its opening to its closing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from otklik.routing import calendar_ru
from otklik.routing.calendar_ru import FIRST_YEAR, LAST_YEAR, DayKind

HORIZON = timedelta(days=3660)
"""A limit further away than ten years is a mistake in the norm."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND


class TooFar(ValueError):
    """The moment or the limit lies outside what the calendar can answer for."""


@dataclass(frozen=True)
class WorkWeek:
    """Opening hours by the local clock of `zone`, on the working days of Russia.

    `special` says for single days how many hours are worked, from the opening on; 0 is a day off, and a day with
    more hours than usual closes later, at midnight at the latest. It overrides the production calendar.
    Raises ValueError for hours that make no sense.
    """

    opens: time
    closes: time
    zone: ZoneInfo
    special: Mapping[date, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.opens.tzinfo or self.closes.tzinfo or self.opens >= self.closes:
            raise ValueError(f"working hours must be local and end after they begin: {self.opens}–{self.closes}")
        for day, hours in self.special.items():
            if not 0 <= hours <= 24:
                raise ValueError(f"{day} cannot have {hours} working hours")
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))

    @property
    def usual_day(self) -> int:
        """Seconds from opening to closing on a day that is not special."""
        return round((_hours(self.closes) - _hours(self.opens)) * 3600)

    def day_hours(self, day: date) -> float:
        """Hours from opening to closing on that local day; 0 on a day off. Raises TooFar outside 2000–2099."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise TooFar(f"{day} is outside {FIRST_YEAR}–{LAST_YEAR}")
        special = self.special.get(day)
        if special is not None:
            return min(special, 24 - _hours(self.opens))
        full = _hours(self.closes) - _hours(self.opens)
        match calendar_ru.kind(day):
            case DayKind.OFF:
                return 0.0
            case DayKind.SHORT:
                return max(full - 1, 0.0)
            case DayKind.FULL:
                return full


def read_special(data: Mapping[str, object]) -> dict[date, float]:
    """Special days as a calendar stores them, {"2026-12-31": 0}. Raises ValueError that names the broken entry."""
    special: dict[date, float] = {}
    for day, hours in data.items():
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 <= hours <= 24:
            raise ValueError(f"{day} cannot have {hours!r} working hours")
        special[date.fromisoformat(day)] = float(hours)
    return special


def add_working(start: datetime, minutes: int, week: WorkWeek) -> datetime:
    """The moment, in UTC, by which `minutes` of working time have passed since `start`.

    A start outside working hours counts from the next opening, also with 0 minutes; a limit that is used up exactly
    at the end of a day is that day's closing. Raises ValueError for a naive start or negative minutes, TooFar for a
    limit more than ten years away.
    """
    start = _checked(start)
    left, now, last = _natural(minutes) * _MINUTE, _count(start), _count(start) + HORIZON // _MICROSECOND
    for begin, end in _spans_from(week, start.astimezone(week.zone).date()):
        begin = max(begin, now)
        if begin > last:
            break
        if begin >= end:
            continue
        if left <= end - begin:
            return _moment(begin + left)
        left -= end - begin
    raise TooFar(f"{minutes} working minutes from {start} are not over within ten years")


def working_seconds(start: datetime, end: datetime, week: WorkWeek) -> int:
    """Whole seconds of working time between two moments; 0 if `end` is not after `start`.

    The inverse of `add_working`. Raises ValueError for naive moments, TooFar outside 2001–2098.
    """
    start, end = _checked(start), _checked(end)
    if end <= start:
        return 0
    first, last = start.astimezone(week.zone).year, end.astimezone(week.zone).year
    years_between = sum(_year(week, year).total for year in range(first, last))
    return (years_between + _worked_before(week, end) - _worked_before(week, start)) // _SECOND


def limit(start: datetime, minutes: int, working: bool, week: WorkWeek) -> datetime:
    """When a clock of so many minutes runs out, in UTC: by working time, or by the clock on the wall.

    Raises as `add_working` does.
    """
    if working:
        return add_working(start, minutes, week)
    start, wall = _checked(start), _natural(minutes)
    if wall > HORIZON // timedelta(minutes=1):
        raise TooFar(f"{minutes} minutes are more than ten years")
    return start + timedelta(minutes=wall)


def _spans_from(week: WorkWeek, day: date) -> Iterator[tuple[int, int]]:
    index = day.timetuple().tm_yday - 1
    for year in range(day.year, LAST_YEAR + 1):
        yield from _year(week, year).spans[index:]
        index = 0


def _worked_before(week: WorkWeek, moment: datetime) -> int:
    """Microseconds of work from the beginning of the moment's local year to the moment."""
    local = moment.astimezone(week.zone)
    index = local.timetuple().tm_yday - 1
    year, now = _year(week, local.year), _count(moment)
    begin, end = year.spans[index]
    return year.before[index] + max(min(now, end) - begin, 0)


class _Year(NamedTuple):
    """The worked spans of a year in microseconds of the epoch; `before[i]` is the work done before the i-th day."""

    spans: tuple[tuple[int, int], ...]
    before: tuple[int, ...]
    total: int


# Equal weeks share their years: a caller may build the week anew from its row each time.
@lru_cache(maxsize=512)
def _year(week: WorkWeek, year: int) -> _Year:
    days = (date.fromordinal(number) for number in _ordinals(year))
    spans = tuple(_span(week, day) for day in days)
    before = tuple(accumulate((end - begin for begin, end in spans), initial=0))
    return _Year(spans, before[:-1], before[-1])


def _span(week: WorkWeek, day: date) -> tuple[int, int]:
    opening = datetime.combine(day, week.opens)
    closing = opening + timedelta(hours=week.day_hours(day))
    begin, end = (_count(moment.replace(tzinfo=week.zone)) for moment in (opening, closing))
    # Where a zone jumps forward inside the hours, the closing may come before the opening: no work then.
    return begin, max(begin, end)


def _checked(moment: datetime) -> datetime:
    """The moment in UTC. A day is left at either end, so that no zone leads out of the years."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise TooFar(f"{moment} is outside {FIRST_YEAR + 1}–{LAST_YEAR - 1}")
    return moment.astimezone(UTC)


def _natural(minutes: int) -> int:
    if minutes < 0:
        raise ValueError(f"a clock cannot run {minutes} minutes")
    return minutes


def _count(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(count: int) -> datetime:
    return _EPOCH + timedelta(microseconds=count)


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60 + clock.second / 3600


def _ordinals(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
