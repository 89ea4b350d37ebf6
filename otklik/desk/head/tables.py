"""Breakdowns as tables and a map, and the days as bars, whose numbers the browser draws; none is ranked under n=10."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.desk.head.ask import Asked
from otklik.desk.head.figures import Figure, Narrowed, Opened, Opener, days, figure
from otklik.desk.head.map import Map, counted, map_of, shared
from otklik.incidents.models import Outcome
from otklik.reports.arithmetic import ENOUGH, Share, estimate, prior_of
from otklik.reports.atlas import AGENCY, MUNICIPALITY, Names
from otklik.reports.bars import PARTS
from otklik.reports.breakdowns import BREAKDOWNS, NETWORK, ON_PAGE, TABLES, Breakdown
from otklik.reports.fold import Bucket, Line
from otklik.reports.queries import Figures
from otklik.reports.sets import What
from otklik.reports.shown import interval, lasted, of_n, per_cent

SHOWN = 10
Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Cell:
    """A share as shown; `few` says that its n is too small to mean anything."""

    value: Figure
    of: Figure
    hint: str
    few: bool


@dataclass(frozen=True, slots=True)
class TableRow:
    """`width` is the bar's length in whole per cent of the longest one; `address` narrows the page to this line."""

    name: str
    address: str
    count: Figure
    median: str
    day: Cell
    good: Cell
    width: int
    few: bool
    few_answers: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`by` is the word of the address line that narrows the page to one of its rows."""

    by: str
    title: str
    first_column: str
    rows: Sequence[TableRow]
    rest: Sequence[TableRow]


@dataclass(frozen=True, slots=True)
class Ending:
    """An outcome: how many cards ended so, and which share of those that have ended. `start` and `width` are of its
    part of one bar, in exact per cent: whole ones would not make a hundred."""

    code: str
    title: str
    count: Figure
    share: Figure
    start: str
    width: str


def tables(figures: Figures, names: Names, asked: Asked) -> list[Table]:
    """Without those that would have one line only because the page is narrowed to it."""
    every = [_table(BREAKDOWNS[by], figures.lines[by], names.of(by), asked) for by in TABLES]
    return [table for table in every if table.rows]


def _table(by: Breakdown, lines: Mapping[Any, Line], names: Mapping[Any, str], asked: Asked) -> Table:
    alone = getattr(asked.narrowing, by.key) or (by.key == NETWORK and len(lines) < 2)
    ordered = [] if alone else in_order_of(asked.order, list(lines.items()))
    longest = max((line.count for _key, line in ordered), default=1)
    opener = Opener(asked)
    rows = [
        TableRow(
            name=names.get(key, str(key)),
            address=asked.link(**{by.key: key}),
            count=opens.figure(What.ALL, line.count),
            median=lasted(line.median),
            day=_cell(line.within_day, opens.share("within_day", line.within_day)),
            good=_cell(line.good, opens.share("good", line.good), interval),
            width=round(100 * line.count / longest),
            few=_weight(asked.order, line) < ENOUGH,
            few_answers=line.answered < ENOUGH,
        )
        for key, line, opens in ((key, line, opener.along({by.key: key})) for key, line in ordered)
    ]
    return Table(by.key, str(by.title), str(by.line), rows[:SHOWN], rows[SHOWN:])


def in_order_of(order: str, lines: list[tuple[Key, Line]]) -> list[tuple[Key, Line]]:
    """The worst first by the chosen figure, shares as the rating compares them (arithmetic.estimate). Whoever has fewer
    than 10 of what is compared comes after, by count."""
    by_count = sorted(lines, key=lambda one: -one[1].count)
    if order not in ("slow", *SHARES):
        return by_count
    enough = [one for one in by_count if _weight(order, one[1]) >= ENOUGH]
    few = [one for one in by_count if _weight(order, one[1]) < ENOUGH]
    if order == "slow":
        return sorted(enough, key=lambda one: -(one[1].median or 0)) + few
    prior = prior_of(SHARES[order](line) for _key, line in lines)
    return sorted(enough, key=lambda one: estimate(SHARES[order](one[1]), prior)) + few


SHARES: dict[str, Callable[[Line], Share]] = {"day": lambda line: line.within_day, "good": lambda line: line.good}
"""What each order by a share compares."""


def _weight(order: str, line: Line) -> int:
    if order in SHARES:
        return SHARES[order](line).n
    return line.answered if order == "slow" else line.count


def _cell(share: Share, opened: Opened, sure: Callable[[Share], str] | None = None) -> Cell:
    hint = f"{of_n(share)}; {sure(share)}" if sure and share.n else of_n(share)
    of = replace(opened.whole, text=_("из %d") % share.n if share.n else "")
    return Cell(opened.value, of, hint, not share.enough)


@dataclass(frozen=True, slots=True)
class Reopened:
    """Of an agency the cards that were opened again, of its answered ones, and the second answers in time."""

    name: str
    address: str
    count: Figure
    share: Cell
    second: Cell


def reopenings(figures: Figures, names: Names, asked: Asked) -> list[Reopened]:
    """The agencies of which a card was opened again, those with the most first."""
    opener = Opener(asked)
    rows = sorted(figures.reopenings.items(), key=lambda one: (-one[1].count, one[0]))
    return [
        Reopened(
            name=names.agency.get(key, str(key)),
            address=asked.link(agency=key),
            count=opens.figure(What.REOPENED, again.count),
            share=_cell(again.reopened, opens.share("reopened", again.reopened)),
            second=_cell(again.second, opens.share("second", again.second)),
        )
        for key, again, opens in ((key, again, opener.along({AGENCY: key})) for key, again in rows)
    ]


def mapped(figures: Figures, names: Names, asked: Asked) -> Map | None:
    """The same numbers as the table of municipalities; None where that one has no rows."""
    lines = figures.lines[MUNICIPALITY]
    if not lines or asked.narrowing.municipality:
        return None
    titles = {column.key: str(column.page) for column in ON_PAGE}
    measures = [
        counted(titles["count"], {pk: line.count for pk, line in lines.items()}, names.people),
        shared(titles["within_day"], {pk: line.within_day for pk, line in lines.items()}),
        shared(titles["good"], {pk: line.good for pk, line in lines.items()}),
    ]
    return map_of(measures, names.municipality, lambda pk: asked.link(municipality=pk))


def outcomes(counts: Mapping[str, int], asked: Asked) -> list[Ending]:
    """Every outcome in the order of the model."""
    total, start, endings = sum(counts.values()), 0.0, []
    for one in Outcome:
        share = Share(counts.get(one, 0), total)
        number, part = (figure(asked, one.value, share.part, text=text) for text in ("", per_cent(share)))
        width = 100 * (share.value or 0)
        endings.append(Ending(one.value, str(one.label), number, part, f"{start:.2f}", f"{width:.2f}"))
        start += width
    return endings


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, or a week: `parts` in the order of PARTS, `answered` all that were; `median` in seconds."""

    day: date
    parts: Sequence[Figure]
    answered: Figure
    median: int | None


