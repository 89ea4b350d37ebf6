"""From cards to figures: what came, how fast it was answered, whether it helped. Pure.

A card belongs to the period in which the citizen wrote. What every figure means stands in the classes;
tests/recount.py comes to the same card by card, and tests hold the two together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from otklik.reports.arithmetic import Share, median_between, percentile_of_sorted
from otklik.reports.columns import Column, word
from otklik.reports.periods import Period, buckets
from otklik.reports.ranks import Ranks, in_order
from otklik.reports.sets import SHARES, Cohort, Counts, What, share_of
from otklik.reports.slices import since

HEAD_SHARES = ("answered", "quick", "within_day", "good", "brushed_off", "reopened", "second", "returned")
"""The shares that the head of the page shows, by the names of sets.SHARES."""


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

    @property
    def count(self) -> int:
        return self.reopened.part


@dataclass(frozen=True, slots=True)
class Median:
    """How long something took on `n` cards: the middle, what nine of ten do not exceed, and the 95 % interval of the
    middle, None where there are too few."""

    n: int
    middle: int | None
    ninth: int | None
    between: tuple[int, int] | None


NOTHING = Line(0, 0, 0, None, None, Share(0, 0), Share(0, 0), Share(0, 0))
"""The line of no card."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A line, and what only the head of the page shows. `first` is the first answer by the calendar, `working` in
    seconds of working time. `asked` counts cards whose author was asked; `shares` are HEAD_SHARES by their names.
    `hard` is the part of the line that is marked «особо сложный», `others` the rest of it.
    """

    line: Line
    noise: int
    first: Median
    working: Median
    asked: int
    shares: Mapping[str, Share]
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

    @property
    def answered(self) -> int:
        return self.quick + self.within_day + self.later

    @property
    def came(self) -> int:
        return self.answered + self.waiting + self.closed + self.noise


def _times(took: Ranks) -> tuple[int | None, int | None]:
    return percentile_of_sorted(took, 0.5), percentile_of_sorted(took, 0.9)


def _percentiles(some: Cohort, keys: Column, counted: Sequence[Counts]) -> Iterator[tuple[int | None, int | None]]:
    """The median and the ninth decile of each key."""
    took = some.cards["took"].take(some.answered.take(in_order(keys.take(some.answered))))
    end = 0
    for one in counted:
        end += one[What.ANSWERED]
        yield _times(Ranks(took[end - one[What.ANSWERED] : end]))


def _line(count: Callable[[What], int], median: int | None, ninth: int | None) -> Line:
    shares = {name: share_of(name, count) for name in ("quick", "within_day", "good")}
    return Line(count(What.ALL), count(What.ANSWERED), count(What.WAITING), median, ninth, **shares)


def _took(some: Cohort) -> Ranks:
    """How long the first answers took."""
    return Ranks(some.cards["took"].take(some.answered))


def lines(some: Cohort, keys: Column) -> dict[int, Line]:
    """A line for each key that a card has; 0 is no key. `keys` are small numbers, one a card; the noise is left out."""
    counted = some.counts(keys)
    rows = zip(counted, _percentiles(some, keys, counted), strict=True)
    return {key: _line(one.__getitem__, *times) for key, (one, times) in enumerate(rows) if key and one[What.ALL]}


def line(some: Cohort) -> Line:
    """Of all the cards that are no noise."""
    return _line(some.count, *_times(_took(some)))


def tally(some: Cohort) -> Tally:
    """All figures of the head of the page."""
    hard = some.count(What.HARD)
    apart = lines(some, np.where(some.mask(What.HARD), np.uint8(1), np.uint8(2))) if hard else {}
    took, worked = _took(some), some.cards.at(some.answered).lengths("working")
    whole = _line(some.count, *_times(took))
    return Tally(
        line=whole,
        noise=some.count(What.NOISE),
        first=Median(whole.answered, *_times(took), median_between(took)),
        working=Median(whole.answered, *_times(worked), median_between(worked)),
        asked=int(np.count_nonzero(some.cards.happened("asked") & ~some.noise)),
        shares={name: some.share(name) for name in HEAD_SHARES},
        outcomes=outcomes(some),
        hard=apart.get(1, NOTHING),
        others=apart.get(2, NOTHING) if apart else whole,
    )


def reopenings(some: Cohort, keys: Column) -> dict[int, Reopenings]:
    """For each key, 0 is none, of which a card was opened again after its answer."""
    counted = {
        what: np.bincount(keys[some.mask(what)], minlength=int(keys.max(initial=0)) + 1).tolist()
        for name in ("reopened", "second")
        for what in SHARES[name]
    }

    def share(name: str, key: int) -> Share:
        return share_of(name, lambda what: counted[what][key])

    again = (key for key, count in enumerate(counted[What.REOPENED]) if key and count)
    return {key: Reopenings(share("reopened", key), share("second", key)) for key in again}


def series(some: Cohort, period: Period) -> list[Bucket]:
    """The period's bars in order, empty ones too."""
    days = buckets(period)
    keys = since(days, period.zone, some.cards["started"])
    counted = some.counts(keys)
    counted += [dict.fromkeys(counted[0], 0)] * (len(days) + 1 - len(counted))
    times = list(_percentiles(some, keys, counted))
    return [
        Bucket(
            day=day,
            quick=one[What.QUICK],
            within_day=one[What.SAME_DAY],
            later=one[What.LATER],
            waiting=one[What.WAITING],
            closed=one[What.CLOSED],
            noise=one[What.NOISE],
            median=middle,
            good=share_of("good", one.__getitem__),
        )
        for day, one, (middle, _ninth) in zip(days, counted[1:], times[1:], strict=True)
    ]


def outcomes(some: Cohort) -> dict[str, int]:
    """How many cards ended so, by the outcome."""
    counted = np.bincount(some.of(What.ALL)["outcome"]).tolist()
    return {word(at): count for at, count in enumerate(counted) if count and at}
