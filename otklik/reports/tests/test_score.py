"""The formula of the rating: what gives points, and who gets no place."""

from typing import Any

import pytest

from otklik.reports.arithmetic import Share
from otklik.reports.metrics import Metrics
from otklik.reports.score import DEFAULT, PARTS, scored, valid

SHARES = ("quick", "within_day", "returned", "reopened", "brushed_off", "good", "gathered", "solved", "sent_back")


def metrics(count: int = 100, **shares: Share) -> Metrics:
    unknown: dict[str, Any] = dict.fromkeys(SHARES, Share(0, 0))
    return Metrics(count=count, times={}, returns=0, outcomes={}, **unknown | shares)


def test_points_are_the_weighted_mean_of_what_is_good() -> None:
    one = metrics(within_day=Share(90, 100), good=Share(40, 50), brushed_off=Share(30, 100))
    (found,) = scored({1: one}, {"within_day": 20, "good": 30, "not_brushed_off": 50})
    assert found.points == pytest.approx(20 * 0.9 + 30 * 0.8 + 50 * 0.7)
    assert found.place == 1


def test_a_share_of_too_few_is_left_out_with_its_weight() -> None:
    one = metrics(within_day=Share(90, 100), good=Share(0, 9), reopened=Share(10, 100))
    (found,) = scored({1: one}, {"within_day": 50, "good": 900, "not_reopened": 50})
    assert found.points == pytest.approx(90)
    assert found.missing == ["good"]


def test_who_has_too_few_cards_or_one_share_alone_has_no_place() -> None:
    lines = {
        1: metrics(within_day=Share(50, 100), good=Share(25, 50)),
        2: metrics(count=9, within_day=Share(9, 9), good=Share(9, 9)),
        3: metrics(within_day=Share(100, 100)),
    }
    found = scored(lines, {"within_day": 1, "good": 1})
    assert [(one.key, one.place) for one in found] == [(1, 1), (3, None), (2, None)]


def test_equal_points_share_a_place() -> None:
    same = metrics(within_day=Share(50, 100), good=Share(25, 50))
    less = metrics(within_day=Share(40, 100), good=Share(25, 50))
    ranked = scored({3: less, 1: same, 2: same}, {"within_day": 1, "good": 1})
    assert [(one.key, one.place) for one in ranked] == [(1, 1), (2, 1), (3, 3)]


@pytest.mark.parametrize(
    "weights", [{}, {"within_day": 0}, {"within_day": 101}, {"within_day": -1, "good": 5}, {"speed": 5}]
)
def test_what_is_no_formula(weights: dict[str, int]) -> None:
    assert not valid(weights)
    assert valid(DEFAULT)
    assert set(DEFAULT) <= set(PARTS)


def test_speed_weighs_less_than_whether_it_helped() -> None:
    """What the field's systems do wrong: whoever answers at once that nothing will be done stands on top."""
    quick = metrics(within_day=Share(100, 100), good=Share(20, 50), brushed_off=Share(80, 100), reopened=Share(30, 100))
    slow = metrics(within_day=Share(60, 100), good=Share(45, 50), brushed_off=Share(10, 100), reopened=Share(2, 100))
    assert [one.key for one in scored({1: quick, 2: slow}, DEFAULT)] == [2, 1]
