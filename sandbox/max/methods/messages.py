"""/messages without comments: posts of channels and messages of dialogues; /uploads."""

import secrets
import sqlite3
from typing import Any

from sandbox.max import shapes, talks, texts
from sandbox.max.errors import MaxError
from sandbox.max.rights import chat_of, rights_of, text_of
from sandbox.max.spec import Call, Operation
from sandbox.validation import Param

LINK = Param(
    "link",
    "object",
    nullable=True,
    fields=(
        Param("type", "string", required=True, choices=("forward", "reply")),
        Param("mid", "string", required=True),
    ),
)
TEXT = Param("text", "string", nullable=True, longest=4000)
FORMAT = Param("format", "string", nullable=True, choices=("markdown", "html"))
NEW_MESSAGE = (TEXT, Param("attachments", "array", nullable=True), LINK, Param("notify", "boolean"), FORMAT)
TIMES = tuple(Param(name, "integer") for name in ("from", "to", "after", "before"))
_DIALOGUE_EDIT = 7 * 86_400_000
_LIST = """
SELECT * FROM max_text WHERE chat = ? AND post = '' AND deleted = 0 AND at >= ? AND at <= ?
ORDER BY at DESC LIMIT ?
"""


def get_messages(call: Call) -> dict[str, Any]:
    """Newest first. `from`/`to` and the newer `after`/`before` are the same bounds."""
    if call.args.get("message_ids"):
        rows = [row for mid in call.args["message_ids"] if (row := _own_text(call, mid)) is not None]
        return {"messages": [shapes.message(call.world, row) for row in rows]}
    if "chat_id" not in call.args:
        raise MaxError(400, "chat_id or message_ids is required")
    chat = chat_of(call, call.args["chat_id"], "read_all_messages")
    low = call.args.get("after", call.args.get("from", 0))
    high = call.args.get("before", call.args.get("to", 2**62))
    rows = call.db.execute(_LIST, (chat["id"], low, high, call.args.get("count", 50))).fetchall()
    return {"messages": [shapes.message(call.world, row) for row in rows]}


def _own_text(call: Call, mid: str) -> sqlite3.Row | None:
    row = text_of(call, mid, "")
    chat_of(call, row["chat"], "read_all_messages")
    return row


def get_message(call: Call) -> dict[str, Any]:
    row = text_of(call, call.parts["messageId"], "")
    chat_of(call, row["chat"], "read_all_messages")
    return shapes.message(call.world, row)


def send_message(call: Call) -> dict[str, Any]:
    """A message into a dialogue, or a post in a channel where the bot may write."""
    chat = _addressee(call)
    photos = attached(call)
    text = call.body.get("text") or ""
    if not text.strip() and not photos:
        raise MaxError(400, "text or attachments are required")
    link = call.body.get("link") or {}
    if link and text_of(call, link["mid"], "")["chat"] != chat["id"]:
        raise MaxError(404, "The linked message is not in this chat")
    sender = 0 if chat["type"] == "channel" else call.bot
    draft = texts.Draft(chat["id"], call.bot, sender, text, link=link.get("mid", ""), photos=photos or ())
    return {"message": shapes.message(call.world, texts.write(call.world, draft))}


def _addressee(call: Call) -> sqlite3.Row:
    if ("user_id" in call.args) == ("chat_id" in call.args):
        raise MaxError(400, "either user_id or chat_id is required")
    if "user_id" in call.args:
        row = talks.find(call.world, call.bot, str(call.args["user_id"]))
        if row is None:
            raise MaxError(404, "Dialog not found", "chat.not.found")
    else:
        row = chat_of(call, call.args["chat_id"], "write")
    if row["state"] != "active":
        raise MaxError(403, "The dialog is suspended", "dialog.suspended")
    return row


