"""Working-time arithmetic: when a clock runs out, and how much working time has passed.

Everything goes in and comes out as aware datetimes; what comes out is in UTC. A day's work lasts from opening to
closing by the local clock of the zone. Lunch is taken out only where a calendar names it: the norms of most regions
(«9 рабочих часов») count a day from its opening to its closing.
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
from otklik.routing.wall import instant

HORIZON = timedelta(days=3660)
"""A limit further away than ten years is a mistake in the norm."""

_Span = tuple[int, int]
"""From and to, in microseconds of the epoch."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND


class TooFar(ValueError):
    """The moment or the limit lies outside what the calendar can answer for."""


class NeverOpen(TooFar):
    """Nobody works by this calendar, on no day of the ten years that are looked at."""


MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class WorkWeek:
    """Opening hours by the local clock of `zone`; a closing at 00:00 is the midnight that ends the day.

    `special` says for single days how many hours are worked, from the opening on; 0 is a day off, and a day with
    more hours than usual closes later, at midnight at the latest. It overrides everything else.
    `lunch` is no work; it lies within the hours, and a day that closes before it has none.
    `weekdays` are worked, 0 is Monday. With `holidays` the production calendar of Russia is kept: its days off are
    free, the day before is an hour shorter, and a working Saturday is worked. Without, every such weekday is alike,
    as on a duty shift. Raises ValueError for hours that make no sense.
    """

    opens: time
    closes: time
    zone: ZoneInfo
    special: Mapping[date, float] = field(default_factory=dict, hash=False)
    lunch: tuple[time, time] | None = None
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: bool = True

    def __post_init__(self) -> None:
        clocks = (self.opens, *(self.lunch or ()), self.closes)
        hours = [_hours(clock) for clock in clocks[:-1]] + [_closing(self.closes)]
        if any(clock.tzinfo for clock in clocks) or sorted(set(hours)) != hours:
            raise ValueError(f"working hours must be local and follow each other: {', '.join(map(str, clocks))}")
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError(f"there are seven days in a week, from 0 to 6: {sorted(self.weekdays)}")
        for day, worked in self.special.items():
            if not 0 <= worked <= 24:
                raise ValueError(f"{day} cannot have {worked} working hours")
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))

    @property
    def usual_day(self) -> int:
        """Seconds of work on a day that is not special."""
        return round(self._full * 3600)

    @property
    def _pause(self) -> float:
        return _hours(self.lunch[1]) - _hours(self.lunch[0]) if self.lunch else 0.0

    @property
    def _full(self) -> float:
        return _closing(self.closes) - _hours(self.opens) - self._pause

    def day_hours(self, day: date) -> float:
        """Hours of work on that local day, without lunch; 0 on a day off. Raises TooFar outside 2000–2099."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise TooFar(f"{day} is outside {FIRST_YEAR}–{LAST_YEAR}")
        special = self.special.get(day)
        if special is not None:
            return self._before_midnight(special)
        match self._kind(day):
            case DayKind.OFF:
                return 0.0
            case DayKind.SHORT:
                return max(self._full - 1, 0.0)
            case DayKind.FULL:
                return self._full

    def _kind(self, day: date) -> DayKind:
        usual = day.weekday() in self.weekdays
        if not self.holidays or not self.weekdays:
            return DayKind.FULL if usual else DayKind.OFF
        if not usual and day.weekday() in MONDAY_TO_FRIDAY:
            return DayKind.OFF
        day_kind = calendar_ru.kind(day)
        # The production calendar is made for five days a week: Saturdays of six are free on public holidays alone.
        if day_kind is DayKind.OFF and usual and day.weekday() not in MONDAY_TO_FRIDAY:
            return calendar_ru.weekend_kind(day)
        return day_kind

    def _before_midnight(self, worked: float) -> float:
        until_midnight = 24 - _hours(self.opens)
        if self.lunch and worked > _hours(self.lunch[0]) - _hours(self.opens):
            return min(worked, until_midnight - self._pause)
        return min(worked, until_midnight)


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
    at the end of a day is that day's closing. Raises ValueError for a naive start or negative minutes, NeverOpen
    where nobody ever works, TooFar for a limit more than ten years away.
    """
    start = _checked(start)
    left, now, last = _natural(minutes) * _MINUTE, _count(start), _count(start) + HORIZON // _MICROSECOND
    worked = False
    for begin, end in _spans_from(week, start.astimezone(week.zone).date()):
        begin = max(begin, now)
        if begin > last:
            break
        if begin >= end:
            continue
        if left <= end - begin:
            return _moment(begin + left)
        left, worked = left - (end - begin), True
    if not worked:
        raise NeverOpen(f"nobody works within ten years from {start}")
    raise TooFar(f"{minutes} working minutes from {start} are not over within ten years")


