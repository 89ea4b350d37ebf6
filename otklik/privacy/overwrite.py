"""What was erased is not left lying in the database's own files either.

SQLite overwrites what it frees (`PRAGMA secure_delete`, in every connection), but older images of a page wait in the
write-ahead log, and words that were taken out of the index are only marked there. PostgreSQL keeps old versions of rows
until its VACUUM. The log of PostgreSQL, its archive, snapshots of a disk and backups are the administrator's business.
"""

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper

from otklik.finding.store import TABLE
from otklik.privacy.kept import CITIZENS
from otklik.privacy.words import everything

MERGED = 200
"""Pages of the index that are merged at a time: a writer waits no longer for it than for any other piece."""
MOST_MERGES = 10_000
NO_CARD = -1


def overwrite() -> None:
    """Outside of any transaction. May be run again at any time; on a large database it takes a while."""
    if connection.vendor == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    with connection.cursor() as cursor:
        _merge(cursor)
        # Where all pieces lay in one level, under others that had been emptied, SQLite does not take the new piece for
        # the last one, and keeps the marks. Pieces of two levels it puts under all others first.
        cursor.execute(f"INSERT INTO {TABLE}(rowid, words) VALUES (%s, 'x')", [NO_CARD])  # noqa: S608 our own name
        cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = %s", [NO_CARD])  # noqa: S608
        _merge(cursor)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _merge(cursor: CursorWrapper) -> None:
    """All of the index into one piece."""
    # A negative number begins: only when all is one piece do marks of deletion go.
    cursor.execute(f"INSERT INTO {TABLE}({TABLE}, rank) VALUES ('merge', %s)", [-MERGED])  # noqa: S608 our own name
    for _ in range(MOST_MERGES):
        before = _changes(cursor)
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}, rank) VALUES ('merge', %s)", [MERGED])  # noqa: S608
        if _changes(cursor) - before < 2:
            break


def _changes(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])


def _postgresql() -> None:
    tables = {apps.get_model(kept.model)._meta.db_table for kept in (*CITIZENS, *everything())}
    with connection.cursor() as cursor:
        for table in sorted({*tables, TABLE}):
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
