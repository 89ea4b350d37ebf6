"""Who may do what: a bot's rights in a chat."""

import json
import sqlite3

from sandbox.acts import NotThere
from sandbox.max import texts
from sandbox.max.errors import MaxError
from sandbox.max.spec import Call

RIGHTS = (
    *("read_all_messages", "add_remove_members", "add_admins", "change_chat_info", "pin_message", "edit_link"),
    *("write", "edit", "delete", "can_call", "view_stats"),
)
USUAL = ("read_all_messages", "write", "edit", "delete")


def chat_of(call: Call, number: int, right: str = "") -> sqlite3.Row:
    """A chat that the bot is in, with this right. MaxError 404 for an unknown one, 403 without the right."""
    try:
        row = texts.get_chat(call.world, number)
    except NotThere as fault:
        raise MaxError(404, f"Chat {number} not found", "chat.not.found") from fault
    if row["type"] == "dialog":
        if row["bot"] != call.bot:
            raise MaxError(403, "No access to the dialog")
        return row
    rights = rights_of(call, number)
    if rights is None or (right and right not in rights):
        raise MaxError(403, f"No permission{f' {right}' if right else ''} in chat {number}")
    return row


def rights_of(call: Call, chat: int) -> list[str] | None:
    """The bot's rights in a chat; None where it is no member."""
    row = call.db.execute("SELECT rights FROM max_member WHERE chat = ? AND bot = ?", (chat, call.bot)).fetchone()
    return list(json.loads(row["rights"])) if row is not None else None


def text_of(call: Call, mid: str, post: str | None = None) -> sqlite3.Row:
    """A living text. MaxError 404."""
    try:
        return texts.get_text(call.world, mid, post)
    except NotThere as fault:
        raise MaxError(404, f"Message {mid} not found") from fault
