"""The words of the page: each figure with how many it rests on, and nothing where it is kept back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.desk.public.facts import Facts
from otklik.desk.public.rows import ANSWERED, CARDS, ENDED, PROMISES, RATED, Row
from otklik.desk.statistics.tiles import grouped, interval, lasted, per_cent
from otklik.feedback.said import SATISFIED_FROM
from otklik.reports.arithmetic import Share


@dataclass(frozen=True, slots=True)
class Cell:
    """`title` heads the column, and stands beside the value where the page is narrow. `few`: kept back."""

    title: str
    value: str
    under: str = ""
    few: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a table; `bar` is the length of its bar in per cent of the longest."""

    name: str
    bar: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """`few` are the names of the rows of which nothing can be told."""

    key: str
    title: str
    first: str
    rows: list[Shown]
    few: list[str]


def context_of(told: Facts, licence: str) -> dict[str, Any]:
    """Everything that the page's template needs; it is drawn without a request."""
    towns, groups = _named(told.municipalities, _("Место не известно")), _named(told.groups, _("Тема не определена"))
    return {
        "look": "auto",
        "training": settings.MODE == "demo",
        "sandbox_address": settings.SANDBOX_ADDRESS,
        "region": settings.REGION,
        "languages": settings.LANGUAGES,
        "told": told,
        "at": timezone.localtime(told.at),
        "licence": licence,
        "good_from": SATISFIED_FROM,
        "tiles": cells(told.total),
        "tables": [
            _table("towns", _("По муниципалитетам"), _("Муниципалитет"), sorted(towns, key=_most_first)),
            _table("groups", _("По темам"), _("Группа тем"), sorted(groups, key=_most_first)),
            _table("months", _("По месяцам"), _("Месяц"), [(_month(row), row) for row in told.months]),
        ],
    }


def cells(row: Row) -> list[Cell]:
    """Of one row, in the order of the columns."""
    one = row.told

    def unless(name: str, title: str, value: str, under: str = "") -> Cell:
        return Cell(title, _("скрыто"), few=True) if name in row.hidden else Cell(title, value, under)

    return [
        unless(CARDS, _("Сообщений"), grouped(one.cards)),
        unless(ANSWERED, _("Ответили"), grouped(one.answered), _of_all(Share(one.answered, one.cards))),
        unless(ANSWERED, _("Первый ответ"), lasted(one.median)),
        unless(ENDED, _("Решено"), per_cent(one.solved), _of(one.solved)),
        unless(ENDED, _("Разъяснено"), per_cent(one.explained), _of(one.explained)),
        unless(RATED, _("Довольны ответом"), per_cent(one.good), _satisfied(one.good)),
        unless(PROMISES, _("Сдержали обещания"), per_cent(one.kept), _of(one.kept)),
    ]


def _of_all(share: Share) -> str:
    return per_cent(share) if share.n else ""


def _of(share: Share) -> str:
    return _("из %s") % grouped(share.n) if share.n else ""


def _satisfied(good: Share) -> str:
    return f"{_of(good)}, {interval(good)}" if good.n else ""


def _named(rows: Sequence[Row], nowhere: str) -> list[tuple[str, Row]]:
    return [(row.name or nowhere, row) for row in rows]


def _most_first(one: tuple[str, Row]) -> tuple[int, str]:
    return -one[1].told.cards, one[0]


def _month(row: Row) -> str:
    return date_format(date.fromisoformat(f"{row.code}-01"), "F Y")


def _table(key: str, title: str, first: str, rows: Sequence[tuple[str, Row]]) -> Table:
    most = max((row.told.cards for _name, row in rows), default=0)
    shown = [
        Shown(name, round(100 * row.told.cards / most) if most else 0, cells(row))
        for name, row in rows
        if CARDS not in row.hidden
    ]
    return Table(key, title, first, shown, [name for name, row in rows if CARDS in row.hidden])
