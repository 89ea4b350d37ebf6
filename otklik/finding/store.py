"""The one table of words, by the database's own means: FTS5 on SQLite, tsvector and GIN on PostgreSQL.

Words come folded (words.py) and consist of letters and digits alone, so that nothing of them can be an operator.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from otklik.finding.words import Wanted

TABLE = "finding_words"
PIECE = 500


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def id_column() -> str:
    """The column that holds the card's id."""
    return "incident_id" if is_postgresql() else "rowid"


def condition(alias: str = TABLE) -> str:
    """SQL: the card's words fit the query, which is the one parameter."""
    return f"{alias}.words @@ %s::tsquery" if is_postgresql() else f"{alias}.{TABLE} MATCH %s"


def query(wanted: Sequence[Wanted]) -> str:
    """All of these words, in the database's own language."""
    joined, begins = (" & ", "'{}':*") if is_postgresql() else (" AND ", '"{}"*')
    return joined.join(_any(one, begins) for one in wanted)


def both(queries: Sequence[str]) -> str:
    """What fits each of these queries."""
    return (" & " if is_postgresql() else " AND ").join(f"({one})" for one in queries)


def either(queries: Iterable[str]) -> str:
    """What fits any of these queries."""
    return (" | " if is_postgresql() else " OR ").join(f"({one})" for one in queries)


def exactly(key: str) -> str:
    """The query for one key that no text could hold."""
    return query([Wanted(key, (key,))])


def _any(one: Wanted, begins: str) -> str:
    quote, any_of = ("'{}'", " | ") if is_postgresql() else ('"{}"', " OR ")
    ways = [quote.format(form) for form in one.forms]
    if one.prefix:
        ways.append(begins.format(one.word))
    return "(" + any_of.join(ways) + ")"


def held(ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The words these cards are found by now. One query for every 500 cards."""
    words_by_id: dict[int, frozenset[str]] = {}
    column = "tsvector_to_array(words)" if is_postgresql() else "words"
    numbers = list(ids)
    with connection.cursor() as cursor:
        for start in range(0, len(numbers), PIECE):
            piece = numbers[start : start + PIECE]
            marks = ", ".join(["%s"] * len(piece))
            cursor.execute(f"SELECT {id_column()}, {column} FROM {TABLE} WHERE {id_column()} IN ({marks})", piece)  # noqa: S608 our own names
            for pk, words in cursor.fetchall():
                words_by_id[pk] = frozenset(words if is_postgresql() else words.split(" "))
    return words_by_id


def _write(cursor: CursorWrapper, rows: Sequence[tuple[int, list[str]]]) -> None:
    """One statement."""
    if is_postgresql():
        marks = ", ".join(["(%s, array_to_tsvector(%s::text[]))"] * len(rows))
        cursor.execute(
            f"INSERT INTO {TABLE} (incident_id, words) VALUES {marks}"  # noqa: S608 our own names
            " ON CONFLICT (incident_id) DO UPDATE SET words = EXCLUDED.words",
            [value for row in rows for value in row],
        )
    else:
        marks = ", ".join(["(%s, %s)"] * len(rows))
        cursor.execute(
            f"INSERT OR REPLACE INTO {TABLE} (rowid, words) VALUES {marks}",  # noqa: S608 our own names
            [value for pk, keys in rows for value in (pk, " ".join(keys))],
        )


def put(words: Mapping[int, frozenset[str]]) -> int:
    """From now on these cards are found by these words and no others; returns how many had changed."""
    before = held(words)
    changed = {pk: keys for pk, keys in words.items() if before.get(pk) != keys}
    gone = [pk for pk, keys in changed.items() if not keys]
    rows = [(pk, sorted(keys)) for pk, keys in changed.items() if keys]
    with connection.cursor() as cursor:
        for start in range(0, len(gone), PIECE):
            piece = gone[start : start + PIECE]
            marks = ", ".join(["%s"] * len(piece))
            cursor.execute(f"DELETE FROM {TABLE} WHERE {id_column()} IN ({marks})", piece)  # noqa: S608 our own names
        for start in range(0, len(rows), PIECE):
            _write(cursor, rows[start : start + PIECE])
    return len(changed)
