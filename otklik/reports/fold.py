"""From rows of plain numbers to figures: what came, how fast it was answered, whether it helped. Pure.

One row is one card; times are whole seconds, moments count from 1970 (UTC). A card belongs to the period in which the
citizen wrote. Rows are kept in the order of `took`, so that no breakdown has to sort them again.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple, TypeVar

from otklik.reports.arithmetic import Share, median_between, percentile_of_sorted
from otklik.reports.periods import Period, buckets, midnight

FOUR_HOURS, DAY = 4 * 3600, 24 * 3600
GOOD_FROM = 4
NOISE, DONE, SOLVABLE, EXPLAINED = "noise", "done", "solvable", "explained"
_NEVER = 1 << 62


class Row(NamedTuple):
    """One card. `took` is how long the first answer took by the wall, `working` in working time; None: no answer.

    `group` is an id, `place` and `agency` are paths, `asked` is when the author was asked,
    `hard` when the card was marked «особо сложный»; None: none.
    """

    pk: int
    started: int
    took: int | None
    working: int | None
    state: str
    kind: str
    outcome: str
    network: str
    group: int | None
    place: str | None
    agency: str | None
    reopened: int
    returns: int
    asked: int | None
    hard: int | None = None


Key = TypeVar("Key", bound=Hashable)
Marks = Mapping[int, int]
"""The last confirmed mark of each rated card, by the card's id."""


@dataclass(frozen=True, slots=True)
class Line:
    """What every table shows of a set of cards without the noise. `median` is in seconds, None without answers.

    `within_4h` and `within_day` count cards that were answered or have already waited longer than that: an open card
    that is still in time speaks for neither side. `good` is the share of marks of 4 and 5 among rated cards.
    """

    count: int
    answered: int
    waiting: int
    median: int | None
    ninth: int | None
    within_4h: Share
    within_day: Share
    good: Share


@dataclass(frozen=True, slots=True)
class Tally:
    """A line, and what only the head of the page shows. `brush_off` is «explained» among ended solvable cards.

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
    within_4h: int
    within_day: int
    later: int
    waiting: int
    closed: int
    noise: int
    median: int | None
    good: Share


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows as the rest of this module wants them: the quickest answers first, the unanswered at the end."""
    return sorted(rows, key=lambda row: _NEVER if row.took is None else row.took)


def line(rows: Sequence[Row], marks: Marks, now: int) -> Line:
    """`rows` are in order and hold no noise; `now` is the present second."""
    took = [seconds for seconds in map(attrgetter("took"), rows) if seconds is not None]
    unanswered = rows[len(took) :]
    waits = sorted(now - row.started for row in unanswered if row.state != DONE)
    return Line(
        count=len(rows),
        answered=len(took),
        waiting=len(waits),
        median=percentile_of_sorted(took, 0.5),
        ninth=percentile_of_sorted(took, 0.9),
        within_4h=_within(took, waits, FOUR_HOURS),
        within_day=_within(took, waits, DAY),
        good=_good(rows, marks),
    )


def tally(rows: Sequence[Row], marks: Marks, now: int) -> Tally:
    """`rows` are in order."""
    real = [row for row in rows if row.state != NOISE]
    whole = line(real, marks, now)
    hard = [row for row in real if row.hard is not None]
    worked = sorted(row.working for row in real[: whole.answered] if row.working is not None)
    outcomes: Counter[str] = Counter()
    solvable: Counter[str] = Counter()
    for (kind, outcome), count in Counter(map(attrgetter("kind", "outcome"), real)).items():
        if outcome:
            outcomes[outcome] += count
            solvable[outcome] += count if kind == SOLVABLE else 0
    return Tally(
        line=whole,
        noise=len(rows) - len(real),
        working_median=percentile_of_sorted(worked, 0.5),
        working_ninth=percentile_of_sorted(worked, 0.9),
        between=median_between([row.took for row in real[: whole.answered] if row.took is not None]),
        working_between=median_between(worked),
        asked=sum(1 for row in real if row.asked is not None),
        brush_off=Share(solvable[EXPLAINED], solvable.total()),
        reopened=Share(sum(1 for row in real[: whole.answered] if row.reopened), whole.answered),
        returned=Share(sum(1 for row in real if row.returns), len(real)),
        outcomes=outcomes,
        hard=line(hard, marks, now),
        others=line([row for row in real if row.hard is None], marks, now) if hard else whole,
    )


def by(rows: Sequence[Row], keys: Iterable[Key | None]) -> dict[Key, list[Row]]:
    """Rows by their keys, each list in the order of the rows; rows without one (None, 0 or "") are left out."""
    found: defaultdict[Key, list[Row]] = defaultdict(list)
    for key, row in zip(keys, rows, strict=True):
        if key:
            found[key].append(row)
    return dict(found)


def series(rows: Sequence[Row], marks: Marks, period: Period) -> list[Bucket]:
    """The period's bars in order, empty ones too. `rows` are in order."""
    days = buckets(period)
    starts = [int(midnight(day, period.zone).timestamp()) for day in days]
    filled = by(rows, (bisect_right(starts, row.started) for row in rows))
    return [_bucket(day, filled.get(place, []), marks) for place, day in enumerate(days, start=1)]


def _bucket(day: date, rows: list[Row], marks: Marks) -> Bucket:
    real = [row for row in rows if row.state != NOISE]
    took = [row.took for row in real if row.took is not None]
    quick, daily = bisect_right(took, FOUR_HOURS), bisect_right(took, DAY)
    closed = sum(1 for row in real[len(took) :] if row.state == DONE)
    return Bucket(
        day=day,
        within_4h=quick,
        within_day=daily - quick,
        later=len(took) - daily,
        waiting=len(real) - len(took) - closed,
        closed=closed,
        noise=len(rows) - len(real),
        median=percentile_of_sorted(took, 0.5),
        good=_good(real, marks),
    )


def _good(rows: Sequence[Row], marks: Marks) -> Share:
    rated = [marks[pk] for pk in map(attrgetter("pk"), rows) if pk in marks]
    return Share(sum(mark >= GOOD_FROM for mark in rated), len(rated))


def _within(took: list[int], waits: list[int], limit: int) -> Share:
    """Both lists sorted. «Within» includes the limit itself."""
    return Share(bisect_right(took, limit), len(took) + len(waits) - bisect_right(waits, limit))
