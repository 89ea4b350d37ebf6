"""GET /public/: the region's figures for everybody, as a page and for machines. Nobody is asked who he is.

What is shown is the same for all, so that any cache may keep it; the address line says nothing but the language. While
the page is off its addresses are not there.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.citizen.public_facts import ANSWERED, CARDS, ENDED, PROMISES, RATED, Facts, Row, facts
from otklik.desk.spreadsheet import safe
from otklik.feedback.opinion import SATISFIED_FROM
from otklik.lib import clock
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import GROUP, MUNICIPALITY
from otklik.reports.breakdowns import BREAKDOWNS
from otklik.reports.catalogue import MEASURES
from otklik.reports.public import Terms, current
from otklik.reports.shown import grouped, interval, lasted, per_cent

LIVES = timedelta(minutes=5)


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
    """`few` are the names of the rows that are too few to be shown."""

    key: str
    title: str
    first: str
    rows: list[Shown]
    few: list[str]


def context_of(facts: Facts, licence: str) -> dict[str, Any]:
    """Everything that the page's template needs; it is drawn without a request."""
    towns, groups = _named(facts.municipalities, _("Место не известно")), _named(facts.groups, _("Тема не определена"))
    return {
        "look": "auto",
        "training": settings.MODE == "demo",
        "sandbox_address": settings.SANDBOX_ADDRESS,
        "region": settings.REGION,
        "languages": settings.LANGUAGES,
        "facts": facts,
        "at": timezone.localtime(facts.at),
        "licence": licence,
        "good_from": SATISFIED_FROM,
        "tiles": cells(facts.total),
        "tables": [
            _table("towns", _("По муниципалитетам"), str(BREAKDOWNS[MUNICIPALITY].line), towns),
            _table("groups", _("По темам"), str(BREAKDOWNS[GROUP].line), groups),
            _table("months", _("По месяцам"), _("Месяц"), [(_month(row), row) for row in facts.months]),
        ],
    }


def cells(row: Row) -> list[Cell]:
    """Of one row, in the order of the columns."""
    one = row.figures

    def unless(name: str, title: str, value: str, under: str = "") -> Cell:
        return Cell(title, _("скрыто"), few=True) if name in row.hidden else Cell(title, value, under)

    return [
        unless(CARDS, _("Сообщений"), grouped(one.cards)),
        unless(ANSWERED, _("Ответили"), grouped(one.answered), _of_all(Share(one.answered, one.cards))),
        unless(ANSWERED, str(MEASURES["first_answer"].title), lasted(one.median)),
        unless(ENDED, _("Решено"), per_cent(one.solved), _of(one.solved)),
        unless(ENDED, _("Разъяснено"), per_cent(one.explained), _of(one.explained)),
        unless(RATED, str(MEASURES["good"].title), per_cent(one.good), _satisfied(one.good)),
        unless(PROMISES, _("Сдержали обещания"), per_cent(one.kept), _of(one.kept)),
    ]


def _of_all(share: Share) -> str:
    return per_cent(share) if share.n else ""


def _of(share: Share) -> str:
    return _("из %s") % grouped(share.n) if share.n else ""


def _satisfied(good: Share) -> str:
    return f"{_of(good)}, {interval(good)}" if good.n else ""


def _named(rows: Sequence[Row], nowhere: str) -> list[tuple[str, Row]]:
    """The most first."""
    return sorted(((row.name or nowhere, row) for row in rows), key=_most_first)


def _most_first(one: tuple[str, Row]) -> tuple[int, str]:
    return -one[1].figures.cards, one[0]


def _month(row: Row) -> str:
    return date_format(date.fromisoformat(f"{row.code}-01"), "F Y")


def _table(key: str, title: str, first: str, rows: Sequence[tuple[str, Row]]) -> Table:
    most = max((row.figures.cards for _name, row in rows), default=0)
    shown = [
        Shown(name, round(100 * row.figures.cards / most) if most else 0, cells(row))
        for name, row in rows
        if CARDS not in row.hidden
    ]
    return Table(key, title, first, shown, [name for name, row in rows if CARDS in row.hidden])


