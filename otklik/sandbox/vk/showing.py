"""Rows as the templates want them: names, times, photos, whose they are."""

import dataclasses
import json
import sqlite3
from typing import Any

from otklik.sandbox import faces
from otklik.sandbox.state import World
from otklik.sandbox.vk import shapes

Shown = dict[str, Any]
MOST = 1000  # comments of one post on one page
STEP = 20  # how many more a click brings


@dataclasses.dataclass(frozen=True)
class Figures:
    """How lively a community is. `last` is the newest post or comment, in seconds; 0 if it has none."""

    posts: int
    comments: int
    last: int
    tone: int


@dataclasses.dataclass(frozen=True)
class Window:
    """Which comments to show: the latest `most`, or those from the id `since` on; around `marked` if it is given."""

    most: int
    since: int = 0
    marked: int = 0


def figures(world: World) -> dict[str, Figures]:
    """Every community's figures by the path of its wall."""
    posts, comments = (
        {owner: (count, last) for owner, count, last in world.db.execute(query)}
        for query in (
            "SELECT owner_id, count(*), max(date) FROM vk_post WHERE deleted = 0 GROUP BY owner_id",
            "SELECT owner_id, count(*), max(date) FROM vk_comment WHERE deleted = 0 GROUP BY owner_id",
        )
    )
    return {
        f"/vk/wall-{number}": Figures(
            posts=posts.get(-number, (0, 0))[0],
            comments=comments.get(-number, (0, 0))[0],
            last=max(posts.get(-number, (0, 0))[1], comments.get(-number, (0, 0))[1]),
            tone=faces.tone(number),
        )
        for (number,) in world.db.execute("SELECT id FROM vk_community")
    }


def face(owner: int, name: str) -> Shown:
    """A name with the mark that stands for a portrait."""
    return {"id": owner, "name": name, "initials": faces.initials(name), "tone": faces.tone(owner)}


def author(world: World, owner: int) -> Shown:
    """Name and kind of whoever wrote."""
    row = shapes.find(world.db, "vk_person" if owner > 0 else "vk_community", abs(owner))
    if row is None:
        name = f"id{owner}"
    else:
        name = f"{row['first_name']} {row['last_name']}".strip() if owner > 0 else row["name"]
    return face(owner, name) | {"official": owner < 0}


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
        "when": faces.moment(row["date"], world.now),
        "edited": bool(row["edited"]),
        "closed": bool(row["closed"]),
        "mine": row["from_id"] == mine,
        "photos": photos(row["attachments"]),
        "place": f"{row['lat']}, {row['long']}" if row["lat"] is not None else "",
    }


def comment_list(world: World, post: sqlite3.Row, mine: int, window: Window) -> Shown:
    """A post's comments in reading order: each root, then its thread.

    `comments` are those of the window and the roots that their replies need; `earlier` and `later` count the rest,
    `since` and `step` are the ids to ask from: for the same list again, and for one with STEP more.
    """
    spot = (post["owner_id"], post["id"])
    newest = _newest(world, spot, window)
    since = window.since or _back(world, spot, newest, window.most)
    since = max(since, _back(world, spot, newest, MOST))
    rows = world.db.execute(
        "WITH seen AS (SELECT * FROM vk_comment WHERE owner_id = ? AND post_id = ? AND id BETWEEN ? AND ?)"
        " SELECT * FROM seen UNION SELECT * FROM vk_comment WHERE owner_id = ? AND post_id = ?"
        " AND id IN (SELECT root FROM seen WHERE deleted = 0)",
        (*spot, since, newest, *spot),
    ).fetchall()
    alive = {row["root"] for row in rows if not row["deleted"]}
    shown = [
        _comment(world, row, row["from_id"] == mine) | {"marked": row["id"] == window.marked}
        for row in sorted(rows, key=lambda row: (row["root"] or row["id"], row["id"]))
        if not row["deleted"] or row["from_id"] == mine or row["id"] in alive
    ]
    above = sum(1 for row in rows if row["id"] < since and not row["deleted"])
    return {
        "comments": shown,
        "since": since,
        "step": _back(world, spot, since - 1, STEP),
        "earlier": _count(world, spot, 0, since - 1) - above,
        "later": _count(world, spot, newest + 1, 2**62),
    }


def _newest(world: World, spot: tuple[int, int], window: Window) -> int:
    """The id to show comments up to, so that a marked old one is among them, in the middle."""
    if not window.marked:
        return 2**61
    row = world.db.execute(
        "SELECT id FROM vk_comment WHERE owner_id = ? AND post_id = ? AND id >= ? ORDER BY id LIMIT 1 OFFSET ?",
        (*spot, window.marked, window.most // 2),
    ).fetchone()
    return int(row["id"]) if row is not None else 2**61


def _back(world: World, spot: tuple[int, int], newest: int, most: int) -> int:
    """The id of the oldest of the last `most` comments up to `newest`; 1 if there are none."""
    (oldest,) = world.db.execute(
        "SELECT min(id) FROM (SELECT id FROM vk_comment WHERE owner_id = ? AND post_id = ? AND id <= ?"
        " ORDER BY id DESC LIMIT ?)",
        (*spot, newest, most),
    ).fetchone()
    return int(oldest or 1)


def _count(world: World, spot: tuple[int, int], first: int, last: int) -> int:
    (number,) = world.db.execute(
        "SELECT count(*) FROM vk_comment WHERE owner_id = ? AND post_id = ? AND deleted = 0 AND id BETWEEN ? AND ?",
        (*spot, first, last),
    ).fetchone()
    return int(number)


def _comment(world: World, row: sqlite3.Row, own: bool) -> Shown:
    return {
        "id": row["id"],
        "author": author(world, row["from_id"]),
        "to": author(world, row["reply_to_user"])["name"] if row["reply_to"] != row["root"] else "",
        "text": row["text"],
        "when": faces.moment(row["date"], world.now),
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
            "id": row["id"],
            "author": author(world, row["from_id"]),
            "text": row["text"],
            "when": faces.moment(row["date"], world.now),
            "photos": photos(row["attachments"]),
        }
        for row in reversed(rows)
    ]
