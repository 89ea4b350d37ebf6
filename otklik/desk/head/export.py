"""The figures of the page as a table for a spreadsheet. Sums only: no card, no person, no text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.head.ask import Asked
from otklik.desk.head.statistics import READERS, Result, look_up
from otklik.desk.spreadsheet import sheet
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


def hours(seconds: int | None, digits: int) -> str:
    """With a decimal comma."""
    return "" if seconds is None else f"{seconds / 3600:.{digits}f}".replace(".", ",")


def download(name: str, asked: Asked, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """`name` is the beginning of the file's; 400 in words for wrong dates."""
    if asked.trouble:
        return HttpResponse(asked.trouble, status=400, content_type="text/plain; charset=utf-8")
    response = HttpResponse(sheet(rows), content_type="text/csv; charset=utf-8")
    days = f"{asked.period.first:%Y-%m-%d}-{asked.period.last:%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{days}.csv"'
    return response
