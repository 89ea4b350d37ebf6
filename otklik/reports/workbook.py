"""A workbook with few looks and real tables. Nothing that came from outside becomes a formula or a link in it.

Strings are written as strings, whatever they begin with (CSV injection, CWE-1236); an address is text to be copied.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from otklik.reports.report import Report
from otklik.reports.shown import DASH

_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LOOK = {"style": "Table Style Light 1", "banded_rows": True}
_WIDEST, _NARROWEST = 60, 11


@dataclass(frozen=True, slots=True)
class Column:
    """`of` takes the value of a row: a number, a string, or None for «nothing to count from»."""

    title: str
    look: str
    of: Callable[[Any], object]

    @property
    def head(self) -> str:
        return "head" if self.look in ("text", "day") else "right_head"


class Book:
    """A workbook with the handful of looks that all sheets share."""

    def __init__(self) -> None:
        self.out = BytesIO()
        self.workbook = Workbook(self.out, _SAFE)
        base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        looks: dict[str, dict[str, Any]] = {
            "text": {"text_wrap": True, "indent": 1},
            "value": {"align": "right"},
            "cards": {"num_format": "#,##0"},
            "hours": {"num_format": "0.0"},
            "percent": {"num_format": "0%"},
            "dash": {"align": "right", "font_color": "#5b6470"},
            "title": {"bold": True, "font_size": 16},
            "quiet": {"font_color": "#5b6470"},
            "head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1},
            "right_head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "align": "right"},
            "day": {"num_format": "dd.mm.yyyy", "align": "left"},
        }
        self.looks: dict[str, Format] = {
            name: self.workbook.add_format({**base, **look}) for name, look in looks.items()
        }

    def properties(self, report: Report) -> None:
        self.workbook.set_properties(
            {"title": f"{report.title}: {report.when}", "author": "Отклик", "created": report.at.replace(tzinfo=None)}
        )

    def sheet(self, name: str) -> Worksheet:
        """A sheet that prints on A4, as wide as the paper, with the numbers of its pages."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: object, look: str) -> None:
        """Numbers as numbers, None as a dash, "" as nothing, anything else as a string."""
        if value == "":
            return
        if value is None:
            sheet.write_string(row, column, DASH, self.looks["dash"])
        elif look == "day":
            sheet.write_datetime(row, column, value, self.looks[look])
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.looks[look])
        else:
            sheet.write_string(row, column, str(value), self.looks[look])

    def table(self, sheet: Worksheet, top: int, columns: Sequence[Column], rows: Sequence[Any]) -> None:
        """A real table with its filter, whose header is repeated on every printed page and stays in sight."""
        bottom = top + max(len(rows), 1)
        heads = [{"header": column.title, "header_format": self.looks[column.head]} for column in columns]
        sheet.add_table(top, 0, bottom, len(columns) - 1, {**_LOOK, "columns": heads})
        for place, column in enumerate(columns):
            values = [column.of(row) for row in rows]
            for line, value in enumerate(values, start=top + 1):
                self.put(sheet, line, place, value, column.look)
            sheet.set_column(place, place, _width(column, values))
        sheet.set_row(top, 42)
        sheet.repeat_rows(top)
        sheet.freeze_panes(top + 1, 1)

    def content(self) -> bytes:
        """The finished file; nothing can be written after it."""
        self.workbook.close()
        return self.out.getvalue()


def _width(column: Column, values: Sequence[object]) -> int:
    longest = max((len(str(value)) for value in values if isinstance(value, str)), default=0)
    return min(max(longest + 2, _NARROWEST, min(len(column.title), 16)), _WIDEST)
