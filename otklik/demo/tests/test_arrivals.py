from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from otklik.demo.history.arrivals import DAYS, LAST_DAYS, arrivals

NOW = datetime(2026, 11, 25, 10, 40, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")
MOMENTS = arrivals(Random(1), 16_000, NOW, ZONE)


def test_all_messages_come_in_order_within_seven_months_and_none_in_the_future() -> None:
    assert len(MOMENTS) == 16_000
    assert sorted(MOMENTS) == MOMENTS
    assert NOW - timedelta(days=DAYS) <= MOMENTS[0]
    assert MOMENTS[-1] < NOW


def test_more_than_three_and_a_half_thousand_of_sixteen_come_in_the_last_thirty_days() -> None:
    first = NOW.astimezone(ZONE).date() - timedelta(days=LAST_DAYS - 1)
    assert sum(moment.astimezone(ZONE).date() >= first for moment in MOMENTS) == 3_620


def test_the_stream_grows_and_follows_day_and_week() -> None:
    days = Counter((NOW - moment).days for moment in MOMENTS)
    assert sum(days[day] for day in range(7)) > 1.5 * sum(days[day] for day in range(DAYS - 8, DAYS - 1))
    hours = Counter(moment.astimezone(ZONE).hour for moment in MOMENTS)
    assert hours[20] > 5 * hours[3]
    weekdays = Counter(moment.astimezone(ZONE).weekday() for moment in MOMENTS)
    assert weekdays[0] > weekdays[6]


def test_the_same_seed_gives_the_same_moments() -> None:
    assert arrivals(Random(1), 16_000, NOW, ZONE) == MOMENTS
    assert arrivals(Random(2), 16_000, NOW, ZONE) != MOMENTS
