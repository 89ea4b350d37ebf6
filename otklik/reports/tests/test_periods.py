from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reports.periods import BadPeriod, Preset, buckets, months_back, own, preset
from otklik.reports.spans import Cycle, code_of, cycle_of, last_whole, next_time, span
from otklik.reports.worktime import WorkTable
from otklik.routing.deadlines import WorkWeek, worked_spans, working_seconds

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)  # a Wednesday, 14:30 in Moscow


def moscow(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=MOSCOW)  # type: ignore[misc, arg-type]


PRESETS = {
    Preset.TODAY: (date(2026, 11, 25), 1),
    Preset.WEEK: (date(2026, 11, 19), 7),
    Preset.THIRTY: (date(2026, 10, 27), 30),
    Preset.MONTH: (date(2026, 11, 1), 25),
    Preset.SEVEN_MONTHS: (date(2026, 4, 26), 214),
}


def test_presets_end_now_and_are_compared_with_the_stretch_before_until_the_same_hour() -> None:
    for name, (first, days) in PRESETS.items():
        period = preset(name, NOW, MOSCOW)
        assert (period.first, period.days, period.until) == (first, days, NOW)
        assert period.since.astimezone(MOSCOW).hour == 0
    today, month = (preset(name, NOW, MOSCOW) for name in (Preset.TODAY, Preset.MONTH))
    assert (today.before_since, today.before_until) == (moscow(2026, 11, 24), NOW - timedelta(days=1))
    assert (month.before_since, month.before_until) == (moscow(2026, 10, 1), moscow(2026, 10, 25, 14, 30))
    edges = (moscow(2026, 3, 31, 23), moscow(2028, 2, 29, 23), moscow(2026, 1, 1, 23), moscow(2026, 12, 31, 23))
    for name, at in product(PRESETS, edges):
        period = preset(name, at, MOSCOW)
        assert period.before_since < period.before_until <= period.since < period.until, (name, at)


