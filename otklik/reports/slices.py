"""Any set of cards, asked in columns: how many, how long, what share, by what, on which day. Pure.

Pages ask `reports.cards.cards(…)` for a Slice and this for figures; a column is put together only when it is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from otklik.reports.arithmetic import Share, percentile_of_sorted
from otklik.reports.columns import NEVER, Column, Columns, code, rows_in
from otklik.reports.periods import midnight
from otklik.reports.ranks import Ranks, in_order, reached

Mask = NDArray[np.bool_]
WEEKS = 8
"""So many of the same days of the week before tell what is usual."""


class Slice:
    """Some cards. `slice["took"]` is a column of them; every column has the cards in the same order.

    Columns are named in cards.py. They are not to be written to.
    """

    def __init__(self, size: int, load: Callable[[str], Column]) -> None:
        self._size, self._load = size, load
        self._kept: dict[str, Column] = {}

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, name: str) -> Column:
        """Raises KeyError for a column that there is not."""
        if name not in self._kept:
            self._kept[name] = self._load(name)
        return self._kept[name]

    def count(self) -> int:
        return self._size

    def where(self, mask: Mask) -> "Slice":
        """Those of the cards for which the mask is true."""
        # By places: a mask would be gone through again for each column.
        places = np.flatnonzero(mask)
        return self if len(places) == self._size else self.at(places)

    def at(self, places: NDArray[np.intp]) -> "Slice":
        """The cards that stand at these places, in that order."""
        return Slice(len(places), lambda name: self[name].take(places))

    def beside(self, more: Mapping[str, Callable[[], Column]]) -> "Slice":
        """The same cards with further columns, each put together when it is asked for."""
        return Slice(self._size, lambda name: more[name]() if name in more else self[name])

    def is_(self, name: str, *words: str) -> Mask:
        """Where a column of words holds one of these."""
        column = self[name]
        mask = np.zeros(self._size, bool)
        for one in words:
            mask |= column == code(one)
        return mask

    def happened(self, name: str) -> Mask:
        """Where a column of lengths has one."""
        mask: Mask = self[name] != NEVER
        return mask

    def by(self, keys: Column | str) -> "dict[int, Slice]":
        """The cards by a column, or by keys of the caller's, whole numbers, one a card; 0 is no key. Keys in their
        order."""
        if not self._size:
            return {}
        keys = self[keys] if isinstance(keys, str) else keys
        order = in_order(keys)
        keys = keys.take(order)
        edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), self._size]
        return {int(keys[start]): self.at(order[start:end]) for start, end in pairwise(edges) if keys[start]}

    def lengths(self, name: str) -> Ranks:
        """Every length of a column in its order, what has not happened left out."""
        return Ranks(self[name][self.happened(name)])

    def percentile(self, name: str, share: float) -> int | None:
        """The nearest-rank percentile of what has happened; None where nothing has."""
        return percentile_of_sorted(self.lengths(name), share)

    def median(self, name: str) -> int | None:
        return self.percentile(name, 0.5)

    def share(self, mask: Mask) -> Share:
        """How many of these cards the mask is true for, with their number."""
        return Share(int(np.count_nonzero(mask)), self._size)

    def series(self, days: Sequence[date], zone: ZoneInfo) -> list[int]:
        """How many were written from each of these local days on until the next one; `days` rise.

        What was written before the first is in none; the last one has no end.
        """
        return [int(count) for count in np.bincount(since(days, zone, self["started"]), minlength=len(days) + 1)[1:]]

    def usual(self, day: date, zone: ZoneInfo) -> "Band | None":
        """How many come on such a day of the week: by the eight before it. Take a slice that reaches back so far.

        None where nothing was written on the first of them or before: there is nothing to be used to.
        """
        days = [day - timedelta(weeks=week) for week in range(WEEKS, 0, -1)]
        if not self._size or int(self["started"].min()) >= int(midnight(days[0] + timedelta(days=1), zone).timestamp()):
            return None
        edges = [edge for one in days for edge in (one, one + timedelta(days=1))]
        counts = sorted(self.series(edges, zone)[::2])
        quarter, middle, three = (percentile_of_sorted(counts, share) or 0 for share in (0.25, 0.5, 0.75))
        return Band(quarter, middle, three)


@dataclass(frozen=True, slots=True)
class Band:
    """What is usual: a quarter of such days had no more than `low`, half of them than `middle`, three than `high`."""

    low: int
    middle: int
    high: int


def since(days: Sequence[date], zone: ZoneInfo, started: Column) -> Column:
    """For each moment, how many of the days had begun by then: 0 is before the first. `days` rise."""
    return reached(np.array([int(midnight(day, zone).timestamp()) for day in days], np.int64), started)


def between(started: Column, first: datetime, until: datetime) -> Mask:
    """Which moments lie in [first, until), both whole seconds."""
    low, high = int(first.timestamp()), int(until.timestamp())
    mask: Mask = (started >= low) & (started < high)
    return mask


def of(columns: Columns) -> Slice:
    """All cards of one set of columns."""
    return Slice(rows_in(columns), columns.__getitem__)


def joined(parts: Sequence[Slice]) -> Slice:
    """All cards of several slices, in their order."""
    there = [part for part in parts if len(part)]
    return Slice(sum(map(len, there)), lambda name: _together([part[name] for part in there]))


def _together(columns: Sequence[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    return np.concatenate(columns) if columns else np.empty(0, np.int64)
