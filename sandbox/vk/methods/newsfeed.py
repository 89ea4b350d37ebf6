"""newsfeed.search: open posts of every wall by their words, newest first."""

import sqlite3

from sandbox.validation import Param
from sandbox.vk.errors import VkError
from sandbox.vk.methods.wall_read import EXTENDED, FIELDS, READERS, extended, shown
from sandbox.vk.spec import Call, Method

MOST = 200
DAY = 24 * 3600


def search(call: Call) -> object:
    """All words of `q` must stand in the post. Without `start_time` only the last day is looked through."""
    words = [word.casefold() for word in call.text("q").split()]
    if not words:
        raise VkError(100, "q is undefined")
    since, until = call.integer("start_time", call.world.now - DAY), call.integer("end_time", call.world.now)
    rows = call.db.execute(
        "SELECT * FROM vk_post WHERE deleted = 0 AND date >= ? AND date <= ? ORDER BY date DESC, owner_id, id DESC",
        (since, until),
    ).fetchall()
    matches = [row for row in rows if _has(row, words)]
    start, count = _start(call), min(call.integer("count", 30), MOST)
    page = matches[start : start + count]
    after = {"next_from": f"{start + count}/{until}"} if start + count < len(matches) else {}
    answer = {"items": [shown(call, row) for row in page], "count": len(page), "total_count": len(matches)}
    return answer | after | extended(call, page)


def _has(row: sqlite3.Row, words: list[str]) -> bool:
    text = str(row["text"]).casefold()
    return all(word in text for word in words)


def _start(call: Call) -> int:
    """`start_from` is what `next_from` gave: nobody else may make one up."""
    offset, _, rest = call.text("start_from").partition("/")
    if not offset:
        return 0
    if not (offset.isascii() and offset.isdigit() and rest.isascii() and rest.isdigit() and len(offset) < 8):
        raise VkError(100, "start_from is invalid")
    return int(offset)


TABLE = (
    Method(
        "newsfeed.search",
        READERS,
        (
            Param("q", "string"),
            EXTENDED,
            Param("count", "integer", low=0, high=MOST),
            Param("latitude", "number"),
            Param("longitude", "number"),
            Param("start_time", "integer", low=0),
            Param("end_time", "integer", low=0),
            Param("start_from", "string"),
            FIELDS,
        ),
        search,
    ),
)
