"""Reading comments in order: one level of a post, page by page."""

import dataclasses
import sqlite3

from sandbox.state import World


@dataclasses.dataclass(frozen=True)
class Reading:
    """What to read: the top level of a post, or the thread of `root`. `start` is a comment to begin from."""

    owner_id: int
    post_id: int
    root: int
    newest_first: bool
    start: int
    offset: int
    count: int


# A deleted comment stays in the list, hollow, while its thread has living replies.
_LEVEL = """
SELECT c.id, c.seq FROM vk_comment c
WHERE c.owner_id = ? AND c.post_id = ? AND c.root IS ? AND (
    c.deleted = 0 OR EXISTS (
        SELECT 1 FROM vk_comment r WHERE r.owner_id = c.owner_id AND r.post_id = c.post_id AND r.root = c.id
        AND r.deleted = 0))
ORDER BY c.id
"""
_THREAD = """
SELECT * FROM vk_comment WHERE owner_id = ? AND post_id = ? AND root = ? AND deleted = 0 ORDER BY id LIMIT ?
"""
_THREAD_SIZE = """
SELECT count(*) FROM vk_comment WHERE owner_id = ? AND post_id = ? AND root = ? AND deleted = 0
"""


def read(world: World, reading: Reading) -> tuple[list[sqlite3.Row], int]:
    """One page and the size of the whole level. A negative offset counts back from `start`."""
    rows = world.db.execute(_LEVEL, (reading.owner_id, reading.post_id, reading.root or None)).fetchall()
    if reading.newest_first:
        rows.reverse()
    first = 0
    if reading.start:
        first = next((at for at, row in enumerate(rows) if row["id"] == reading.start), len(rows))
    first = max(0, first + reading.offset)
    page = [
        world.db.execute("SELECT * FROM vk_comment WHERE seq = ?", (row["seq"],)).fetchone()
        for row in rows[first : first + reading.count]
    ]
    return page, len(rows)


def beginning(world: World, root: sqlite3.Row, count: int) -> tuple[list[sqlite3.Row], int]:
    """The first replies of a thread and how many there are."""
    address = (root["owner_id"], root["post_id"], root["id"])
    (total,) = world.db.execute(_THREAD_SIZE, address).fetchone()
    rows = world.db.execute(_THREAD, (*address, count)).fetchall() if count else []
    return rows, int(total)