def attached(call: Call) -> list[int] | None:
    """Photos by their tokens; None where `attachments` was not given or is null."""
    attachments = call.body.get("attachments")
    if attachments is None:
        return None
    photo_ids = []
    for token in [token for item in attachments for token in _tokens(item)]:
        row = call.db.execute("SELECT id FROM max_photo WHERE token = ? AND bot = ?", (token, call.bot)).fetchone()
        if row is None:
            raise MaxError(400, "attachments: unknown token")
        photo_ids.append(int(row["id"]))
    return photo_ids


def _tokens(item: object) -> list[str]:
    """One token, or the `photos` of an upload's answer as they came. The schema: the ways exclude each other."""
    payload = item.get("payload") if isinstance(item, dict) and item.get("type") == "image" else None
    if not isinstance(payload, dict):
        raise MaxError(400, "attachments: this emulator takes images only")
    ways = {name: value for name, value in payload.items() if value is not None}
    if set(ways) == {"token"}:
        return [str(ways["token"])]
    photos = ways.get("photos")
    if set(ways) != {"photos"} or not isinstance(photos, dict) or not photos:
        raise MaxError(400, "attachments: either token or photos is required, pictures from elsewhere are not fetched")
    if not all(isinstance(photo, dict) and isinstance(photo.get("token"), str) for photo in photos.values()):
        raise MaxError(400, "attachments.photos: must hold tokens")
    return [photo["token"] for photo in photos.values()]


def edit_message(call: Call) -> dict[str, Any]:
    """`attachments` null or missing keeps them, [] removes them. In dialogues within seven days."""
    row = text_of(call, call.args["message_id"], "")
    chat = chat_of(call, row["chat"], "edit")
    if row["by"] != call.bot:
        raise MaxError(403, "Not your message")
    if chat["type"] == "dialog" and call.world.now * 1000 - row["at"] > _DIALOGUE_EDIT:
        raise MaxError(400, "The message is too old to be edited")
    text = call.body.get("text")
    texts.edit(call.world, row["mid"], row["text"] if text is None else text, attached(call))
    return {"success": True}


def delete_message(call: Call) -> dict[str, Any]:
    row = text_of(call, call.args["message_id"], "")
    chat = chat_of(call, row["chat"])
    if row["by"] != call.bot and (chat["type"] == "dialog" or "delete" not in (rights_of(call, chat["id"]) or ())):
        raise MaxError(403, "No permission delete")
    texts.delete(call.world, row["mid"], call.bot)
    return {"success": True}


def get_upload_url(call: Call) -> dict[str, Any]:
    """An address for one file. For video and audio the token is told at once."""
    key, token = secrets.token_hex(16), secrets.token_urlsafe(32)
    call.db.execute("INSERT INTO max_upload VALUES (?, ?, ?, ?, 0)", (key, call.bot, call.args["type"], token))
    body = {"url": f"{call.world.base}/max/upload/{key}"}
    return body | ({"token": token} if call.args["type"] in ("video", "audio") else {})


_MESSAGE_ID = Param("message_id", "string", required=True)
TABLE = (
    Operation(
        "getMessages",
        "GET",
        "/messages",
        get_messages,
        (
            Param("chat_id", "integer"),
            Param("message_ids", "strings"),
            *TIMES,
            Param("count", "integer", low=1, high=100),
        ),
    ),
    Operation(
        "sendMessage",
        "POST",
        "/messages",
        send_message,
        (Param("user_id", "integer"), Param("chat_id", "integer"), Param("disable_link_preview", "boolean")),
        NEW_MESSAGE,
        writes=True,
    ),
    Operation("editMessage", "PUT", "/messages", edit_message, (_MESSAGE_ID,), NEW_MESSAGE, writes=True),
    Operation("deleteMessage", "DELETE", "/messages", delete_message, (_MESSAGE_ID,), writes=True),
    Operation("getMessageById", "GET", "/messages/{messageId}", get_message),
    Operation(
        "getUploadUrl",
        "POST",
        "/uploads",
        get_upload_url,
        (Param("type", "string", required=True, choices=("image", "video", "audio", "file")),),
    ),
)
