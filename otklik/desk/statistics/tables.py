"""Breakdowns as tables: one line a group, municipality, agency or network; nothing is ranked under n = 10."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.utils.translation import gettext as _

from otklik.desk.behind.links import Figure, Opened, Opener, figure
from otklik.desk.statistics.ask import Asked
from otklik.desk.statistics.tiles import interval, lasted, of_n
from otklik.incidents.models import Outcome
from otklik.reports.arithmetic import ENOUGH, Share, estimate, prior_of
from otklik.reports.atlas import Names
from otklik.reports.fold import Line
from otklik.reports.queries import Figures
from otklik.reports.sets import SHARES as SETS
from otklik.reports.sets import What

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


def tables(figures: Figures, names: Names, asked: Asked) -> list[Table]:
    """Without those that would have one line only because the page is narrowed to it."""
    narrowed = asked.narrowing
    wanted = [
        _table(_("Группы тем"), _("Группа тем"), figures.groups, names.group, "group", asked, bool(narrowed.group)),
        _table(
            _("Муниципалитеты"),
            _("Муниципалитет"),
            figures.municipalities,
            names.municipality,
            "municipality",
            asked,
            bool(narrowed.municipality),
        ),
        _table(_("Ведомства"), _("Ведомство"), figures.agencies, names.agency, "agency", asked, bool(narrowed.agency)),
        _table(_("Сети"), _("Сеть"), figures.networks, names.network, "network", asked, len(figures.networks) < 2),
    ]
    return [table for table in wanted if table.rows]


def _table(
    title: str,
    column: str,
    lines: Mapping[Key, Line],
    names: Mapping[Key, str],
    field: str,
    asked: Asked,
    one: bool,
) -> Table:
    ordered = [] if one else in_order_of(asked.order, list(lines.items()))
    longest = max((line.count for _key, line in ordered), default=1)
    opener = Opener(asked)
    rows = [
        TableRow(
            name=names.get(key, str(key)),
            address=asked.link(**{field: key}),
            count=opens.figure(What.ALL, line.count),
            median=lasted(line.median),
            day=_cell(line.within_day, opens.share(line.within_day, SETS["within_day"])),
            good=_cell(line.good, opens.share(line.good, SETS["good"]), interval),
            width=round(100 * line.count / longest),
            few=_weight(asked.order, line) < ENOUGH,
            few_answers=line.answered < ENOUGH,
        )
        for key, line, opens in ((key, line, opener.along({field: key})) for key, line in ordered)
    ]
    return Table(field, title, column, rows[:SHOWN], rows[SHOWN:])


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


def outcomes(figures: Figures, asked: Asked) -> list[tuple[str, str, Figure, int, int]]:
    """(code, title, count, per cent, where its bar begins) of every outcome, in the order of the model."""
    counted = figures.whole.outcomes
    total, start, rows = sum(counted.values()), 0, []
    for outcome in Outcome:
        count = counted.get(outcome, 0)
        share = round(100 * count / total) if total else 0
        rows.append((outcome.value, str(outcome.label), figure(asked, outcome.value, count), share, start))
        start += share
    return rows if total else []
