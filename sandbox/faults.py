"""The fault script: what should go wrong, for which method, how many times.

A fault is a row with a count. `take` uses one up in a transaction of its own, so that a rolled back call
does not give the fault back.
"""

import dataclasses
import sqlite3
from collections.abc import Iterable

from sandbox.state import State

COMMON_KINDS = frozenset(
    {
        "error",  # the network's own error with `code`; nothing is committed
        "http_before",  # HTTP status `code` (500 and above) before the commit
        "http_after",  # the same after the commit
        "drop_before",  # the connection is closed before the commit
        "drop_after",  # the connection is closed after the commit
        "slow",  # the answer waits `seconds` after the commit
        "slow_before",  # waits `seconds` and closes the connection; nothing is committed
        "late",  # waits `seconds` and then commits: whoever has lost patience meanwhile is answered all the same
        "reorder",  # the answer's list comes in the opposite order
    }
)
LAG = "lag"
"""A fault of reads, used up beside the others: what offices answered in the last `seconds` is not in the lists yet."""
EVENT_KINDS = frozenset(
    {
        "duplicate",  # the event is told twice
        "reorder",  # the events that follow overtake it: those of the next `seconds`, a second where none are told
    }
)
"""Faults of events: `method` is the kind of the event."""
KINDS = COMMON_KINDS | EVENT_KINDS | {LAG}


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    code: int
    seconds: float


def add(db: sqlite3.Connection, network: str, method: str, fault: Fault, count: int) -> int:
    """Plan a fault for the next `count` calls of `method` ("*" is any). Returns its id."""
    cursor = db.execute(
        "INSERT INTO fault (network, method, kind, code, seconds, left) VALUES (?, ?, ?, ?, ?, ?)",
        (network, method, fault.kind, fault.code, fault.seconds, count),
    )
    return int(cursor.lastrowid or 0)


def take(state: State, network: str, method: str, kinds: Iterable[str] = COMMON_KINDS) -> Fault | None:
    """Use up one planned fault for this call, if there is one."""
    with state.write() as world:
        return take_within(world.db, network, method, kinds)


def take_within(db: sqlite3.Connection, network: str, method: str, kinds: Iterable[str]) -> Fault | None:
    """The same inside an open transaction (for faults of events, which belong to the change itself)."""
    row = waiting(db, network, method, kinds)
    if row is None:
        return None
    use_up(db, row)
    return Fault(row["kind"], row["code"], row["seconds"])


def waiting(db: sqlite3.Connection, network: str, method: str, kinds: Iterable[str]) -> sqlite3.Row | None:
    """The planned fault that this call would meet."""
    wanted = frozenset(kinds)
    rows = db.execute(
        "SELECT * FROM fault WHERE network = ? AND method IN (?, '*') AND left > 0 ORDER BY id", (network, method)
    ).fetchall()
    return next((row for row in rows if row["kind"] in wanted), None)


def use_up(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """This call has met it."""
    db.execute("UPDATE fault SET left = left - 1 WHERE id = ?", (row["id"],))


def planned(db: sqlite3.Connection) -> list[dict[str, object]]:
    """Every fault that has something left."""
    return [dict(row) for row in db.execute("SELECT * FROM fault WHERE left > 0 ORDER BY id")]


def clear(db: sqlite3.Connection) -> None:
    """Forget all planned faults."""
    db.execute("DELETE FROM fault")