def bars(series: Sequence[Bucket], asked: Asked) -> list[Bar]:
    """`series` is of the period that is asked for."""
    ends = [*(bucket.day - timedelta(days=1) for bucket in series[1:]), asked.period.last]
    opener = Opener(asked)
    return [_bar(bucket, opener.along(days(bucket.day, last))) for bucket, last in zip(series, ends, strict=True)]


def _bar(bucket: Bucket, line: Narrowed) -> Bar:
    parts = [line.figure(part.cards, part.of(bucket)) for part in PARTS]
    return Bar(bucket.day, parts, line.figure(What.ANSWERED, bucket.answered), bucket.median)


def charts(series: Sequence[Bucket], drawn: Sequence[Bar], by_weeks: bool) -> dict[str, Any]:
    """What the browser draws from: names, days, plain numbers and where their cards are; the words are already in the
    reader's language."""
    return {
        "days": [_day(bucket.day) for bucket in series],
        "titles": [(_("неделя с %s") if by_weeks else "%s") % _day(bucket.day) for bucket in series],
        "parts": [
            {
                "key": part.key,
                "name": str(part.title),
                "values": [part.of(bucket) for bucket in series],
                "opens": [bar.parts[at].address for bar in drawn],
            }
            for at, part in enumerate(PARTS)
        ],
        "medians": [None if bucket.median is None else round(bucket.median / 3600, 1) for bucket in series],
        "answers": [bucket.answered for bucket in series],
        "opens": [bar.answered.address for bar in drawn],
        "words": {
            "median": _("медиана первого ответа"),
            "hours": _("ч"),
            "answers": _("ответов"),
            "cards": _("карточек"),
        },
    }


def _day(day: date) -> str:
    return date_format(day, "j b")
