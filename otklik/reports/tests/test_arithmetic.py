import random
from collections import defaultdict
from itertools import product
from typing import Any, TypeVar

import pytest

from otklik.reports.arithmetic import Share, change, median_between, percentile, wilson
from otklik.reports.discretion import kept_back, too_few
from otklik.reports.metrics import Metrics
from otklik.reports.score import DEFAULT, PARTS, scored, valid

T = TypeVar("T")


def some(seed: int, highest: int, most: int, least: int = 1) -> list[int]:
    rng = random.Random(seed)
    return [rng.randint(0, highest) for _ in range(rng.randint(least, most))]


def sure(value: T | None) -> T:
    """There are enough values for an answer."""
    assert value is not None
    return value


def test_a_percentile_grows_with_its_share_which_lies_at_or_below_it_and_is_as_worked_out_by_hand() -> None:
    for seed in range(60):
        values = [value - 5 for value in some(seed, 505, 40)]
        grows = [sure(percentile(values, step / 20)) for step in range(1, 21)]
        assert set(grows) <= set(values), seed
        assert grows == sorted(grows), seed
        assert grows[-1] == max(values), seed
        assert percentile(values[::-1], 0.5) == percentile(values, 0.5), seed
    for share, seed in product((0.1, 0.5, 0.9, 0.95), range(20)):
        values = some(seed, 30, 50)
        edge, limit = sure(percentile(values, share)), share * len(values)
        assert sum(value < edge for value in values) - 1e-9 < limit, (share, seed)
        assert sum(value <= edge for value in values) + 1e-9 >= limit, (share, seed)
    assert percentile([], 0.5) is None
    assert percentile([7], 0.9) == 7
    assert percentile([4, 1, 3, 2], 0.5) == 2
    assert percentile(list(range(1, 11)), 0.9) == 9
    for share in (0, -0.1, 1.01):
        with pytest.raises(ValueError, match="between 0 and 1"):
            percentile([1], share)


def test_wilsons_interval_holds_the_share_shrinks_as_the_number_grows_mirrors_itself_and_is_as_known() -> None:
    rng = random.Random(1)
    for n in range(1, 400, 7):
        part = rng.randint(0, n)
        low, high = wilson(part, n)
        assert 0 <= low <= part / n <= high <= 1, n
        narrower_low, narrower_high = wilson(part * 10, n * 10)
        assert 0 <= narrower_high - narrower_low < high - low, n
    for part, n in [(part, of) for of in (1, 3, 50) for part in range(of + 1)]:
        low, high = wilson(part, n)
        assert (1 - high, 1 - low) == pytest.approx(wilson(n - part, n), abs=1e-12), (part, n)
    assert wilson(0, 0) == (0.0, 1.0)
    assert [round(value, 3) for value in wilson(8, 10)] == [0.490, 0.943]
    assert [round(value, 4) for value in wilson(0, 10)] == [0.0, 0.2775]
    for part, n in ((-1, 5), (6, 5), (1, 0)):
        with pytest.raises(ValueError, match="no share"):
            wilson(part, n)


def test_rounding_never_hides_an_exception_and_nine_are_too_few() -> None:
    parts = {(999, 1000): 99, (1, 1000): 1, (0, 1000): 0, (1000, 1000): 100, (1, 2): 50, (0, 0): None}
    assert {(part, n): Share(part, n).percent for part, n in parts} == parts
    assert not Share(9, 9).enough
    assert Share(0, 10).enough
    assert [change(12, 10), change(5, 10), change(5, 0), change(None, 10)] == [20, -50, None, None]


def test_the_interval_of_a_median_holds_it_and_covers_the_true_one_about_as_often_as_it_says() -> None:
    for seed in range(60):
        values = sorted(some(seed, 100, 300, least=6))
        low, high = sure(median_between(values))
        assert values[0] <= low <= sure(percentile(values, 0.5)) <= high <= values[-1], seed
    assert median_between([1, 2, 3, 4, 5]) is None
    assert median_between([1, 2, 3, 4, 5, 6]) == (1, 6)
    rng = random.Random(1)
    samples = (sorted(rng.randint(0, 10_000) for _ in range(41)) for _ in range(600))
    held = sum(low <= 5000 <= high for low, high in (sure(median_between(sample)) for sample in samples))
    assert 0.93 <= held / 600 <= 0.99


