"""What can happen in a group: topics and comments come, change and go. There is no event for any of it: readers ask.

An author is a person's id, or "" for the group itself.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Sequence

from sandbox.acts import NotThere
from sandbox.ok import refs
from sandbox.ok.switchboard import GUESTS
from sandbox.state import World, first_number


@dataclasses.dataclass(frozen=True)
class Draft:
    """A text with photos' ids, about to be written."""

    author: str
    text: str
    photos: Sequence[str] = ()


def add_group(world: World, name: str, number: str = "", shortname: str = "", about: str = "") -> str:
    """A new group, or a known one renamed; its id."""
    if not name.strip():
        raise ValueError("a group needs a name")
    (known,) = world.db.execute("SELECT count(*) FROM ok_group").fetchone()
    number = number or refs.group_number(known)
    if not (number.isascii() and number.isdigit() and len(number) <= 20):
        raise ValueError(f"{number} is not a group's id")
    world.db.execute(
        "INSERT INTO ok_group VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " about = excluded.about",
        (number, " ".join(name.split()), shortname or f"group{number}", about, GUESTS[0]),
    )
    return number


def set_guests(world: World, group: str, guests: str) -> None:
    if guests not in GUESTS:
        raise ValueError(f"guests takes {', '.join(GUESTS)}")
    get_group(world, group)
    world.db.execute("UPDATE ok_group SET guests = ? WHERE id = ?", (guests, group))


def get_group(world: World, group: str) -> sqlite3.Row:
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM ok_group WHERE id = ?", (group,)).fetchone()
    if row is None:
        raise NotThere(f"no group {group}")
    return row


def is_admin(world: World, group: str, person: str) -> bool:
    row = world.db.execute("SELECT 1 FROM ok_admin WHERE group_id = ? AND person_id = ?", (group, person)).fetchone()
    return row is not None


def get_topic(world: World, topic: str) -> sqlite3.Row:
    """A topic that is not deleted, else NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM ok_topic WHERE id = ? AND deleted = 0", (topic,)
    ).fetchone()
    if row is None:
        raise NotThere(f"no topic {topic}")
    return row


def get_comment(world: World, topic: str, comment: str) -> sqlite3.Row:
    """A comment, deleted or not, else NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM ok_comment WHERE topic_id = ? AND id = ?", (topic, comment)
    ).fetchone()
    if row is None:
        raise NotThere("no such comment under this topic")
    return row


def count_comments(world: World, topic: str) -> int:
    (number,) = world.db.execute(
        "SELECT count(*) FROM ok_comment WHERE topic_id = ? AND deleted = 0", (topic,)
    ).fetchone()
    return int(number)


def topics_of(world: World, group: str) -> list[sqlite3.Row]:
    """Topics of a group that are not deleted, newest first."""
    return world.db.execute(
        "SELECT * FROM ok_topic WHERE group_id = ? AND deleted = 0 ORDER BY seq DESC", (group,)
    ).fetchall()


def write_topic(world: World, group: str, draft: Draft, closed: bool = False) -> str:
    """A new topic; its id. NotThere if there is no such group."""
    get_group(world, group)
    ms = next_ms(world, "ok_topic", "created_ms")
    cursor = world.db.execute(
        "INSERT INTO ok_topic (group_id, author, created_ms, text, photos, closed) VALUES (?, ?, ?, ?, ?, ?)",
        (group, draft.author, ms, draft.text, json.dumps(list(draft.photos)), int(closed)),
    )
    number = refs.topic_number(first_number(world.db) - 1 + (cursor.lastrowid or 0))
    world.db.execute("UPDATE ok_topic SET id = ? WHERE seq = ?", (number, cursor.lastrowid))
    return number


def edit_topic(world: World, topic: str, text: str) -> None:
    get_topic(world, topic)
    world.db.execute("UPDATE ok_topic SET text = ?, edited_ms = ? WHERE id = ?", (text, world.now * 1000, topic))


def delete_topic(world: World, topic: str) -> None:
    get_topic(world, topic)
    world.db.execute("UPDATE ok_topic SET deleted = 1 WHERE id = ?", (topic,))


def write_comment(world: World, topic: str, draft: Draft, reply_to: str = "") -> sqlite3.Row:
    """A new comment. NotThere if the topic or the comment that is answered is gone."""
    get_topic(world, topic)
    if reply_to and get_comment(world, topic, reply_to)["deleted"]:
        raise NotThere("the comment that is answered is deleted")
    ms = next_ms(world, "ok_comment", "created_ms")
    cursor = world.db.execute(
        "INSERT INTO ok_comment (topic_id, author, created_ms, text, photos, reply_to) VALUES (?, ?, ?, ?, ?, ?)",
        (topic, draft.author, ms, draft.text, json.dumps(list(draft.photos)), reply_to),
    )
    number = refs.comment_number(cursor.lastrowid or 0, ms, topic)
    world.db.execute("UPDATE ok_comment SET id = ? WHERE seq = ?", (number, cursor.lastrowid))
    return get_comment(world, topic, number)


def edit_comment(world: World, topic: str, comment: str, text: str) -> None:
    _living(world, topic, comment)
    world.db.execute("UPDATE ok_comment SET text = ?, edited_ms = ? WHERE id = ?", (text, world.now * 1000, comment))


def delete_comment(world: World, topic: str, comment: str) -> None:
    _living(world, topic, comment)
    world.db.execute("UPDATE ok_comment SET deleted = 1 WHERE id = ?", (comment,))


def _living(world: World, topic: str, comment: str) -> sqlite3.Row:
    row = get_comment(world, topic, comment)
    if row["deleted"]:
        raise NotThere("the comment is deleted")
    return row


def next_ms(world: World, table: str, column: str) -> int:
    """The time in milliseconds; never twice the same in a table, so that times keep the order of writing."""
    (last,) = world.db.execute(f"SELECT max({column}) FROM {table}").fetchone()  # noqa: S608 - our own two names
    return max(world.now * 1000, (last or 0) + 1)
