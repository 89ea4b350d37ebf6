"""Our own template of a report: a plain document made by code, which a region may take as the beginning of its own."""

from functools import cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Arial"
QUIET = RGBColor(0x5B, 0x64, 0x70)
FIGURES = (50, 36, 31, 31, 30)
TABLE = (57, 21, 17, 29, 18, 18, 18)
REOPENINGS = (70, 27, 27, 27, 27)
LINES = "DFE3E8"
BAND = "F4F6F8"


@cache
def made() -> bytes:
    """The template's bytes. Its words are Russian, as the act that such a report belongs to."""
    document = _paper()
    document.add_heading("{{ title }}", 0)
    _line(document, "{{ subtitle }}", quiet=True)
    _line(document, "{%p if empty %}")
    _line(document, "{{ nothing }}")
    _line(document, "{%p else %}")
    _figures(document)
    _line(document, "{%p if hard %}")
    _line(document, "{{ hard }}", quiet=True)
    _line(document, "{%p endif %}")
    _red(document)
    _matters(document)
    _line(document, "{%p if not daily %}")
    _line(document, "{%p for table in tables %}")
    _breakdown(document)
    _line(document, "{%p endfor %}")
    _reopenings(document)
    document.add_heading("Как считали", 1)
    _line(document, "{%p for note in notes %}")
    _line(document, "{{ note }}", quiet=True)
    _line(document, "{%p endfor %}")
    _line(document, "{%p endif %}")
    _line(document, "{%p endif %}")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paper() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(16)
    section.top_margin, section.bottom_margin = Mm(14), Mm(14)
    for name, size, before in (("Normal", 9.5, 0), ("Title", 18, 0), ("Heading 1", 12, 10)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0x1D, 0x24, 0x30)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(2)
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            fonts.set(qn(f"w:{script}"), FONT)
            fonts.attrib.pop(qn(f"w:{script}Theme"), None)
    return document


def _figures(document: Any) -> None:
    heads = ("Показатель", "Значение", *(f"{{{{ past_titles[{place}] | default('') }}}}" for place in range(3)))
    grid = _grid(document, heads, FIGURES)
    _row(grid, ("{%tr for one in figures %}",), FIGURES)
    cells = ("{{ one.title }}", "{{ one.value }}", *(f"{{{{ one.past[{place}] }}}}" for place in range(3)))
    row = _row(grid, cells, FIGURES)
    for cell in row.cells[:2]:
        cell.paragraphs[0].runs[0].bold = True
    _quiet(row.cells[0].add_paragraph("{{ one.under }}"))
    _row(grid, ("{%tr endfor %}",), FIGURES)


def _red(document: Any) -> None:
    document.add_heading("Красная зона", 1)
    _line(document, "Сейчас просрочено: {{ overdue }} из {{ open }} в работе.")
    _line(document, "{%p if clocks %}")
    _line(document, "Какие сроки вышли: {% for one in clocks %}{{ one.title }} — {{ one.count }}; {% endfor %}")
    _line(document, "{%p endif %}")
    _line(document, "{%p for one in worst %}")
    _line(document, "– {{ one.name }}: {{ one.percent }} % за сутки ({{ one.part }} из {{ one.n }})")
    _line(document, "{%p endfor %}")


def _matters(document: Any) -> None:
    _line(document, "{%p if matters %}")
    document.add_heading("О чём пишут чаще всего", 1)
    _line(document, "{%p for one in matters %}")
    words = "{{ one.theme }}, {{ one.place }} — карточек: {{ one.count }}, раньше: {{ one.before }}"
    _line(document, words).runs[0].bold = True
    _line(document, "{%p if one.quote %}")
    _line(document, "«{{ one.quote }}»")
    _line(document, "{%p endif %}")
    _line(document, "{{ one.card }} {{ one.address }}", quiet=True)
    _line(document, "{%p endfor %}")
    _line(document, "{%p endif %}")


def _breakdown(document: Any) -> None:
    document.add_heading("{{ table.title }}", 1)
    shares = ("{{ quickly }}", "За сутки", "Оценки 4 и 5")
    grid = _grid(document, ("{{ table.first_column }}", "Карточек", "Ждут", "Медиана ответа", *shares), TABLE)
    _row(grid, ("{%tr for row in table.rows %}",), TABLE)
    fields = ("name", "count", "waiting", "median", "quick", "within_day", "good")
    _row(grid, [f"{{{{ row.{field} }}}}" for field in fields], TABLE)
    _row(grid, ("{%tr endfor %}",), TABLE)


def _reopenings(document: Any) -> None:
    _line(document, "{%p if reopenings %}")
    document.add_heading("Открыты снова", 1)
    heads = ("Ведомство", "Открыты снова", "Из отвеченных", "Повторный ответ в срок", "Из скольких")
    grid = _grid(document, heads, REOPENINGS)
    _row(grid, ("{%tr for one in reopenings %}",), REOPENINGS)
    counted = "{{ one.count }} ({{ one.share }})"
    _row(grid, ("{{ one.name }}", counted, "{{ one.n }}", "{{ one.in_time }}", "{{ one.in_time_n }}"), REOPENINGS)
    _row(grid, ("{%tr endfor %}",), REOPENINGS)
    _line(document, "{%p endif %}")


def _grid(document: Any, heads: Any, widths: tuple[int, ...]) -> Any:
    """The first row comes again on every page."""
    grid = document.add_table(rows=0, cols=len(widths))
    grid.autofit = False
    _ruled(grid)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    row = _row(grid, heads, widths)
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
    for cell in row.cells:
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=BAND))
        _quiet(cell.paragraphs[0])
    return grid


def _ruled(grid: Any) -> None:
    """Thin lines between the rows and none between the columns."""
    lines = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        lines.append(_element(f"w:{side}", val="single", sz="4", space="0", color=LINES))
    grid._tbl.tblPr.append(lines)


def _element(name: str, **values: str) -> Any:
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _row(grid: Any, words: Any, widths: tuple[int, ...]) -> Any:
    row = grid.add_row()
    for place, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.add_run(words[place] if place < len(words) else "")
        paragraph.paragraph_format.space_after = Pt(1)
        if place:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return row


def _line(document: Any, words: str, quiet: bool = False) -> Any:
    paragraph = document.add_paragraph()
    paragraph.add_run(words)
    return _quiet(paragraph) if quiet else paragraph


def _quiet(paragraph: Any) -> Any:
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = Pt(7.5), QUIET
    return paragraph
