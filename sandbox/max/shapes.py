"""Rows as MAX's objects. Optional fields are left out exactly where MAX leaves them out."""

import base64
import json
import sqlite3
from typing import Any

from sandbox.acts import NotThere, get_person
from sandbox.max.switchboard import switch
from sandbox.state import World

Shape = dict[str, Any]


def code_of(seq: int) -> str:
    """The last part of a post's public address: its seq, eight bytes in base64."""
    return base64.urlsafe_b64encode(seq.to_bytes(8)).decode().rstrip("=")


def seq_of(code: str) -> int:
    """The seq behind the last part of a public address; ValueError for anything else."""
    return int.from_bytes(base64.urlsafe_b64decode(code + "="))


def user(world: World, number: int) -> Shape:
    """A person or a bot."""
    bot = world.db.execute("SELECT * FROM max_bot WHERE id = ?", (number,)).fetchone()
    seen = world.now * 1000
    if bot is not None:
        shown: Shape = {"user_id": number, "first_name": bot["name"], "username": bot["username"], "is_bot": True}
        return shown | {"last_activity_time": seen, "name": bot["name"]}
    person = get_person(world, "max", str(number))
    first, _space, last = str(person["name"]).partition(" ")
    shown = {"user_id": number, "first_name": first, "is_bot": False, "last_activity_time": seen}
    return shown | ({"last_name": last} if last else {}) | {"name": person["name"]}


def chat(world: World, row: sqlite3.Row) -> Shape:
    (count,) = world.db.execute(
        "SELECT count(*) FROM max_text WHERE chat = ? AND post = '' AND deleted = 0", (row["id"],)
    ).fetchone()
    shown: Shape = {
        "chat_id": row["id"],
        "type": row["type"],
        "status": "active",
        "title": row["title"] or None,
        "icon": None,
        "last_event_time": row["event"],
        "participants_count": 2,
        "is_public": bool(row["link"]),
        "description": row["about"] or None,
        "messages_count": count,
    }
    if row["link"]:
        shown["link"] = f"{world.base}/max/{row['link']}"
    if row["type"] == "dialog":
        shown["dialog_with_user"] = user(world, int(row["person"]))
    return shown


def member(world: World, row: sqlite3.Row) -> Shape:
    """A bot as a member of a chat, with its rights."""
    rights = json.loads(row["rights"])
    return user(world, row["bot"]) | {
        "last_access_time": world.now * 1000,
        "is_owner": False,
        "is_admin": bool(rights),
        "join_time": row["joined"],
        "permissions": rights or None,
        "alias": None,
    }


def message(world: World, row: sqlite3.Row) -> Shape:
    """A message, a post or a comment."""
    place = world.db.execute("SELECT * FROM max_chat WHERE id = ?", (row["chat"],)).fetchone()
    shown: Shape = {
        "recipient": _recipient(world, row, place),
        "timestamp": row["at"],
        "body": _body(world, row, comment=bool(row["post"])),
    }
    if row["sender"]:
        shown["sender"] = user(world, row["sender"])
    linked = _linked(world, row)
    if linked:
        shown["link"] = linked
    if place["type"] == "channel" and not row["post"]:
        shown |= {"stat": {"views": 0}, "url": f"{world.base}/max/c/{row['chat']}/{code_of(row['seq'])}"}
    return shown


def _recipient(world: World, row: sqlite3.Row, place: sqlite3.Row) -> Shape:
    shown: Shape = {"chat_id": row["chat"], "chat_type": place["type"]}
    if place["type"] == "dialog":
        person, bot = int(place["person"]), place["bot"]
        shown["user_id"] = person if row["by"] == bot else bot
    if row["post"]:
        shown["post_id"] = post_id(world, row["post"])
    return shown


def post_id(world: World, post: str) -> str | int | None:
    """How a comment tells its post: nobody knows for certain, so a switch decides."""
    how = switch(world.db, "post_id")
    if how == "string":
        return post
    row = world.db.execute("SELECT seq FROM max_text WHERE mid = ?", (post,)).fetchone()
    return int(row["seq"]) if how == "number" and row is not None else None


def _body(world: World, row: sqlite3.Row, *, comment: bool) -> Shape:
    shown: Shape = {"mid": row["mid"], "seq": row["seq"], "text": row["text"] or None}
    if comment:
        return shown
    attachments: list[Shape] = []
    for number in json.loads(row["photos"]):
        photo = world.db.execute("SELECT id, token FROM max_photo WHERE id = ?", (number,)).fetchone()
        url = f"{world.base}/max/photo/{photo['token']}.jpg"
        attachments.append({"type": "image", "payload": {"photo_id": photo["id"], "token": photo["token"], "url": url}})
    if row["lat"] is not None:
        attachments.append({"type": "location", "latitude": row["lat"], "longitude": row["long"]})
    return shown | ({"attachments": attachments} if attachments else {})


def _linked(world: World, row: sqlite3.Row) -> Shape | None:
    if not row["link"]:
        return None
    answered = world.db.execute("SELECT * FROM max_text WHERE mid = ?", (row["link"],)).fetchone()
    if answered is None:
        return None
    shown: Shape = {"type": "reply", "message": _body(world, answered, comment=bool(answered["post"]))}
    if answered["sender"]:
        shown["sender"] = user(world, answered["sender"])
    return shown


def name_of(world: World, number: int) -> str:
    try:
        return str(user(world, number)["name"])
    except NotThere:
        return ""
