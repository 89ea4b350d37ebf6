"""What is more than usual, and what is not."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from otklik.alerts.burst import LEAST, Burst, burst

HALF, TWO, EIGHT = timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8)


def ago(*minutes: float) -> list[timedelta]:
    return [timedelta(minutes=one) for one in minutes]


def daily(people: int, days: int = 28, first: int = 1, within: timedelta = TWO) -> list[timedelta]:
    """So many people in the same hours of each day before."""
    step = within / (people + 1)
    return [timedelta(days=day) + step * (one + 1) for day in range(first, first + days) for one in range(people)]


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        ((1, 5, 9, 20, 29), Burst(5, HALF, 0.0)),
        ((1, 2, 3, 4), None),  # a coincidence
        ((10, 200, 500, 900, 1300), None),
        (range(40, 470, 40), Burst(11, EIGHT, 0.0)),  # seen by the long window
    ],
)
def test_where_nobody_ever_writes_five_people_together_are_a_burst(
    minutes: Iterable[float], found: Burst | None
) -> None:
    assert burst(ago(*minutes), []) == found
    assert LEAST == 5


def test_what_comes_every_day_at_this_hour_is_usual() -> None:
    ages = ago(*range(5, 115, 10))
    assert burst(ages, daily(10)) is None
    found = burst(ago(*range(1, 119, 3)), daily(10))
    assert found is not None
    assert (found.people, found.window, found.usual) == (40, TWO, 10)


def test_other_hours_of_the_day_say_nothing_of_these() -> None:
    """At night nobody writes, however many do by day."""
    by_day = [one + timedelta(hours=10) for one in daily(30)]
    found = burst(ago(1, 2, 3, 4, 5, 6), by_day)
    assert found is not None
    assert found.usual == 0


def test_a_burst_of_last_week_does_not_hide_one_of_today() -> None:
    last_week = daily(40, days=1, first=7)
    assert burst(ago(*range(1, 9)), last_week) is not None


def test_a_rise_that_lasts_two_weeks_has_become_usual() -> None:
    assert burst(ago(*range(2, 117, 15)), daily(8, days=14)) is None
