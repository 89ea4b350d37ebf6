"""Private dialogues between a person and a community."""

import dataclasses
import json
import sqlite3
from collections.abc import Sequence

from sandbox.state import World, first_number
from sandbox.vk import events, shapes
from sandbox.vk.acts import NotThere, PhotoRef, Spot

CLIENT = {
    "button_actions": ["text", "vkpay", "open_app", "location", "open_link", "callback"],
    "keyboard": True,
    "inline_keyboard": True,
    "carousel": True,
    "lang_id": 0,
}


@dataclasses.dataclass(frozen=True)
class Words:
    """What a message carries. `random_id` 0 means that repeats are not recognised."""

    text: str
    photos: Sequence[PhotoRef] = ()
    random_id: int = 0
    admin_id: int = 0
    spot: Spot | None = None
    reply_to: int = 0


def allow(world: World, group_id: int, person_id: int, allowed: bool) -> None:
    """The person lets the community write, or forbids it."""
    dialogue(world, group_id, person_id)
    world.db.execute(
        "UPDATE vk_dialogue SET allowed = ? WHERE group_id = ? AND peer_id = ?", (int(allowed), group_id, person_id)
    )
    kind = "message_allow" if allowed else "message_deny"
    thing: dict[str, object] = {"user_id": person_id}
    if allowed:
        thing["key"] = ""
    events.tell(world, group_id, kind, thing)


def is_allowed(world: World, group_id: int, person_id: int) -> bool:
    row = world.db.execute(
        "SELECT allowed FROM vk_dialogue WHERE group_id = ? AND peer_id = ?", (group_id, person_id)
    ).fetchone()
    return row is not None and bool(row["allowed"])


def dialogue(world: World, group_id: int, person_id: int) -> sqlite3.Row:
    """The dialogue's row, made if there is none. NotThere if one of the sides does not exist."""
    if shapes.find(world.db, "vk_community", group_id) is None or shapes.find(world.db, "vk_person", person_id) is None:
        raise NotThere("no such dialogue")
    world.db.execute(
        "INSERT OR IGNORE INTO vk_dialogue (group_id, peer_id, last_cmid) VALUES (?, ?, ?)",
        (group_id, person_id, first_number(world.db) - 1),
    )
    row: sqlite3.Row = world.db.execute(
        "SELECT * FROM vk_dialogue WHERE group_id = ? AND peer_id = ?", (group_id, person_id)
    ).fetchone()
    return row


def from_person(world: World, group_id: int, person_id: int, words: Words) -> int:
    """The person writes. Writing first allows the community to answer. Returns the message's id."""
    row = _store(world, group_id, person_id, person_id, words)
    world.db.execute("UPDATE vk_dialogue SET allowed = 1 WHERE group_id = ? AND peer_id = ?", (group_id, person_id))
    thing = {"message": shapes.message(world, row), "client_info": CLIENT}
    events.tell(world, group_id, "message_new", thing)
    return int(row["id"])


def from_community(world: World, group_id: int, person_id: int, words: Words) -> sqlite3.Row:
    """The community writes. A repeated non-zero random_id gives the message already sent."""
    if words.random_id:
        seen: sqlite3.Row | None = world.db.execute(
            "SELECT * FROM vk_message WHERE group_id = ? AND peer_id = ? AND out = 1 AND random_id = ?",
            (group_id, person_id, words.random_id),
        ).fetchone()
        if seen is not None:
            return seen
    row = _store(world, group_id, person_id, -group_id, words)
    world.db.execute(
        "UPDATE vk_dialogue SET in_read = last_cmid WHERE group_id = ? AND peer_id = ?", (group_id, person_id)
    )
    events.tell(world, group_id, "message_reply", shapes.message(world, row))
    return row


def _store(world: World, group_id: int, person_id: int, from_id: int, words: Words) -> sqlite3.Row:
    cmid = dialogue(world, group_id, person_id)["last_cmid"] + 1
    place = (words.spot.lat, words.spot.long) if words.spot else (None, None)
    cursor = world.db.execute(
        "INSERT INTO vk_message (group_id, peer_id, cmid, from_id, out, date, text, attachments, random_id, admin_id,"
        " lat, long, reply_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            group_id,
            person_id,
            cmid,
            from_id,
            int(from_id < 0),
            world.now,
            words.text,
            json.dumps(list(words.photos)),
            words.random_id,
            words.admin_id,
            *place,
            words.reply_to or None,
        ),
    )
    world.db.execute(
        "UPDATE vk_dialogue SET last_cmid = ? WHERE group_id = ? AND peer_id = ?", (cmid, group_id, person_id)
    )
    row: sqlite3.Row = world.db.execute("SELECT * FROM vk_message WHERE id = ?", (cursor.lastrowid,)).fetchone()
    return row
