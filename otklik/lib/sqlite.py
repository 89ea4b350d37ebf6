"""What this machine's SQLite can do. Pure: no Django, no file."""

import sqlite3
from contextlib import closing


def may_distrust_schema() -> bool:
    """Whether `trusted_schema=OFF` leaves our own tables usable.

    Django checks a JSON column by JSON_VALID; SQLite 3.40, Debian 12's, counts that function among those that a
    distrusted schema may not call, and then refuses such a table. Newer ones do not.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        try:
            connection.execute("CREATE TABLE probe (told TEXT CHECK (JSON_VALID(told)))")
            connection.execute("INSERT INTO probe VALUES ('{}')")
        except sqlite3.OperationalError:
            return False
    return True
