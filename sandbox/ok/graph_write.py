"""What a group does by the Bot API: sends messages, subscribes a webhook or the long poll."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.acts import Forbidden, NotThere
from sandbox.ok import dialogues, push
from sandbox.ok.errors import OkError
from sandbox.ok.graph_read import Asked, chat_id
from sandbox.ok.switchboard import switch

TYPES = ("MESSAGE_CREATED", "MESSAGE_CALLBACK", "CHAT_SYSTEM")
LONGEST = 4000  # characters of a message; the network publishes none


def send(asked: Asked) -> object:
    """A message into a chat, to one person, or to several at once."""
    _only(asked.body, "recipient", "message", "sender_action")
    recipient = asked.body.get("recipient")
    if not isinstance(recipient, dict):
        raise OkError(2001, "recipient is required")
    _only(recipient, "chat_id", "user_id", "user_ids")
    if "sender_action" in asked.body:
        return {"success": True}
    text, image = _words(asked.body.get("message"))
    if "user_ids" in recipient:
        return _to_many(asked, recipient["user_ids"], text, image)
    if "user_id" in recipient:
        return _sent(asked, _write_to(asked, recipient["user_id"], text, image))
    chat = chat_id(asked, recipient.get("chat_id"))
    return _sent(asked, dialogues.from_group(asked.world, asked.group, chat, text, image))


def _only(payload: Mapping[str, Any], *known: str) -> None:
    for name in payload:
        if name not in known:
            raise OkError(2001, f"unknown field {name}")


def _words(message: object) -> tuple[str, str]:
    """Text and the address of an image."""
    if not isinstance(message, dict):
        raise OkError(2001, "message is required")
    _only(message, "text", "attachment")
    text, attachment = message.get("text", ""), message.get("attachment")
    if not isinstance(text, str) or len(text) > LONGEST:
        raise OkError(2001, "text is not a text or too long")
    image = ""
    if attachment is not None:
        payload = attachment.get("payload") if isinstance(attachment, dict) else None
        image = str(payload.get("url", "")) if isinstance(payload, dict) else ""
        if not image.startswith(("http://", "https://")) or attachment.get("type") != "IMAGE":
            raise OkError(2001, "attachment must be an IMAGE with an address")
    if not text.strip() and not image:
        raise OkError(2001, "message is empty")
    return text, image


def _write_to(asked: Asked, user_id: object, text: str, image: str) -> sqlite3.Row:
    """To a person who has allowed it: there is a chat then."""
    person = user_id.removeprefix("user:") if isinstance(user_id, str) else ""
    chat = dialogues.chat_between(asked.world, asked.group, person)
    if chat is None:
        raise Forbidden("the person does not allow messages of this group")
    return dialogues.from_group(asked.world, asked.group, chat["id"], text, image)


def _to_many(asked: Asked, user_ids: object, text: str, image: str) -> object:
    """Answers in the order of asking."""
    if not isinstance(user_ids, list) or not user_ids:
        raise OkError(2001, "user_ids must be a list")
    success: list[bool] = []
    chats: list[str | None] = []
    for each in user_ids:
        try:
            row = _write_to(asked, each, text, image)
        except (Forbidden, NotThere):
            success.append(False)
            chats.append(None)
            continue
        success.append(True)
        chats.append(f"chat:{row['chat_id']}")
    return {"success": success, "chat_ids": chats}


def _sent(asked: Asked, row: sqlite3.Row) -> object:
    if switch(asked.world.db, "message_answer") == "message_id":
        return {"success": True, "recipient_id": f"chat:{row['chat_id']}", "message_id": f"mid:{row['mid']}"}
    return {"success": True}


def subscribe(asked: Asked) -> object:
    """A webhook by its address, or the long poll. Twice is once."""
    _only(asked.body, "url", "types", "longPolling")
    types = asked.body.get("types", list(TYPES))
    if not isinstance(types, list) or not all(each in TYPES for each in types):
        raise OkError(2001, f"types are {', '.join(TYPES)}")
    if asked.body.get("longPolling") is True:
        asked.world.db.execute("INSERT OR REPLACE INTO ok_poll VALUES (?, ?)", (asked.group, json.dumps(types)))
        return {"success": True}
    asked.world.db.execute(
        "INSERT OR IGNORE INTO ok_hook (group_id, url, time_ms) VALUES (?, ?, ?)",
        (asked.group, _url(asked), asked.world.now * 1000),
    )
    return {"success": True}


def unsubscribe(asked: Asked) -> object:
    _only(asked.body, "url", "longPolling")
    if asked.body.get("longPolling") is True:
        asked.world.db.execute("DELETE FROM ok_poll WHERE group_id = ?", (asked.group,))
        return {"success": True}
    row = asked.world.db.execute(
        "SELECT id FROM ok_hook WHERE group_id = ? AND url = ?", (asked.group, _url(asked))
    ).fetchone()
    if row is None:
        raise OkError(2001, "no such webhook")
    push.unsubscribe(asked.world, row["id"])
    return {"success": True}


def _url(asked: Asked) -> str:
    url = asked.body.get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")) or len(url) > 2000:
        raise OkError(2001, "url must be an http: or https: address")
    return url
