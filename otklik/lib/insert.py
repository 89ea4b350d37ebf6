"""Many rows into one table by one statement: what `bulk_create` does, without its cost for each row.

PostgreSQL takes them by COPY, which is planned and answered once for all of them.
"""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CharField, DateTimeField, Field, ForeignKey, IntegerField, Model, TextField

PIECE = 2_000
Prepare = Callable[[Any], Any]


def insert(model: type[Model], rows: Sequence[Model]) -> None:
    """Rows whose ids are set. Nothing of a row is checked but what the database itself checks. Raises what
    `bulk_create` would."""
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    table = f"{quote(model._meta.db_table)} ({columns})"
    columns_of = [(field.attname, _preparation(field)) for field in fields]
    values = ([prepare(getattr(row, name)) for name, prepare in columns_of] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django does not wrap what goes by the driver's own method.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 our own names
        while piece := list(islice(values, PIECE)):
            cursor.executemany(statement, piece)


def _preparation(field: "Field[Any, Any]") -> Prepare:
    """Whole numbers go as they are and texts as bare texts (a choice is a text of its own class); the rest as Django
    would save it."""
    kind = type(field)
    if issubclass(kind, BooleanField | IntegerField | ForeignKey):
        return _as_is
    if kind in (CharField, TextField) or issubclass(kind, CharField):
        return _as_text
    if issubclass(kind, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return lambda value: field.get_db_prep_save(value, connection)


def _as_is(value: Any) -> Any:
    return value


def _as_text(value: Any) -> Any:
    return None if value is None else str(value)
