"""How things stand in a region: what came against the time before, which themes grow, and the days beside the usual.

Pure: slices in, plain values out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from otklik.reports.atlas import Atlas
from otklik.reports.fold import Line, line, lines
from otklik.reports.sets import Cohort, Yardstick, real
from otklik.reports.slices import WEEKS, Band, Slice

TREND_DAYS = 28
LOOK_BACK = timedelta(days=TREND_DAYS + 7 * WEEKS + 1)
"""So far before today the slice of the trend has to reach."""
MOST_THEMES = 10


@dataclass(frozen=True, slots=True)
class Growth:
    """A theme's cards in the period and in the one before it."""

    theme: int
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Day:
    """How many cards came on a local day; `usual` is None where there is nothing to be used to yet."""

    day: date
    count: int
    usual: Band | None


@dataclass(frozen=True, slots=True)
class Situation:
    """`towns` are lines by municipality; nothing here counts what is no incident."""

    whole: Line
    before: Line
    themes: list[Growth]
    towns: Mapping[int, Line]
    trend: list[Day]


def situation(
    here: Slice, before: Slice, long: Slice, atlas: Atlas, today: date, zone: ZoneInfo, stick: Yardstick
) -> Situation:
    """`long` is what came within LOOK_BACK of `today`, a day of `zone` that is not over yet."""
    some = Cohort(here, stick)
    return Situation(
        whole=line(some),
        before=line(Cohort(before, stick)),
        themes=growth(real(here), real(before)),
        towns=lines(some, atlas.municipality_of_place(here["place"])),
        trend=trend(real(long), today, zone),
    )


def growth(here: Slice, before: Slice) -> list[Growth]:
    """The themes with the most cards, the most first."""
    size = max(_highest(here), _highest(before)) + 1
    counts, earlier = (np.bincount(some["theme"], minlength=size) for some in (here, before))
    counts[0] = 0  # nobody has said what these are about
    first = sorted(np.flatnonzero(counts).tolist(), key=lambda theme: (-counts[theme], theme))[:MOST_THEMES]
    return [Growth(theme, int(counts[theme]), int(earlier[theme])) for theme in first]


def trend(cards: Slice, today: date, zone: ZoneInfo) -> list[Day]:
    """The last days that are over, the oldest first: a day that is still running looks like a fall."""
    days = [today - timedelta(days=back) for back in range(TREND_DAYS, 0, -1)]
    counts = cards.series([*days, today], zone)
    return [Day(day, count, cards.usual(day, zone)) for day, count in zip(days, counts, strict=False)]


def _highest(cards: Slice) -> int:
    return int(cards["theme"].max()) if len(cards) else 0
