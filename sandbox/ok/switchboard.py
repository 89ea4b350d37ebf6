"""What is not known of the real network, as switches. The first value is the default.

comment_method  whether discussions.addDiscussionComment is still there; without it the call is an unknown method.
comment_answer  what it answers: the comment, the comment in a wrapping, or its bare id.
comment_limit   longest comment text, in characters.
comments_page   the most comments that one page gives.
edit_window     seconds in which a comment can be changed.
removed         how a removed comment looks with includeRemoved: a stub, its words with a mark, or not at all.
stream          whether stream.get tells of the topics beside the feeds, or only names them.
attachments     whether a comment names its attachments by number or shows them whole.
allowed         how discussions.get says whether one may comment: as letters of the flags, or as fields.
message_answer  whether a sent message is named in the answer.
webhook_form    the older form of a pushed message, or the newer one that names its kind.
push_delays     seconds before each repeat of a push; after the last the webhook is unsubscribed (about 8 hours).
rate_limit      REST calls per second and token; 0 is any number. The network publishes none.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import switches

SWITCHES: Mapping[str, tuple[object, ...]] = {
    "comment_method": (True, False),
    "comment_answer": ("object", "wrapped", "id"),
    "comment_limit": (3000,),
    "comments_page": (100,),
    "edit_window": (3600,),
    "removed": ("stub", "marked", "absent"),
    "stream": ("entities", "feeds"),
    "attachments": ("ids", "objects"),
    "allowed": ("flags", "fields"),
    "message_answer": ("success", "message_id"),
    "webhook_form": ("plain", "typed"),
    "push_delays": ([5, 30, 120, 600, 1800, 3600, 7200, 14400],),
    "rate_limit": (0,),
}
GUESTS = ("any", "none", "closed")
"""Who may do what in a group: anybody comments; strangers only read; strangers see nothing."""


def switch(db: sqlite3.Connection, name: str) -> Any:
    """The value of one switch."""
    return switches.read(db, "ok", name, SWITCHES)
