"""From cards to figures: what came, how fast it was answered, whether it helped. Pure.

A card belongs to the period in which the citizen wrote. What every figure means stands in the classes;
tests/recount.py comes to the same card by card, and tests hold the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from otklik.reports.arithmetic import Share, median_between, percentile_of_sorted
from otklik.reports.columns import NEVER, Column, word
from otklik.reports.periods import Period, buckets
from otklik.reports.ranks import Ranks, in_order
from otklik.reports.slices import Mask, Slice, since

DAY = 24 * 3600
GOOD_FROM = 4
NOT_YET, LATE, IN_TIME = range(3)
"""Of the second answers of a card whose clock was met or has run out: none, not all in time, all in time."""
NOISE, DONE, SOLVABLE, EXPLAINED = "noise", "done", "solvable", "explained"


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a card is judged by: the present second, and how many seconds a quick answer may take."""

    now: int
    quick: int


@dataclass(frozen=True, slots=True)
class Line:
    """What every table shows of a set of cards without the noise. `median` is in seconds, None without answers.

    `quick` and `within_day` count cards that were answered or have already waited longer than that: an open card
    that is still in time speaks for neither side. `good` is the share of marks of 4 and 5 among rated cards.
    """

    count: int
    answered: int
    waiting: int
    median: int | None
    ninth: int | None
    quick: Share
    within_day: Share
    good: Share


@dataclass(frozen=True, slots=True)
class Reopenings:
    """Of a set of cards: those that were opened again, of the answered; and `second`, as in Tally."""

    reopened: Share
    second: Share


