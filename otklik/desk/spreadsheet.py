"""A table as a file for a spreadsheet: semicolons and a byte order mark, as Russian spreadsheets open it."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

from otklik.desk.statistics.ask import Asked

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
