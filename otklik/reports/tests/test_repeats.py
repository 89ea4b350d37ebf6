import random
from datetime import timedelta

import numpy as np
import pytest

from otklik.reports.repeats import AUTHOR, KEYS, PLACE, WITHIN, comparable, repeats
from otklik.reports.slices import Slice, of

DAY = 24 * 3600
Rows = list[dict[str, int]]


def row(pk: int, started: int, **more: int) -> dict[str, int]:
    return {"pk": pk, "author": 1, "place": 1, "theme": 1, "started": started} | more


def slice_of(rows: Rows, wide: bool = False) -> Slice:
    names = ("pk", "author", "place", "theme", "started")
    kind = np.int64 if wide else np.int32
    return of({name: np.array([row[name] for row in rows], kind) for name in names})


def slowly(rows: Rows, kind: str) -> set[int]:
    """Card by card: is there one before it?"""
    first, second = KEYS[kind]
    return {
        one["pk"]
        for one in rows
        if one[first] and one[second]
        for other in rows
        if (other[first], other[second]) == (one[first], one[second])
        if (other["started"], other["pk"]) < (one["started"], one["pk"])
        if one["started"] - other["started"] <= WITHIN.total_seconds()
    }


@pytest.mark.parametrize("kind", [AUTHOR, PLACE])
@pytest.mark.parametrize("seed", range(10))
def test_they_are_what_a_look_at_all_pairs_finds(kind: str, seed: int) -> None:
    rng = random.Random(seed)
    rows = [
        row(
            pk,
            1_700_000_000 + rng.randint(0, 200) * DAY,
            author=rng.randint(0, 6),
            place=rng.randint(0, 4),
            theme=rng.randint(0, 3),
        )
        for pk in rng.sample(range(1, 10_000), 60)
    ]
    assert set(repeats(slice_of(rows), kind).tolist()) == slowly(rows, kind)


def test_the_last_day_counts_ids_of_any_width_are_ordered_and_of_the_unknown_nothing_is_a_repeat() -> None:
    rows = [row(1, 0), row(2, 30 * DAY), row(3, 60 * DAY + 1)]
    assert timedelta(days=30) == WITHIN
    assert repeats(slice_of(rows), AUTHOR).tolist() == [2]
    rows = [row(pk, pk, author=0, theme=0) for pk in (1, 2)]
    for kind in KEYS:
        assert repeats(slice_of(rows), kind).tolist() == []
        assert not comparable(slice_of(rows), kind).any()
    rows = [row(2**40 + at, 1_700_000_000 + at * DAY, author=(1, 2**50)[at % 2], theme=2**20) for at in range(4)]
    rows.append(row(1, 1, author=5))
    assert sorted(repeats(slice_of(rows, wide=True), AUTHOR).tolist()) == [2**40 + 2, 2**40 + 3]
