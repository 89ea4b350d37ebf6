import csv
import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
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
WEEK = WorkWeek(time(8, 30), time(17, 30), MOSCOW)
TABLE = Path(__file__).parents[3] / ".." / "shared" / "domain" / "calendar" / "ru_production_calendar.csv"


def local(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "minutes", "ends"),
    [
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
    ],
)
def test_working_minutes_pass_only_while_the_office_is_open(start: str, minutes: int, ends: str) -> None:
    due = add_working(local(start), minutes, WEEK)
    assert due == local(ends)
    assert due.tzinfo is UTC
    assert working_seconds(local(start), due, WEEK) == minutes * 60


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 7, 1), 9),
        (date(2026, 7, 4), 0),
        (date(2026, 5, 8), 8),
        (date(2026, 5, 11), 0),
        (date(2024, 4, 27), 9),
        (date(2024, 11, 2), 8),
        (date(2025, 11, 1), 8),
        (date(2023, 3, 7), 8),  # by the rule: the years before 2024 have no table
        (date(2023, 2, 22), 8),
    ],
)
def test_a_day_has_the_hours_of_the_production_calendar(day: date, hours: float) -> None:
    assert WEEK.day_hours(day) == hours


def test_special_days_override_the_calendar_and_count_from_the_opening() -> None:
    special = {date(2026, 7, 1): 0, date(2026, 7, 2): 2.5, date(2026, 7, 4): 4, date(2026, 7, 6): 24}
    week = WorkWeek(time(8, 30), time(17, 30), MOSCOW, special)
    assert add_working(local("2026-06-30 17:00"), 60, week) == local("2026-07-02 09:00")
    assert add_working(local("2026-07-02 10:45"), 30, week) == local("2026-07-03 08:45")
    assert working_seconds(local("2026-07-04 00:00"), local("2026-07-05 00:00"), week) == 4 * 3600
    assert week.day_hours(date(2026, 7, 6)) == 15.5, "nobody works past midnight"
    assert working_seconds(local("2026-07-06 00:00"), local("2026-07-07 00:00"), week) == 15.5 * 3600


def test_a_week_keeps_its_own_copy_of_the_special_days() -> None:
    special = {date(2026, 7, 1): 0.0}
    week = WorkWeek(time(8, 30), time(17, 30), MOSCOW, special)
    special[date(2026, 7, 1)] = 9
    assert week.day_hours(date(2026, 7, 1)) == 0
    assert len({week, WorkWeek(time(8, 30), time(17, 30), MOSCOW, {date(2026, 7, 1): 0})}) == 1


def test_the_zone_of_the_office_decides_not_the_zone_of_the_question() -> None:
    asked_in_tokyo = local("2026-07-01 16:00", ZoneInfo("Asia/Tokyo"))  # 10:00 in Moscow
    assert add_working(asked_in_tokyo, 30, WEEK) == local("2026-07-01 10:30")
    assert working_seconds(asked_in_tokyo, local("2026-07-01 11:00"), WEEK) == 3600


def test_an_office_west_of_greenwich_still_works_when_the_date_in_utc_is_tomorrow() -> None:
    zone = ZoneInfo("America/New_York")
    late = WorkWeek(time(12, 0), time(23, 0), zone)
    start = local("2026-07-01 21:00", zone)
    assert add_working(start, 30, late) == local("2026-07-01 21:30", zone)
    assert working_seconds(start, local("2026-07-01 22:00", zone), late) == 3600


def test_hours_that_the_clock_jumps_over_are_no_work_and_no_debt() -> None:
    zone = ZoneInfo("Europe/Berlin")  # 02:00 to 03:00 does not exist on that Sunday
    week = WorkWeek(time(2, 30), time(3, 0), zone, {date(2026, 3, 29): 0.5})
    assert working_seconds(local("2026-03-29 00:00", zone), local("2026-03-30 00:00", zone), week) == 0
    assert working_seconds(local("2026-03-27 00:00", zone), local("2026-03-31 00:00", zone), week) == 2 * 1800


def _weeks() -> list[WorkWeek]:
    special = {date(2026, 3, 7): 5.0, date(2026, 3, 6): 0.0, date(2025, 10, 26): 24.0, date(2025, 12, 31): 3.25}
    return [
        WEEK,
        WorkWeek(time(8, 30), time(17, 30), MOSCOW, special),
        WorkWeek(time(0, 0), time(23, 59), ZoneInfo("Europe/Berlin"), special),  # clocks change at 02:00 there
        WorkWeek(time(9, 0), time(9, 45), ZoneInfo("Asia/Kamchatka")),
    ]


def _moment(dice: random.Random, step: timedelta) -> datetime:
    return datetime(2023, 1, 1, tzinfo=UTC) + step * dice.randrange(int(timedelta(days=1500) / step))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("number", range(4))
