"""Days, weeks and months as they are written, what they are compared with, and when a schedule comes next."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reports.periods import BadPeriod
from otklik.reports.spans import Cycle, code_of, cycle_of, last_whole, next_time, span

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)  # a Wednesday, 14:30 in Moscow


def test_a_month_is_compared_with_the_month_before_and_the_same_month_a_year_ago() -> None:
    told = span("2026-06", NOW, MOSCOW)
    assert (told.cycle, told.period.first, told.period.last) == (Cycle.MONTHLY, date(2026, 6, 1), date(2026, 6, 30))
    assert told.period.before_since == datetime(2026, 5, 1, tzinfo=MOSCOW)
    assert told.period.before_until == told.period.since
    assert (told.year_ago.first, told.year_ago.last) == (date(2025, 6, 1), date(2025, 6, 30))
    assert told.week_ago is None


def test_a_day_is_compared_with_the_same_weekday_a_week_and_fifty_two_weeks_ago() -> None:
    told = span("2026-06-14", NOW, MOSCOW)
    assert told.week_ago is not None
    assert (told.week_ago.first, told.week_ago.until) == (date(2026, 6, 7), datetime(2026, 6, 8, tzinfo=MOSCOW))
    assert told.year_ago.first == date(2025, 6, 15)
    assert told.year_ago.first.weekday() == told.period.first.weekday()


def test_a_week_is_that_of_the_calendar_and_may_begin_in_the_year_before() -> None:
    told = span("2026-W01", NOW, MOSCOW)
    assert (told.period.first, told.period.last) == (date(2025, 12, 29), date(2026, 1, 4))
    assert told.year_ago.first == date(2024, 12, 30)


def test_what_still_runs_is_compared_until_the_same_hour() -> None:
    today = span("2026-11-25", NOW, MOSCOW)
    assert today.week_ago is not None
    assert today.week_ago.until == datetime(2026, 11, 18, 14, 30, tzinfo=MOSCOW)
    month = span("2026-11", NOW, MOSCOW)
    assert month.period.before_until == datetime(2026, 10, 25, 14, 30, tzinfo=MOSCOW)
    assert month.year_ago.until == datetime(2025, 11, 25, 14, 30, tzinfo=MOSCOW)


def test_a_longer_month_that_still_runs_is_compared_with_the_whole_of_a_shorter_one() -> None:
    told = span("2026-03", datetime(2026, 3, 31, 12, tzinfo=MOSCOW), MOSCOW)
    assert told.period.before_until == told.period.since


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2026",
        "9999-12-31",
        "2026-13",
        "2026-W54",
        "2026-02-30",
        "0000-01",
        "9999-12",
        "2014-06",
        "٢٠٢٦-٠٦",
        "2026-06 x",
    ],
)
def test_what_is_no_period_is_refused_in_words(code: str) -> None:
    with pytest.raises(BadPeriod, match=r"^[А-Я].+\.$"):
        span(code, NOW, MOSCOW)


@pytest.mark.parametrize("code", ["2026-12", "2026-W49", "2026-11-26"])
def test_the_future_is_refused_in_words(code: str) -> None:
    with pytest.raises(BadPeriod, match="ещё не наступил"):
        span(code, NOW, MOSCOW)


def test_the_last_whole_period_is_over_by_the_clock_of_the_region() -> None:
    late = datetime(2026, 5, 31, 22, tzinfo=UTC)  # the first of June in Moscow
    assert [last_whole(cycle, late, MOSCOW) for cycle in Cycle] == ["2026-05-31", "2026-W22", "2026-05"]


def test_a_schedule_comes_at_its_hour_of_its_day() -> None:
    assert next_time(Cycle.DAILY, 8, 0, NOW, MOSCOW) == datetime(2026, 11, 26, 8, tzinfo=MOSCOW)
    assert next_time(Cycle.DAILY, 15, 0, NOW, MOSCOW) == datetime(2026, 11, 25, 15, tzinfo=MOSCOW)
    assert next_time(Cycle.WEEKLY, 8, 0, NOW, MOSCOW) == datetime(2026, 11, 30, 8, tzinfo=MOSCOW)
    assert next_time(Cycle.WEEKLY, 14, 2, NOW, MOSCOW) == datetime(2026, 12, 2, 14, tzinfo=MOSCOW)
    assert next_time(Cycle.MONTHLY, 0, 1, NOW, MOSCOW) == datetime(2026, 12, 1, tzinfo=MOSCOW)


@given(st.dates(date(2016, 1, 1), date(2098, 12, 31)), st.sampled_from(list(Cycle)))
def test_every_day_lies_in_the_period_that_is_written_for_it(day: date, cycle: Cycle) -> None:
    code = code_of(cycle, day)
    told = span(code, datetime(2099, 12, 31, tzinfo=UTC), MOSCOW)
    assert told.cycle == cycle == cycle_of(code)
    assert told.period.first <= day <= told.period.last
    assert told.period.before_until <= told.period.since
    assert told.year_ago.until <= told.period.since