def morning_before(day: date, week: WorkWeek) -> datetime:
    """The opening, in UTC, of the last working day before that local day. Raises NeverOpen where nobody works within a
    month before it, TooFar outside 2000–2099."""
    for back in range(1, 32):
        before = day - timedelta(days=back)
        if week.day_hours(before):
            return instant(datetime.combine(before, week.opens), week.zone)
    raise NeverOpen(f"nobody works in the month before {day}")


def ever_open(week: WorkWeek, now: datetime) -> bool:
    """Whether anybody will work by this calendar. Raises as `add_working` does, but for NeverOpen."""
    try:
        add_working(now, 0, week)
    except NeverOpen:
        return False
    return True


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


def worked_spans(week: WorkWeek, first: int, last: int) -> list[tuple[int, int]]:
    """All stretches of work that begin in the years from `first` to `last`, in their order: from and to, in whole
    seconds since 1970 (UTC). For reckoning with many moments at once. Raises TooFar outside 2000–2099."""
    years = (_year(week, year) for year in range(first, last + 1))
    return [(begin // _SECOND, end // _SECOND) for year in years for day in year.days for begin, end in day]


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


def _spans_from(week: WorkWeek, day: date) -> Iterator[_Span]:
    index = day.timetuple().tm_yday - 1
    for year in range(day.year, LAST_YEAR + 1):
        for spans in _year(week, year).days[index:]:
            yield from spans
        index = 0


def _worked_before(week: WorkWeek, moment: datetime) -> int:
    """Microseconds of work from the beginning of the moment's local year to the moment."""
    local = moment.astimezone(week.zone)
    index = local.timetuple().tm_yday - 1
    year, now = _year(week, local.year), _count(moment)
    return year.before[index] + sum(max(min(now, end) - begin, 0) for begin, end in year.days[index])


class _Year(NamedTuple):
    """The worked spans of each day of a year; `before[i]` is the work done before the i-th day."""

    days: tuple[tuple[_Span, ...], ...]
    before: tuple[int, ...]
    total: int


# Equal weeks share their years: a caller may build the week anew from its row each time.
@lru_cache(maxsize=512)
def _year(week: WorkWeek, year: int) -> _Year:
    days = tuple(_spans(week, date.fromordinal(number)) for number in _ordinals(year))
    before = tuple(accumulate((sum(end - begin for begin, end in spans) for spans in days), initial=0))
    return _Year(days, before[:-1], before[-1])


def _spans(week: WorkWeek, day: date) -> tuple[_Span, ...]:
    """The morning and, where there is lunch before the closing, the afternoon."""
    hours = week.day_hours(day)
    if not hours:
        return ()
    opening = datetime.combine(day, week.opens)
    closing = opening + timedelta(hours=hours)
    if week.lunch is None or closing <= (noon := datetime.combine(day, week.lunch[0])):
        return (_span(opening, closing, week.zone),)
    after = datetime.combine(day, week.lunch[1])
    return _span(opening, noon, week.zone), _span(after, closing + (after - noon), week.zone)


def _span(begin: datetime, end: datetime, zone: ZoneInfo) -> _Span:
    return _count(instant(begin, zone)), _count(instant(end, zone))


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


def _closing(clock: time) -> float:
    """Midnight ends a day; nobody closes at its beginning."""
    return _hours(clock) or 24.0


def _ordinals(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
