import random
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reports import columns
from otklik.reports import ranks as ranked
from otklik.reports.arithmetic import Share, percentile
from otklik.reports.atlas import Lookup
from otklik.reports.columns import NEVER, capped, code, narrow, pack, rows_in, size_of, unpack, word, words_column
from otklik.reports.memory import Memory
from otklik.reports.periods import midnight
from otklik.reports.ranks import Ranks, in_order, reached
from otklik.reports.slices import Band, Slice, between, joined, of, since

MOSCOW = ZoneInfo("Europe/Moscow")


def some(**columns: list[Any]) -> Slice:
    return of(
        {
            name: words_column(values) if values and isinstance(values[0], str) else np.array(values, np.int64)
            for name, values in columns.items()
        }
    )


def test_a_slice_counts_shares_takes_percentiles_and_parts_of_parts_and_has_no_other_column() -> None:
    cards = some(took=[50, NEVER, 10, 30], state=["done", "new", "done", "noise"])
    assert cards.count() == len(cards) == 4
    assert cards.share(cards.is_("state", "done", "noise")) == Share(3, 4)
    assert cards.median("took") == 30
    assert cards.percentile("took", 0.9) == 50
    assert cards.where(~cards.happened("took")).median("took") is None
    cards = some(pk=list(range(10)))
    even = cards.where(cards["pk"] % 2 == 0)
    assert even.where(even["pk"] > 3)["pk"].tolist() == [4, 6, 8]
    assert joined([even, some(pk=[]), cards.at(np.array([9, 1]))])["pk"].tolist() == [0, 2, 4, 6, 8, 9, 1]
    assert len(joined([])) == 0
    with pytest.raises(KeyError):
        some(pk=[1])["nothing"]


@pytest.mark.parametrize("seed", range(10))
def test_a_breakdown_has_every_card_once_and_those_without_a_key_in_none(seed: int) -> None:
    rng = random.Random(seed)
    cards = some(theme=[rng.randint(0, 5) for _ in range(200)], took=[rng.randint(0, 99) for _ in range(200)])
    parts = cards.by("theme")
    assert 0 not in parts
    assert sum(map(len, parts.values())) == int((cards["theme"] > 0).sum())
    for key, part in parts.items():
        mine = cards["took"][cards["theme"] == key].tolist()
        assert sorted(part["took"].tolist()) == sorted(mine)
        assert part.median("took") == percentile(mine, 0.5)


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Asia/Kathmandu", "Europe/Berlin", "Africa/Monrovia"])
def test_days_are_those_of_the_local_clock_whatever_it_does(zone: str) -> None:
    rng, here = random.Random(zone), ZoneInfo(zone)
    days = sorted({date(1971, 1, 1) + timedelta(days=rng.randint(0, 900)) for _ in range(60)})
    edges = [int(midnight(day, here).timestamp()) for day in days]
    moments = [*edges, *(edge - 1 for edge in edges)]
    moments += [rng.randint(edges[0] - 9**6, edges[-1] + 9**6) for _ in range(500)]
    expected = [sum(edge <= moment for edge in edges) for moment in moments]
    assert since(days, here, np.array(moments, np.int64)).tolist() == expected


def test_a_series_counts_by_days_and_a_stretch_holds_its_beginning_and_not_its_end() -> None:
    first = int(midnight(date(2026, 3, 2), MOSCOW).timestamp())
    cards = some(started=[first - 1, first, first + 86_399, first + 86_400, first + 9 * 86_400])
    assert cards.series([date(2026, 3, 2), date(2026, 3, 3)], MOSCOW) == [2, 2]
    start, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    edge = int(until.timestamp())
    assert between(np.array([int(start.timestamp()), edge - 1, edge]), start, until).tolist() == [True, True, False]


def test_what_is_usual_is_told_by_the_same_days_of_eight_weeks_and_not_of_a_new_region() -> None:
    day = date(2026, 11, 25)
    counts = {1: 4, 2: 10, 3: 6, 4: 5, 5: 7, 6: 8, 7: 1, 8: 3}
    started = [
        int(midnight(day - timedelta(weeks=week), MOSCOW).timestamp()) + 3600 * at
        for week, count in counts.items()
        for at in range(count)
    ]
    others = [int(midnight(day - timedelta(days=at), MOSCOW).timestamp()) for at in (0, 1, 2, 8, 9) for _ in range(50)]
    assert some(started=started + others).usual(day, MOSCOW) == Band(3, 5, 7)
    lately = int(midnight(day - timedelta(weeks=3), MOSCOW).timestamp())
    assert some(started=[lately] * 5).usual(day, MOSCOW) is None
    assert some(started=[]).usual(day, MOSCOW) is None