def test_adding_and_measuring_undo_each_other(number: int, seed: int) -> None:
    week, dice = _weeks()[number], random.Random(seed)
    for _ in range(50):
        start, minutes = _moment(dice, timedelta(milliseconds=7)), dice.randrange(5000)
        due = add_working(start, minutes, week)
        assert due >= start
        assert working_seconds(start, due, week) == minutes * 60
        assert add_working(start, minutes + 1, week) > due
        if minutes:
            just_before = due - timedelta(microseconds=1)
            assert working_seconds(start, just_before, week) == minutes * 60 - 1, "due is the earliest such moment"


@pytest.mark.parametrize("seed", range(8))
def test_working_time_adds_up_over_any_moment_between(seed: int) -> None:
    dice = random.Random(seed)
    for week in _weeks():
        first, middle, last = sorted(_moment(dice, timedelta(seconds=1)) for _ in range(3))
        parts = working_seconds(first, middle, week) + working_seconds(middle, last, week)
        assert parts == working_seconds(first, last, week) <= (last - first).total_seconds()


@pytest.mark.parametrize("seed", range(4))
def test_measuring_agrees_with_walking_minute_by_minute(seed: int) -> None:
    dice = random.Random(seed)
    start = _moment(dice, timedelta(minutes=1))
    end = start + timedelta(minutes=dice.randrange(12 * 24 * 60))
    walked, now = 0, start
    while now < end:
        here = now.astimezone(MOSCOW)
        opens = datetime.combine(here.date(), WEEK.opens, MOSCOW)
        walked += opens <= here < opens + timedelta(hours=WEEK.day_hours(here.date()))
        now += timedelta(minutes=1)
    assert working_seconds(start, end, WEEK) == walked * 60


def test_nothing_is_worked_backwards() -> None:
    assert working_seconds(local("2026-07-02 10:00"), local("2026-07-01 10:00"), WEEK) == 0


def test_a_limit_runs_by_the_office_or_by_the_wall() -> None:
    start = local("2026-07-03 17:00")
    assert limit(start, 60, True, WEEK) == local("2026-07-06 09:00")
    assert limit(start, 60, False, WEEK) == local("2026-07-03 18:00")
    assert limit(start, 60, False, WEEK).tzinfo is UTC


@pytest.mark.parametrize("working", [True, False])
@pytest.mark.parametrize("minutes", [2**31 - 1, 6_000_000])
def test_an_absurd_norm_is_refused_and_not_searched_for(minutes: int, working: bool) -> None:
    with pytest.raises(TooFar):
        limit(local("2026-07-03 17:00"), minutes, working, WEEK)


def test_a_week_in_which_nobody_ever_works_is_refused_when_asked() -> None:
    never = {date(2026, 1, 1) + timedelta(days=number): 0 for number in range(5000)}
    with pytest.raises(TooFar):
        add_working(local("2026-07-03 17:00"), 1, WorkWeek(time(8, 30), time(17, 30), MOSCOW, never))


@pytest.mark.parametrize("year", [1, 1970, 2500, 9999])
def test_moments_outside_the_calendar_are_refused(year: int) -> None:
    moment = datetime(year, 6, 1, tzinfo=UTC)
    with pytest.raises(TooFar):
        add_working(moment, 1, WEEK)
    first, last = sorted([moment, local("2026-07-01 10:00")])
    with pytest.raises(TooFar):
        working_seconds(first, last, WEEK)
    with pytest.raises(TooFar):
        WEEK.day_hours(moment.date())


def test_a_moment_without_a_zone_and_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        add_working(datetime(2026, 7, 1, 10), 1, WEEK)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        working_seconds(local("2026-07-01 10:00"), datetime(2026, 7, 1, 11), WEEK)  # noqa: DTZ001
    for working in (True, False):
        with pytest.raises(ValueError, match="-1 minutes"):
            limit(local("2026-07-01 10:00"), -1, working, WEEK)


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        (time(17, 30), time(8, 30), 1),
        (time(9), time(9), 1),
        (time(8, tzinfo=UTC), time(9, tzinfo=UTC), 1),
        (time(8), time(9), -1),
        (time(8), time(9), 25),
        (time(8), time(9), float("nan")),
        (time(8), time(9), float("inf")),
    ],
)
def test_hours_that_make_no_sense_are_refused(opens: time, closes: time, hours: float) -> None:
    with pytest.raises(ValueError, match="hours"):
        WorkWeek(opens, closes, MOSCOW, {date(2026, 7, 1): hours})


def test_special_days_are_read_as_a_calendar_stores_them() -> None:
    assert read_special({"2026-12-31": 0, "2026-11-03": 7.5}) == {date(2026, 12, 31): 0, date(2026, 11, 3): 7.5}


