"""/me, /chats and members."""

import sqlite3
from typing import Any

from sandbox.max import shapes
from sandbox.max.errors import MaxError
from sandbox.max.rights import chat_of
from sandbox.max.spec import Call, Operation
from sandbox.max.switchboard import switch
from sandbox.validation import Param

_ALL = """
SELECT * FROM max_chat WHERE (id IN (SELECT chat FROM max_member WHERE bot = :bot) OR (:dialogs AND bot = :bot))
ORDER BY event DESC, id LIMIT :count OFFSET :start
"""


def get_me(call: Call) -> dict[str, Any]:
    return shapes.user(call.world, call.bot)


def get_chats(call: Call) -> dict[str, Any]:
    """`marker` is where the next page begins, null after the last one."""
    if not switch(call.db, "chats_listed"):
        raise MaxError(404, "GET /chats is no longer supported")
    count, start = call.args.get("count", 50), call.args.get("marker", 0)
    asked = {"bot": call.bot, "dialogs": bool(switch(call.db, "dialogs_listed")), "count": count + 1, "start": start}
    rows = call.db.execute(_ALL, asked).fetchall()
    shown = [shapes.chat(call.world, row) for row in rows[:count]]
    return {"chats": shown, "marker": start + count if len(rows) > count else None}


def get_chat(call: Call) -> dict[str, Any]:
    return shapes.chat(call.world, chat_of(call, int(call.parts["chatId"])))


def get_chat_by_link(call: Call) -> dict[str, Any]:
    name = call.parts["chatLink"].removeprefix("@")
    row = call.db.execute("SELECT id FROM max_chat WHERE link = ?", (name,)).fetchone()
    if row is None:
        raise MaxError(404, f"Chat {name} not found", "chat.not.found")
    return shapes.chat(call.world, chat_of(call, row["id"]))


def get_membership(call: Call) -> dict[str, Any]:
    chat = chat_of(call, int(call.parts["chatId"]))
    return shapes.member(call.world, _membership(call, chat, call.bot))


def get_admins(call: Call) -> dict[str, Any]:
    chat = chat_of(call, int(call.parts["chatId"]))
    rows = call.db.execute(
        "SELECT * FROM max_member WHERE chat = ? AND rights != '[]' ORDER BY bot", (chat["id"],)
    ).fetchall()
    return {"members": [shapes.member(call.world, row) for row in rows], "marker": None}


def _membership(call: Call, chat: sqlite3.Row, bot: int) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM max_member WHERE chat = ? AND bot = ?", (chat["id"], bot)
    ).fetchone()
    if row is None:
        raise MaxError(404, "The bot is not a member")
    return row


TABLE = (
    Operation("getMyInfo", "GET", "/me", get_me),
    Operation(
        "getChats",
        "GET",
        "/chats",
        get_chats,
        (Param("count", "integer", low=1, high=100), Param("marker", "integer")),
    ),
    Operation("getChat", "GET", "/chats/{chatId}", get_chat),
    Operation("getChatByLink", "GET", "/chats/{chatLink}", get_chat_by_link),
    Operation("getMembership", "GET", "/chats/{chatId}/members/me", get_membership),
    Operation("getAdmins", "GET", "/chats/{chatId}/members/admins", get_admins),
)
