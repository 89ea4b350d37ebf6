"""The parts of a printed report: head, figures, red zone, matters, charts, tables. Values in, flowables out."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer
from reportlab.platypus import Table as Grid

from otklik.reports.arithmetic import ENOUGH
from otklik.reports.atlas import AGENCY
from otklik.reports.breakdowns import BREAKDOWNS, ON_PAPER
from otklik.reports.compare import compared
from otklik.reports.pdf_charts import INK, QUIET, RULE, bars, medians
from otklik.reports.report import Against, Figure, Matter, Number, ReopeningRow, Report, Row, Table, Unit
from otklik.reports.shown import grouped, per_cent, shown, subtitle, unbroken
from otklik.reports.typeface import BOLD, REGULAR, printable

GOOD, LATE, PALE = HexColor("#17683f"), HexColor("#b02a37"), HexColor("#8a929d")
BREAKDOWN, REOPENED = (0.34, 0.1, 0.08, 0.15, 0.11, 0.11, 0.11), (0.4, 0.16, 0.14, 0.16, 0.14)
"""Widths of columns, as parts of the paper's."""
BAND, LINK = HexColor("#f4f6f8"), "#1558b0"


class Parts:
    """Parts at one size of type. `scale` 1 is nine points for what is read; `width` is the paper's inside in points."""

    def __init__(self, scale: float, width: float) -> None:
        self.scale, self.width = scale, width
        self.title = self._style(BOLD, 17, INK)
        self.heading = self._style(BOLD, 11, INK, before=9, after=3)
        self.text = self._style(REGULAR, 9, INK)
        self.strong = self._style(BOLD, 9, INK)
        self.small = self._style(REGULAR, 7.2, QUIET)
        self.number = self._style(BOLD, 10.5, INK, right=True)
        self.right = self._style(REGULAR, 8.6, INK, right=True)
        self.pale = self._style(REGULAR, 8.6, PALE, right=True)
        self.better = self._style(REGULAR, 8.6, GOOD, right=True)
        self.worse = self._style(REGULAR, 8.6, LATE, right=True)
        self.column = self._style(REGULAR, 7.4, QUIET)
        self.columns = self._style(REGULAR, 7.4, QUIET, right=True)

    def head(self, report: Report) -> Iterator[Flowable]:
        yield self._put(report.title, self.title)
        yield self._put(subtitle(report), self.small)
        yield Spacer(1, 6 * self.scale)

    def sentence(self, words: str) -> Flowable:
        return self._put(words, self.text)

    def measures(self, report: Report) -> Iterator[Flowable]:
        titles = [past.title for past in report.figures[0].against]
        head = [self._put(_("Показатель"), self.column)]
        head += [self._put(words, self.columns) for words in (_("Значение"), *titles)]
        rows = [head, *(self._measure(one, titles) for one in report.figures)]
        then = 0.16 if len(titles) > 2 else 0.2
        widths = [1 - 0.19 - then * len(titles), 0.19, *[then] * len(titles)]
        yield self._grid(rows, widths)
        if report.hard:
            yield self._put(report.hard, self.small)

    def _measure(self, one: Figure, titles: Sequence[str]) -> list[Any]:
        pasts = {past.title: past for past in one.against}
        name = [self._put(one.title, self.strong), self._put(one.under, self.small)]
        return [name, self._put(shown(one.number), self.number), *(self._past(pasts.get(title)) for title in titles)]

    def _past(self, past: Against | None) -> Flowable | str:
        if past is None:
            return ""
        look = self.right if past.better is None else self.better if past.better else self.worse
        return self._put(compared(past), look)

    def red(self, report: Report) -> Iterator[Flowable]:
        red = report.red
        words = _("Сейчас просрочено: %(late)s из %(open)s в работе.") % {
            "late": grouped(red.overdue),
            "open": grouped(red.open),
        }
        clocks = "; ".join(f"{title}\u00a0— {grouped(count)}" for title, count in red.clocks)
        rows: list[Flowable] = [self._put(words, self.text)]
        if clocks:
            rows.append(self._put(_("Какие сроки вышли: %s.") % clocks, self.text))
        line = _("%(name)s: %(percent)d %% за сутки (%(part)d из %(n)d)")
        for one in red.worst:
            facts = {"name": one.name, "percent": one.percent, "part": one.part, "n": one.n}
            rows.append(self._put(f"– {line % facts}", self.text))
        if not red.worst and not report.empty:
            rows.append(self._put(_("По ведомствам сравнивать нечего: везде меньше 10 карточек."), self.small))
        yield KeepTogether([self._put(_("Красная зона"), self.heading), *rows])

    def matters(self, report: Report) -> Iterator[Flowable]:
        if not report.matters:
            return
        first, *others = ([*self._matter(one)] for one in report.matters)
        yield KeepTogether([self._put(_("О чём пишут чаще всего"), self.heading), *first])
        yield from (KeepTogether(one) for one in others)

    def _matter(self, one: Matter) -> Iterator[Flowable]:
        count = _("карточек: %(count)d, раньше: %(before)d") % {"count": one.count, "before": one.before}
        yield self._put(f"{one.theme}, {one.place} — {unbroken(count)}", self.strong)
        if one.quote:
            yield self._put(f"«{one.quote}»", self.text)
        links = [_link(one.card, _("карточка № %d") % one.card_number)]
        if one.address:
            links.append(_link(one.address, _("в сети: %s") % _brief(one.address)))
        yield Paragraph(" · ".join(links), self.small)
        yield Spacer(1, 4 * self.scale)

    def charts(self, report: Report) -> Iterator[Flowable]:
        heading = self._put(_("Сколько пришло и как скоро ответили"), self.heading)
        yield KeepTogether([heading, bars(report.series, self.width, 150)])
        heading = self._put(_("Время до первого ответа: медиана, ч"), self.heading)
        yield KeepTogether([heading, medians(report.series, self.width, 110)])

    def breakdown(self, table: Table) -> Iterator[Flowable]:
        if not table.rows:
            return
        titles = (table.first_column, *(str(one.brief) for one in ON_PAPER))
        yield from self._table(table.title, titles, map(self._row, table.rows), BREAKDOWN)

    def reopenings(self, report: Report) -> Iterator[Flowable]:
        """Which agencies' cards were opened again, apart from first answers."""
        if not report.reopenings:
            return
        agency, title = str(BREAKDOWNS[AGENCY].line), _("Открыты снова")
        titles = (agency, title, _("Из отвеченных"), _("Повторный ответ в срок"), _("Из скольких"))
        yield from self._table(title, titles, map(self._reopened, report.reopenings), REOPENED)

    def _reopened(self, row: ReopeningRow) -> list[Any]:
        reopened, second = row.line.reopened, row.line.second
        counted = f"{grouped(reopened.part)} ({per_cent(reopened)})"
        return [
            self._put(row.name, self.text),
            self._put(counted, self.right if reopened.enough else self.pale),
            self._put(grouped(reopened.n), self.right),
            self._put(per_cent(second), self.right if second.enough else self.pale),
            self._put(grouped(second.n), self.right),
        ]

    def _row(self, row: Row) -> list[Any]:
        return [self._put(row.name, self.text), *(self._number(one.number(row.line)) for one in ON_PAPER)]

    def _number(self, number: Number) -> Flowable:
        """Pale is a share of too few."""
        few = number.unit == Unit.PERCENT and (number.n or 0) < ENOUGH
        return self._put(shown(number), self.pale if few else self.right)

    def _table(
        self, title: str, titles: Sequence[str], rows: Iterable[list[Any]], widths: Sequence[float]
    ) -> Iterator[Flowable]:
        """Its heading never stands alone at the foot of a page."""
        first, *others = titles
        yield CondPageBreak(80)
        yield self._put(title, self.heading)
        head = [self._put(first, self.column), *(self._put(words, self.columns) for words in others)]
        yield self._grid([head, *rows], widths)

    def explained(self, report: Report) -> Iterator[Flowable]:
        yield CondPageBreak(100)
        yield self._put(_("Как считали"), self.heading)
        for words in report.notes:
            yield self._put(words, self.small)
        for title, words in report.explained():
            yield self._put(f"{title}. {words}", self.small)

    def _grid(self, rows: list[list[Any]], widths: Sequence[float]) -> Flowable:
        pad = 2.2 * self.scale
        look: list[Any] = [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("BACKGROUND", (0, 0), (-1, 0), BAND),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), pad),
            ("BOTTOMPADDING", (0, 0), (-1, -1), pad),
        ]
        return Grid(rows, [self.width * share for share in widths], repeatRows=1, style=look)

    def _put(self, words: str, style: ParagraphStyle) -> Flowable:
        return Paragraph(escape(printable(words), quote=False), style)

    def _style(
        self, font: str, size: float, colour: Any, before: float = 0, after: float = 0, right: bool = False
    ) -> ParagraphStyle:
        points = size * self.scale
        return ParagraphStyle(
            f"{font}-{size}-{right}",
            fontName=font,
            fontSize=points,
            leading=points * 1.28,
            textColor=colour,
            spaceBefore=before * self.scale,
            spaceAfter=after * self.scale,
            splitLongWords=1,
            alignment=TA_RIGHT if right else TA_LEFT,
        )


def _brief(address: str) -> str:
    """As much of it as a line holds; the link itself is whole."""
    words = address.partition("://")[2]
    return words if len(words) <= 60 else f"{words[:59]}…"


def _link(address: str, words: str) -> str:
    return f'<link href="{escape(address)}" color="{LINK}">{escape(printable(words), quote=False)}</link>'
