"""Working time between very many pairs of moments at once. Pure.

The same arithmetic as routing.deadlines.working_seconds, to the second; a test holds the two together.
"""

from collections.abc import Sequence

import numpy as np

from otklik.reports.columns import Column


class WorkTable:
    """How much work lies before any moment, by the spans of a calendar: [from, to) in seconds since 1970, rising."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._begins = np.array([begin for begin, _end in spans], np.int64)
        lengths = np.array([end - begin for begin, end in spans], np.int64)
        self._before = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        self._lengths = lengths

    def before(self, moments: Column) -> Column:
        """Seconds of work between the table's beginning and each moment."""
        if not len(self._begins):
            return np.zeros(len(moments), np.int64)
        at = np.searchsorted(self._begins, moments, "right") - 1
        inside = np.clip(at, 0, None)
        gone = np.clip(moments - self._begins[inside], 0, self._lengths[inside])
        found: Column = np.where(at < 0, 0, self._before[inside] + gone)
        return found
