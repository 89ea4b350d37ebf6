from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from otklik.demo.history.addresses import author_address, number_in, person_number
from otklik.demo.history.arrivals import DAYS, LAST_DAYS, arrivals
from otklik.networks.max.address import user_number
from otklik.networks.ok.address import author_of
from otklik.networks.registry import NETWORKS
from otklik.networks.telegram.address import whose

NOW = datetime(2026, 11, 25, 10, 40, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")
MOMENTS = arrivals(Random(1), 16_000, NOW, ZONE)


def test_messages_come_in_order_within_seven_months_and_follow_day_and_week() -> None:
    assert len(MOMENTS) == 16_000
    assert sorted(MOMENTS) == MOMENTS
    assert NOW - timedelta(days=DAYS) <= MOMENTS[0]
    assert MOMENTS[-1] < NOW, "none in the future"
    first = NOW.astimezone(ZONE).date() - timedelta(days=LAST_DAYS - 1)
    assert sum(moment.astimezone(ZONE).date() >= first for moment in MOMENTS) == 3_620
    assert arrivals(Random(1), 16_000, NOW, ZONE) == MOMENTS != arrivals(Random(2), 16_000, NOW, ZONE)
    days = Counter((NOW - moment).days for moment in MOMENTS)
    assert sum(days[day] for day in range(7)) > 1.5 * sum(days[day] for day in range(DAYS - 8, DAYS - 1))
    hours = Counter(moment.astimezone(ZONE).hour for moment in MOMENTS)
    assert hours[20] > 5 * hours[3]
    weekdays = Counter(moment.astimezone(ZONE).weekday() for moment in MOMENTS)
    assert weekdays[0] > weekdays[6]


def test_authors_have_the_form_of_their_network() -> None:
    assert author_of(author_address("ok", 600_001)) == ("user", "600001")
    assert whose(author_address("telegram", 600_001)) == 600_001
    assert user_number(author_address("max", 600_001)) == 600_001
    assert author_address("vk", 600_001) == "id600001"
    assert author_address("instagram", 700_001) == "5600000000700001"
    assert author_address("facebook", 600_001) == author_address("x", 600_001) == "600001"
    assert person_number("facebook", 20_000) < person_number("instagram", 0), "they have no people in common"

    for network in NETWORKS:
        number = person_number(network, 7)
        assert number_in(network, author_address(network, number)) == str(number), "the sandbox takes it so"
        assert number_in(network, "by-hand") == ""
