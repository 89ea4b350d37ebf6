"""Whole numbers of many rows, each row its own: what `bulk_update` does, without its CASE for every row and column."""

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import Model

PIECE = 500


def update_each(model: type[Model], names: Sequence[str], numbers: Mapping[int, Sequence[int | None]]) -> None:
    """The row of each id gets its own numbers in these columns, named as in the model: whole numbers and references.
    What has no row is passed over. One statement for every 500 rows.

    PostgreSQL locks them in no order that is known: whoever may meet somebody else at them has locked them before.
    """
    quote = connection.ops.quote_name
    table, column_of = quote(model._meta.db_table), {one.name: str(one.column) for one in model._meta.concrete_fields}
    changes = ", ".join(f"{quote(column_of[name])} = given.column{at}" for at, name in enumerate(names, 2))
    mark = ["CAST(%s AS bigint)"] * (1 + len(names))  # a column of nothing but NULL has a type as well
    row = f"({', '.join(mark)})"
    rows = [(pk, *values) for pk, values in numbers.items()]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), PIECE):
            piece = rows[start : start + PIECE]
            cursor.execute(
                f"UPDATE {table} SET {changes} FROM (VALUES {', '.join([row] * len(piece))}) AS given"  # noqa: S608 our own names
                f" WHERE {table}.{quote(str(model._meta.pk.column))} = given.column1",
                [value for values in piece for value in values],
            )
