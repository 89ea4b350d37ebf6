"""More cards out of the first ones: the database copies every table into itself, with shifted ids.

A copy differs from its original by its ids, addresses, numbers and, by seconds, its age; its words are the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from bench.desk.block import ORDER
from bench.desk.onward import bring_up
from otklik.finding import store
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents.models import Incident
from otklik.journal.models import Entry

SHIFT = 37  # seconds a copy
# Texts that may be there once only, or that name another row.
APART = {"external_id", "parent_external_id", "url", "key", "text_hash"}
ADDRESSED = (Author, Thread, Message)


def multiply(times: int) -> None:
    """`times - 1` copies of everything there is. Minutes for a million cards."""
    strides = {model: _last(model) for model in ORDER}
    with connection.cursor() as cursor, _unhindered(cursor):
        for model in ORDER:
            cursor.execute(_copy(model, strides, times))
        cursor.execute(_copy_words(strides[Incident], times))
    bring_up(list(ORDER))


def _last(model: type[models.Model]) -> int:
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0)


def _copy(model: type[models.Model], strides: dict[type[Any], int], times: int) -> str:
    table = model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field, strides) for field in fields)
    numbers = _numbers(times)
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, {numbers} WHERE {_key(model)} <= {strides[model]}"  # noqa: S608, E501


def _key(model: type[models.Model]) -> str:
    return f'"{model._meta.pk.column}"' if model._meta.pk else ""


def _value(model: type[models.Model], field: Any, strides: dict[type[Any], int]) -> str:
    column = f'"{field.column}"'
    about = field.related_model if field.is_relation else model if field.primary_key else None
    if about in strides:
        return f"{column} + n * {strides[about]}"
    if model is Incident and field.name in ("number", "revision"):
        return f"{column} + n * {strides[Incident if field.name == 'number' else Entry]}"
    if model is Entry and field.name == "incident":
        return f"{column} + n * {strides[Incident]}"
    if model is Entry and field.name == "subject":
        # What is of no card, a report that was taken while pages were measured, stays of none.
        return f"CASE WHEN incident IS NULL THEN subject ELSE 'incident:' || (incident + n * {strides[Incident]}) END"
    if model is Incident and field.name == "started_at":
        return _earlier(column)
    if field.name in APART and (model in ADDRESSED or field.name != "url"):
        return f"{column} || '-' || n"
    return column


def _earlier(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"{column} - n * interval '{SHIFT} seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || (n * {SHIFT}) || ' seconds')"


def _numbers(times: int) -> str:
    """A table `numbers` with the column n: 1 … times - 1."""
    if connection.vendor == "postgresql":
        return f"generate_series(1, {times - 1}) AS numbers(n)"
    counted = f"SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < {times - 1}"  # noqa: S608 whole numbers
    return f"(WITH RECURSIVE numbers(n) AS ({counted}) SELECT n FROM numbers) AS numbers"  # noqa: S608


def _copy_words(stride: int, times: int) -> str:
    """A card is found by its own number as well."""
    table, key = store.TABLE, store.id_column()
    number = f"{table}.{key} + n * {stride}"
    words = f"words || array_to_tsvector(ARRAY[({number})::text])"
    if connection.vendor == "sqlite":
        words = f"words || ' ' || ({number})"
    copied = f"SELECT {number}, {words} FROM {table}, {_numbers(times)} WHERE {table}.{key} <= {stride}"  # noqa: S608
    return f"INSERT INTO {table} ({key}, words) {copied}"


@contextmanager
def _unhindered(cursor: Any) -> Iterator[None]:
    """Without checks of foreign keys, and with the indexes built once at the end."""
    if connection.vendor != "postgresql":
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA synchronous = OFF")
        yield
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        return
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET synchronous_commit = off")
    cursor.execute("SET maintenance_work_mem = '512MB'")
    dropped = _drop_indexes(cursor, [*(model._meta.db_table for model in ORDER), store.TABLE])
    yield
    for statement in dropped:
        cursor.execute(statement)
    for setting in ("session_replication_role", "synchronous_commit", "maintenance_work_mem"):
        cursor.execute(f"RESET {setting}")


def _drop_indexes(cursor: Any, tables: Sequence[str]) -> list[str]:
    """Those that hold up no constraint; returns how to make them again."""
    cursor.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in indexes]
