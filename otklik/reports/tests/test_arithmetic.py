"""Properties of percentiles, shares and intervals, over seeded random numbers, and single values worked out by hand."""

import random
from math import isclose
from typing import TypeVar

import pytest

from otklik.reports.arithmetic import Share, change, median_between, percentile, wilson

T = TypeVar("T")


def some(seed: int, highest: int, most: int, least: int = 1) -> list[int]:
    rng = random.Random(seed)
    return [rng.randint(0, highest) for _ in range(rng.randint(least, most))]


def sure(value: T | None) -> T:
    """There are enough values for an answer."""
    assert value is not None
    return value


def test_a_percentile_is_one_of_the_values_and_grows_with_its_share() -> None:
    for seed in range(60):
        values = [value - 5 for value in some(seed, 505, 40)]
        grows = [sure(percentile(values, step / 20)) for step in range(1, 21)]
        assert set(grows) <= set(values), seed
        assert grows == sorted(grows), seed
        assert grows[-1] == max(values), seed
        assert percentile(values[::-1], 0.5) == percentile(values, 0.5), seed


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.95])
def test_at_least_the_share_lies_at_or_below_its_percentile_and_less_lies_below_it(share: float) -> None:
    for seed in range(20):
        values = some(seed, 30, 50)
        edge, limit = sure(percentile(values, share)), share * len(values)
        assert sum(value < edge for value in values) - 1e-9 < limit, seed
        assert sum(value <= edge for value in values) + 1e-9 >= limit, seed


def test_percentiles_worked_out_by_hand() -> None:
    assert percentile([], 0.5) is None
    assert percentile([7], 0.9) == 7
    assert percentile([4, 1, 3, 2], 0.5) == 2
    assert percentile(list(range(1, 11)), 0.9) == 9


@pytest.mark.parametrize("share", [0, -0.1, 1.01])
def test_a_percentile_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        percentile([1], share)


def test_wilsons_interval_holds_the_share_and_shrinks_as_the_number_grows() -> None:
    rng = random.Random(1)
    for n in range(1, 400, 7):
        part = rng.randint(0, n)
        low, high = wilson(part, n)
        assert 0 <= low <= part / n <= high <= 1, n
        narrower_low, narrower_high = wilson(part * 10, n * 10)
        assert 0 <= narrower_high - narrower_low < high - low, n


@pytest.mark.parametrize("n", [1, 3, 50])
def test_wilsons_interval_mirrors_itself(n: int) -> None:
    for part in range(n + 1):
        low, high = wilson(part, n)
        other_low, other_high = wilson(n - part, n)
        assert isclose(low, 1 - other_high, abs_tol=1e-12)
        assert isclose(high, 1 - other_low, abs_tol=1e-12)


def test_wilsons_interval_of_known_cases() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert [round(value, 3) for value in wilson(8, 10)] == [0.490, 0.943]
    assert [round(value, 4) for value in wilson(0, 10)] == [0.0, 0.2775]


@pytest.mark.parametrize(("part", "n"), [(-1, 5), (6, 5), (1, 0)])
def test_what_is_no_share_is_refused(part: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(part, n)


@pytest.mark.parametrize(
    ("part", "n", "percent"), [(999, 1000, 99), (1, 1000, 1), (0, 1000, 0), (1000, 1000, 100), (1, 2, 50), (0, 0, None)]
)
def test_rounding_never_hides_an_exception(part: int, n: int, percent: int | None) -> None:
    assert Share(part, n).percent == percent


def test_nine_are_too_few_and_ten_are_enough() -> None:
    assert not Share(9, 9).enough
    assert Share(0, 10).enough


def test_a_change_needs_something_to_compare_with() -> None:
    assert [change(12, 10), change(5, 10), change(5, 0), change(None, 10)] == [20, -50, None, None]


def test_the_interval_of_a_median_holds_it_and_stays_within_the_values() -> None:
    for seed in range(60):
        values = sorted(some(seed, 100, 300, least=6))
        low, high = sure(median_between(values))
        assert values[0] <= low <= sure(percentile(values, 0.5)) <= high <= values[-1], seed


def test_five_values_give_no_interval_of_a_median() -> None:
    assert median_between([1, 2, 3, 4, 5]) is None
    assert median_between([1, 2, 3, 4, 5, 6]) == (1, 6)


def test_the_interval_of_a_median_covers_the_true_one_about_as_often_as_it_says() -> None:
    rng = random.Random(1)
    samples = (sorted(rng.randint(0, 10_000) for _ in range(41)) for _ in range(600))
    held = sum(low <= 5000 <= high for low, high in (sure(median_between(sample)) for sample in samples))
    assert 0.93 <= held / 600 <= 0.99
