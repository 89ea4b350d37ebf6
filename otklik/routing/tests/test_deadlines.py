"""Working time on days that anybody can look up; what holds on all days stands in test_deadlines_by_minutes."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otklik.routing import calendar_ru
from otklik.routing.calendar_ru import DayKind
from otklik.routing.deadlines import (
    NeverOpen,
    TooFar,
    WorkWeek,
    add_working,
    ever_open,
    limit,
    read_special,
    working_seconds,
)

MOSCOW = ZoneInfo("Europe/Moscow")
LUNCH = (time(13, 0), time(14, 0))
TABLE = Path(__file__).parents[3] / ".." / "shared" / "domain" / "calendar" / "ru_production_calendar.csv"


def week(special: dict[date, float] | None = None, **more: Any) -> WorkWeek:
    """From half past eight to half past five."""
    return WorkWeek(time(8, 30), time(17, 30), MOSCOW, special or {}, **more)


def local(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


WEEK, NOON = week(), week(lunch=LUNCH)
SIX_DAYS, THREE_DAYS = week(weekdays=frozenset(range(6))), week(weekdays=frozenset(range(3)))
START = local("2026-07-01 10:00")


def test_working_minutes_pass_only_while_the_office_is_open() -> None:
    for start, minutes, ends in (
        ("2026-07-01 10:00", 60, "2026-07-01 11:00"),
        ("2026-07-01 17:00", 60, "2026-07-02 09:00"),  # over night
        ("2026-07-01 16:30", 60, "2026-07-01 17:30"),  # used up at closing, not next morning
        ("2026-07-01 06:00", 60, "2026-07-01 09:30"),  # before opening
        ("2026-07-01 23:50", 60, "2026-07-02 09:30"),  # after closing
        ("2026-07-03 17:00", 540, "2026-07-06 17:00"),  # over a weekend
        ("2026-07-04 12:00", 60, "2026-07-06 09:30"),  # on a Saturday
        ("2025-12-30 17:00", 60, "2026-01-12 09:00"),  # New Year: 31 December was moved, 9 January too
        ("2024-12-27 17:00", 60, "2024-12-28 09:00"),  # the next day is a working Saturday
        ("2026-06-11 16:00", 60, "2026-06-15 09:00"),  # the day before a holiday closes at 16:30
        ("2026-02-20 17:00", 60, "2026-02-24 09:00"),
        ("2026-07-01 23:50", 0, "2026-07-02 08:30"),
        ("2026-07-01 10:00", 0, "2026-07-01 10:00"),
    ):
        due = add_working(local(start), minutes, WEEK)
        assert due == local(ends)
        assert due.tzinfo is UTC
        assert working_seconds(local(start), due, WEEK) == minutes * 60


def test_a_day_has_the_hours_of_the_production_calendar() -> None:
    for days, day, hours in (
        *((WEEK, date(2026, 7, 1), 9), (WEEK, date(2026, 7, 4), 0), (WEEK, date(2026, 5, 8), 8)),
        *((WEEK, date(2026, 5, 11), 0), (WEEK, date(2024, 4, 27), 9)),
        *((WEEK, date(2024, 11, 2), 8), (WEEK, date(2025, 11, 1), 8)),
        (WEEK, date(2023, 3, 7), 8),  # by the rule: the years before 2024 have no table
        (WEEK, date(2023, 2, 22), 8),
        *((SIX_DAYS, date(2026, 7, 4), 9), (SIX_DAYS, date(2026, 7, 5), 0)),
        (SIX_DAYS, date(2026, 1, 3), 0),  # a Saturday, and a public holiday
        (SIX_DAYS, date(2026, 2, 22), 0),  # a Sunday before a holiday stays free
        (SIX_DAYS, date(2025, 2, 22), 8),  # a Saturday before a holiday is an hour shorter
        (SIX_DAYS, date(2026, 1, 9), 0),  # moved by decree
        *((THREE_DAYS, date(2024, 4, day), hours) for day, hours in ((24, 9), (25, 0), (26, 0))),
        (THREE_DAYS, date(2024, 4, 27), 9),  # who works on three works on a moved Saturday
    ):
        assert days.day_hours(day) == hours


def test_special_days_override_the_calendar_and_count_from_the_opening() -> None:
    special = {date(2026, 7, 1): 0, date(2026, 7, 2): 2.5, date(2026, 7, 4): 4, date(2026, 7, 6): 24}
    ours = week(special)
    assert add_working(local("2026-06-30 17:00"), 60, ours) == local("2026-07-02 09:00")
    assert add_working(local("2026-07-02 10:45"), 30, ours) == local("2026-07-03 08:45")
    assert working_seconds(local("2026-07-04 00:00"), local("2026-07-05 00:00"), ours) == 4 * 3600
    assert ours.day_hours(date(2026, 7, 6)) == 15.5, "nobody works past midnight"
    assert working_seconds(local("2026-07-06 00:00"), local("2026-07-07 00:00"), ours) == 15.5 * 3600
    special = {date(2026, 7, 1): 0.0}
    ours = week(special)
    special[date(2026, 7, 1)] = 9
    assert ours.day_hours(date(2026, 7, 1)) == 0
    assert len({ours, week({date(2026, 7, 1): 0})}) == 1


def test_the_zone_of_the_office_decides_and_hours_that_the_clock_jumps_over_are_no_work_and_no_debt() -> None:
    asked_in_tokyo = local("2026-07-01 16:00", ZoneInfo("Asia/Tokyo"))  # 10:00 in Moscow
    assert add_working(asked_in_tokyo, 30, WEEK) == local("2026-07-01 10:30")
    assert working_seconds(asked_in_tokyo, local("2026-07-01 11:00"), WEEK) == 3600
    zone = ZoneInfo("America/New_York")
    late, start = WorkWeek(time(12, 0), time(23, 0), zone), local("2026-07-01 21:00", zone)
    assert add_working(start, 30, late) == local("2026-07-01 21:30", zone)
    assert working_seconds(start, local("2026-07-01 22:00", zone), late) == 3600
    zone = ZoneInfo("Europe/Berlin")  # 02:00 to 03:00 does not exist on that Sunday
    week = WorkWeek(time(2, 30), time(3, 0), zone, {date(2026, 3, 29): 0.5})
    assert working_seconds(local("2026-03-29 00:00", zone), local("2026-03-30 00:00", zone), week) == 0
    assert working_seconds(local("2026-03-27 00:00", zone), local("2026-03-31 00:00", zone), week) == 2 * 1800
    zone = ZoneInfo("Europe/Berlin")
    week = WorkWeek(time(2, 30), time(10, 0), zone, weekdays=frozenset(range(7)), holidays=False)
    assert add_working(local("2026-03-29 00:00", zone), 60, week) == local("2026-03-29 04:00", zone)
    assert working_seconds(local("2026-07-02 10:00"), local("2026-07-01 10:00"), WEEK) == 0


def test_a_limit_runs_by_the_office_or_the_wall_and_absurd_norms_and_moments_are_refused() -> None:
    start = local("2026-07-03 17:00")
    assert limit(start, 60, True, WEEK) == local("2026-07-06 09:00")
    assert limit(start, 60, False, WEEK) == local("2026-07-03 18:00")
    assert limit(start, 60, False, WEEK).tzinfo is UTC
    for working, minutes in product((True, False), (2**31 - 1, 6_000_000)):
        with pytest.raises(TooFar):
            limit(start, minutes, working, WEEK)
    never = {date(2026, 1, 1) + timedelta(days=number): 0.0 for number in range(5000)}
    with pytest.raises(TooFar):
        add_working(start, 1, week(never))
    for year in (1, 1970, 2500, 9999):
        moment = datetime(year, 6, 1, tzinfo=UTC)
        with pytest.raises(TooFar):
            add_working(moment, 1, WEEK)
        with pytest.raises(TooFar):
            working_seconds(min(moment, START), max(moment, START), WEEK)
        with pytest.raises(TooFar):
            WEEK.day_hours(moment.date())
    with pytest.raises(ValueError, match="time zone"):
        add_working(datetime(2026, 7, 1, 10), 1, WEEK)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        working_seconds(START, datetime(2026, 7, 1, 11), WEEK)  # noqa: DTZ001
    for working in (True, False):
        with pytest.raises(ValueError, match="-1 minutes"):
            limit(START, -1, working, WEEK)


def test_hours_days_and_a_lunch_that_make_no_sense_are_refused() -> None:
    for opens, closes, hours in (
        (time(17, 30), time(8, 30), 1),
        (time(9), time(9), 1),
        (time(8, tzinfo=UTC), time(9, tzinfo=UTC), 1),
        *((time(8), time(9), hours) for hours in (-1, 25, float("nan"), float("inf"))),
    ):
        with pytest.raises(ValueError, match="hours"):
            WorkWeek(opens, closes, MOSCOW, {date(2026, 7, 1): hours})
    for lunch in ("07:00 08:00", "08:30 09:00", "17:00 18:00", "14:00 13:00", "13:00 13:00", "08:30 17:30"):
        begins, ends = map(time.fromisoformat, lunch.split())
        with pytest.raises(ValueError, match="follow each other"):
            week(lunch=(begins, ends))
    for days in ({7}, {-1}, {0, 9}):
        with pytest.raises(ValueError, match="seven days"):
            week(weekdays=frozenset(days))


def test_special_days_are_read_as_a_calendar_stores_them_and_broken_ones_are_refused() -> None:
    assert read_special({"2026-12-31": 0, "2026-11-03": 7.5}) == {date(2026, 12, 31): 0, date(2026, 11, 3): 7.5}
    hours: list[object] = ["7", None, True, -1, float("nan"), []]
    broken = [*(("2026-12-31", wrong) for wrong in hours), *((day, 0) for day in ("31.12.2026", "", "2026-02-30"))]
    for day, wrong in broken:
        with pytest.raises(ValueError, match=r"hours|isoformat|day|month"):
            read_special({day: wrong})


def test_the_table_of_shortened_days_agrees_with_the_rule_where_the_rule_applies() -> None:
    """A holiday that follows a working day makes it short; the table must not forget one of them."""
    day, short_days = date(2024, 1, 1), set()
    while day.year in calendar_ru.TABLED_YEARS:
        tomorrow = day + timedelta(days=1)
        if calendar_ru.kind(day) is not DayKind.OFF and (tomorrow.month, tomorrow.day) in calendar_ru.PUBLIC_HOLIDAYS:
            short_days.add(day)
        day = tomorrow
    assert short_days <= calendar_ru.SHORTENED


@pytest.mark.skipif(not TABLE.exists(), reason="the reference calendar is not beside the project")
@pytest.mark.parametrize("year", [2019, 2022, 2023, 2024, 2025, 2026])
def test_every_day_is_as_the_reference_calendar_has_it(year: int) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        types = {date.fromisoformat(row["date"]): row["type"] for row in csv.DictReader(file)}
    kinds = {"short_day": DayKind.SHORT, "working_weekend": DayKind.FULL, "working_weekend_short": DayKind.SHORT}
    day = date(year, 1, 1)
    while day.year == year:
        usual = DayKind.FULL if day.weekday() < 5 else DayKind.OFF
        expected = kinds.get(types[day], DayKind.OFF) if day in types else usual
        assert calendar_ru.kind(day) is expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "minutes", "ends"),
    [
        ("2026-07-01 12:30", 30, "2026-07-01 13:00"),  # used up when lunch begins, not when it ends
        ("2026-07-01 12:30", 31, "2026-07-01 14:01"),
        ("2026-07-01 13:20", 10, "2026-07-01 14:10"),
        ("2026-07-01 13:20", 0, "2026-07-01 14:00"),
        ("2026-07-01 09:00", 8 * 60, "2026-07-02 09:00"),
        ("2026-06-11 14:00", 150, "2026-06-11 16:30"),  # an hour shorter, and lunch all the same
    ],
)
def test_lunch_is_no_work(start: str, minutes: int, ends: str) -> None:
    assert add_working(local(start), minutes, NOON) == local(ends)
    assert NOON.usual_day == 8 * 3600
    ours = week({date(2026, 7, 1): 4.5, date(2026, 7, 2): 5}, lunch=LUNCH)
    assert add_working(local("2026-07-01 08:30"), 270, ours) == local("2026-07-01 13:00")
    assert add_working(local("2026-07-02 08:30"), 300, ours) == local("2026-07-02 14:30")


def test_a_duty_shift_works_on_at_night_and_a_calendar_without_a_working_day_says_so() -> None:
    duty = WorkWeek(time(0), time(0), MOSCOW, weekdays=frozenset(range(7)), holidays=False)
    start = local("2025-12-31 23:30")
    assert add_working(start, 24 * 60, duty) == local("2026-01-01 23:30")
    assert duty.usual_day == 24 * 3600
    assert ever_open(duty, start)
    never = week(weekdays=frozenset())
    assert not ever_open(never, START)
    with pytest.raises(NeverOpen):
        limit(START, 540, True, never)
    assert working_seconds(START, local("2030-07-01 10:00"), never) == 0
    assert ever_open(week({date(2026, 7, 4): 1}, weekdays=frozenset()), START)
