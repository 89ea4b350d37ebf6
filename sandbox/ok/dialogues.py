"""Private messages between a person and a group, and the events that tell the group of them."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox.acts import Forbidden, NotThere, get_person
from sandbox.ok import push, refs, writing
from sandbox.state import World, first_number

Shown = dict[str, Any]


def chat_between(world: World, group: str, person: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM ok_chat WHERE group_id = ? AND person_id = ?", (group, person)
    ).fetchone()
    return row


def chat_of(world: World, group: str, chat: str) -> sqlite3.Row:
    """A chat of this group, else NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM ok_chat WHERE id = ? AND group_id = ?", (chat, group)
    ).fetchone()
    if row is None:
        raise NotThere(f"no chat {chat}")
    return row


def open_chat(world: World, group: str, person: str) -> sqlite3.Row:
    """The chat of a person with a group; made when there is none."""
    writing.get_group(world, group)
    get_person(world, "ok", person)
    known = chat_between(world, group, person)
    if known is not None:
        return known
    cursor = world.db.execute("INSERT INTO ok_chat (group_id, person_id) VALUES (?, ?)", (group, person))
    number = refs.chat_number(first_number(world.db) - 1 + (cursor.lastrowid or 0))
    world.db.execute("UPDATE ok_chat SET id = ? WHERE seq = ?", (number, cursor.lastrowid))
    return chat_of(world, group, number)


def from_person(world: World, group: str, person: str, text: str, photos: Sequence[str] = ()) -> sqlite3.Row:
    """A person's message to a group; it is pushed. Writing allows the group to answer."""
    chat = open_chat(world, group, person)
    world.db.execute("UPDATE ok_chat SET allowed = 1 WHERE id = ?", (chat["id"],))
    row = _write(world, chat, False, text, photos)
    push.tell(world, group, message(world, row))
    return row


def from_group(world: World, group: str, chat_id: str, text: str, image: str = "") -> sqlite3.Row:
    """The group's message. Forbidden where the person does not allow it. The group is not told of its own words."""
    chat = chat_of(world, group, chat_id)
    if not chat["allowed"]:
        raise Forbidden("the person does not allow messages of this group")
    return _write(world, chat, True, text, (), image)


def _write(
    world: World, chat: sqlite3.Row, out: bool, text: str, photos: Sequence[str], image: str = ""
) -> sqlite3.Row:
    ms = writing.next_ms(world, "ok_message", "ms")
    cursor = world.db.execute(
        "INSERT INTO ok_message (chat_id, out, ms, text, photos, image) VALUES (?, ?, ?, ?, ?, ?)",
        (chat["id"], int(out), ms, text, json.dumps(list(photos)), image),
    )
    mid = refs.mid_number(cursor.lastrowid or 0, ms, chat["id"])
    world.db.execute("UPDATE ok_message SET mid = ? WHERE seq = ?", (mid, cursor.lastrowid))
    world.db.execute("UPDATE ok_chat SET last_ms = ? WHERE id = ?", (ms, chat["id"]))
    return get_message(world, mid)


def get_message(world: World, mid: str) -> sqlite3.Row:
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM ok_message WHERE mid = ?", (mid,)).fetchone()
    if row is None:
        raise NotThere(f"no message {mid}")
    return row


def messages(world: World, chat: str) -> list[sqlite3.Row]:
    """All messages of a chat, oldest first."""
    return world.db.execute("SELECT * FROM ok_message WHERE chat_id = ? ORDER BY seq", (chat,)).fetchall()


def message(world: World, row: sqlite3.Row) -> Shown:
    """A message as the Bot API shows and pushes it. `seq` is beyond 2^53."""
    chat = world.db.execute("SELECT * FROM ok_chat WHERE id = ?", (row["chat_id"],)).fetchone()
    content: Shown = {"seq": 98_211_023_614_189_660 + row["seq"], "mid": f"mid:{row['mid']}"}
    if row["text"]:
        content["text"] = row["text"]
    addresses = [f"{world.base}/ok/photo/{number}/1024.jpg" for number in json.loads(row["photos"])]
    addresses += [row["image"]] if row["image"] else []
    if addresses:
        content["attachments"] = [{"type": "IMAGE", "payload": {"url": address}} for address in addresses]
    return {
        "sender": _sender(world, chat, bool(row["out"])),
        "recipient": {"chat_id": f"chat:{row['chat_id']}"},
        "message": content,
        "timestamp": row["ms"],
    }


def _sender(world: World, chat: sqlite3.Row, out: bool) -> Shown:
    if out:
        return {"user_id": f"group:{chat['group_id']}", "name": writing.get_group(world, chat["group_id"])["name"]}
    return {"user_id": f"user:{chat['person_id']}", "name": get_person(world, "ok", chat["person_id"])["name"]}


def chat(world: World, row: sqlite3.Row) -> Shown:
    """A chat as the Bot API shows it."""
    return {
        "type": "DIALOG",
        "status": "ACTIVE",
        "title": get_person(world, "ok", row["person_id"])["name"],
        "participants": {f"user:{row['person_id']}": row["last_ms"]},
        "lastEventTime": row["last_ms"],
        "chat_id": f"chat:{row['id']}",
        "owner_id": f"user:{row['person_id']}",
        "group_id": f"group:{row['group_id']}",
    }
