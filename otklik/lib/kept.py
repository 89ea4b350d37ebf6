"""Questions that are put together once and asked again and again, with other values: for what every page asks.

To make SQL of a question takes Django longer than the database to answer it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)

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


def whole_day(day: date) -> Any:
    """The same for a day."""
    return connection.ops.adapt_datefield_value(day)


class Kept(NamedTuple):
    """A question of the default database. `converters` make Python's values of what comes, by column."""

    sql: str
    values: tuple[Any, ...]
    converters: tuple[tuple[int, list[Any], Any], ...]

    def ask(self, replacements: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The rows, with the values of `replacements` in place of their stand-ins. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [replacements.get(value, value) for value in self.values])
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
    return _kept(rows.query.get_compiler(DEFAULT_DB_ALIAS))


def _kept(compiler: Any) -> Kept:
    sql, values = compiler.as_sql()
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    return Kept(sql, tuple(values), tuple((place, list(made), column) for place, (made, column) in converters.items()))


@dataclass(frozen=True, slots=True)
class KeptRows(Generic[Row]):
    """A kept question for whole rows, with what is read along with them (`select_related`, `annotate`)."""

    question: Kept
    model: type[Row]
    columns: list[str]
    first: int
    related: list[Any]
    annotations: dict[str, int]

    def ask(self, replacements: Mapping[Any, Any]) -> list[Row]:
        """As Django makes them. One query."""
        return [self._made(row) for row in self.question.ask(replacements)]

    def _made(self, row: tuple[Any, ...]) -> Row:
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.columns, row[self.first : self.first + len(self.columns)])
        for one in self.related:
            one.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


def keep_rows(rows: QuerySet[Row]) -> KeptRows[Row]:
    """Of a question for rows, all of it in one query (no `prefetch_related`). Raises as `keep`."""
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    question, about = _kept(compiler), compiler.klass_info
    places = about["select_fields"]
    columns = [compiler.select[place][0].target.attname for place in places]
    related = get_related_populators(about, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    return KeptRows(question, rows.model, columns, places[0], related, compiler.annotation_col_map or {})
