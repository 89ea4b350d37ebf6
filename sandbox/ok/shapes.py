"""How the things of the emulator look on the wire of the REST API."""

import datetime
import json
import sqlite3
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.acts import get_person
from sandbox.ok import writing
from sandbox.ok.switchboard import switch
from sandbox.state import World

MOSCOW = ZoneInfo("Europe/Moscow")
SIDES = {"pic50x50": 50, "pic128max": 128, "pic240min": 240, "pic640x480": 640, "pic1024x768": 1024}
Shown = dict[str, Any]


def moscow(ms: int) -> str:
    """Moscow time without a zone, as the network writes dates."""
    return datetime.datetime.fromtimestamp(ms / 1000, tz=MOSCOW).strftime("%Y-%m-%d %H:%M:%S")


def user(world: World, number: str) -> Shown:
    row = get_person(world, "ok", number)
    first, _, last = row["name"].partition(" ")
    return {"uid": number, "first_name": first, "last_name": last, "name": row["name"]}


def group(world: World, number: str) -> Shown:
    row = writing.get_group(world, number)
    return {"uid": number, "name": row["name"], "shortname": row["shortname"], "description": row["about"]}


def photo(world: World, number: str) -> Shown:
    """A photo with the addresses of its copies. The real ones carry a token that soon grows old."""
    row = world.db.execute("SELECT width, height FROM ok_photo WHERE id = ?", (number,)).fetchone()
    shown: Shown = {"id": number, "ref": f"group_photo:{number}"}
    for name, side in SIDES.items():
        shown[name] = f"{world.base}/ok/photo/{number}/{side}.jpg"
    return shown | {"standard_width": row["width"], "standard_height": row["height"]}


def photos_of(row: sqlite3.Row) -> list[str]:
    return list(json.loads(row["photos"]))


def topic(world: World, row: sqlite3.Row, blocks: int = 100) -> Shown:
    """A media topic. `blocks` is the most of its blocks that are shown."""
    media: list[Shown] = [{"type": "text", "text": row["text"]}] if row["text"] else []
    numbers = photos_of(row)
    if numbers:
        media.append({"type": "photo", "photo_refs": [f"group_photo:{number}" for number in numbers]})
    return {
        "id": row["id"],
        "author_ref": f"user:{row['author']}" if row["author"] else f"group:{row['group_id']}",
        "owner_ref": f"group:{row['group_id']}",
        "created_ms": row["created_ms"],
        "media": media[:blocks],
        "has_more": len(media) > blocks,
        "discussion_summary": {
            "discussion_id": row["id"],
            "discussion_type": "GROUP_TOPIC",
            "comments_count": writing.count_comments(world, row["id"]),
        },
        "like_summary": {"count": 0, "self": False},
        "reshare_summary": {"count": 0, "self": False},
    }


def feed(world: World, row: sqlite3.Row) -> Shown:
    """What stream.get says of a topic; its number stands as a mark in the words."""
    return {
        "pattern": "POST",
        "type": "CONTENT",
        "date": moscow(row["created_ms"]),
        "feed_owner_refs": [f"group:{row['group_id']}"],
        "actor_refs": [f"user:{row['author']}" if row["author"] else f"group:{row['group_id']}"],
        "message": f"{{media_topic:{row['id']}}}{row['text'][:200]}{{media_topic}}",
    }


def discussion(world: World, row: sqlite3.Row, person: str) -> Shown:
    """discussions.get of a topic, as this person may comment there or not."""
    owner = writing.get_group(world, row["group_id"])
    admin = writing.is_admin(world, row["group_id"], person)
    may = not row["closed"] and (owner["guests"] == "any" or admin)
    shown: Shown = {
        "object_id": row["id"],
        "object_type": "GROUP_TOPIC",
        "title": row["text"][:200],
        "message": f"Topic in the {{group:{owner['id']}}}{owner['name']}{{group}} group",
        "owner_uid": row["author"] or row["group_id"],
        "ref_objects": [{"id": row["group_id"], "type": "GROUP"}],
        "creation_date": moscow(row["created_ms"]),
        "last_activity_date": moscow(_last_ms(world, row)),
        "total_comments_count": writing.count_comments(world, row["id"]),
        "new_comments_count": 0,
        "like_count": 0,
        "liked_it": False,
    }
    if switch(world.db, "allowed") == "fields":
        return shown | {"comment_allowed": may, "comment_as_admin_allowed": bool(admin and not row["closed"])}
    return shown | {"attrs": {"flags": "c,l,s" if may else "l,s"}}


def _last_ms(world: World, row: sqlite3.Row) -> int:
    (last,) = world.db.execute("SELECT max(created_ms) FROM ok_comment WHERE topic_id = ?", (row["id"],)).fetchone()
    return int(last or row["created_ms"])


def comment(world: World, row: sqlite3.Row, group_id: str) -> Shown:
    """One comment. Whether its attachments are told by number or whole is a switch."""
    shown: Shown = {
        "id": row["id"],
        "type": "ACTIVE_MESSAGE",
        "author_id": row["author"] or group_id,
        "text": row["text"],
        "date": moscow(row["created_ms"]),
        "like_count": 0,
        "liked_it": False,
        "attrs": {"flags": "l,s"},
    }
    if not row["author"]:
        shown |= {"author_type": "GROUP", "author_name": writing.get_group(world, group_id)["name"]}
    if row["reply_to"]:
        above = writing.get_comment(world, row["topic_id"], row["reply_to"])
        shown |= {"reply_to_comment_id": row["reply_to"], "reply_to_id": above["author"] or group_id}
        shown["reply_to_type"] = "USER" if above["author"] else "GROUP"
    numbers = photos_of(row)
    if numbers:
        whole = switch(world.db, "attachments") == "objects"
        shown["attachments"] = [
            {"type": "PHOTO", **(photo(world, number) if whole else {"id": number})} for number in numbers
        ]
    return shown


def removed(world: World, row: sqlite3.Row, group_id: str) -> Shown | None:
    """A deleted comment as includeRemoved shows it; None where it is not shown at all."""
    way = switch(world.db, "removed")
    if way == "absent":
        return None
    if way == "marked":
        return comment(world, row, group_id) | {"removed": True}
    return {"id": row["id"], "type": "REMOVED_MESSAGE", "date": moscow(row["created_ms"])}


def entities(world: World, people: Iterable[str], groups: Iterable[str]) -> Shown:
    """The people and groups that an answer names, in a stable order."""
    return {
        "users": [user(world, number) for number in sorted(set(people)) if number],
        "groups": [group(world, number) for number in sorted(set(groups)) if number],
    }
