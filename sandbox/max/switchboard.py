"""What is not known of the real network, as switches. The first value is the default.

post_id       how a comment tells its post: the post's mid, a number (the post's seq), or null.
comment_order, comment_edges  how comments are listed, and whether `after` and `before` belong to the listing.
comment_moves_chat  whether a comment counts for the channel's last_event_time.
bot_comments_as     whether a bot's comment shows the bot as its sender, or nobody (written as the channel).
chats_listed  whether GET /chats works; since June 2026 the network's pages say that it does not.
comments_off  the status of the refusal in a channel without comments.
link_to_deleted     whether a reply may point at a deleted comment.
without_marker      what GET /updates brings without a marker: all since the last commit, or the last update alone.
dialogs_listed      whether GET /chats lists dialogues.
echo          whether the bot's own comments and messages come back to it as updates; sources do not agree.
push_delays   seconds before each repeat of a push; after the last the event is given up.
unsubscribe_after   seconds without success after which a subscription is taken away.
rate_limits   whether 30 calls a second for a bot, 2 writes a second in a chat and 2 calls of /updates are enforced.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox import switches

SWITCHES: Mapping[str, tuple[object, ...]] = {
    "post_id": ("string", "number", "null"),
    "comment_order": ("asc", "desc"),
    "comment_edges": ("exclusive", "inclusive"),
    "comment_moves_chat": (True, False),
    "bot_comments_as": ("bot", "channel"),
    "comments_off": (403, 400, 404),
    "link_to_deleted": ("refused", "accepted"),
    "without_marker": ("since_commit", "last_only"),
    "chats_listed": (False, True),
    "dialogs_listed": (True, False),
    "echo": (False, True),
    "push_delays": ([60 * 2.5**turn for turn in range(10)],),
    "unsubscribe_after": (8 * 3600,),
    "rate_limits": (True, False),
}


def switch(db: sqlite3.Connection, name: str) -> Any:
    """The value of one switch."""
    return switches.read(db, "max", name, SWITCHES)
