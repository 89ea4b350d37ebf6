"""Slices: what a page may ask of any set of cards."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from otklik.reports.arithmetic import Share, percentile
from otklik.reports.columns import NEVER, words_column
from otklik.reports.periods import midnight
from otklik.reports.slices import Band, Slice, between, joined, of, since

MOSCOW = ZoneInfo("Europe/Moscow")


def some(**columns: list[Any]) -> Slice:
    return of(
        {
            name: words_column(values) if values and isinstance(values[0], str) else np.array(values, np.int64)
            for name, values in columns.items()
        }
    )


def test_a_slice_counts_shares_and_takes_percentiles_of_what_has_happened() -> None:
    cards = some(took=[50, NEVER, 10, 30], state=["done", "new", "done", "noise"])
    assert cards.count() == len(cards) == 4
    assert cards.share(cards.is_("state", "done", "noise")) == Share(3, 4)
    assert cards.median("took") == 30
    assert cards.percentile("took", 0.9) == 50
    assert cards.where(~cards.happened("took")).median("took") is None


def test_a_part_of_a_part_is_a_part() -> None:
    cards = some(pk=list(range(10)))
    even = cards.where(cards["pk"] % 2 == 0)
    assert even.where(even["pk"] > 3)["pk"].tolist() == [4, 6, 8]
    assert joined([even, some(pk=[]), cards.at(np.array([9, 1]))])["pk"].tolist() == [0, 2, 4, 6, 8, 9, 1]
    assert len(joined([])) == 0


def test_a_column_that_there_is_not_is_an_error_at_once() -> None:
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
    moments = [
        *edges,
        *(edge - 1 for edge in edges),
        *(rng.randint(edges[0] - 9**6, edges[-1] + 9**6) for _ in range(500)),
    ]
    told = [sum(edge <= moment for edge in edges) for moment in moments]
    assert since(days, here, np.array(moments, np.int64)).tolist() == told


def test_a_series_counts_by_days_and_leaves_out_what_was_before() -> None:
    first = int(midnight(date(2026, 3, 2), MOSCOW).timestamp())
    cards = some(started=[first - 1, first, first + 86_399, first + 86_400, first + 9 * 86_400])
    assert cards.series([date(2026, 3, 2), date(2026, 3, 3)], MOSCOW) == [2, 2]


def test_what_is_usual_is_told_by_the_same_days_of_eight_weeks() -> None:
    day = date(2026, 11, 25)
    counts = {1: 4, 2: 10, 3: 6, 4: 5, 5: 7, 6: 8, 7: 1, 8: 3}
    started = [
        int(midnight(day - timedelta(weeks=week), MOSCOW).timestamp()) + 3600 * at
        for week, count in counts.items()
        for at in range(count)
    ]
    others = [int(midnight(day - timedelta(days=at), MOSCOW).timestamp()) for at in (0, 1, 2, 8, 9) for _ in range(50)]
    assert some(started=started + others).usual(day, MOSCOW) == Band(3, 5, 7)


def test_a_region_that_has_just_begun_is_used_to_nothing() -> None:
    day = date(2026, 11, 25)
    lately = int(midnight(day - timedelta(weeks=3), MOSCOW).timestamp())
    assert some(started=[lately] * 5).usual(day, MOSCOW) is None
    assert some(started=[]).usual(day, MOSCOW) is None


def test_a_stretch_holds_its_beginning_and_not_its_end() -> None:
    first, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    edge = int(until.timestamp())
    assert between(np.array([int(first.timestamp()), edge - 1, edge]), first, until).tolist() == [True, True, False]
