"""Writes the 47 columns as an XLSX, row by row: nothing of it is kept in memory, and no text becomes a formula."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import xlsxwriter

from otklik.exchange.moving import columns as c
from otklik.lib.cell import Cell, Fault, Number

MOST_ROWS = 1_048_575
MOST_TEXT = 32_767
FAULTS = ("#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!")


class TooMany(ValueError):
    """More rows than a sheet holds."""


def write(path: Path, rows: Iterable[Mapping[str, Cell]]) -> int:
    """How many rows were written. Raises TooMany, OSError."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        book.use_zip64()
        sheet = book.add_worksheet("Инциденты")
        sheet.freeze_panes(1, 0)
        formats = dict.fromkeys(c.DURATIONS, book.add_format({"num_format": "[h]:mm:ss"}))
        formats |= dict.fromkeys(c.MOMENTS, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
        for column, name in enumerate(c.COLUMNS):
            sheet.write_string(0, column, name)
        for count, cells in enumerate(rows, 1):
            if count > MOST_ROWS:
                raise TooMany
            for column, name in enumerate(c.COLUMNS):
                if (cell := cells.get(name)) is not None and cell != "":
                    _put(sheet, count, column, cell, formats.get(name))
    return count


def _put(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, shape: object) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell[:MOST_TEXT])
    elif isinstance(cell, Number) and not math.isnan(cell.value):
        sheet.write_number(row, column, cell.value, shape)
    elif isinstance(cell, Fault) and cell.code in FAULTS:
        sheet.write_formula(row, column, f"={cell.code}", None, cell.code)
    else:
        sheet.write_string(row, column, cell.digits if isinstance(cell, Number) else cell.code)
