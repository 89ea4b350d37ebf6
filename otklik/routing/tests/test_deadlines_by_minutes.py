"""The arithmetic against a slow reference that walks the clocks on the wall minute by minute."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.routing import calendar_ru
from otklik.routing.calendar_ru import DayKind
from otklik.routing.deadlines import TooFar, WorkWeek, add_working, limit, working_seconds
from tests.tiers import fewer

# The same examples in every run: what fails in CI fails on the table too.
often = settings(max_examples=fewer(80))
seldom = settings(often, max_examples=fewer(40))

MINUTE, MIDNIGHT = timedelta(minutes=1), 24 * 60
ZONES = (
    "Europe/Moscow",  # moved its clocks for good in 2011 and in 2014
    *("Europe/Kaliningrad", "Asia/Kamchatka", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York"),
    "Atlantic/Azores",  # jumps at midnight
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # had no 30 December 2011
)
EDGES = (
    *(date(2026, 3, 27), date(2026, 10, 23), date(2025, 3, 28), date(2025, 10, 25)),  # clocks change
    *(date(2011, 3, 26), date(2014, 10, 24), date(2011, 12, 28), date(2026, 4, 3)),
    *(date(2025, 12, 28), date(2024, 12, 26), date(2027, 1, 7)),  # New Year
    *(date(2024, 4, 26), date(2024, 11, 1), date(2025, 10, 31), date(2026, 5, 7), date(2026, 2, 20)),  # moved, short
)


@lru_cache(maxsize=4000)
def minutes_of(zone: str, day: date) -> list[tuple[datetime, int]]:
    """The minutes of a local day in their order, each with what the clocks show."""
    first, place = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16), ZoneInfo(zone)
    walked = (first + MINUTE * number for number in range(56 * 60))
    local_times = [(moment, moment.astimezone(place)) for moment in walked]
    return [(moment, here.hour * 60 + here.minute) for moment, here in local_times if here.date() == day]


def minutes_worked(week: WorkWeek, day: date) -> list[datetime]:
    """The office opens when the clocks first show the opening or later, and so it closes and goes to lunch."""
    opens, closes = of(week.opens), of(week.closes) or MIDNIGHT
    away = [of(clock) for clock in week.lunch or (time(), time())]
    kind, lunch = kind_of(week, day), away[1] - away[0]
    usual = closes - opens - lunch
    left = {DayKind.OFF: 0, DayKind.SHORT: max(usual - 60, 0), DayKind.FULL: usual}[kind]
    if day in week.special:
        left = round(week.special[day] * 60)
    closes = opens + left
    if lunch and closes > away[0]:
        closes += lunch
    whole = minutes_of(week.zone.key, day)
    turns = [first_at(whole, bound) for bound in (opens, min(closes, MIDNIGHT), *away)]
    pause = range(turns[2], turns[3])
    return [whole[index][0] for index in range(turns[0], turns[1]) if index not in pause]


def of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def first_at(whole: list[tuple[datetime, int]], bound: int) -> int:
    return next((index for index, (_moment, shown) in enumerate(whole) if shown >= bound), len(whole))


def kind_of(week: WorkWeek, day: date) -> DayKind:
    usual = day.weekday() in week.weekdays
    if not week.holidays or not week.weekdays:
        return DayKind.FULL if usual else DayKind.OFF
    if day.weekday() < 5:
        return calendar_ru.kind(day) if usual else DayKind.OFF
    if calendar_ru.kind(day) is not DayKind.OFF or not usual:
        return calendar_ru.kind(day)
    feast = [(one.month, one.day) in calendar_ru.PUBLIC_HOLIDAYS for one in (day, day + timedelta(days=1))]
    return DayKind.OFF if feast[0] else DayKind.SHORT if feast[1] else DayKind.FULL


def worked_between(start: datetime, end: datetime, week: WorkWeek) -> Iterable[datetime]:
    """Minutes of work from the one to the other, for as many days as that takes."""
    day = start.astimezone(week.zone).date()
    while day <= end.astimezone(week.zone).date():
        yield from (moment for moment in minutes_worked(week, day) if start <= moment < end)
        day += timedelta(days=1)


@st.composite
def weeks(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> WorkWeek:
    opens = draw(st.integers(0, MIDNIGHT - 2))
    closes = draw(st.sampled_from([MIDNIGHT, min(opens + 540, MIDNIGHT)]) | st.integers(opens + 1, MIDNIGHT))
    lunch = None
    if closes - opens > 3 and draw(st.booleans()):
        begins = draw(st.integers(opens + 1, closes - 2))
        lunch = (at(begins), at(draw(st.integers(begins + 1, closes - 1))))
    near = draw(st.sampled_from(EDGES))
    days = st.integers(0, 9).map(lambda number: near + timedelta(days=number))
    special = draw(st.dictionaries(days, st.sampled_from([0, 0.25, 2.5, 4, 7, 8, 11.75, 24]), max_size=4))
    zone, weekdays = draw(st.sampled_from(zones)), draw(st.just(frozenset(range(5))) | st.frozensets(st.integers(0, 6)))
    return WorkWeek(at(opens), at(closes % MIDNIGHT), ZoneInfo(zone), special, lunch, weekdays, draw(st.booleans()))


def at(minutes: int) -> time:
    return time(*divmod(minutes, 60))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    day = draw(st.sampled_from(EDGES) | st.dates(date(2019, 1, 1), date(2027, 12, 1)))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + MINUTE * draw(st.integers(0, 5 * MIDNIGHT))


def between(step: timedelta) -> st.SearchStrategy[datetime]:
    """Moments within minutes, to the step."""
    return st.builds(lambda moment, steps: moment + step * steps, moments(), st.integers(0, MINUTE // step - 1))


@often
@given(weeks(), moments(), st.integers(0, 6 * MIDNIGHT))
def test_measuring_is_walking_minute_by_minute(week: WorkWeek, start: datetime, length: int) -> None:
    end = start + MINUTE * length
    walked = sum(1 for _minute in worked_between(start, end, week))
    assert working_seconds(start, end, week) == walked * 60


JUMPS = {
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "Europe/London": [date(2026, 3, 29)],
    "Europe/Moscow": [date(2010, 3, 28), date(2014, 10, 26)],
    "Atlantic/Azores": [date(2026, 3, 29), date(2026, 10, 25)],
    "Australia/Lord_Howe": [date(2026, 10, 4)],
    "Pacific/Apia": [date(2011, 12, 30)],
}
jumps = st.sampled_from([(zone, day) for zone, days in JUMPS.items() for day in days])


@often
@given(jumps, st.lists(st.integers(0, 4 * 60), min_size=4, max_size=4, unique=True), st.booleans())
def test_bounds_in_a_jump_are_as_the_clocks_show(jump: tuple[str, date], bounds: list[int], away: bool) -> None:
    zone, day = jump
    opens, noon, back, closes = map(at, sorted(bounds))
    lunch = (noon, back) if away else None
    week = WorkWeek(opens, closes, ZoneInfo(zone), {}, lunch, frozenset(range(7)), holidays=False)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    walked = list(worked_between(start, start + timedelta(days=3), week))
    assert working_seconds(start, start + timedelta(days=3), week) == len(walked) * 60
    assert [add_working(start, number + 1, week) for number in range(len(walked))] == [one + MINUTE for one in walked]


@often
@given(weeks(), moments(), st.integers(1, 2000))
def test_adding_is_walking_minute_by_minute(week: WorkWeek, start: datetime, minutes: int) -> None:
    last = start + timedelta(days=10)
    walked = list(worked_between(start, last, week))
    if len(walked) >= minutes:
        assert add_working(start, minutes, week) == walked[minutes - 1] + MINUTE
    else:
        reach(week, start, minutes, last)


def reach(week: WorkWeek, start: datetime, minutes: int, last: datetime) -> None:
    """What ten days do not hold ends after them, or never."""
    try:
        assert add_working(start, minutes, week) >= last
    except TooFar:
        assert working_seconds(start, start + timedelta(days=3000), week) < minutes * 60


@often
@given(weeks(), between(timedelta(milliseconds=7)), st.integers(0, 3000), st.integers(0, 3000))
def test_a_longer_norm_never_ends_sooner(week: WorkWeek, start: datetime, minutes: int, more: int) -> None:
    try:
        soon, late = add_working(start, minutes, week), add_working(start, minutes + more, week)
    except TooFar:
        return
    assert start <= soon <= late
    assert working_seconds(start, soon, week) == minutes * 60
    if minutes:
        just_before = soon - timedelta(microseconds=1)
        assert working_seconds(start, just_before, week) == minutes * 60 - 1, "due is the earliest such moment"
    assert working_seconds(soon, late, week) == more * 60


@often
@given(weeks(), moments(), moments(), st.integers(0, 3000))
def test_who_wrote_later_is_never_due_sooner(week: WorkWeek, one: datetime, other: datetime, minutes: int) -> None:
    first, last = sorted((one, other))
    try:
        assert add_working(first, minutes, week) <= add_working(last, minutes, week)
    except TooFar:
        return


@seldom
@given(weeks(), *[between(timedelta(seconds=1))] * 3)
def test_parts_of_a_time_are_the_whole_of_it(week: WorkWeek, one: datetime, other: datetime, third: datetime) -> None:
    first, middle, last = sorted((one, other, third))
    parts = working_seconds(first, middle, week) + working_seconds(middle, last, week)
    assert parts == working_seconds(first, last, week) <= (last - first).total_seconds()


@seldom
@given(weeks(), moments(), st.integers(0, 20000))
def test_the_clock_on_the_wall_knows_no_calendar(week: WorkWeek, start: datetime, minutes: int) -> None:
    assert limit(start, minutes, False, week) == start + MINUTE * minutes
