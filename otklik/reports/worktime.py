"""Working time between very many pairs of moments at once. Pure.

The same arithmetic as routing.deadlines.working_seconds, to the second; a test holds the two together.
"""

from collections.abc import Sequence

import numpy as np

from otklik.reports.columns import Column
from otklik.reports.ranks import Edges

_LONG_AGO = -(1 << 62)


class WorkTable:
    """How much work lies before any moment, by the spans of a calendar: [from, to) in seconds since 1970, rising."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        # An empty span before all others, so that every moment lies in one or after it.
        edges = np.array([(_LONG_AGO, _LONG_AGO), *spans], np.int64)
        self._begins = np.ascontiguousarray(edges[:, 0])
        self._edges = Edges(self._begins[1:])
        self._lengths = edges[:, 1] - edges[:, 0]
        self._before = np.cumsum(self._lengths) - self._lengths

    def before(self, moments: Column) -> Column:
        """Seconds of work between the table's beginning and each moment."""
        at = self._edges.reached(moments)
        found: Column = moments - self._begins[at]
        np.minimum(found, self._lengths[at], out=found)
        found += self._before[at]
        return found
