"""Events overtake each other: the end of a text may be heard before the text itself, and by another worker.

One would write that a text is gone which he does not have, and the other, at the same moment, the text whose end he
does not see. So nobody takes anything in while such an end is written down. SQLite lets one write at a time anyway.
"""

from django.db import connection

from otklik.inbox.batch import Key, held

_LOCK = 7_104_852


def in_order(ends: set[Key]) -> None:
    """Until the end of this transaction nobody writes down an end meanwhile; if one of `ends` is of a text that is not
    here, nobody takes anything in. Before any row is locked, so that two never wait for each other crosswise."""
    if connection.vendor != "postgresql":
        return
    lock = "pg_advisory_xact_lock" if ends - held(ends) else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [_LOCK])
