"""Telling bots what happened: who hears what, and where the update waits for him.

An update waits in `telegram_update` for getUpdates, or among the pushes while the bot has a webhook. Whoever switches
from one way to the other takes along what waits.
"""

import json
import re
import sqlite3

from sandbox.pusher import Hook, push
from sandbox.state import World
from sandbox.telegram import shapes
from sandbox.telegram.world import INSIDE, find_bot, find_message

KEPT_FOR = 24 * 3600  # seconds
KINDS = (
    *("message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message"),
    *("edited_business_message", "deleted_business_messages", "guest_message", "message_reaction"),
    *("message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query"),
    *("pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member"),
    *("chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot"),
)
NOT_UNLESS_ASKED = ("chat_member", "message_reaction", "message_reaction_count")


def tell_message(world: World, row: sqlite3.Row, *, edited: bool = False) -> None:
    """A new or edited message, to every bot that may see it; never to the bot that wrote it."""
    kind = ("edited_" if edited else "") + ("channel_post" if _in_channel(world, row) else "message")
    for bot in seers(world, row):
        if bot["id"] != row["sender"]:
            tell(world, bot, kind, shapes.message(world, row, bot["id"]))


def seers(world: World, row: sqlite3.Row) -> list[sqlite3.Row]:
    """The bots that may see a message where it stands."""
    channel = _in_channel(world, row)
    bots = [find_bot(world, number) for number in _hearers(world, row, channel=channel)]
    return [bot for bot in bots if channel or row["box"] or _may_see(world, row, bot)]


def tell(world: World, bot: sqlite3.Row, kind: str, thing: object) -> None:
    """One update to one bot, if it wants this kind."""
    allowed = json.loads(bot["allowed"])
    if kind not in allowed if allowed else kind in NOT_UNLESS_ASKED:
        return
    put(world, bot, kind, {"update_id": next_number(world, bot["id"]), kind: thing})


def next_number(world: World, bot: int) -> int:
    """The number of the bot's next update."""
    world.db.execute("UPDATE telegram_bot SET next_update = next_update + 1 WHERE id = ?", (bot,))
    (number,) = world.db.execute("SELECT next_update FROM telegram_bot WHERE id = ?", (bot,)).fetchone()
    return int(number)


def put(world: World, bot: sqlite3.Row, kind: str, update: object) -> None:
    """An update, whatever it holds, where the bot will find it."""
    body = json.dumps(update, ensure_ascii=False)
    if bot["hook"]:
        push(world, hook_of(bot), kind, body.encode("utf-8", "surrogatepass"), headers(bot))
        return
    number = update.get("update_id") if isinstance(update, dict) else 0
    world.db.execute(
        "INSERT OR REPLACE INTO telegram_update VALUES (?, ?, ?, ?, ?)", (bot["id"], number, kind, body, world.now)
    )


def waiting(world: World, bot: int, offset: int, limit: int) -> list[object]:
    """The oldest updates from `offset` on; what lies before it is forgotten, and so is what is older than a day.

    A negative offset counts from the end, and all before it is forgotten.
    """
    db = world.db
    db.execute("DELETE FROM telegram_update WHERE bot = ? AND at < ?", (bot, world.now - KEPT_FOR))
    if offset < 0:
        last = db.execute(
            "SELECT id FROM telegram_update WHERE bot = ? ORDER BY id DESC LIMIT ?", (bot, -offset)
        ).fetchall()
        offset = int(last[-1]["id"]) if last else 0
    if offset > 0:
        db.execute("DELETE FROM telegram_update WHERE bot = ? AND id < ?", (bot, offset))
    rows = db.execute("SELECT body FROM telegram_update WHERE bot = ? ORDER BY id LIMIT ?", (bot, limit)).fetchall()
    return [json.loads(row["body"]) for row in rows]


