"""Columns: as narrow as their numbers, and the same again after they were kept."""

import random

import numpy as np
import pytest

from otklik.reports import columns
from otklik.reports.atlas import Lookup
from otklik.reports.columns import NEVER, capped, code, narrow, pack, rows_in, size_of, unpack, word, words_column
from otklik.reports.memory import Memory


def test_a_column_is_as_narrow_as_its_numbers_allow() -> None:
    for values, width in (([0, 255], 1), ([0, 256], 2), ([-1, 3], 4), ([NEVER, 5], 4), ([0, 1 << 31], 8), ([], 1)):
        column = narrow(np.array(values, np.int64))
        assert column.itemsize == width
        assert column.tolist() == values


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_comes_back_the_same(seed: int) -> None:
    rng = random.Random(seed)
    rows = rng.choice((0, 1, 7, 500))
    kept = {
        "took": narrow(np.array([rng.choice((NEVER, rng.randint(-9, 10**6))) for _ in range(rows)], np.int64)),
        "priority": narrow(np.array([rng.randint(1, 5) for _ in range(rows)], np.int64)),
        "state": words_column(rng.choice(("", "done", "noise")) for _ in range(rows)),
    }
    found = unpack(pack(kept, ("state",)))
    assert {name: column.tolist() for name, column in found.items()} == {
        name: column.tolist() for name, column in kept.items()
    }
    assert rows_in(found) == rows
    assert size_of(found) == size_of(kept)
    assert pack(found, ("state",)) == pack(kept, ("state",))


def test_words_are_kept_as_words_since_another_process_counts_them_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pack({"state": words_column(["new", "done", "", "new"])}, ("state",))
    monkeypatch.setattr(columns, "_codes", {"": 0})
    monkeypatch.setattr(columns, "_words", [""])
    assert code("something else") == 1
    assert [word(one) for one in unpack(kept)["state"].tolist()] == ["new", "done", "", "new"]


def test_there_are_never_more_words_than_a_byte_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_codes", {"": 0})
    monkeypatch.setattr(columns, "_words", [""])
    for number in range(255):
        code(f"word {number}")
    with pytest.raises(OverflowError):
        code("one more")


def test_bytes_that_are_no_sheaf_are_refused() -> None:
    with pytest.raises(ValueError, match="not found"):
        unpack(b"nothing of the kind")


def test_what_was_used_longest_ago_is_let_go_first() -> None:
    memory = Memory()
    for mark in "abc":
        memory.put({mark: {"pk": np.zeros(10, np.uint8)}}, 30)
    assert memory.get("a") is not None
    memory.put({"d": {"pk": np.zeros(10, np.uint8)}}, 30)
    assert memory.marks() == ["c", "a", "d"]
    assert memory.get("b") is None
    assert memory.size == 30


def test_ids_are_capped_whatever_the_width_of_their_column() -> None:
    narrow_one, wide = np.array([0, 7, 255], np.uint8), np.array([0, 300, 5000], np.uint16)
    assert capped(narrow_one, 361).tolist() == [0, 7, 255]
    assert capped(narrow_one, 10).tolist() == [0, 7, 10]
    assert capped(wide, 361).tolist() == [0, 300, 361]


def test_a_lookup_takes_a_column_that_is_too_narrow_for_its_largest_id() -> None:
    """Few cards may be of old themes alone, while the table knows hundreds."""
    assert Lookup({7: 3, 361: 5})(np.array([0, 7, 200], np.uint8)).tolist() == [0, 3, 0]
