"""What is not known of the real network, or differs between accounts, as switches. The first value is the default.

spelling       which names answers and events carry: "tweet" (the network's pages and clients) or "post" (OpenAPI).
access         "selfserve": only who named or quoted us may be answered; "enterprise": anybody.
reply_summons  whether the name that the network puts in front of a reply counts as naming us.
duplicates     what is a repeat: the same author's same "text", the same text under the same text ("reply"), or none.
duplicate_seconds  how long a repeat is refused.
event_edits    whether an edit tells its events anew.
subscription_shape  how a new subscription is answered: "nested" (`data.subscription`), "object" or "list" (`data[]`).
limit_body     the body of a 429: a "problem" or the "old" list with code 88.
rate_limits    whether the limits of fifteen minutes are enforced; the headers come always.
escapes        whether &, < and > come escaped in texts.
loopback_hooks whether a hook on this machine may be plain http with a port, as the real network would refuse.
token_seconds  how long a user's token of OAuth 2.0 that was issued with a refresh token lives.
crc_seconds    seconds after which a hook is checked again by itself; 0 = never.
push_delays    seconds before each repeat of a push; after the last the event is given up.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import switches

SWITCHES: Mapping[str, tuple[object, ...]] = {
    "spelling": ("tweet", "post"),
    "access": ("selfserve", "enterprise"),
    "reply_summons": (True, False),
    "duplicates": ("text", "reply", "off"),
    "duplicate_seconds": (86_400,),
    "event_edits": (True, False),
    "subscription_shape": ("nested", "object", "list"),
    "limit_body": ("problem", "old"),
    "rate_limits": (True, False),
    "escapes": (True, False),
    "loopback_hooks": (True, False),
    "token_seconds": (7200,),
    "crc_seconds": (0,),
    "push_delays": ([1, 3, 10, 30, 60, 300, 600, 1800, 3600],),
}


def switch(db: sqlite3.Connection, name: str) -> Any:
    """The value of one switch."""
    return switches.read(db, "x", name, SWITCHES)
