"""How long each step of a card takes. Pure; desk and files take what a step is called from the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from otklik.reports.arithmetic import percentile_of_sorted
from otklik.reports.columns import Column
from otklik.reports.ranks import Ranks
from otklik.reports.slices import Mask, Slice
from otklik.reports.worktime import WorkTable

WRITTEN = ""
STAGES: Mapping[str, tuple[str, str]] = {
    "found": (WRITTEN, "created"),
    "routed": ("created", "assigned"),
    "prepared": ("assigned", "drafted"),
    "approved": ("drafted", "executor"),
    "first": (WRITTEN, "took"),
    "final": (WRITTEN, "asked"),
    "closed": ("asked", "closed"),
}
"""From one moment of a card to another, by their columns; WRITTEN is when the citizen wrote. The assignment is the last
one, and so is what comes after it: the citizen's own wait are «first» and «final»."""


def been_through(cards: Slice, stage: str) -> Mask:
    """Which cards have both ends of a stage behind them, in this order: one that came back may have been assigned anew
    after it was answered."""
    first, last = STAGES[stage]
    been: Mask = cards.happened(last)
    if first:
        return been & cards.happened(first) & (cards[last] >= cards[first])
    return been & (cards[last] >= 0)


@dataclass(frozen=True, slots=True)
class Times:
    """How long a stage took on `n` cards that have it behind them: seconds by the wall, and of working time by the
    region's calendar. None where there are none."""

    n: int
    median: int | None
    ninth: int | None
    working_median: int | None
    working_ninth: int | None


class Stages(Mapping[str, Times]):
    """The times of all STAGES over some cards. Each is counted when it is asked for, each column once: a rating needs
    none of them, and a line of a table one."""

    def __init__(self, cards: Slice, work: WorkTable) -> None:
        self._cards, self._work = cards, work
        self._moments: dict[str, Column] = {}
        self._worked: dict[str, Column] = {}
        self._times: dict[str, Times] = {}

    def __getitem__(self, stage: str) -> Times:
        if stage not in self._times:
            self._times[stage] = self._of(stage)
        return self._times[stage]

    def __iter__(self) -> Iterator[str]:
        return iter(STAGES)

    def __len__(self) -> int:
        return len(STAGES)

    def _of(self, stage: str) -> Times:
        first, last = STAGES[stage]
        been = np.flatnonzero(been_through(self._cards, stage))
        lengths = self._cards[last].take(been)
        wall = Ranks(lengths - self._cards[first].take(been) if first else lengths)
        worked = Ranks(np.clip((self._work_before(last) - self._work_before(first)).take(been), 0, None))
        return Times(len(wall), *(percentile_of_sorted(of, share) for of in (wall, worked) for share in (0.5, 0.9)))

    def _moment(self, name: str) -> Column:
        """Seconds since 1970; of a card to which it has not happened, some number."""
        if name not in self._moments:
            started = self._cards["started"].astype(np.int64)
            self._moments[name] = started if name == WRITTEN else started + self._cards[name]
        return self._moments[name]

    def _work_before(self, name: str) -> Column:
        if name not in self._worked:
            self._worked[name] = self._work.before(self._moment(name))
        return self._worked[name]
