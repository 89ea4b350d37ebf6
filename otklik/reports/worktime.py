"""Working time between very many pairs of moments at once. Pure.

The same arithmetic as routing.deadlines.working_seconds, to the second; a test holds the two together.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from otklik.reports.columns import Column
from otklik.reports.ranks import QUARTER

_LONG_AGO = -(1 << 62)


class WorkTable:
    """How much work lies before any moment, by the spans of a calendar: [from, to) in seconds since 1970, rising."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        # An empty span before all others, so that every moment lies in one or after it.
        edges = np.array([(_LONG_AGO, _LONG_AGO), *spans], np.int64)
        self._begins = np.ascontiguousarray(edges[:, 0])
        self._lengths = edges[:, 1] - edges[:, 0]
        self._before = np.cumsum(self._lengths) - self._lengths
        self._quarters = None if not spans or (edges[1:] % QUARTER).any() else _Quarters(edges[1:])

    def before(self, moments: Column) -> Column:
        """Seconds of work between the table's beginning and each moment."""
        if self._quarters is not None:
            return self._quarters.before(moments)
        at = np.searchsorted(self._begins, moments, "right") - 1
        seconds: Column = moments - self._begins[at]
        np.minimum(seconds, self._lengths[at], out=seconds)
        seconds += self._before[at]
        return seconds


class _Quarters:
    """The same where every span is of whole quarters of an hour, each of which is worked through or not at all: a look
    into a table, and no search. The first place of the table is all that was before it, the last all that comes after.
    """

    def __init__(self, spans: NDArray[np.int64]) -> None:
        self._first, self._end = int(spans[0, 0]), int(spans[-1, 1] - spans[0, 0])
        begins, ends = ((spans[:, side] - self._first) // QUARTER + 1 for side in (0, 1))
        steps = np.zeros(self._end // QUARTER + 2, np.int32)
        np.add.at(steps, begins, 1)
        np.add.at(steps, ends, -1)
        self._worked = np.cumsum(steps, dtype=np.int32)
        self._before = np.cumsum(self._worked, dtype=np.int32) * QUARTER - self._worked * QUARTER

    def before(self, moments: Column) -> Column:
        since = np.clip(moments - self._first, -1, self._end).astype(np.int32)
        at = since // QUARTER
        since -= at * QUARTER
        at += 1
        seconds: Column = self._worked.take(at)
        seconds *= since
        seconds += self._before.take(at)
        return seconds
