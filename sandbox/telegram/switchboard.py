"""What is not known of the real network, or differs between its servers, as switches. The first value is the default.

rate_limits   whether 30 messages a second of a bot, 1 a second and 20 a minute in a chat are enforced.
retry_after   seconds that a planned 429 asks to wait.
push_delays   seconds before each repeat of a push; the last one repeats until a day is over.
hook_address  "any" as a server of one's own, or "https" as the public one: https on ports 443, 80, 88 and 8443 only.
reply_to_copy whether a comment right under a channel's post carries the copy it replies to.
copy_edits    whether an edition of a channel's post is told for its copy in the discussion too.
unknown_parameters  "refused" catches a misspelt name; the real server ignores what it does not know.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import switches

SWITCHES: Mapping[str, tuple[object, ...]] = {
    "rate_limits": (True, False),
    "retry_after": (3,),
    "push_delays": ([1, 2, 4, 8, 16, 30, 60],),
    "hook_address": ("any", "https"),
    "reply_to_copy": (True, False),
    "copy_edits": (True, False),
    "unknown_parameters": ("refused", "ignored"),
}


def switch(db: sqlite3.Connection, name: str) -> Any:
    """The value of one switch."""
    return switches.read(db, "telegram", name, SWITCHES)
