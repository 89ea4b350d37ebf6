"""What stands beside the wall: photos, videos and topics of boards, and the comments under them.

Each act tells its event. Comments of photos and videos have one row of numbers for each owner (the network deletes them
by owner and number alone), those of a topic their own. A comment under a photo or video may name the comment that it
replies to; one in a topic names none.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.acts import NotThere
from sandbox.state import World, first_number
from sandbox.vk import acts, events, shapes

KINDS = ("photo", "topic", "video")
EVENT: Mapping[str, str] = {"photo": "photo_comment", "topic": "board_post", "video": "video_comment"}
MARK: Mapping[str, str] = {"photo": "reply", "topic": "post", "video": "reply"}


@dataclasses.dataclass(frozen=True)
class Beside:
    """A thing, or a comment of it when `comment` is not 0."""

    kind: str
    owner: int
    thing: int
    comment: int = 0

    def __str__(self) -> str:
        tail = f"?{MARK[self.kind]}={self.comment}" if self.comment else ""
        return f"{self.kind}{self.owner}_{self.thing}{tail}"


def put(world: World, kind: str, owner_id: int, from_id: int, title: str) -> Beside:
    """A new thing of a community. NotThere if there is no such community."""
    acts.community_of(world, owner_id)
    (last,) = world.db.execute("SELECT coalesce(max(id), ?) FROM vk_thing", (first_number(world.db) - 1,)).fetchone()
    values = (kind, owner_id, last + 1, from_id, title, world.now, world.now, from_id)
    world.db.execute(
        "INSERT INTO vk_thing (kind, owner_id, id, from_id, title, date, updated, updated_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    return Beside(kind, owner_id, last + 1)


def thing(world: World, at: Beside) -> sqlite3.Row:
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM vk_thing WHERE kind = ? AND owner_id = ? AND id = ?", (at.kind, at.owner, at.thing)
    ).fetchone()
    if row is None:
        raise NotThere(f"no {at.kind}{at.owner}_{at.thing}")
    return row


def note(world: World, at: Beside) -> sqlite3.Row:
    """A comment, deleted or not, else NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM vk_note WHERE kind = ? AND owner_id = ? AND thing_id = ? AND id = ?",
        (at.kind, at.owner, at.thing, at.comment),
    ).fetchone()
    if row is None:
        raise NotThere(f"no comment {at}")
    return row


def notes(world: World, at: Beside, *, newest_first: bool) -> list[sqlite3.Row]:
    """The comments of a thing that are not deleted."""
    thing(world, at)
    rows = world.db.execute(
        "SELECT * FROM vk_note WHERE kind = ? AND owner_id = ? AND thing_id = ? AND deleted = 0 ORDER BY id",
        (at.kind, at.owner, at.thing),
    ).fetchall()
    return rows[::-1] if newest_first else rows


def write(world: World, at: Beside, draft: acts.Draft, echo: bool = True) -> sqlite3.Row:
    """A new comment; a reply when `at` names one. NotThere if the thing or that comment is gone."""
    thing(world, at)
    above = note(world, at) if at.comment else None
    if above is not None and above["deleted"]:
        raise NotThere(f"comment {at} is deleted")
    named = above if at.kind != "topic" else None
    made = dataclasses.replace(at, comment=_next(world, at))
    world.db.execute(
        "INSERT INTO vk_note (kind, owner_id, thing_id, id, from_id, date, text, attachments, reply_to, reply_to_user,"
        " guid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(made.kind, made.owner, made.thing, made.comment, draft.from_id, world.now, draft.text),
            json.dumps(list(draft.photos)),
            *((named["id"], named["from_id"]) if named else (None, None)),
            draft.guid,
        ),
    )
    world.db.execute(
        "UPDATE vk_thing SET updated = ?, updated_by = ? WHERE kind = ? AND owner_id = ? AND id = ?",
        (world.now, draft.from_id, at.kind, at.owner, at.thing),
    )
    if echo:
        _tell(world, made, "new")
    return note(world, made)


def _next(world: World, at: Beside) -> int:
    inside = "AND thing_id = ?" if at.kind == "topic" else "AND ? > 0"
    (last,) = world.db.execute(
        f"SELECT coalesce(max(id), 0) FROM vk_note WHERE kind = ? AND owner_id = ? {inside}",  # noqa: S608 - our words
        (at.kind, at.owner, at.thing),
    ).fetchone()
    return int(last) + 1


def edit(world: World, at: Beside, text: str) -> None:
    if note(world, at)["deleted"]:
        raise NotThere(f"comment {at} is deleted")
    _set(world, at, "text", text)
    _tell(world, at, "edit")


def delete(world: World, at: Beside) -> None:
    """Whoever wrote it takes it back."""
    row = note(world, at)
    if row["deleted"]:
        raise NotThere(f"comment {at} is deleted")
    _set(world, at, "deleted", 1)
    who = max(0, row["from_id"])
    payload: shapes.Shape = {"id": at.comment, f"{at.kind}_id": at.thing, "deleter_id": who}
    payload["topic_owner_id" if at.kind == "topic" else "owner_id"] = at.owner
    if at.kind == "photo":
        payload["user_id"] = who
    events.tell(world, -at.owner, f"{EVENT[at.kind]}_delete", payload)


def restore(world: World, at: Beside) -> None:
    if note(world, at)["deleted"]:
        _set(world, at, "deleted", 0)
        _tell(world, at, "restore")


def _set(world: World, at: Beside, column: str, value: Any) -> None:
    world.db.execute(
        f"UPDATE vk_note SET {column} = ? WHERE kind = ? AND owner_id = ? AND thing_id = ? AND id = ?",  # noqa: S608
        (value, at.kind, at.owner, at.thing, at.comment),
    )


def shown(world: World, row: sqlite3.Row) -> shapes.Shape:
    """wall_wall_comment or board_topic_comment, as listings show it: the thing itself is not named."""
    shape: shapes.Shape = {"id": row["id"], "from_id": row["from_id"], "date": row["date"], "text": row["text"]}
    if row["reply_to"]:
        shape |= {"reply_to_user": row["reply_to_user"], "reply_to_comment": row["reply_to"]}
    attachments = shapes.attachments(world, row["attachments"])
    return shape | ({"attachments": attachments} if attachments else {})


def _tell(world: World, at: Beside, how: str) -> None:
    beside = {f"{at.kind}_id": at.thing, f"{at.kind}_owner_id": at.owner}
    events.tell(world, -at.owner, f"{EVENT[at.kind]}_{how}", shown(world, note(world, at)) | beside)
