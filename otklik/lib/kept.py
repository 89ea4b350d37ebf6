"""Questions that are put together once and asked again and again, with other values: for what every page asks.

To make SQL of a question takes Django longer than the database to answer it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

STAND_IN = -1_000_000_000
"""Ids from here downwards are nobody's: they stand in a kept question for those of the day."""


def stand_ins(number: int) -> list[int]:
    """So many of them, for a question about so many rows."""
    return [STAND_IN - place for place in range(number)]


def in_place(ids: Sequence[int]) -> dict[int, int]:
    """What `Kept.ask` is told of these rows."""
    return dict(zip(stand_ins(len(ids)), ids, strict=True))


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""It stands in a kept question for a moment of the day."""


def moment(at: datetime) -> Any:
    """As the database gets it: both the stand-in and what stands in its place."""
    return connection.ops.adapt_datetimefield_value(at)


class Kept(NamedTuple):
    """A question of the default database. `converters` make Python's values of what comes, by column."""

    sql: str
    values: tuple[Any, ...]
    converters: tuple[tuple[int, list[Any], Any], ...]

    def ask(self, told: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The rows, with the values of `told` in place of their stand-ins. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [told.get(value, value) for value in self.values])
            rows = cursor.fetchall()
        if not self.converters:
            return [tuple(row) for row in rows]
        return [self._converted(list(row)) for row in rows]

    def _converted(self, row: list[Any]) -> tuple[Any, ...]:
        for place, converters, expression in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        return tuple(row)


def keep(rows: QuerySet[Any, tuple[Any, ...]]) -> Kept:
    """The question of a `values_list`. Whoever keeps it does so for each vendor (`connection.vendor`).

    Raises EmptyResultSet when no row could fit it.
    """
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql()
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    found = compiler.get_converters(columns)
    return Kept(sql, tuple(values), tuple((place, list(made), column) for place, (made, column) in found.items()))
