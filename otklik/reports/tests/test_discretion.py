"""What is kept back cannot be found out by subtraction, also by whoever knows the rule."""

from collections import defaultdict
from itertools import product

import pytest

from otklik.reports.discretion import kept_back, too_few


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([9, 0, 12], set()),
        ([4, 30, 12, 80], {0, 2}),
        ([4, 5, 80], {0, 1, 2}),
        ([4, 4, 4, 4, 80], {0, 1, 2, 3}),
        ([1, 1, 6, 40, 80], {0, 1, 2, 3}),
        ([6, 6, 4, 6], {0, 1, 2, 3}),
        ([3], {0}),
        ([7, 7, 0], {0, 1}),
        ([], set()),
    ],
)
def test_the_few_are_hidden_and_never_alone(counts: list[int], hidden: set[int]) -> None:
    assert kept_back(counts, 5) == hidden


def test_whoever_is_hidden_before_stays_hidden_and_draws_others_along() -> None:
    assert kept_back([50, 7, 9, 80], 5, {1}) == {1, 2}
    assert kept_back([50, 0, 9, 80], 5, {1}) == {1}
    assert kept_back([50, 0, 2, 13, 80], 5, {1}) == {1, 2, 3}


def test_a_sum_of_few_is_not_told_either_and_nobody_is() -> None:
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