# The figures as this process worked them out last, and what was printed of them: a visitor costs no question of
# cards.
#
# Many who come at the moment when they are old find the old ones; one of them works them out anew.
@dataclass(frozen=True, slots=True)
class Printed:
    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Figures under one word of the administrator's, and what has been printed of them, by its name."""

    under: Terms
    facts: Facts
    _printed: dict[str, Printed] = field(default_factory=dict)

    def printed(self, name: str, make: Callable[[], str]) -> Printed:
        """Made by whoever asks first."""
        if name not in self._printed:
            body = make().encode()
            self._printed[name] = Printed(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        return self._printed[name]


class Memory:
    """One edition. Threads may ask at once."""

    def __init__(self) -> None:
        self._last: Edition | None = None
        self._making = Lock()

    def edition(self, under: Terms, now: datetime) -> Edition:
        """Not older than five minutes, unless somebody is just making the next one; and of this word in any case."""
        last = self._of(under)
        if last is not None and self._is_fresh(last, now):
            return last
        if last is not None and self._making.locked():
            return last
        with self._making:
            last = self._of(under)  # somebody may have made it while we waited
            if last is None or not self._is_fresh(last, now):
                last = self._last = Edition(under, facts(under.least, now))
            return last

    def _of(self, under: Terms) -> Edition | None:
        return self._last if self._last is not None and self._last.under == under else None

    def _is_fresh(self, edition: Edition, now: datetime) -> bool:
        return timedelta(0) <= now - edition.facts.at < LIVES

    def forget(self) -> None:
        self._last = None


MEMORY = Memory()


View = Callable[[HttpRequest, Edition], HttpResponse]
SCHEMA, VERSION = "otklik.public-figures", 1
TABLES = ("municipalities", "groups", "months")
COLUMNS = (
    *("code", "name", "cards", "answered", "median_seconds", "ended", "solved_percent", "explained_percent"),
    *("rated", "good_percent", "good_low", "good_high", "promises", "kept_percent", "hidden"),
)


def for_everybody(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """404 while the page is off. One query, of one row."""

    @wraps(view)
    @require_safe
    def shown(request: HttpRequest) -> HttpResponseBase:
        under = current()
        if not under.on:
            raise Http404
        return view(request, MEMORY.edition(under, clock.now()))

    return shown


@for_everybody
def page(request: HttpRequest, edition: Edition) -> HttpResponse:
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def make() -> str:
        with translation.override(language):
            return render_to_string("desk/public/page.html", context_of(edition.facts, edition.under.licence))

    response = _sent(request, edition.printed(f"html {language}", make), "text/html; charset=utf-8")
    response["Content-Language"] = language
    return response


@for_everybody
def figures_json(request: HttpRequest, edition: Edition) -> HttpResponse:
    printed = edition.printed("json", lambda: as_json(edition.facts, settings.REGION, edition.under.licence))
    return _for_machines(_sent(request, printed, "application/json; charset=utf-8"))


@for_everybody
def figures_csv(request: HttpRequest, edition: Edition) -> HttpResponse:
    printed = edition.printed("csv", lambda: as_csv(edition.facts, settings.REGION, edition.under.licence))
    response = _for_machines(_sent(request, printed, "text/csv; charset=utf-8"))
    response["Content-Disposition"] = 'attachment; filename="otklik-public-figures.csv"'
    return response


def _sent(request: HttpRequest, printed: Printed, kind: str) -> HttpResponse:
    """The whole of it, or 304 for whoever has it already."""
    response = HttpResponse(printed.body, content_type=kind)
    response["ETag"] = printed.etag
    response["Cache-Control"] = f"public, max-age={int(LIVES.total_seconds())}"
    return cast(HttpResponse, get_conditional_response(request, etag=printed.etag, response=response))


def _for_machines(response: HttpResponse) -> HttpResponse:
    """Any page of anybody's may draw from it."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


# The figures for machines: JSON and CSV with the same names, which stay as long as SCHEMA and VERSION do.
#
# docs/user/administrator.md says what each name means. A number that is kept back is null in JSON, nothing in CSV,
# and named in `hidden`; a share of nothing is null as well and not named there.
def as_json(facts: Facts, region: str, licence: str) -> str:
    """One object; keys stand in one order, so that the same figures are the same bytes."""
    tables = {name: [line(row) for row in getattr(facts, name)] for name in TABLES}
    whole = {**heading(facts, region, licence), "total": line(facts.total), **tables}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def heading(facts: Facts, region: str, licence: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "region": region,
        "time": facts.at.isoformat(timespec="seconds"),
        "period": {"first": facts.first.isoformat(), "last": facts.last.isoformat()},
        "licence": licence or None,
        "least": facts.least,
    }


def as_csv(facts: Facts, region: str, licence: str) -> str:
    """One table for all: `table` says which one a line is of. Commas, dots and no mark at the beginning (RFC 4180):
    this is for programs. What holds for the whole file stands in each line."""
    top = heading(facts, region, licence)
    period = top.pop("period")
    top |= {"first": period["first"], "last": period["last"], "licence": licence}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*top, "table", *COLUMNS])
    for name, rows in (("total", [facts.total]), *((name, getattr(facts, name)) for name in TABLES)):
        for row in rows:
            writer.writerow([*map(_cell, top.values()), name, *map(_cell, line(row).values())])
    return out.getvalue()


def line(row: Row) -> Mapping[str, Any]:
    """COLUMNS of one row, in their order."""
    one = row.figures
    low, high = one.good.interval if one.good.n else (None, None)
    values = (
        *(row.code, row.name, _kept(row, CARDS, one.cards), _kept(row, ANSWERED, one.answered), one.median),
        *(_kept(row, ENDED, one.solved.n), one.solved.percent, one.explained.percent),
        *(_kept(row, RATED, one.good.n), one.good.percent, low, high),
        *(_kept(row, PROMISES, one.kept.n), one.kept.percent, sorted(row.hidden)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _kept(row: Row, name: str, value: int) -> int | None:
    return None if name in row.hidden else value


def _cell(value: Any) -> str:
    return safe(" ".join(value) if isinstance(value, list) else "" if value is None else value)
