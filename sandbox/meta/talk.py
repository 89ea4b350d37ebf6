"""Private messages: dialogues of a person with a Page or an Instagram account, and when one may still answer."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox.acts import NotThere
from sandbox.meta import events, links
from sandbox.meta import world as w
from sandbox.state import World

WINDOW = 24 * 3600  # seconds after the person's last message
AGENT_WINDOW = 7 * 24 * 3600  # with the tag HUMAN_AGENT
Spot = tuple[float, float] | None


def open_thread(world: World, place: str, person: str) -> sqlite3.Row:
    """The dialogue; made when there is none. `person` is the number that this place knows."""
    known = w.thread_of(world, place, person)
    if known is None:
        name = f"t_{500_000_000_000_000 + w.next_number(world)}"
        world.db.execute("INSERT INTO meta_thread VALUES (?, ?, ?, ?)", (name, place, person, world.now))
        known = w.thread_of(world, place, person)
    if known is None:
        raise NotThere("the dialogue was not made")
    return known


def last_heard(world: World, thread: sqlite3.Row) -> int:
    """When the person wrote last, 0 = never."""
    (at,) = world.db.execute(
        "SELECT coalesce(max(created), 0) FROM meta_message WHERE thread = ? AND out = 0", (thread["id"],)
    ).fetchone()
    return int(at)


def write(
    world: World, place: str, person: str, text: str, *, out: bool, photos: Sequence[str] = (), spot: Spot = None
) -> sqlite3.Row:
    """A new message, and its event: an echo when the place itself wrote."""
    thread = open_thread(world, place, person)
    mid = w.new_mid(world, place)
    world.db.execute(
        "INSERT INTO meta_message (id, thread, out, text, created, photos, lat, long) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (mid, thread["id"], int(out), text, world.now, json.dumps(list(photos)), *(spot or (None, None))),
    )
    world.db.execute("UPDATE meta_thread SET updated = ? WHERE id = ?", (world.now, thread["id"]))
    row = get(world, mid)
    message: dict[str, Any] = {"mid": mid}
    if text:
        message["text"] = text
    attached = [{"type": "image", "payload": {"url": links.photo(world, photo)}} for photo in photos]
    if spot:
        attached.append({"type": "location", "payload": {"coordinates": {"lat": spot[0], "long": spot[1]}}})
    if attached:
        message["attachments"] = attached
    if out:
        message |= {"is_echo": True, "app_id": int(w.APP)}
    _tell(world, place, person, row, {"message": message})
    return row


def get(world: World, mid: str) -> sqlite3.Row:
    """A message, deleted or not, with `place` and `person` of its dialogue. NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT meta_message.*, place, person FROM meta_message"
        " JOIN meta_thread ON meta_thread.id = meta_message.thread WHERE meta_message.id = ?",
        (mid,),
    ).fetchone()
    if row is None:
        raise NotThere(f"there is no message {mid}")
    return row


def edit(world: World, row: sqlite3.Row, text: str) -> None:
    world.db.execute("UPDATE meta_message SET text = ?, edits = edits + 1 WHERE id = ?", (text, row["id"]))
    _touch(world, row)
    payload = {"mid": row["id"], "text": text, "num_edit": row["edits"] + 1}
    _tell(world, row["place"], row["person"], row, {"message_edit": payload})


def delete(world: World, row: sqlite3.Row) -> None:
    world.db.execute("UPDATE meta_message SET deleted = 1 WHERE id = ?", (row["id"],))
    _tell(world, row["place"], row["person"], row, {"message": {"mid": row["id"], "is_deleted": True}})


def _touch(world: World, row: sqlite3.Row) -> None:
    world.db.execute("UPDATE meta_thread SET updated = ? WHERE id = ?", (world.now, row["thread"]))


def _tell(world: World, place: str, person: str, row: sqlite3.Row, what: dict[str, Any]) -> None:
    sides = (place, person) if row["out"] else (person, place)
    item = {"sender": {"id": sides[0]}, "recipient": {"id": sides[1]}, "timestamp": world.now * 1000, **what}
    page = w.get_place(world, place)["kind"] == "page"
    field = "messages"
    if page and "message_edit" in what:
        field = "message_edits"
    elif page and row["out"]:
        field = "message_echoes"
    events.tell_message(world, place, field, item)
