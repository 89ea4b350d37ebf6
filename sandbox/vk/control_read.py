"""What the control API shows: threads, dialogues, citizens' comments for an audit, the state of pushes."""

import sqlite3

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.guards import control
from sandbox.state import World, current
from sandbox.vk import acts, shapes

Shown = dict[str, object]


def address(row: sqlite3.Row) -> str:
    """The full address of a comment, as people link to it."""
    return f"wall{row['owner_id']}_{row['post_id']}?reply={row['id']}"


def _name(world: World, owner: int) -> str:
    row = shapes.find(world.db, "vk_person" if owner > 0 else "vk_community", abs(owner))
    if row is None:
        return ""
    return f"{row['first_name']} {row['last_name']}".strip() if owner > 0 else str(row["name"])


def _comment(world: World, row: sqlite3.Row) -> Shown:
    return {
        "id": row["id"],
        "seq": row["seq"],
        "address": address(row),
        "author": row["from_id"],
        "author_name": _name(world, row["from_id"]),
        "from_group": -row["from_id"] if row["from_id"] < 0 else 0,
        "text": row["text"],
        "parent": row["reply_to"] or 0,
        "root": row["root"] or 0,
        "date": row["date"],
        "edited": row["edited"],
        "deleted": bool(row["deleted"]),
        "guid": row["guid"],
        "attachments": shapes.attachments(world, row["attachments"]),
    }


_COMMENTS = {
    "citizens": "SELECT * FROM vk_comment WHERE from_id > 0 AND seq > ? ORDER BY seq LIMIT ?",
    "officials": "SELECT * FROM vk_comment WHERE from_id < 0 AND seq > ? ORDER BY seq LIMIT ?",
    "all": "SELECT * FROM vk_comment WHERE seq > ? ORDER BY seq LIMIT ?",
}


def comments_of(world: World, who: str, after: int, limit: int) -> Shown:
    """Comments of `citizens`, `officials` (communities) or `all` with seq > after, oldest first, deleted ones marked.

    `next` is the seq to go on from; it equals `after` when nothing is left. KeyError for any other `who`.
    """
    rows = world.db.execute(_COMMENTS[who], (after, limit)).fetchall()
    return {"comments": [_comment(world, row) for row in rows], "next": rows[-1]["seq"] if rows else after}


@control("GET")
def thread(request: HttpRequest, owner_id: str, number: str) -> HttpResponse:
    """A post with all its comments, deleted ones too, in the order of writing."""
    with current().write() as world:
        post = acts.get_post(world, int(owner_id), int(number))
        rows = world.db.execute(
            "SELECT * FROM vk_comment WHERE owner_id = ? AND post_id = ? ORDER BY id", (int(owner_id), int(number))
        ).fetchall()
        shown = {"id": post["id"], "author": post["from_id"], "text": post["text"], "date": post["date"]}
        return JsonResponse({"post": shown, "comments": [_comment(world, row) for row in rows]})


@control("GET")
def dialogue(request: HttpRequest, group_id: int, person_id: int) -> HttpResponse:
    """All messages of a dialogue, oldest first."""
    with current().write() as world:
        rows = world.db.execute(
            "SELECT * FROM vk_message WHERE group_id = ? AND peer_id = ? ORDER BY id", (group_id, person_id)
        ).fetchall()
        return JsonResponse({"messages": [shapes.message(world, row) for row in rows]})


@control("GET")
def deliveries(request: HttpRequest) -> HttpResponse:
    """The last 500 pushes: to which server, which event, how often tried, what came of it."""
    with current().write() as world:
        rows = world.db.execute(
            "SELECT d.id, d.server_id, d.tries, d.state, d.last, d.due, e.type, e.event_id FROM vk_delivery d"
            " LEFT JOIN vk_event e ON e.seq = d.event_seq ORDER BY d.id DESC LIMIT 500"
        ).fetchall()
        return JsonResponse({"deliveries": [dict(row) for row in rows]})