NOTHING = Line(0, 0, 0, None, None, Share(0, 0), Share(0, 0), Share(0, 0))
"""The line of no card."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A line, and what only the head of the page shows. `brush_off` is «explained» among ended solvable cards.

    `second`: cards whose answers after an opening all came in time, of those on which one came or its time is over.
    `asked` counts cards whose author was asked; working times are in seconds of working time. `between` and
    `working_between` are the 95 % intervals of the two medians, None where there are too few answers.
    `hard` is the part of the line that is marked «особо сложный», `others` the rest of it.
    """

    line: Line
    noise: int
    working_median: int | None
    working_ninth: int | None
    between: tuple[int, int] | None
    working_between: tuple[int, int] | None
    asked: int
    brush_off: Share
    reopened: Share
    second: Share
    returned: Share
    outcomes: Mapping[str, int]
    hard: Line
    others: Line

    @property
    def received(self) -> int:
        return self.line.count + self.noise


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bar of the chart: cards that came from this local day on, by how they were answered. Parts add up."""

    day: date
    quick: int
    within_day: int
    later: int
    waiting: int
    closed: int
    noise: int
    median: int | None
    good: Share


# What has become of a card by now, in one number: so a breakdown is one count, however much is told of each line.
_NOISE, _QUICK, _DAILY, _LATER, _FRESH, _SLOW, _LATE, _CLOSED = range(8)
_UNRATED, _BAD, _GOOD = range(3)
_STATES, _MARKS = 8, 3


class _Counted:
    """How many cards of one key are in each state, with which marks."""

    def __init__(self, table: NDArray[np.int64]) -> None:
        self._of_state = [int(count) for count in table.sum(axis=1)]
        self._good = int(table[_QUICK:, _GOOD].sum())
        self._rated = self._good + int(table[_QUICK:, _BAD].sum())

    def of(self, *states: int) -> int:
        return sum(self._of_state[state] for state in states)

    @property
    def count(self) -> int:
        return self.of(*range(_QUICK, _STATES))

    @property
    def answered(self) -> int:
        return self.of(_QUICK, _DAILY, _LATER)

    @property
    def good(self) -> Share:
        return Share(self._good, self._rated)

    def line(self, middle: int | None, ninth: int | None) -> Line:
        return Line(
            count=self.count,
            answered=self.answered,
            waiting=self.of(_FRESH, _SLOW, _LATE),
            median=middle,
            ninth=ninth,
            quick=Share(self.of(_QUICK), self.answered + self.of(_SLOW, _LATE)),
            within_day=Share(self.of(_QUICK, _DAILY), self.answered + self.of(_LATE)),
            good=self.good,
        )


class Judged:
    """Cards, and what has become of each by now. Everything that a page tells of them is counted here."""

    def __init__(self, cards: Slice, by: Yardstick) -> None:
        self.cards, self._by = cards, by

    @cached_property
    def noise(self) -> Mask:
        return self.cards.is_("state", NOISE)

    @cached_property
    def signs(self) -> Column:
        """State and mark of each card as one number."""
        cards, took = self.cards, self.cards["took"]
        waited = self._by.now - cards["started"]
        still = np.where(cards.is_("state", DONE), np.uint8(_CLOSED), self._step(waited, _FRESH))
        state = np.where(took != NEVER, self._step(took, _QUICK), still)
        state[self.noise] = _NOISE
        marks = cards["mark"]
        return state * np.uint8(_MARKS) + (marks > 0) + (marks >= GOOD_FROM)

    def _step(self, lengths: Column, first: int) -> Column:
        """`first`, and one more for each of the two limits that is passed; the limit itself is still in time."""
        return np.uint8(first) + (lengths > self._by.quick).view(np.uint8) + (lengths > DAY).view(np.uint8)

    @cached_property
    def answered(self) -> NDArray[np.intp]:
        """Where the answered ones stand."""
        return np.flatnonzero((self.cards["took"] != NEVER) & ~self.noise)

    @cached_property
    def took(self) -> Column:
        """How long these took."""
        return self.cards["took"].take(self.answered)

    @cached_property
    def ranks(self) -> Ranks:
        """The same in their order."""
        return Ranks(self.took)

    def counted(self, keys: Column) -> list[_Counted]:
        """For every key from 0 to the largest."""
        size = int(keys.max(initial=0)) + 1
        wide = _STATES * _MARKS
        counts = np.bincount(keys.astype(np.int64) * wide + self.signs, minlength=size * wide)
        return [_Counted(table) for table in counts.reshape(size, _STATES, _MARKS)]

    def percentiles(self, keys: Column, counted: Sequence[_Counted]) -> Iterator[tuple[int | None, int | None]]:
        """The median and the ninth decile of each key."""
        took = self.took.take(in_order(keys.take(self.answered)))
        end = 0
        for one in counted:
            end += one.answered
            yield _times(Ranks(took[end - one.answered : end]))


def _times(took: Ranks) -> tuple[int | None, int | None]:
    return percentile_of_sorted(took, 0.5), percentile_of_sorted(took, 0.9)


def lines(judged: Judged, keys: Column) -> dict[int, Line]:
    """A line for each key that a card has; 0 is no key. `keys` are small numbers, one a card; the noise is left out."""
    counted = judged.counted(keys)
    found = zip(counted, judged.percentiles(keys, counted), strict=True)
    return {key: one.line(*times) for key, (one, times) in enumerate(found) if key and one.count}


def line(judged: Judged) -> Line:
    """Of all the cards that are no noise."""
    whole = judged.counted(np.zeros(len(judged.cards), np.uint8))[0]
    return whole.line(*_times(judged.ranks)) if whole.count else NOTHING


def tally(judged: Judged) -> Tally:
    """All figures of the head of the page."""
    cards, real = judged.cards, ~judged.noise
    whole = line(judged)
    hard = cards.happened("hard")
    apart = lines(judged, np.where(hard, np.uint8(1), np.uint8(2))) if (hard & real).any() else {}
    answered = cards.at(judged.answered)
    worked = answered.lengths("working")
    solvable = _outcomes(cards["outcome"][real & cards.is_("kind", SOLVABLE)])
    return Tally(
        line=whole,
        noise=int(np.count_nonzero(judged.noise)),
        working_median=percentile_of_sorted(worked, 0.5),
        working_ninth=percentile_of_sorted(worked, 0.9),
        between=median_between(judged.ranks),
        working_between=median_between(worked),
        asked=int(np.count_nonzero(cards.happened("asked") & real)),
        brush_off=Share(solvable.get(EXPLAINED, 0), sum(solvable.values())),
        reopened=answered.share(answered["reopened"] > 0),
        second=_second(cards.where(real)),
        returned=Share(int(np.count_nonzero((cards["returns"] > 0) & real)), whole.count),
        outcomes=_outcomes(cards["outcome"][real]),
        hard=apart.get(1, NOTHING),
        others=apart.get(2, NOTHING) if apart else whole,
    )


def _second(cards: Slice) -> Share:
    """Cards whose answers after an opening all came in time, of those on which one came or its time is over."""
    due = cards["second"] > 0
    return Share(int(np.count_nonzero(cards["second"] == IN_TIME)), int(np.count_nonzero(due)))


def reopenings(judged: Judged, keys: Column) -> dict[int, Reopenings]:
    """For each key, 0 is none, of which a card was opened again after its answer."""
    cards = judged.cards.where(~judged.noise)
    found = {key: _reopenings(some) for key, some in cards.by(keys[~judged.noise]).items()}
    return {key: one for key, one in found.items() if one.reopened.part}


def _reopenings(cards: Slice) -> Reopenings:
    answered = cards.where(cards.happened("took"))
    return Reopenings(answered.share(answered["reopened"] > 0), _second(cards))


def series(judged: Judged, period: Period) -> list[Bucket]:
    """The period's bars in order, empty ones too."""
    days = buckets(period)
    keys = since(days, period.zone, judged.cards["started"])
    counted = judged.counted(keys)
    counted += [_Counted(np.zeros((_STATES, _MARKS), np.int64))] * (len(days) + 1 - len(counted))
    times = list(judged.percentiles(keys, counted))
    return [
        Bucket(
            day=day,
            quick=one.of(_QUICK),
            within_day=one.of(_DAILY),
            later=one.of(_LATER),
            waiting=one.of(_FRESH, _SLOW, _LATE),
            closed=one.of(_CLOSED),
            noise=one.of(_NOISE),
            median=middle,
            good=one.good,
        )
        for day, one, (middle, _ninth) in zip(days, counted[1:], times[1:], strict=True)
    ]


def _outcomes(codes: Column) -> dict[str, int]:
    counted = np.bincount(codes).tolist()
    return {word(at): count for at, count in enumerate(counted) if count and at}
