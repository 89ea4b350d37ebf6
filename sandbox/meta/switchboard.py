"""What is not known of the real network, as switches. The first value is the default.

reparent     whether a reply to a reply is hung under the first comment of the thread.
echo         whether a Page's or account's own comment comes back to it as an event.
duplicates   whether the same words of the same Page under the same text are taken twice, or refused with 506.
feed_paging  whether posts of a Page are paged by cursors, or by time as recorded answers of 2021 were.
from         whether a listing tells who wrote a comment (some are told without).
unknown      what an unknown parameter gets: a refusal, or nothing.
closed_error the error under a post whose comments are closed.
usage        percent of the budget that the headers tell; at 100 and above calls are refused.
regain       minutes until then, as the headers and refusals tell.
push_delays  seconds before each repeat of a push; after the last (36 hours in all) the event is given up.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import switches

SWITCHES: Mapping[str, tuple[object, ...]] = {
    "reparent": (True, False),
    "echo": (True, False),
    "duplicates": ("taken", "refused"),
    "feed_paging": ("cursors", "time"),
    "from": (True, False),
    "unknown": ("refused", "ignored"),
    "closed_error": (100, 200),
    "usage": (4,),
    "regain": (7,),
    "push_delays": ([1, 5, 30, 60, 300, 900, 3600, 7200, 14400, 28800, 36000, 36000],),
}


def switch(db: sqlite3.Connection, name: str) -> Any:
    """The value of one switch."""
    return switches.read(db, "meta", name, SWITCHES)
