"""Rows as VK's objects. Optional fields are left out exactly where VK leaves them out."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from sandbox import pictures
from sandbox.state import World

Shape = dict[str, Any]
SIZES = (("s", 75), ("m", 130), ("x", 604), ("y", 807), ("z", 1080), ("w", 2560))


def photo(world: World, row: sqlite3.Row) -> Shape:
    """photos_photo. Sizes grow by letter; the biggest is the original."""
    sizes = []
    for letter, side in SIZES:
        width, height = pictures.fit(row["width"], row["height"], side)
        url = f"{world.base}/vk/photo/{row['owner_id']}_{row['id']}/{letter}.jpg"
        sizes.append({"type": letter, "url": url, "width": width, "height": height})
    shown: Shape = {
        "album_id": row["album_id"],
        "date": row["date"],
        "id": row["id"],
        "owner_id": row["owner_id"],
        "sizes": sizes,
        "text": row["text"],
        "has_tags": False,
    }
    if row["access_key"]:
        shown["access_key"] = row["access_key"]
    if row["user_id"] > 0 and row["owner_id"] < 0:
        shown["user_id"] = row["user_id"]
    if row["lat"] is not None:
        shown |= {"lat": row["lat"], "long": row["long"]}
    return shown


def attachments(world: World, stored: str) -> list[Shape]:
    """Attachments of a stored list of [owner, id] pairs."""
    photo_shapes = []
    for owner_id, photo_id in json.loads(stored):
        row = world.db.execute("SELECT * FROM vk_photo WHERE owner_id = ? AND id = ?", (owner_id, photo_id)).fetchone()
        if row is not None:
            photo_shapes.append({"type": "photo", "photo": photo(world, row)})
    return photo_shapes


def comment(world: World, row: sqlite3.Row) -> Shape:
    """wall_wall_comment as wall.getComments shows it, without the thread. Deleted ones are hollow."""
    stack = [row["root"]] if row["root"] else []
    if row["deleted"]:
        return {
            "id": row["id"],
            "date": row["date"],
            "post_id": row["post_id"],
            "owner_id": row["owner_id"],
            "parents_stack": stack,
            "deleted": True,
        }
    shown: Shape = {
        "id": row["id"],
        "from_id": row["from_id"],
        "date": row["date"],
        "text": row["text"],
        "post_id": row["post_id"],
        "owner_id": row["owner_id"],
        "parents_stack": stack,
    }
    if row["reply_to"]:
        shown |= {"reply_to_user": row["reply_to_user"], "reply_to_comment": row["reply_to"]}
    photo_shapes = attachments(world, row["attachments"])
    if photo_shapes:
        shown["attachments"] = photo_shapes
    return shown


def comment_event(world: World, row: sqlite3.Row) -> Shape:
    """The same as events carry it: `post_owner_id` instead of `owner_id`."""
    shown = comment(world, row)
    shown["post_owner_id"] = shown.pop("owner_id")
    return shown


def likes() -> Shape:
    return {"can_like": 1, "count": 0, "user_likes": 0, "can_publish": 0}


def post(world: World, row: sqlite3.Row, guests: bool, comments: int) -> Shape:
    """wall_wallpost_full. Geo coordinates are one string, as on the wire."""
    shown: Shape = {
        "inner_type": "wall_wallpost",
        "type": "post",
        "post_type": "post",
        "id": row["id"],
        "owner_id": row["owner_id"],
        "from_id": row["from_id"],
        "date": row["date"],
        "text": row["text"],
        "attachments": attachments(world, row["attachments"]),
        "post_source": {"type": "vk"},
        "comments": {
            "can_post": int(not row["closed"]),
            "count": comments,
            "groups_can_post": guests and not row["closed"],
        },
        "likes": likes(),
        "reposts": {"count": 0, "user_reposted": 0},
        "views": {"count": 0},
    }
    if row["edited"]:
        shown["edited"] = row["edited"]
    if row["lat"] is not None:
        shown["geo"] = {"type": "point", "coordinates": f"{row['lat']} {row['long']}"}
    return shown


def person(world: World, row: sqlite3.Row, fields: Iterable[str] = ()) -> Shape:
    """users_user_full: always the names, of the asked fields those that the emulator knows."""
    shown: Shape = {
        "id": row["id"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "can_access_closed": True,
        "is_closed": False,
    }
    face = f"{world.base}/vk/face/{row['id']}.jpg"
    known: Shape = dict.fromkeys(("photo_50", "photo_100", "photo_200", "photo_max"), face)
    known |= {"screen_name": f"id{row['id']}", "domain": f"id{row['id']}", "sex": 0, "online": 0, "has_photo": 0}
    shown |= {name: known[name] for name in fields if name in known}
    return shown


def community(world: World, row: sqlite3.Row, fields: Iterable[str] = ()) -> Shape:
    """groups_group_full."""
    face = f"{world.base}/vk/face/-{row['id']}.jpg"
    shown: Shape = {
        "id": row["id"],
        "name": row["name"],
        "screen_name": row["screen_name"],
        "is_closed": 0,
        "type": "page",
        "photo_50": face,
        "photo_100": face,
        "photo_200": face,
    }
    known: Shape = {"description": row["about"], "members_count": 0, "can_message": 1, "verified": 0, "wall": 1}
    shown |= {name: known[name] for name in fields if name in known}
    return shown


def message(world: World, row: sqlite3.Row) -> Shape:
    """messages_message. `random_id` is echoed only to the side that sent it."""
    shown: Shape = {
        "id": row["id"],
        "date": row["date"],
        "peer_id": row["peer_id"],
        "from_id": row["from_id"],
        "out": row["out"],
        "text": row["text"],
        "conversation_message_id": row["cmid"],
        "version": 10000000 + row["id"],
        "random_id": row["random_id"] if row["out"] else 0,
        "important": False,
        "is_hidden": False,
        "fwd_messages": [],
        "attachments": attachments(world, row["attachments"]),
    }
    if row["admin_id"]:
        shown["admin_author_id"] = row["admin_id"]
    if row["lat"] is not None:
        shown["geo"] = {"type": "point", "coordinates": {"latitude": row["lat"], "longitude": row["long"]}}
    return shown


def who(world: World, ids: Iterable[int], fields: Iterable[str] = ()) -> Shape:
    """`profiles` and `groups` of an extended answer, for the given people (positive) and communities."""
    asked = tuple(fields)
    profiles, groups = [], []
    for owner in sorted(set(ids)):
        table = "vk_person" if owner > 0 else "vk_community"
        row = find(world.db, table, abs(owner))
        if row is not None and owner > 0:
            profiles.append(person(world, row, asked))
        elif row is not None:
            groups.append(community(world, row, asked))
    return {"profiles": profiles, "groups": groups}


_BY_ID = {
    "vk_person": "SELECT * FROM vk_person WHERE id = ?",
    "vk_community": "SELECT * FROM vk_community WHERE id = ?",
}


def find(db: sqlite3.Connection, table: str, row_id: int) -> sqlite3.Row | None:
    """A person or a community by its positive id."""
    row: sqlite3.Row | None = db.execute(_BY_ID[table], (row_id,)).fetchone()
    return row
