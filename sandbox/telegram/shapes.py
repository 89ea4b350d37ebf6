"""What the Bot API shows: users, chats, messages, members. Every shape is one of the published types."""

import base64
import json
import sqlite3
from typing import Any

from sandbox import pictures
from sandbox.state import World
from sandbox.telegram import entities
from sandbox.telegram.switchboard import switch
from sandbox.telegram.world import find_bot, find_chat, find_message, find_person, is_bot

Shape = dict[str, Any]
SERVICE_USER = 777000
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": SERVICE_USER, "is_bot": False, "first_name": "Telegram"}
SIZES = (("s", 90), ("m", 320), ("y", pictures.BIGGEST_SIDE))
RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    *("can_delete_stories", "can_send_welcome_messages"),
)


def bot(row: sqlite3.Row) -> Shape:
    return {"id": row["id"], "is_bot": True, "first_name": row["name"], "username": row["username"]}


def me(row: sqlite3.Row) -> Shape:
    """What getMe adds for the bot itself."""
    flags = {
        "can_join_groups": bool(row["joins"]),
        "can_read_all_group_messages": bool(row["reads_all"]),
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return bot(row) | flags


def names(row: sqlite3.Row) -> Shape:
    """A person's names as users and private chats carry them."""
    first, _, last = str(row["name"]).partition(" ")
    shape: Shape = {"first_name": first}
    if last:
        shape["last_name"] = last
    if row["handle"] and row["handle"] != f"user{row['id']}":  # the handle that whoever has none is given
        shape["username"] = row["handle"]
    return shape


def user(world: World, number: int) -> Shape:
    if is_bot(world, number):
        return bot(find_bot(world, number))
    row = find_person(world, number)
    name_fields = names(row) if row is not None else {"first_name": "Deleted"}
    return {"id": number, "is_bot": False, **name_fields}


def chat(world: World, number: int) -> Shape:
    if number > 0:
        row = find_person(world, number)
        return {"id": number, "type": "private", **(names(row) if row is not None else {"first_name": "Deleted"})}
    known = find_chat(world, number)
    shape: Shape = {"id": number, "type": known["type"], "title": known["title"]}
    return shape | ({"username": known["username"]} if known["username"] else {})


def full_chat(world: World, number: int) -> Shape:
    """ChatFullInfo: what it has to tell, and what this emulator knows beside."""
    gifts = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"), False)
    shape = chat(world, number) | {
        "accent_color_id": abs(number) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts | {"gifts_from_channels": False},
    }
    if number > 0:
        return shape
    known = find_chat(world, number)
    if known["linked"]:
        shape["linked_chat_id"] = known["linked"]
    return shape | ({"description": known["about"]} if known["about"] else {})


def member(world: World, who: int, status: str) -> Shape:
    """ChatMember of that status."""
    shape: Shape = {"status": status, "user": user(world, who)}
    if status == "administrator":
        shape |= {
            "can_be_edited": False,
            "is_anonymous": False,
            **dict.fromkeys(RIGHTS, True),
            "can_pin_messages": True,
        }
    elif status == "creator":
        shape["is_anonymous"] = False
    elif status == "kicked":
        shape["until_date"] = 0
    return shape


def file_id(bot_id: int, number: int, letter: str) -> str:
    """Each bot has file ids of its own."""
    return "AgACAgIAAx" + _coded(f"{bot_id}:{number}:{letter}")


def file_unique_id(number: int, letter: str) -> str:
    return "AQAD" + _coded(f"{number}:{letter}")


def read_file_id(text: str) -> tuple[int, int, str] | None:
    """(bot, file, letter of the size); None for what is no file id of this emulator."""
    coded = text.removeprefix("AgACAgIAAx")
    try:
        parts = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode("ascii").split(":")
        return (int(parts[0]), int(parts[1]), parts[2]) if len(parts) == 3 and coded != text else None
    except ValueError:
        return None


def photo(world: World, bot_id: int, number: int) -> list[Shape]:
    """PhotoSize of every size that is not larger than the picture, and of the picture itself."""
    row = world.db.execute("SELECT * FROM telegram_file WHERE id = ?", (number,)).fetchone()
    return [
        {
            "file_id": file_id(bot_id, number, letter),
            "file_unique_id": file_unique_id(number, letter),
            "file_size": len(row["data"]),
            "width": width,
            "height": height,
        }
        for letter, side in SIZES
        if side < max(row["width"], row["height"]) or letter == "y"
        for width, height in [pictures.fit(row["width"], row["height"], side)]
    ]


def message(world: World, row: sqlite3.Row, viewer: int, *, inner: bool = False) -> Shape:
    """Message as the bot `viewer` sees it; an `inner` one, which is replied to, carries no reply of its own."""
    shape: Shape = {"message_id": row["id"], **_from(world, row), "chat": chat(world, row["chat"]), "date": row["date"]}
    if row["thread"] != row["id"] and not row["box"] and shape["chat"]["type"] == "supergroup":
        shape["message_thread_id"] = row["thread"]
    if row["edited"]:
        shape["edit_date"] = row["edited"]
    shape |= _origin(world, row)
    if row["reply_to"] and not inner:
        shape |= _replied(world, row, viewer)
    if row["service"]:
        return shape | dict(json.loads(row["service"]))
    if row["album"]:
        shape["media_group_id"] = row["album"]
    if row["photo"]:
        shape["photo"] = photo(world, viewer, row["photo"])
    if row["text"]:
        shape |= entities.marked_text(row["text"], caption=bool(row["photo"]))
    if row["lat"] is not None:
        shape["location"] = {"latitude": row["lat"], "longitude": row["long"]}
    return shape


def _from(world: World, row: sqlite3.Row) -> Shape:
    if not row["sender_chat"]:
        return {"from": user(world, row["sender"])}
    shape = {"sender_chat": chat(world, row["sender_chat"])}
    if find_chat(world, row["chat"])["type"] == "channel":
        return shape
    stand_in = TELEGRAM if row["origin_id"] else ANONYMOUS if row["sender_chat"] == row["chat"] else AS_CHANNEL
    return shape | {"from": stand_in}


def _origin(world: World, row: sqlite3.Row) -> Shape:
    if not row["origin_id"]:
        return {}
    origin = {
        "type": "channel",
        "chat": chat(world, row["origin_chat"]),
        "message_id": row["origin_id"],
        "date": row["date"],
    }
    return {"is_automatic_forward": True, "forward_origin": origin}


def _replied(world: World, row: sqlite3.Row, viewer: int) -> Shape:
    """A deleted message is no longer shown above its replies."""
    above = find_message(world, row["box"], row["chat"], row["reply_to"])
    if above is None or above["deleted"]:
        return {}
    if above["origin_id"] and not switch(world.db, "reply_to_copy"):
        return {}
    return {"reply_to_message": message(world, above, viewer, inner=True)}


def _coded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
