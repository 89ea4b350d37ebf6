"""The figures of the page as a table for a spreadsheet. Sums only: no card, no person, no text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.spreadsheet import download, hours
from otklik.desk.statistics.page import READERS, Result, look_up
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import AGENCY
from otklik.reports.breakdowns import BREAKDOWNS, LINE, REOPENED, TABLES, Column
from otklik.reports.fold import Line, Reopenings
from otklik.reports.report import Unit


@require_safe
@permitted(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """Shares stand beside their n."""
    result = look_up(request, user_of(request))
    return download("otklik", result.asked, _rows(result))


def _rows(result: Result) -> Iterable[list[object]]:
    figures, whole = result.figures, result.figures.whole
    yield [_("Раздел"), _("Название"), *(title for one in (*LINE, *REOPENED) for title in one.titles)]
    again = Reopenings(whole.shares["reopened"], whole.shares["second"])
    yield [_("Всего"), "", *_cells(LINE, whole.line), *_cells(REOPENED, again)]
    if whole.hard.count:
        yield [_("Особо сложные"), "", *_cells(LINE, whole.hard)]
        yield [_("Без особо сложных"), "", *_cells(LINE, whole.others)]
    for by in TABLES:
        yield from _section(by, figures.lines[by], result.names.of(by), figures.reopenings)


def _section(
    by: str, lines: Mapping[Any, Line], names: Mapping[Any, str], again: Mapping[int, Reopenings]
) -> Iterable[list[object]]:
    """`again` is of agencies alone: by id, without those of which no card was opened again."""
    title = str(BREAKDOWNS[by].line)
    for key, line in sorted(lines.items(), key=lambda one: -one[1].count):
        none = Reopenings(Share(0, line.answered), Share(0, 0))
        more = _cells(REOPENED, again.get(key, none)) if by == AGENCY else []
        yield [title, names.get(key, key), *_cells(LINE, line), *more]


def _cells(columns: Sequence[Column], line: Line | Reopenings) -> Iterable[object]:
    for column in columns:
        number = column.number(line)
        yield hours(number.value, 1) if number.unit == Unit.TIME else number.value
        if number.n is not None:
            yield number.n