@pytest.mark.parametrize(
    ("day", "hours"),
    [("31.12.2026", 0), ("", 0), ("2026-02-30", 0), ("2026-12-31", "7"), ("2026-12-31", None), ("2026-12-31", True),
     ("2026-12-31", -1), ("2026-12-31", float("nan")), ("2026-12-31", [])],
)  # fmt: skip
def test_broken_special_days_are_refused(day: str, hours: object) -> None:
    with pytest.raises(ValueError, match=r"hours|isoformat|day|month"):
        read_special({day: hours})


def test_the_table_of_shortened_days_agrees_with_the_rule_where_the_rule_applies() -> None:
    """A holiday that follows a working day makes it short; the table must not forget one of them."""
    day, found = date(2024, 1, 1), set()
    while day.year in calendar_ru.TABLED_YEARS:
        tomorrow = day + timedelta(days=1)
        if calendar_ru.kind(day) is not DayKind.OFF and (tomorrow.month, tomorrow.day) in calendar_ru.PUBLIC_HOLIDAYS:
            found.add(day)
        day = tomorrow
    assert found <= calendar_ru.SHORTENED


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


LUNCH = (time(13, 0), time(14, 0))
NOON = WorkWeek(time(8, 30), time(17, 30), MOSCOW, lunch=LUNCH)


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


def test_a_day_that_closes_before_lunch_has_none() -> None:
    week = WorkWeek(time(8, 30), time(17, 30), MOSCOW, {date(2026, 7, 1): 4.5, date(2026, 7, 2): 5}, LUNCH)
    assert add_working(local("2026-07-01 08:30"), 270, week) == local("2026-07-01 13:00")
    assert add_working(local("2026-07-02 08:30"), 300, week) == local("2026-07-02 14:30")


def test_a_duty_shift_works_on_at_night_and_at_new_year() -> None:
    duty = WorkWeek(time(0), time(0), MOSCOW, weekdays=frozenset(range(7)), holidays=False)
    start = local("2025-12-31 23:30")
    assert add_working(start, 24 * 60, duty) == local("2026-01-01 23:30")
    assert duty.usual_day == 24 * 3600
    assert ever_open(duty, start)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 7, 4), 9),  # a Saturday of six working days
        (date(2026, 7, 5), 0),
        (date(2026, 1, 3), 0),  # a Saturday, and a public holiday
        (date(2026, 2, 22), 0),  # a Sunday before a holiday stays free
        (date(2025, 2, 22), 8),  # a Saturday before a holiday is an hour shorter
        (date(2026, 1, 9), 0),  # moved by decree
    ],
)
def test_six_working_days_keep_the_holidays_too(day: date, hours: float) -> None:
    assert WorkWeek(time(8, 30), time(17, 30), MOSCOW, weekdays=frozenset(range(6))).day_hours(day) == hours


def test_who_works_on_three_days_works_on_a_moved_saturday_too_but_on_no_other_day() -> None:
    week = WorkWeek(time(8, 30), time(17, 30), MOSCOW, weekdays=frozenset({0, 1, 2}))
    assert [week.day_hours(date(2024, 4, day)) for day in (24, 25, 26, 27)] == [9, 0, 0, 9]


def test_a_calendar_without_a_working_day_says_so_at_once() -> None:
    never = WorkWeek(time(8, 30), time(17, 30), MOSCOW, weekdays=frozenset())
    assert not ever_open(never, local("2026-07-01 10:00"))
    with pytest.raises(NeverOpen):
        limit(local("2026-07-01 10:00"), 540, True, never)
    assert working_seconds(local("2026-07-01 10:00"), local("2030-07-01 10:00"), never) == 0
    assert ever_open(WorkWeek(time(8, 30), time(17, 30), MOSCOW, {date(2026, 7, 4): 1}, None, frozenset()),
                     local("2026-07-01 10:00"))  # fmt: skip


@pytest.mark.parametrize(
    "lunch",
    [
        (time(7, 0), time(8, 0)),
        (time(8, 30), time(9, 0)),
        (time(17, 0), time(18, 0)),
        (time(14, 0), time(13, 0)),
        (time(13, 0), time(13, 0)),
        (time(8, 30), time(17, 30)),
    ],
)
def test_a_lunch_outside_the_hours_is_refused(lunch: tuple[time, time]) -> None:
    with pytest.raises(ValueError, match="follow each other"):
        WorkWeek(time(8, 30), time(17, 30), MOSCOW, lunch=lunch)


@pytest.mark.parametrize("days", [{7}, {-1}, {0, 9}])
def test_an_eighth_day_of_the_week_is_refused(days: set[int]) -> None:
    with pytest.raises(ValueError, match="seven days"):
        WorkWeek(time(8, 30), time(17, 30), MOSCOW, weekdays=frozenset(days))


def test_a_time_that_the_clocks_skip_is_the_jump_itself() -> None:
    zone = ZoneInfo("Europe/Berlin")
    week = WorkWeek(time(2, 30), time(10, 0), zone, weekdays=frozenset(range(7)), holidays=False)
    assert add_working(local("2026-03-29 00:00", zone), 60, week) == local("2026-03-29 04:00", zone)
