"""Telling bots what happened: a row for GET /updates, and a push for each subscription.

A bot is never told of what it wrote itself. Updates have no number of their own.
"""

import json
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from sandbox import pusher
from sandbox.max import shapes
from sandbox.state import World

TYPES = (
    *("message_created", "message_edited", "message_removed"),
    *("comment_created", "comment_edited", "comment_removed"),
    *("bot_started", "bot_stopped", "bot_added", "bot_admin_permissions_changed"),
)
"""The updates that this emulator makes by itself."""
_PUSHED_ONLY = frozenset({"bot_admin_permissions_changed"})


def listeners(world: World, chat: sqlite3.Row) -> list[int]:
    """The bots that hear a chat: a dialogue's own, in other chats those that may read all messages."""
    if chat["type"] == "dialog":
        return [int(chat["bot"])]
    rows = world.db.execute("SELECT bot, rights FROM max_member WHERE chat = ? ORDER BY bot", (chat["id"],)).fetchall()
    return [int(row["bot"]) for row in rows if "read_all_messages" in json.loads(row["rights"])]


def tell_message(world: World, chat: sqlite3.Row, row: sqlite3.Row, what: str, at: int, *, echo: bool = False) -> None:
    """`what` is "created" or "edited"; `row` a message, post or comment."""
    kind = f"{'comment' if row['post'] else 'message'}_{what}"
    for bot in listeners(world, chat):
        if echo or row["by"] != bot:
            tell(world, bot, {"update_type": kind, "timestamp": at, "message": shapes.message(world, row)})


def tell_removed(world: World, chat: sqlite3.Row, row: sqlite3.Row, by: int, at: int) -> None:
    kind = f"{'comment' if row['post'] else 'message'}_removed"
    update = {"update_type": kind, "timestamp": at, "message_id": row["mid"], "chat_id": chat["id"], "user_id": by}
    if row["post"]:
        update["post_id"] = shapes.post_id(world, row["post"])
    for bot in listeners(world, chat):
        if by != bot:
            tell(world, bot, update)


def tell(world: World, bot: int, update: Mapping[str, Any]) -> None:
    """Any update at all, to whoever listens for this bot."""
    kind, text = str(update.get("update_type", "")), json.dumps(update, ensure_ascii=False)
    if kind not in _PUSHED_ONLY:
        world.db.execute(
            "INSERT INTO max_update (bot, type, at, body) VALUES (?, ?, ?, ?)", (bot, kind, world.now, text)
        )
    for hook in world.db.execute("SELECT * FROM max_hook WHERE bot = ? ORDER BY id", (bot,)).fetchall():
        wanted = json.loads(hook["types"])
        if not wanted or kind in wanted or kind not in TYPES:
            _push(world, hook, kind, text.encode("utf-8", "surrogatepass"))


def _push(world: World, hook: sqlite3.Row, kind: str, body: bytes) -> None:
    queue = str(hook["id"])
    (waiting,) = world.db.execute(
        "SELECT count(*) FROM push WHERE network = 'max' AND queue = ? AND state = 'due'", (queue,)
    ).fetchone()
    if not waiting:
        world.db.execute("UPDATE max_hook SET waiting_since = ? WHERE id = ?", (time.time(), hook["id"]))
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if hook["secret"]:
        headers["X-Max-Bot-Api-Secret"] = hook["secret"]
    pusher.push(world, pusher.Hook("max", queue, hook["url"]), kind, body, headers)
