"""What is not known of the real network, as switches. The first value is the default.

guid       what a repeated guid gives: the same comment, a second comment, or an error (`guid_error`).
echo       whether a community's own comment, written through the API, comes back to it as wall_reply_new.
rate_limits  whether 3 and 20 requests a second per token are enforced.
push_delays  seconds before each repeat of a push; after the last the event is given up.
push_together  how many pushes a server gets at once; more than 1 no longer keeps their order.
comment_limit  longest comment text the API takes, in characters.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import switches

SWITCHES: Mapping[str, tuple[object, ...]] = {
    "guid": ("honoured", "ignored", "refused"),
    "guid_error": (100,),
    "echo": (True, False),
    "rate_limits": (True, False),
    "push_delays": ([1, 3, 10, 30, 60, 300, 600, 1800, 3600],),
    "push_together": (1,),
    "comment_limit": (16384,),
}
GUESTS = ("any", "user", "none")
"""Who may speak as a community on a foreign wall: any of its tokens, only a user's token with from_group, nobody."""


def switch(db: sqlite3.Connection, name: str) -> Any:
    """The value of one switch."""
    return switches.read(db, "vk", name, SWITCHES)
