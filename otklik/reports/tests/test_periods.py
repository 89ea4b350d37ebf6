"""Periods: presets, dates nobody should type, the stretch before, and the bars of a chart."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from otklik.reports.periods import BadPeriod, Preset, buckets, months_back, own, preset

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "first", "days"),
    [
        (Preset.TODAY, date(2026, 11, 25), 1),
        (Preset.WEEK, date(2026, 11, 19), 7),
        (Preset.THIRTY, date(2026, 10, 27), 30),
        (Preset.MONTH, date(2026, 11, 1), 25),
        (Preset.SEVEN_MONTHS, date(2026, 4, 26), 214),
    ],
)
def test_presets_end_now(name: Preset, first: date, days: int) -> None:
    period = preset(name, NOW, MOSCOW)
    assert (period.first, period.days, period.until) == (first, days, NOW)
    assert period.since.astimezone(MOSCOW).hour == 0


def test_today_is_compared_with_yesterday_until_the_same_hour() -> None:
    period = preset(Preset.TODAY, NOW, MOSCOW)
    assert period.before_since == datetime(2026, 11, 24, tzinfo=MOSCOW)
    assert period.before_until == NOW - timedelta(days=1)


def test_this_month_is_compared_with_the_month_before_from_its_first_day() -> None:
    period = preset(Preset.MONTH, NOW, MOSCOW)
    assert period.before_since == datetime(2026, 10, 1, tzinfo=MOSCOW)
    assert period.before_until == datetime(2026, 10, 25, 14, 30, tzinfo=MOSCOW)


@pytest.mark.parametrize("name", [one for one in Preset if one != Preset.OWN])
@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2028, 2, 29), date(2026, 1, 1), date(2026, 12, 31)])
def test_the_stretch_before_never_reaches_into_the_period(name: Preset, day: date) -> None:
    period = preset(name, datetime(day.year, day.month, day.day, 20, tzinfo=UTC), MOSCOW)
    assert period.before_since < period.before_until <= period.since < period.until


def test_own_dates_are_both_inside_and_stop_at_the_present() -> None:
    period = own("2026-11-01", "2026-12-31", NOW, MOSCOW)
    assert (period.first, period.last, period.until) == (date(2026, 11, 1), date(2026, 11, 25), NOW)
    whole = own("2026-11-01", "2026-11-02", NOW, MOSCOW)
    assert whole.until == datetime(2026, 11, 3, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
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
    ],
)
def test_dates_nobody_should_type_are_refused_in_plain_words(since: str, until: str, words: str) -> None:
    with pytest.raises(BadPeriod, match=words):
        own(since, until, NOW, MOSCOW)


def test_a_preset_that_is_none_is_refused() -> None:
    with pytest.raises(BadPeriod):
        preset("own", NOW, MOSCOW)


def test_months_back_stay_within_the_month() -> None:
    assert months_back(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_back(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert months_back(date(2026, 7, 31), 7) == date(2025, 12, 31)


def test_short_periods_are_drawn_by_days_and_long_ones_by_weeks_from_monday() -> None:
    month = own("2026-10-01", "2026-10-31", NOW, MOSCOW)
    assert len(buckets(month)) == 31
    half = own("2026-05-06", "2026-10-31", NOW, MOSCOW)
    bars = buckets(half)
    assert bars[0] == date(2026, 5, 6)
    assert all(day.weekday() == 0 for day in bars[1:])
