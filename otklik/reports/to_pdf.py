"""A report on paper. The daily sheet is one side of A4, whatever names it holds: small type comes before a second page.

reportlab draws it without anything but the typeface that set-up has made.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from otklik.reports.pdf_charts import QUIET
from otklik.reports.pdf_parts import Parts
from otklik.reports.report import Report
from otklik.reports.shown import stamp
from otklik.reports.typeface import REGULAR, printable, ready

MIME = "application/pdf"
SIDE, TOP, BOTTOM = 16 * mm, 13 * mm, 15 * mm
SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.5)


def to_pdf(report: Report) -> bytes:
    """The whole document. Raises NoTypeface where set-up was not finished."""
    ready()
    for scale in SCALES if report.daily else SCALES[:1]:
        content, pages = _made(report, scale)
        if pages == 1 or not report.daily:
            break
    return content


def _made(report: Report, scale: float) -> tuple[bytes, int]:
    out = BytesIO()
    paper = _Paper(out, report)
    paper.build(list(_story(report, Parts(scale, A4[0] - 2 * SIDE))))
    return out.getvalue(), paper.page


def _story(report: Report, parts: Parts) -> Iterable[Flowable]:
    yield from parts.head(report)
    if report.empty:
        yield parts.sentence(_("За это время сюда никто не писал"))
        yield from parts.red(report)
        return
    yield from parts.measures(report)
    yield from parts.red(report)
    yield from parts.matters(report)
    if report.daily:
        return
    yield from parts.charts(report)
    for table in report.tables:
        yield from parts.breakdown(table)
    yield from parts.reopenings(report)
    yield from parts.explained(report)


class _Paper(BaseDocTemplate):
    """A4 with a line below: what this is, as of when, which page."""

    def __init__(self, out: BytesIO, report: Report) -> None:
        words: dict[str, Any] = {
            "title": f"{report.title}: {report.when}",
            "author": "Отклик",
            "subject": report.region,
            "lang": get_language() or "ru",
        }
        super().__init__(out, pagesize=A4, **words)
        self.foot = printable(f"Отклик · {report.title}: {report.when} · {_('данные на %s') % stamp(report.at)}")
        frame = Frame(SIDE, BOTTOM, A4[0] - 2 * SIDE, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self._line_below))

    def _line_below(self, canvas: Any, _document: Any) -> None:
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(QUIET)
        canvas.drawString(SIDE, 8 * mm, self.foot)
        canvas.drawRightString(A4[0] - SIDE, 8 * mm, str(canvas.getPageNumber()))
