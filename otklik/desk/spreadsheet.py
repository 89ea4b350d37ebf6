"""A table as a file for a spreadsheet: semicolons and a byte order mark, as Russian spreadsheets open it."""

import csv
import io
from collections.abc import Iterable

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Without the mark, for what is sent piece by piece."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def sheet(rows: Iterable[Iterable[object]]) -> str:
    return "\ufeff" + lines(rows)
