"""Editing and deleting: the bot's own messages, and others' where it is an administrator."""

import sqlite3

from sandbox.telegram import shapes, writing
from sandbox.telegram.errors import bad
from sandbox.telegram.methods.send import LONGEST_TEXT, length
from sandbox.telegram.spec import Call, Method, take
from sandbox.telegram.world import asked_chat, check_dialogue, find_message, status_of, talked_chat

DELETE_WITHIN = 48 * 3600  # seconds
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def edit_message_text(call: Call) -> object:
    if "inline_message_id" in call.args:
        raise bad("MESSAGE_ID_INVALID")
    if "chat_id" not in call.args:
        raise bad("chat_id is empty")
    row = _message(call, "message to edit not found")
    text = call.text("text").strip()
    if not text:
        raise bad("message text is empty")
    if length(text) > LONGEST_TEXT:
        raise bad("message is too long")
    if row["sender"] != call.me:
        raise bad("message can't be edited")
    if row["photo"]:
        raise bad("there is no text in the message to edit")
    if row["text"] == text:
        raise bad(_SAME)
    return shapes.message(call.world, writing.edit(call.world, row, text), call.me)


def delete_message(call: Call) -> object:
    row = _message(call, "message to delete not found")
    if call.world.now - row["date"] >= DELETE_WITHIN:
        raise bad("message can't be deleted for everyone")
    free = row["sender"] == call.me or row["box"]
    if not free and status_of(call.world, row["chat"], call.me) not in ("creator", "administrator"):
        raise bad("message can't be deleted")
    writing.delete(call.world, row)
    return True


def _message(call: Call, missing: str) -> sqlite3.Row:
    chat = asked_chat(call.world, call.args["chat_id"])
    if chat > 0:
        check_dialogue(call.world, call.me, chat)
    else:
        chat = talked_chat(call.world, call.me, chat)["id"]
    row = find_message(call.world, call.me if chat > 0 else 0, chat, call.integer("message_id"))
    if row is None or row["deleted"]:
        raise bad(missing)
    return row


METHODS = (
    Method(
        "editMessageText",
        take(
            "business_connection_id String",
            "chat_id Integer, String",
            "message_id Integer",
            "inline_message_id String",
            "text String",
            "parse_mode String",
            "entities Array of MessageEntity",
            "link_preview_options LinkPreviewOptions",
            "rich_message InputRichMessage",
            "reply_markup InlineKeyboardMarkup",
        ),
        edit_message_text,
        ("Message", "Boolean"),
    ),
    Method("deleteMessage", take("chat_id! Integer, String", "message_id! Integer"), delete_message, ("Boolean",)),
)