def pending(world: World, bot: sqlite3.Row) -> int:
    """How many updates wait for this bot."""
    query, sql_params = "SELECT count(*) FROM telegram_update WHERE bot = ?", (bot["id"],)
    if bot["hook"]:
        query = "SELECT count(*) FROM push WHERE network = 'telegram' AND state = 'due' AND queue = ?"
        sql_params = (str(bot["id"]),)
    return int(world.db.execute(query, sql_params).fetchone()[0])


def to_hook(world: World, bot: sqlite3.Row) -> None:
    """The bot has a (new) webhook: what waits goes there."""
    sql_params = (bot["hook"], json.dumps(headers(bot)), str(bot["id"]))
    world.db.execute(
        "UPDATE push SET url = ?, headers = ?, due = 0 WHERE network = 'telegram' AND state = 'due' AND queue = ?",
        sql_params,
    )
    rows = world.db.execute("SELECT * FROM telegram_update WHERE bot = ? ORDER BY id", (bot["id"],)).fetchall()
    world.db.execute("DELETE FROM telegram_update WHERE bot = ?", (bot["id"],))
    for row in rows:
        put(world, bot, row["kind"], json.loads(row["body"]))


def from_hook(world: World, bot: sqlite3.Row) -> None:
    """The webhook is gone: what waits is there for getUpdates."""
    rows = world.db.execute(
        "SELECT * FROM push WHERE network = 'telegram' AND state = 'due' AND queue = ? ORDER BY id", (str(bot["id"]),)
    ).fetchall()
    drop(world, bot, pushes_only=True)
    for row in rows:
        try:
            put(world, find_bot(world, bot["id"]), row["event"], json.loads(row["body"]))
        except ValueError:  # a broken event that a test has put there
            continue


def drop(world: World, bot: sqlite3.Row, *, pushes_only: bool = False) -> None:
    """Forget what waits."""
    world.db.execute(
        "UPDATE push SET state = 'dropped' WHERE network = 'telegram' AND state = 'due' AND queue = ?",
        (str(bot["id"]),),
    )
    if not pushes_only:
        world.db.execute("DELETE FROM telegram_update WHERE bot = ?", (bot["id"],))


def headers(bot: sqlite3.Row) -> dict[str, str]:
    http_headers = {"Content-Type": "application/json"}
    return http_headers | ({"X-Telegram-Bot-Api-Secret-Token": bot["secret"]} if bot["secret"] else {})


def hook_of(bot: sqlite3.Row) -> Hook:
    return Hook("telegram", str(bot["id"]), bot["hook"])


def _in_channel(world: World, row: sqlite3.Row) -> bool:
    return not row["box"] and _type(world, row["chat"]) == "channel"


def _hearers(world: World, row: sqlite3.Row, *, channel: bool) -> list[int]:
    if row["box"]:
        return [int(row["box"])]
    inside = ("creator", "administrator") if channel else INSIDE
    marks = ", ".join("?" for _ in inside)
    rows = world.db.execute(
        "SELECT m.who FROM telegram_member m JOIN telegram_bot b ON b.id = m.who"  # noqa: S608 our own marks
        f" WHERE m.chat = ? AND m.status IN ({marks}) ORDER BY m.who",
        (row["chat"], *inside),
    ).fetchall()
    return [int(member["who"]) for member in rows]


def _may_see(world: World, row: sqlite3.Row, bot: sqlite3.Row) -> bool:
    """Privacy mode: only commands, words that name the bot, replies to it, and what the service says."""
    status = world.db.execute(
        "SELECT status FROM telegram_member WHERE chat = ? AND who = ?", (row["chat"], bot["id"])
    ).fetchone()["status"]
    if bot["reads_all"] or status != "member" or row["service"]:
        return True
    text = str(row["text"])
    if text.startswith("/") or re.search(rf"@{re.escape(bot['username'])}\b", text, re.IGNORECASE):
        return True
    above = find_message(world, 0, row["chat"], row["reply_to"]) if row["reply_to"] else None
    return above is not None and above["sender"] == bot["id"]


def _type(world: World, chat: int) -> str:
    return str(world.db.execute("SELECT type FROM telegram_chat WHERE id = ?", (chat,)).fetchone()["type"])
