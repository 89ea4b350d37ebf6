import random
from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from math import ceil, floor
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reports.arithmetic import (
    LEAST_PRIOR,
    MOST_PRIOR,
    Prior,
    Share,
    change,
    estimate,
    median_between,
    percentile,
    prior_of,
    wilson,
)
from otklik.reports.discretion import kept_back, too_few
from otklik.reports.score import DEFAULT, FEWEST_CARDS, PARTS, Parts, scored, total, valid

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


def parts(count: int = 100, **shares: Share) -> Parts:
    return Parts(count, dict.fromkeys(PARTS, Share(0, 0)) | shares)


def rest(part: int, n: int) -> Share:
    """The good part, where what is counted is bad."""
    return Share(n - part, n)


ALL = dict.fromkeys(PARTS, 1)
REGION = parts(
    within_day=Share(700, 1000), good=Share(400, 800), not_brushed_off=rest(300, 1000), not_reopened=rest(50, 1000)
).shares
GOOD = ("within_day", "good", "not_brushed_off", "not_reopened")


def points(score_parts: Parts) -> float:
    (score,) = scored({1: score_parts}, DEFAULT, REGION)
    return sure(score.points)


def places(lines: dict[int, Parts], weights: Mapping[str, int]) -> list[tuple[int, int | None]]:
    return [(one.key, one.place) for one in scored(lines, weights, REGION)]


def test_points_are_the_weighted_mean_of_what_is_good_and_equal_ones_share_a_place() -> None:
    one = parts(within_day=Share(90, 100), good=Share(40, 50), not_brushed_off=rest(30, 100))
    (score,) = scored({1: one}, {"within_day": 20, "good": 30, "not_brushed_off": 50}, total([one], ALL))
    assert score.points == pytest.approx(20 * 0.9 + 30 * 0.8 + 50 * 0.7), "the whole region is its own mean"
    assert score.place == 1
    same = parts(within_day=Share(50, 100), good=Share(25, 50))
    less = parts(within_day=Share(40, 100), good=Share(25, 50))
    assert places({3: less, 1: same, 2: same}, {"within_day": 1, "good": 1}) == [(1, 1), (2, 1), (3, 3)]
    nobody = scored({1: same}, {"within_day": 1, "good": 1}, total([], ALL))
    assert [one.points for one in nobody] == [None], "where the region knows nothing nobody has a place"


def test_whoever_has_too_few_cards_or_known_shares_stands_apart() -> None:
    lines = {
        1: parts(within_day=Share(50, 100), good=Share(25, 50)),
        2: parts(count=29, within_day=Share(29, 29), good=Share(29, 29)),
        3: parts(within_day=Share(100, 100), good=Share(9, 9)),
    }
    both = {"within_day": 1, "good": 1}
    assert places(lines, both) == [(1, 1), (3, None), (2, None)]


@given(st.floats(0.05, 0.95), st.integers(300, 5000), st.integers(LEAST_PRIOR, MOST_PRIOR))
def test_all_of_few_never_outdo_hundreds_that_are_half_way_there_nor_none_of_few_hundreds_half_way_down(
    mean: float, n: int, strength: int
) -> None:
    few, prior = FEWEST_CARDS, Prior(mean, strength)
    better, worse = Share(ceil(n * (mean + (1 - mean) / 2)), n), Share(floor(n * mean / 2), n)
    assert estimate(worse, prior) < estimate(Share(0, few), prior) < mean
    assert mean < estimate(Share(few, few), prior) < estimate(better, prior)


def test_the_strength_comes_from_how_much_shares_differ_beyond_chance() -> None:
    alike = [Share(round(0.8 * n), n) for n in range(30, 900, 50)]
    apart = [Share(50 * one, 500) for one in range(1, 10)]
    assert (prior_of(alike).strength, prior_of(apart).strength) == (MOST_PRIOR, LEAST_PRIOR)
    # Worked out by hand: mean 0.5, seen 20 where chance makes 1, room 999; 19 / 999 alike, so it is worth 51.6.
    halves = prior_of([Share(450, 1000), Share(550, 1000)])
    assert (halves.mean, halves.strength) == (0.5, 52)
    for nothing in ([], [Share(0, 0)], [Share(1, 1)], [Share(3, 3), Share(5, 5)]):
        assert prior_of(nothing).strength == MOST_PRIOR
    assert (prior_of([]).mean, prior_of([], 0.7).mean) == (0, 0.7)


def test_where_agencies_differ_by_chance_alone_the_small_ones_hardly_ever_come_first() -> None:
    """Sixty agencies of 30 to 726 cards, all equally good."""
    first = []
    for seed in range(20):
        rng = random.Random(seed)
        lines = {}
        for key in range(60):
            n = 30 + key * key // 5
            lines[key] = parts(100, **{name: Share(sum(rng.random() < 0.7 for _ in range(n)), n) for name in GOOD})
        first.append(scored(lines, DEFAULT, total(list(lines.values()), DEFAULT))[0].key)
    assert sum(key <= 20 for key in first) <= 2, "the third of them with at most 110 cards"


SOME = st.builds(lambda n, part: Share(round(n * part), n), st.integers(20, 400), st.floats(0, 1))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(GOOD, SOME)), min_size=2, max_size=6), st.sampled_from(GOOD))
def test_a_share_that_is_missing_neither_rewards_nor_punishes_and_dropping_it_changes_no_order(
    known: list[dict[str, Share]], lacked: str
) -> None:
    mean = REGION[lacked]
    lines = {key: parts(100, **one | {lacked: Share(0, 0)}) for key, one in enumerate(known)}
    for one, line in zip(known, lines.values(), strict=True):
        assert points(line) == points(parts(100, **one | {lacked: mean})), "as if it were the region's mean"
        bad, good = (parts(100, **one | {lacked: Share(part, 60)}) for part in (0, 60))
        assert points(bad) <= points(line) <= points(good)
    without = {name: weight for name, weight in DEFAULT.items() if name != lacked}
    place, other = (dict(places(lines, weights)) for weights in (DEFAULT, without))
    for this, that in product(lines, lines):  # rounded to a tenth two may share a place, but they never change it
        assert not (sure(place[this]) < sure(place[that]) and sure(other[this]) > sure(other[that]))


def test_what_is_no_formula() -> None:
    assert not valid({})
    wrong = ({"within_day": 0}, {"within_day": 101}, {"within_day": -1, "good": 5}, {"speed": 5})
    assert [weights for weights in wrong if valid(weights)] == []
    assert valid(DEFAULT)
    assert set(DEFAULT) <= set(PARTS)


def test_speed_weighs_less_than_whether_it_helped() -> None:
    """What the field's systems do wrong: whoever answers at once that nothing will be done stands on top."""
    quick = parts(
        within_day=Share(100, 100), good=Share(20, 50), not_brushed_off=rest(80, 100), not_reopened=rest(30, 100)
    )
    slow = parts(
        within_day=Share(60, 100), good=Share(45, 50), not_brushed_off=rest(10, 100), not_reopened=rest(2, 100)
    )
    assert [one.key for one in scored({1: quick, 2: slow}, DEFAULT, REGION)] == [2, 1]
