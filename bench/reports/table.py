"""The measurements as one table for people."""

from collections.abc import Iterator, Sequence

from django.db import connection

from bench.desk import table
from bench.reports.build import Folded
from bench.reports.measure import Row

LIMIT, MOST = 0.3, 10
"""The promise: seconds at the 95th percentile, and queries a page."""


def header(times: int, folded: Folded) -> list[str]:
    version = ".".join(map(str, connection.get_database_version()))
    return [
        table.header(connection.vendor, version, times),
        f"{folded.cards} cards in {folded.months} months, {folded.kept / 1e6:.1f} MB of folded months, "
        f"{folded.kept / max(folded.cards, 1):.0f} bytes a card, folded in {folded.seconds:.1f} s",
    ]


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """«!» is a promise that is missed; `recount` the same figures card by card, and how many times as long that is."""
    yield f"{'':<34}{'p50, ms':>9}{'p95, ms':>9}{'work':>8}{'queries':>9}{'MB held':>9}{'recount, ms':>13}{'ratio':>8}"
    for row in rows:
        slow = "" if row.recount is None else f"{1000 * row.recount:>13.0f}{row.recount / row.middle:>8.1f}"
        timings = f"{1000 * row.middle:>9.1f}{1000 * row.high:>9.1f}{1000 * row.work:>8.1f}{row.queries:>9}"
        yield f"{row.title:<34}{timings}{row.megabytes:>9.1f}{slow}{' !' if _misses(row) else ''}"


def missed(rows: Sequence[Row]) -> bool:
    return any(map(_misses, rows))


def _misses(row: Row) -> bool:
    return row.target and (row.high >= LIMIT or row.queries > MOST)
