"""A report as a workbook: sheets of real tables, native charts, set up for printing."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from otklik.reports.atlas import AGENCY
from otklik.reports.bars import PARTS
from otklik.reports.breakdowns import BREAKDOWNS, LINE, REOPENED
from otklik.reports.breakdowns import Column as LineColumn
from otklik.reports.compare import compared
from otklik.reports.report import Number, Report, Unit
from otklik.reports.sheet_charts import draw
from otklik.reports.shown import shown, stamp, subtitle
from otklik.reports.workbook import Book, Column

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HOUR = 3600
LOOKS = {Unit.CARDS: "cards", Unit.TIME: "hours", Unit.PERCENT: "percent"}


def to_xlsx(report: Report) -> bytes:
    """The whole workbook; of an empty period one that says so."""
    book = Book()
    book.properties(report)
    _main(book, report)
    if not report.empty:
        if not report.daily:
            _days(book, report)
        for table in report.tables:
            _breakdown(book, table.title, table.first_column, LINE, table.rows)
        if report.reopenings:
            _breakdown(book, _("Открыты снова"), str(BREAKDOWNS[AGENCY].line), REOPENED, report.reopenings)
        _matters(book, report)
    _about(book, report)
    return book.content()


def _head(book: Book, sheet: Worksheet, report: Report, title: str) -> None:
    sheet.write_string(0, 0, title, book.looks["title"])
    sheet.write_string(1, 0, subtitle(report), book.looks["quiet"])
    sheet.set_row(0, 24)


def _main(book: Book, report: Report) -> None:
    sheet = book.sheet(_("Главное"))
    _head(book, sheet, report, report.title)
    if report.empty:
        sheet.write_string(3, 0, _("За это время сюда никто не писал"), book.looks["text"])
        sheet.set_column(0, 0, 40)
        return
    titles = [past.title for past in report.figures[0].against]
    columns = [
        Column(_("Показатель"), "text", lambda one: one.title),
        Column(_("Значение"), "value", lambda one: shown(one.number)),
        *(Column(title, "value", _then(title)) for title in titles),
        Column(_("Число"), "value", lambda one: plain(one.number)),
        Column(_("Единица"), "text", lambda one: unit(one.number)),
        Column(_("Из скольких"), "cards", lambda one: one.number.n),
        Column(_("Подробнее"), "text", lambda one: one.under),
    ]
    book.table(sheet, 3, columns, report.figures)
    row = 5 + len(report.figures)
    for line in (report.hard, *(_worst(report))):
        if line:
            sheet.write_string(row, 0, line, book.looks["quiet"])
            row += 1


def _then(title: str) -> Callable[[Any], object]:
    def of(measure: Any) -> object:
        return next((compared(past) for past in measure.against if past.title == title), "")

    return of


def plain(number: Number) -> float | int | None:
    """What a spreadsheet reckons with: cards, whole per cent, hours."""
    if number.value is None or number.unit in (Unit.CARDS, Unit.PERCENT):
        return number.value
    return round(number.value / _HOUR, 2)


def unit(number: Number) -> str:
    return {Unit.CARDS: _("карточек"), Unit.PERCENT: "%", Unit.TIME: _("ч"), Unit.WORKING: _("раб. ч")}[number.unit]


def _worst(report: Report) -> list[str]:
    words = _("Реже других отвечает за сутки: %(name)s, %(percent)d %% (%(part)d из %(n)d)")
    return [
        words % {"name": one.name, "percent": one.percent, "part": one.part, "n": one.n} for one in report.red.worst
    ]


def _days(book: Book, report: Report) -> None:
    sheet = book.sheet(_("По дням"))
    columns = [
        Column(_("День"), "day", lambda one: one.day),
        *(Column(str(part.title), "cards", part.of) for part in PARTS),
        Column(
            _("Медиана первого ответа, ч"),
            "hours",
            lambda one: "" if one.median is None else round(one.median / _HOUR, 2),
        ),
    ]
    book.table(sheet, 0, columns, report.series)
    draw(book.workbook, sheet, len(report.series), len(columns))


def _breakdown(book: Book, title: str, line: str, columns: Sequence[LineColumn], rows: Sequence[Any]) -> None:
    first = Column(line, "text", lambda row: row.name)
    book.table(book.sheet(title), 0, [first, *chain.from_iterable(map(_columns, columns))], rows)


def _columns(column: LineColumn) -> Iterator[Column]:
    yield Column(str(column.title), LOOKS[column.unit], lambda row: cell(column.number(row.line)))
    if column.of is not None:
        yield Column(str(column.of), "cards", lambda row: column.number(row.line).n)


def cell(number: Number) -> float | int | None:
    """Of whole per cent, so that the cell shows the number that the page shows."""
    value = plain(number)
    return value if value is None or number.unit != Unit.PERCENT else value / 100


def _matters(book: Book, report: Report) -> None:
    sheet = book.sheet(_("О чём пишут"))
    columns = [
        Column(_("Тема"), "text", lambda one: one.theme),
        Column(_("Место"), "text", lambda one: one.place),
        Column(_("Карточек"), "cards", lambda one: one.count),
        Column(_("Раньше"), "cards", lambda one: one.before),
        Column(_("Слова жителя"), "text", lambda one: one.quote),
        Column(_("В сети"), "text", lambda one: one.address),
        Column(_("Карточка"), "text", lambda one: one.card),
    ]
    book.table(sheet, 0, columns, report.matters)


def _about(book: Book, report: Report) -> None:
    """What a reader asks of a number a year later: of when, of what, counted how."""
    sheet = book.sheet(_("О данных"))
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 95)
    rows = [
        (_("Отчёт"), report.title),
        (_("Регион"), report.region),
        (_("Период"), report.when + (f" ({_('ещё идёт')})" if report.running else "")),
        (_("Данные на"), stamp(report.at)),
        *(report.filters or [(_("Фильтры"), _("нет"))]),
        *(("", note) for note in report.notes),
        *report.explained(),
    ]
    for row, (what, words) in enumerate(rows):
        book.put(sheet, row, 0, what, "text")
        book.put(sheet, row, 1, words, "text")
    sheet.freeze_panes(0, 1)