def test_own_dates_are_both_inside_and_stop_at_the_present_and_months_stay_within_their_days() -> None:
    period = own("2026-11-01", "2026-12-31", NOW, MOSCOW)
    assert (period.first, period.last, period.until) == (date(2026, 11, 1), date(2026, 11, 25), NOW)
    assert own("2026-11-01", "2026-11-02", NOW, MOSCOW).until == moscow(2026, 11, 3)
    assert months_back(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_back(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert months_back(date(2026, 7, 31), 7) == date(2025, 12, 31)
    assert len(buckets(own("2026-10-01", "2026-10-31", NOW, MOSCOW))) == 31
    bars = buckets(own("2026-05-06", "2026-10-31", NOW, MOSCOW))
    assert bars[0] == date(2026, 5, 6)
    assert all(day.weekday() == 0 for day in bars[1:])


WRONG_DATES = [
    ("99999-01-01", "2026-01-01", "Не понятна дата начала"),
    ("2026-11-01", "9999-12-31", "вне разумных пределов"),
    ("0001-01-01", "2026-01-01", "вне разумных пределов"),
    ("2026-11-20", "2026-11-01", "раньше его начала"),
    ("2027-01-01", "2027-02-01", "ещё не наступил"),
    ("2016-01-01", "2026-01-01", "длиннее пяти лет"),
    ("", "", "Не понятна дата"),
    ("2026-02-30", "2026-03-01", "Не понятна дата начала"),
    ("2026-11-01", "'; DROP TABLE", "Не понятна дата конца"),
    ("\x00", "2026-11-01", "Не понятна"),
]


def test_periods_are_compared_with_the_same_before_and_a_year_ago_and_running_ones_until_the_same_hour() -> None:
    month = span("2026-06", NOW, MOSCOW)
    assert (month.cycle, month.period.first, month.period.last) == (Cycle.MONTHLY, date(2026, 6, 1), date(2026, 6, 30))
    assert (month.period.before_since, month.period.before_until) == (moscow(2026, 5, 1), month.period.since)
    assert (month.year_ago.first, month.year_ago.last) == (date(2025, 6, 1), date(2025, 6, 30))
    assert month.week_ago is None
    day = span("2026-06-14", NOW, MOSCOW)
    assert day.week_ago is not None
    assert (day.week_ago.first, day.week_ago.until) == (date(2026, 6, 7), moscow(2026, 6, 8))
    assert day.year_ago.first == date(2025, 6, 15)
    week = span("2026-W01", NOW, MOSCOW)
    assert (week.period.first, week.period.last) == (date(2025, 12, 29), date(2026, 1, 4))
    assert week.year_ago.first == date(2024, 12, 30)
    today, month = span("2026-11-25", NOW, MOSCOW), span("2026-11", NOW, MOSCOW)
    assert today.week_ago is not None
    assert today.week_ago.until == moscow(2026, 11, 18, 14, 30)
    assert month.period.before_until == moscow(2026, 10, 25, 14, 30)
    assert month.year_ago.until == moscow(2025, 11, 25, 14, 30)
    longer = span("2026-03", moscow(2026, 3, 31, 12), MOSCOW).period
    assert longer.before_until == longer.since


NO_PERIODS = ("", "2026", "9999-12-31", "2026-13", "2026-W54", "2026-02-30", "0000-01", "9999-12", "2014-06", "٢٠٢٦-٠٦",
              "2026-06 x")  # fmt: skip


def test_dates_nobody_should_type_and_what_is_no_period_or_of_the_future_are_refused_in_words() -> None:
    for code in NO_PERIODS:
        with pytest.raises(BadPeriod, match=r"^[А-Я].+\.$"):
            span(code, NOW, MOSCOW)
    for code in ("2026-12", "2026-W49", "2026-11-26"):
        with pytest.raises(BadPeriod, match="ещё не наступил"):
            span(code, NOW, MOSCOW)
    for since, until, words in WRONG_DATES:
        with pytest.raises(BadPeriod, match=words):
            own(since, until, NOW, MOSCOW)
    with pytest.raises(BadPeriod):
        preset("own", NOW, MOSCOW)


TIMES = [
    (Cycle.DAILY, 8, 0, moscow(2026, 11, 26, 8)),
    (Cycle.DAILY, 15, 0, moscow(2026, 11, 25, 15)),
    (Cycle.WEEKLY, 8, 0, moscow(2026, 11, 30, 8)),
    (Cycle.WEEKLY, 14, 2, moscow(2026, 12, 2, 14)),
    (Cycle.MONTHLY, 0, 1, moscow(2026, 12, 1)),
]


def test_a_schedule_comes_at_its_hour_and_the_last_whole_period_is_over_by_the_regions_clock() -> None:
    assert [next_time(cycle, hour, day, NOW, MOSCOW) for cycle, hour, day, _at in TIMES] == [time[-1] for time in TIMES]
    late = datetime(2026, 5, 31, 22, tzinfo=UTC)  # the first of June in Moscow
    assert [last_whole(cycle, late, MOSCOW) for cycle in Cycle] == ["2026-05-31", "2026-W22", "2026-05"]


@given(st.dates(date(2016, 1, 1), date(2098, 12, 31)), st.sampled_from(list(Cycle)))
def test_every_day_lies_in_the_period_that_is_written_for_it(day: date, cycle: Cycle) -> None:
    code = code_of(cycle, day)
    code_span = span(code, datetime(2099, 12, 31, tzinfo=UTC), MOSCOW)
    assert code_span.cycle == cycle == cycle_of(code)
    assert code_span.period.first <= day <= code_span.period.last
    assert code_span.period.before_until <= code_span.period.since
    assert code_span.year_ago.until <= code_span.period.since


WEEKS = {
    "usual": WorkWeek(time(8, 30), time(17, 30), MOSCOW),
    "lunch": WorkWeek(time(9), time(18), MOSCOW, lunch=(time(13), time(13, 45))),
    "duty": WorkWeek(time(0), time(0), ZoneInfo("Asia/Vladivostok"), weekdays=frozenset(range(7)), holidays=False),
    "summer time": WorkWeek(time(8), time(17), ZoneInfo("Europe/Berlin"), holidays=False),
}


@pytest.mark.parametrize("name", WEEKS)
def test_hours_worked_are_to_the_second_those_of_each_moment_by_itself(name: str) -> None:
    week, chance = WEEKS[name], Random(7)
    table = WorkTable(worked_spans(week, 2024, 2027))
    first = datetime(2025, 1, 1, tzinfo=UTC)
    since = [first + timedelta(seconds=chance.randrange(600 * 86400)) for _number in range(300)]
    until = [one + timedelta(seconds=int(chance.expovariate(1 / 200_000)) - 5000) for one in since]
    before, after = (table.before(np.array([int(one.timestamp()) for one in some])) for some in (since, until))
    worked = np.clip(after - before, 0, None)
    assert worked.tolist() == [working_seconds(one, other, week) for one, other in zip(since, until, strict=True)]


def test_nobody_works_where_there_are_no_hours_nor_before_the_table_begins() -> None:
    assert WorkTable([]).before(np.array([0, 10**9])).tolist() == [0, 0]
    assert WorkTable([(100, 200)]).before(np.array([0, 100, 150, 200, 999])).tolist() == [0, 0, 50, 100, 100]
