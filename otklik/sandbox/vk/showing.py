"""Rows as the templates want them: names, times, photos, whose they are."""

import datetime
import json
import sqlite3
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone

from otklik.sandbox.state import World
from otklik.sandbox.vk import shapes

Shown = dict[str, Any]


def author(world: World, owner: int) -> Shown:
    """Name and kind of whoever wrote."""
    row = shapes.find(world.db, "vk_person" if owner > 0 else "vk_community", abs(owner))
    if row is None:
        name = f"id{owner}"
    else:
        name = f"{row['first_name']} {row['last_name']}".strip() if owner > 0 else row["name"]
    return {"id": owner, "name": name, "official": owner < 0}


def when(seconds: int) -> str:
    """A moment in the pages' time zone."""
    moment = datetime.datetime.fromtimestamp(seconds, tz=get_default_timezone())
    return date_format(moment, "j E Y, H:i")


def photos(stored: str) -> list[Shown]:
    """Addresses of the small and the big copy."""
    return [
        {"small": f"/vk/photo/{owner}_{number}/x.jpg", "big": f"/vk/photo/{owner}_{number}/w.jpg"}
        for owner, number in json.loads(stored)
    ]


def post_card(world: World, row: sqlite3.Row, mine: int) -> Shown:
    """A post without its comments."""
    return {
        "id": row["id"],
        "changes": row["changes"],
        "author": author(world, row["from_id"]),
        "text": row["text"],
        "date": when(row["date"]),
        "edited": bool(row["edited"]),
        "closed": bool(row["closed"]),
        "mine": row["from_id"] == mine,
        "photos": photos(row["attachments"]),
        "place": f"{row['lat']}, {row['long']}" if row["lat"] is not None else "",
    }


def comment_list(world: World, post: sqlite3.Row, mine: int, marked: int, most: int) -> list[Shown]:
    """The latest `most` comments of a post (or those around `marked`) in reading order: each root, then its thread."""
    rows = world.db.execute(
        "SELECT * FROM (SELECT * FROM vk_comment WHERE owner_id = ? AND post_id = ? AND id <= ?"
        " ORDER BY id DESC LIMIT ?) ORDER BY coalesce(root, id), id",
        (post["owner_id"], post["id"], _newest(world, post, marked, most), most),
    ).fetchall()
    alive = {row["root"] for row in rows if not row["deleted"]}
    shown = []
    for row in rows:
        own = row["from_id"] == mine
        if row["deleted"] and not own and row["id"] not in alive:
            continue
        shown.append(_comment(world, row, own) | {"marked": row["id"] == marked})
    return shown


def _newest(world: World, post: sqlite3.Row, marked: int, most: int) -> int:
    """The id to show comments up to, so that a marked old one is among them, in the middle."""
    if not marked:
        return 2**62
    row = world.db.execute(
        "SELECT id FROM vk_comment WHERE owner_id = ? AND post_id = ? AND id >= ? ORDER BY id LIMIT 1 OFFSET ?",
        (post["owner_id"], post["id"], marked, most // 2),
    ).fetchone()
    return int(row["id"]) if row is not None else 2**62


def _comment(world: World, row: sqlite3.Row, own: bool) -> Shown:
    return {
        "id": row["id"],
        "author": author(world, row["from_id"]),
        "to": author(world, row["reply_to_user"])["name"] if row["reply_to"] else "",
        "text": row["text"],
        "date": when(row["date"]),
        "edited": bool(row["edited"]),
        "deleted": bool(row["deleted"]),
        "mine": own,
        "nested": bool(row["root"]),
        "photos": photos(row["attachments"]),
    }


def message_list(world: World, group_id: int, person_id: int) -> list[Shown]:
    """The last 200 messages of a dialogue, oldest first."""
    rows = world.db.execute(
        "SELECT * FROM vk_message WHERE group_id = ? AND peer_id = ? ORDER BY id DESC LIMIT 200",
        (group_id, person_id),
    ).fetchall()
    return [
        {
            "author": author(world, row["from_id"]),
            "text": row["text"],
            "date": when(row["date"]),
            "photos": photos(row["attachments"]),
        }
        for row in reversed(rows)
    ]
