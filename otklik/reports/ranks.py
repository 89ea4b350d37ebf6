"""Where numbers stand among others, for a million at a time, without sorting what nobody looks at. Pure.

How long a sort of a million lengths takes hangs much on the processor; a median and a ninth decile need none.
"""

import numpy as np
from numpy.typing import NDArray

from otklik.reports.columns import Column

_FEW = 2000
"""So many are sorted sooner than counted."""
QUARTER = 900
"""Seconds. Every midnight of a clock that is in use lies on a quarter of an hour of any other."""


class Ranks:
    """Whole numbers as if they were sorted: `ranks[3]` is the fourth smallest.

    They are counted by ranges of equal width, and only the range in which a rank lies is looked into.
    """

    def __init__(self, values: Column) -> None:
        self._values = values
        self._opened: dict[int, Ranks] = {}
        self._sorted = np.sort(values) if len(values) <= _FEW else None
        if self._sorted is None:
            self._low = int(values.min())
            spread = int(values.max()) - self._low
            self._shift = max(spread.bit_length() - len(values).bit_length(), 0)
            wide = values if spread < 1 << 31 else values.astype(np.int64)
            self._ranges = (wide - self._low) >> self._shift
            self._ends = np.cumsum(np.bincount(self._ranges))

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, at: int) -> int:
        """Raises IndexError outside of 0 <= at < len."""
        if not 0 <= at < len(self._values):
            raise IndexError(at)
        if self._sorted is not None:
            return int(self._sorted[at])
        mine = int(np.searchsorted(self._ends, at, "right"))
        if not self._shift:
            return self._low + mine
        if mine not in self._opened:
            self._opened[mine] = Ranks(self._values[self._ranges == mine])
        return int(self._opened[mine][at - (int(self._ends[mine - 1]) if mine else 0)])


def in_order(keys: Column) -> NDArray[np.intp]:
    """Where whole numbers from 0 on stand, the smallest first, equal ones as they lie. Sorted by counting, 16 bits at a
    time: that is how numpy orders small numbers, many times as quickly as large ones."""
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    high, shift = int(keys.max(initial=0)), 16
    while high >> shift:
        digits = (keys >> shift).astype(np.uint16)
        order = order.take(np.argsort(digits.take(order), kind="stable"))
        shift += 16
    return order


def reached(edges: NDArray[np.int64], moments: Column) -> Column:
    """For each moment, how many of the edges lie at or before it. Both in whole seconds; `edges` rise. Where all of
    them lie on quarters of an hour, by a table of these, which is far quicker than a search."""
    if not len(edges) or (edges % QUARTER).any():
        return np.searchsorted(edges, moments, "right")
    quarters = (edges - edges[0]) // QUARTER
    table = np.zeros(int(quarters[-1]) + 2, np.int32)
    np.add.at(table, quarters + 1, 1)
    counts: Column = np.cumsum(table).take(np.clip((moments - edges[0]) // QUARTER + 1, 0, len(table) - 1))
    return counts