HIDDEN: list[tuple[list[int], set[int]]] = [([9, 0, 12], set()), ([4, 30, 12, 80], {0, 2}), ([4, 5, 80], {0, 1, 2})]
HIDDEN += [([4, 4, 4, 4, 80], {0, 1, 2, 3}), ([1, 1, 6, 40, 80], {0, 1, 2, 3}), ([6, 6, 4, 6], {0, 1, 2, 3})]
HIDDEN += [([3], {0}), ([7, 7, 0], {0, 1}), ([], set())]


def test_the_few_are_hidden_and_never_alone_and_stay_hidden() -> None:
    for counts, hidden in HIDDEN:
        assert kept_back(counts, 5) == hidden, counts
    assert kept_back([50, 7, 9, 80], 5, {1}) == {1, 2}
    assert kept_back([50, 0, 9, 80], 5, {1}) == {1}
    assert kept_back([50, 0, 2, 13, 80], 5, {1}) == {1, 2, 3}
    assert [too_few(total, 5) for total in (0, 1, 14, 15)] == [False, True, True, False]


@pytest.mark.parametrize(("size", "most", "least"), [(2, 40, 3), (3, 24, 3), (4, 13, 3), (3, 28, 5)])
def test_each_hidden_number_of_any_table_could_be_many(size: int, most: int, least: int) -> None:
    """Through all tables of this size: who knows the rule, what is shown and the sum, is left with more numbers than
    `least` for each that is hidden. Tables whose hidden part exceeds `most` are not whole here and left out."""
    seen = defaultdict(list)
    for counts in product(range(most + 1), repeat=size):
        hidden = kept_back(counts, least)
        shown = tuple(None if at in hidden else count for at, count in enumerate(counts))
        if not too_few(sum(counts), least) and sum(counts[at] for at in hidden) <= most:
            seen[sum(counts), shown].append(counts)
    assert any(None in shown for _total, shown in seen)
    for (_total, shown), tables in seen.items():
        for at, count in enumerate(shown):
            if count is None:
                assert len({counts[at] for counts in tables}) > least, (shown, tables[:3])


SHARES = ("quick", "within_day", "returned", "reopened", "brushed_off", "good", "gathered", "solved", "sent_back")


def metrics(count: int = 100, **shares: Share) -> Metrics:
    unknown: dict[str, Any] = dict.fromkeys(SHARES, Share(0, 0))
    return Metrics(count=count, times={}, returns=0, outcomes={}, **unknown | shares)


def test_points_are_the_weighted_mean_of_what_is_good_and_equal_ones_share_a_place() -> None:
    one = metrics(within_day=Share(90, 100), good=Share(40, 50), brushed_off=Share(30, 100))
    (found,) = scored({1: one}, {"within_day": 20, "good": 30, "not_brushed_off": 50})
    assert found.points == pytest.approx(20 * 0.9 + 30 * 0.8 + 50 * 0.7)
    assert found.place == 1
    one = metrics(within_day=Share(90, 100), good=Share(0, 9), reopened=Share(10, 100))
    (found,) = scored({1: one}, {"within_day": 50, "good": 900, "not_reopened": 50})
    assert found.points == pytest.approx(90)
    assert found.missing == ["good"]
    lines = {
        1: metrics(within_day=Share(50, 100), good=Share(25, 50)),
        2: metrics(count=9, within_day=Share(9, 9), good=Share(9, 9)),
        3: metrics(within_day=Share(100, 100)),
    }
    places = scored(lines, {"within_day": 1, "good": 1})
    assert [(one.key, one.place) for one in places] == [(1, 1), (3, None), (2, None)]
    same = metrics(within_day=Share(50, 100), good=Share(25, 50))
    less = metrics(within_day=Share(40, 100), good=Share(25, 50))
    ranked = scored({3: less, 1: same, 2: same}, {"within_day": 1, "good": 1})
    assert [(one.key, one.place) for one in ranked] == [(1, 1), (2, 1), (3, 3)]


def test_what_is_no_formula() -> None:
    assert not valid({})
    wrong = ({"within_day": 0}, {"within_day": 101}, {"within_day": -1, "good": 5}, {"speed": 5})
    assert [weights for weights in wrong if valid(weights)] == []
    assert valid(DEFAULT)
    assert set(DEFAULT) <= set(PARTS)


def test_speed_weighs_less_than_whether_it_helped() -> None:
    """What the field's systems do wrong: whoever answers at once that nothing will be done stands on top."""
    quick = metrics(within_day=Share(100, 100), good=Share(20, 50), brushed_off=Share(80, 100), reopened=Share(30, 100))
    slow = metrics(within_day=Share(60, 100), good=Share(45, 50), brushed_off=Share(10, 100), reopened=Share(2, 100))
    assert [one.key for one in scored({1: quick, 2: slow}, DEFAULT)] == [2, 1]
