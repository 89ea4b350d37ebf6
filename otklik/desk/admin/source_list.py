"""What a person brings as a list of communities: pasted lines, or the first sheet of an XLSX file. All hostile."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from otklik.lib.text import clean

MOST_LINES = 1000
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
LONGEST = 400


class NotAList(Exception):
    """The file cannot be read as a table."""


def lines_of(pasted: str) -> list[str]:
    """One place a line, or several on a line with commas or semicolons between; empty ones are left out."""
    lines = [_plain(part) for line in pasted.splitlines() for part in line.replace(";", ",").split(",")]
    return [line for line in lines if line][:MOST_LINES]


def _plain(text: str) -> str:
    """Without signs that nobody sees."""
    return "".join(sign for sign in clean(text) if sign.isprintable() and sign != "\ufffd").strip()[:LONGEST]


def cells_of(content: bytes) -> list[str]:
    """Every text of the first sheet that may name a place, row by row. Raises NotAList."""
    from openpyxl import load_workbook  # six megabytes of every process of the site, for a page that is seldom used
    from openpyxl.utils.exceptions import InvalidFileException

    if len(content) > MOST_BYTES:
        raise NotAList
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise NotAList
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            return [_plain(cell) for cell in _cells(book)][:MOST_LINES]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError, IndexError) as fault:
        raise NotAList from fault


def _cells(book: Any) -> Iterator[str]:
    for row in book.worksheets[0].iter_rows(max_row=MOST_LINES * 2, max_col=20, values_only=True):
        yield from (cell for cell in row if isinstance(cell, str) and cell.strip())
