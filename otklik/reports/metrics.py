"""Everything that is measured of a set of cards, in one place. Pure; what each measure means stands at STAGES and in
Metrics, and desk/metrics/words.py says it to people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from otklik.reports.arithmetic import Share, percentile_of_sorted
from otklik.reports.columns import Column, word
from otklik.reports.fold import DAY, DONE, EXPLAINED, GOOD_FROM, IN_TIME, SOLVABLE, Yardstick
from otklik.reports.ranks import Ranks
from otklik.reports.slices import Mask, Slice
from otklik.reports.worktime import WorkTable

WRITTEN = ""
YES = "yes"
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


@dataclass(frozen=True, slots=True)
class Metrics:
    """`count` cards without the noise.

    `quick` and `within_day`: first answers, of cards that were answered or have already waited longer. `returned`:
    «не наше» at least once. `reopened`: of the answered ones. `second`: every answer after an opening came in its time,
    of cards on which one came or its time is over; no part of the first answer's shares. `brushed_off`: «explained»
    among solvable cards with an outcome. `good`: marks of 4 and 5 among the marked. `solved`: «решена» among those
    whose author has said whether it is. `sent_back`: returned by the approver at least once, of those whose answer was
    submitted. `gathered`: cards on which more than one author wrote. `outcomes` counts cards by outcome.
    """

    count: int
    times: Mapping[str, Times]
    quick: Share
    within_day: Share
    returned: Share
    returns: int
    reopened: Share
    second: Share
    brushed_off: Share
    good: Share
    solved: Share
    sent_back: Share
    gathered: Share
    outcomes: Mapping[str, int]


def metrics(cards: Slice, work: WorkTable, by: Yardstick) -> Metrics:
    """`cards` hold no noise."""
    answered = cards.happened("took")
    marked = cards["mark"] > 0
    solvable = cards.is_("kind", SOLVABLE) & (cards["outcome"] != 0)
    return Metrics(
        count=len(cards),
        times=Stages(cards, work),
        quick=_within(cards, answered, by.quick, by.now),
        within_day=_within(cards, answered, DAY, by.now),
        returned=cards.share(cards["returns"] > 0),
        returns=int(cards["returns"].sum()),
        reopened=_of(answered, cards["reopened"] > 0),
        second=_of(cards["second"] > 0, cards["second"] == IN_TIME),
        brushed_off=_of(solvable, cards.is_("outcome", EXPLAINED)),
        good=_of(marked, cards["mark"] >= GOOD_FROM),
        solved=_of(cards["solved"] != 0, cards.is_("solved", YES)),
        sent_back=_of(submitted(cards), cards["sent_back"] > 0),
        gathered=cards.share(cards["voices"] > 1),
        outcomes={word(at): int(n) for at, n in enumerate(np.bincount(cards["outcome"])) if n and at},
    )


def been_through(cards: Slice, stage: str) -> Mask:
    """Which cards have both ends of a stage behind them, in this order: one that came back may have been assigned anew
    after it was answered."""
    first, last = STAGES[stage]
    been: Mask = cards.happened(last)
    if first:
        return been & cards.happened(first) & (cards[last] >= cards[first])
    return been & (cards[last] >= 0)


def submitted(cards: Slice) -> Mask:
    """Whose answer was sent to the approver: by whoever has the card now, or by somebody before him."""
    sent: Mask = cards.happened("drafted") | (cards["sent_back"] > 0)
    return sent


def _of(whole: Mask, part: Mask) -> Share:
    return Share(int(np.count_nonzero(whole & part)), int(np.count_nonzero(whole)))


def _within(cards: Slice, answered: Mask, limit: int, now: int) -> Share:
    quick = answered & (cards["took"] <= limit)
    late = ~answered & ~cards.is_("state", DONE) & (now - cards["started"] > limit)
    return Share(int(np.count_nonzero(quick)), int(np.count_nonzero(answered) + np.count_nonzero(late)))
