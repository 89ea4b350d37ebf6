"""The figures of the page as a table for a spreadsheet. Sums only: no card, no person, no text."""

import csv
import io
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.statistics.page import READERS, Answered, look_up
from otklik.reports.arithmetic import Share
from otklik.reports.fold import Line, Reopenings
from otklik.reports.promptly import quickly_title

Key = TypeVar("Key", bound=Hashable)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@permitted(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """UTF-8 with a byte order mark and semicolons, as Russian spreadsheets open it; 400 in words for wrong dates."""
    told = look_up(request, user_of(request))
    if told.asked.trouble:
        return HttpResponse(told.asked.trouble, status=400, content_type="text/plain; charset=utf-8")
    period = told.asked.period
    name = f"otklik-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.csv"
    response = HttpResponse(sheet(told), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def sheet(told: Answered) -> str:
    """The whole table. Shares stand beside their n; hours have a decimal comma."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in _rows(told):
        writer.writerow([safe(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def _rows(told: Answered) -> Iterable[list[object]]:
    figures, names = told.figures, told.names
    yield [
        _("Раздел"),
        _("Название"),
        _("Карточек без «не инцидент»"),
        _("Отвечено"),
        _("Ждут ответа"),
        _("Первый ответ: медиана, ч"),
        _("Первый ответ: 9 из 10 не дольше, ч"),
        f"{quickly_title()}, %",
        _("%s: из скольких") % quickly_title(),
        _("За сутки, %"),
        _("За сутки: из скольких"),
        _("Оценки 4 и 5, %"),
        _("Оценок"),
        _("Открыты снова"),
        _("Открыты снова, %"),
        _("Открыты снова: из скольких отвеченных"),
        _("Повторный ответ в срок, %"),
        _("Повторный ответ: из скольких"),
    ]
    whole = Reopenings(figures.whole.reopened, figures.whole.second)
    yield [_("Всего"), "", *_cells(figures.whole.line), *_again(whole)]
    if figures.whole.hard.count:
        yield [_("Особо сложные"), "", *_cells(figures.whole.hard)]
        yield [_("Без особо сложных"), "", *_cells(figures.whole.others)]
    yield from _section(_("Группа тем"), figures.groups, names.group)
    yield from _section(_("Муниципалитет"), figures.municipalities, names.municipality)
    yield from _section(_("Ведомство"), figures.agencies, names.agency, figures.reopenings)
    yield from _section(_("Сеть"), figures.networks, names.network)


def _section(
    title: str, lines: Mapping[Key, Line], names: Mapping[Key, str], again: Mapping[Key, Reopenings] | None = None
) -> Iterable[list[object]]:
    """`again` is told of agencies alone: by key, without those of which no card was opened again."""
    for key, line in sorted(lines.items(), key=lambda one: -one[1].count):
        none = Reopenings(Share(0, line.answered), Share(0, 0))
        more = [] if again is None else _again(again.get(key, none))
        yield [title, names.get(key, key), *_cells(line), *more]


def _again(told: Reopenings) -> list[object]:
    return [told.reopened.part, *_share(told.reopened), *_share(told.second)]


def _cells(line: Line) -> list[object]:
    return [
        line.count,
        line.answered,
        line.waiting,
        _hours(line.median),
        _hours(line.ninth),
        *_share(line.quick),
        *_share(line.within_day),
        *_share(line.good),
    ]


def _share(share: Share) -> tuple[object, int]:
    return share.percent, share.n


def _hours(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds / 3600:.1f}".replace(".", ",")
