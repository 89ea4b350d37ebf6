"""Ranks, groups and edges, held against a plain sort and a plain search."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reports import ranks as ranked
from otklik.reports.ranks import Ranks, in_order, reached

NUMBERS = st.lists(st.integers(-(2**31), 2**31 - 1) | st.integers(-3, 3), max_size=60)


@given(NUMBERS)
def test_every_rank_is_that_of_the_sorted_numbers(numbers: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranked, "_FEW", 2)
        ranks = Ranks(np.array(numbers, np.int32))
        assert [ranks[at] for at in range(len(ranks))] == sorted(numbers)


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("spread", [1, 900, 2**31 - 1])
def test_many_numbers_are_ranked_as_by_a_sort(kind: type[np.signedinteger], spread: int) -> None:
    values = np.random.default_rng(5).exponential(spread / 40, 50_000).clip(0, spread).astype(kind)
    values[7] = -spread
    ranks, told = Ranks(values), np.sort(values)
    for at in (0, 1, 24_999, 44_999, 49_999):
        assert ranks[at] == told[at]


def test_a_rank_that_there_is_not_is_refused() -> None:
    for at in (-1, 3):
        with pytest.raises(IndexError):
            Ranks(np.array([5, 4, 6]))[at]
    with pytest.raises(IndexError):
        Ranks(np.empty(0, np.int32))[0]


@given(st.lists(st.integers(0, 3) | st.integers(0, 70_000) | st.integers(0, 2**62), max_size=40))
def test_keys_are_put_in_order_and_equal_ones_stay_as_they_lie(keys: list[int]) -> None:
    assert in_order(np.array(keys, np.int64)).tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.uint32])
def test_keys_of_any_width_are_put_in_order(kind: type[np.integer]) -> None:
    keys = np.random.default_rng(7).integers(0, min(np.iinfo(kind).max, 10**6), 5000).astype(kind)
    assert in_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()


@given(
    st.lists(st.integers(-9, 9000), max_size=9),
    st.lists(st.integers(-(10**7), 10**7), max_size=30),
    st.sampled_from([1, 900]),
)
def test_edges_are_reached_as_a_search_says(edges: list[int], moments: list[int], step: int) -> None:
    told, asked = np.array(sorted(edges), np.int64) * step, np.array(moments, np.int64)
    assert reached(told, asked).tolist() == np.searchsorted(told, asked, "right").tolist()