def test_a_column_is_as_narrow_as_its_numbers_allow_whatever_is_asked_of_it() -> None:
    for values, width in (([0, 255], 1), ([0, 256], 2), ([-1, 3], 4), ([NEVER, 5], 4), ([0, 1 << 31], 8), ([], 1)):
        column = narrow(np.array(values, np.int64))
        assert column.itemsize == width
        assert column.tolist() == values
    narrow_one, wide = np.array([0, 7, 255], np.uint8), np.array([0, 300, 5000], np.uint16)
    assert capped(narrow_one, 361).tolist() == [0, 7, 255]
    assert capped(narrow_one, 10).tolist() == [0, 7, 10]
    assert capped(wide, 361).tolist() == [0, 300, 361]
    # Few cards may be of old themes alone, while the table knows hundreds.
    assert Lookup({7: 3, 361: 5})(np.array([0, 7, 200], np.uint8)).tolist() == [0, 3, 0]
    with pytest.raises(ValueError, match="not found"):
        unpack(b"nothing of the kind")


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_comes_back_the_same(seed: int) -> None:
    rng = random.Random(seed)
    rows = rng.choice((0, 1, 7, 500))
    kept = {
        "took": narrow(np.array([rng.choice((NEVER, rng.randint(-9, 10**6))) for _ in range(rows)], np.int64)),
        "priority": narrow(np.array([rng.randint(1, 5) for _ in range(rows)], np.int64)),
        "state": words_column(rng.choice(("", "done", "noise")) for _ in range(rows)),
    }
    back = unpack(pack(kept, ("state",)))
    assert {name: column.tolist() for name, column in back.items()} == {
        name: column.tolist() for name, column in kept.items()
    }
    assert (rows_in(back), size_of(back)) == (rows, size_of(kept))
    assert pack(back, ("state",)) == pack(kept, ("state",))


def test_words_are_kept_as_words_and_are_never_more_than_a_byte_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pack({"state": words_column(["new", "done", "", "new"])}, ("state",))
    monkeypatch.setattr(columns, "_codes", {"": 0})
    monkeypatch.setattr(columns, "_words", [""])
    assert code("something else") == 1
    assert [word(one) for one in unpack(kept)["state"].tolist()] == ["new", "done", "", "new"]
    monkeypatch.setattr(columns, "_codes", {"": 0})
    monkeypatch.setattr(columns, "_words", [""])
    for number in range(255):
        code(f"word {number}")
    with pytest.raises(OverflowError):
        code("one more")


def test_what_was_used_longest_ago_is_let_go_first() -> None:
    memory = Memory()
    for mark in "abc":
        memory.put({mark: {"pk": np.zeros(10, np.uint8)}}, 30)
    assert memory.get("a") is not None
    memory.put({"d": {"pk": np.zeros(10, np.uint8)}}, 30)
    assert memory.marks() == ["c", "a", "d"]
    assert memory.get("b") is None
    assert memory.size == 30


NUMBERS = st.lists(st.integers(-(2**31), 2**31 - 1) | st.integers(-3, 3), max_size=60)


@given(NUMBERS)
def test_every_rank_is_that_of_the_sorted_numbers(numbers: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranked, "_FEW", 2)
        ranks = Ranks(np.array(numbers, np.int32))
        assert [ranks[at] for at in range(len(ranks))] == sorted(numbers)


def test_many_numbers_are_ranked_and_keys_of_any_width_put_in_order_as_by_a_sort() -> None:
    for kind, spread in product((np.int32, np.int64), (1, 900, 2**31 - 1)):
        values = np.random.default_rng(5).exponential(spread / 40, 50_000).clip(0, spread).astype(kind)
        values[7] = -spread
        ranks, in_a_row = Ranks(values), np.sort(values)
        for at in (0, 1, 24_999, 44_999, 49_999):
            assert ranks[at] == in_a_row[at], (kind, spread)
    for at in (-1, 3):
        with pytest.raises(IndexError):
            Ranks(np.array([5, 4, 6]))[at]
    with pytest.raises(IndexError):
        Ranks(np.empty(0, np.int32))[0]
    for width in (np.uint8, np.uint16, np.int32, np.uint32):
        keys = np.random.default_rng(7).integers(0, min(np.iinfo(width).max, 10**6), 5000).astype(width)
        assert in_order(keys).tolist() == np.argsort(keys, kind="stable").tolist(), width


@given(st.lists(st.integers(0, 3) | st.integers(0, 70_000) | st.integers(0, 2**62), max_size=40))
def test_keys_are_put_in_order_and_equal_ones_stay_as_they_lie(keys: list[int]) -> None:
    assert in_order(np.array(keys, np.int64)).tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@given(
    st.lists(st.integers(-9, 9000), max_size=9),
    st.lists(st.integers(-(10**7), 10**7), max_size=30),
    st.sampled_from([1, 900]),
)
def test_edges_are_reached_as_a_search_says(edges: list[int], moments: list[int], step: int) -> None:
    steps, asked = np.array(sorted(edges), np.int64) * step, np.array(moments, np.int64)
    assert reached(steps, asked).tolist() == np.searchsorted(steps, asked, "right").tolist()
