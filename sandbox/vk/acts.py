"""What can happen on a wall: posts and comments come, change, go and come back. Each act tells its event."""

import dataclasses
import json
import sqlite3
from collections.abc import Sequence

from sandbox.acts import NotThere as NotThere  # one error for all networks, by this name too
from sandbox.state import World
from sandbox.vk import events, shapes

PhotoRef = tuple[int, int]
"""(owner id, photo id)"""


@dataclasses.dataclass(frozen=True)
class Draft:
    """A text with photos, about to be written by `from_id` (negative for a community)."""

    from_id: int
    text: str
    photos: Sequence[PhotoRef] = ()
    guid: str = ""


@dataclasses.dataclass(frozen=True)
class Spot:
    """Where a post is pinned on the map, in degrees."""

    lat: float
    long: float


def community_of(world: World, owner_id: int) -> sqlite3.Row:
    """The community whose wall this is. NotThere for people's walls and unknown ids."""
    row = shapes.find(world.db, "vk_community", -owner_id)
    if row is None:
        raise NotThere(f"no community has the wall {owner_id}")
    return row


def _next_id(world: World, owner_id: int) -> int:
    """Posts and comments of one wall share one row of numbers."""
    number = int(community_of(world, owner_id)["next_id"])
    world.db.execute("UPDATE vk_community SET next_id = ? WHERE id = ?", (number + 1, -owner_id))
    return number


def get_post(world: World, owner_id: int, post_id: int) -> sqlite3.Row:
    """A post that is not deleted, else NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM vk_post WHERE owner_id = ? AND id = ? AND deleted = 0", (owner_id, post_id)
    ).fetchone()
    if row is None:
        raise NotThere(f"no post wall{owner_id}_{post_id}")
    return row


def get_comment(world: World, owner_id: int, comment_id: int) -> sqlite3.Row:
    """A comment, deleted or not, else NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM vk_comment WHERE owner_id = ? AND id = ?", (owner_id, comment_id)
    ).fetchone()
    if row is None:
        raise NotThere(f"no comment {comment_id} on wall {owner_id}")
    return row


def count_comments(world: World, owner_id: int, post_id: int) -> int:
    """Comments of a post that are not deleted, threads included."""
    (number,) = world.db.execute(
        "SELECT count(*) FROM vk_comment WHERE owner_id = ? AND post_id = ? AND deleted = 0", (owner_id, post_id)
    ).fetchone()
    return int(number)


def write_post(world: World, owner_id: int, draft: Draft, spot: Spot | None = None, closed: bool = False) -> int:
    """A new post. Returns its id. NotThere if there is no such wall."""
    community = community_of(world, owner_id)
    number = _next_id(world, owner_id)
    place = (spot.lat, spot.long) if spot else (None, None)
    world.db.execute(
        "INSERT INTO vk_post (owner_id, id, from_id, date, text, attachments, lat, long, closed, guid)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner_id,
            number,
            draft.from_id,
            world.now,
            draft.text,
            json.dumps(list(draft.photos)),
            *place,
            int(closed),
            draft.guid,
        ),
    )
    row = get_post(world, owner_id, number)
    thing = shapes.post(world, row, community["guests"] != "none", 0)
    events.tell(world, -owner_id, "wall_post_new", thing)
    return number


def switch_comments(world: World, owner_id: int, post_id: int, closed: bool) -> None:
    """Close the comments of a post or open them. VK sends no event for it."""
    world.db.execute("UPDATE vk_post SET closed = ? WHERE owner_id = ? AND id = ?", (int(closed), owner_id, post_id))
    _touch(world, owner_id, post_id)


def edit_post(world: World, owner_id: int, post_id: int, text: str) -> None:
    """Change a post's text. VK sends no event for it."""
    get_post(world, owner_id, post_id)
    world.db.execute(
        "UPDATE vk_post SET text = ?, edited = ? WHERE owner_id = ? AND id = ?", (text, world.now, owner_id, post_id)
    )
    _touch(world, owner_id, post_id)


def delete_post(world: World, owner_id: int, post_id: int) -> None:
    """Take a post away. VK sends no event for it."""
    get_post(world, owner_id, post_id)
    world.db.execute("UPDATE vk_post SET deleted = 1 WHERE owner_id = ? AND id = ?", (owner_id, post_id))


def write_comment(
    world: World, owner_id: int, post_id: int, draft: Draft, reply_to: int = 0, echo: bool = True
) -> sqlite3.Row:
    """A new comment, or a reply when `reply_to` names one. NotThere if the post or that comment is gone.

    Threads have one level: a reply to a reply hangs under the same root and names its addressee.
    `echo` False tells no event.
    """
    get_post(world, owner_id, post_id)
    root, addressee = None, None
    if reply_to:
        parent = get_comment(world, owner_id, reply_to)
        if parent["deleted"] or parent["post_id"] != post_id:
            raise NotThere(f"no comment {reply_to} under this post")
        root, addressee = parent["root"] or parent["id"], parent["from_id"]
    number = _next_id(world, owner_id)
    world.db.execute(
        "INSERT INTO vk_comment (owner_id, id, post_id, from_id, date, text, attachments, root, reply_to,"
        " reply_to_user, guid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner_id,
            number,
            post_id,
            draft.from_id,
            world.now,
            draft.text,
            json.dumps(list(draft.photos)),
            root,
            reply_to or None,
            addressee,
            draft.guid,
        ),
    )
    _touch(world, owner_id, post_id)
    row = get_comment(world, owner_id, number)
    if echo:
        events.tell(world, -owner_id, "wall_reply_new", shapes.comment_event(world, row))
    return row


def edit_comment(world: World, owner_id: int, comment_id: int, text: str, photos: Sequence[PhotoRef] | None) -> None:
    """Change a comment; `photos` None keeps the old ones. NotThere if it is gone."""
    row = _living(world, owner_id, comment_id)
    stored = row["attachments"] if photos is None else json.dumps(list(photos))
    world.db.execute(
        "UPDATE vk_comment SET text = ?, attachments = ?, edited = ? WHERE seq = ?",
        (text, stored, world.now, row["seq"]),
    )
    _touch(world, owner_id, row["post_id"])
    changed = get_comment(world, owner_id, comment_id)
    events.tell(world, -owner_id, "wall_reply_edit", shapes.comment_event(world, changed))


def delete_comment(world: World, owner_id: int, comment_id: int, by: int) -> None:
    """Take a comment away; its thread stays. `by` is who did it (negative for a community)."""
    row = _living(world, owner_id, comment_id)
    world.db.execute("UPDATE vk_comment SET deleted = 1 WHERE seq = ?", (row["seq"],))
    _touch(world, owner_id, row["post_id"])
    thing = {"owner_id": owner_id, "id": comment_id, "deleter_id": by, "post_id": row["post_id"]}
    events.tell(world, -owner_id, "wall_reply_delete", thing)


def restore_comment(world: World, owner_id: int, comment_id: int) -> bool:
    """Bring a deleted comment back. False if it was not deleted."""
    row = get_comment(world, owner_id, comment_id)
    if not row["deleted"]:
        return False
    world.db.execute("UPDATE vk_comment SET deleted = 0 WHERE seq = ?", (row["seq"],))
    _touch(world, owner_id, row["post_id"])
    restored = get_comment(world, owner_id, comment_id)
    events.tell(world, -owner_id, "wall_reply_restore", shapes.comment_event(world, restored))
    return True


def _living(world: World, owner_id: int, comment_id: int) -> sqlite3.Row:
    row = get_comment(world, owner_id, comment_id)
    if row["deleted"]:
        raise NotThere(f"comment {comment_id} is deleted")
    return row


def _touch(world: World, owner_id: int, post_id: int) -> None:
    """Open pages ask whether a post changed by this number."""
    world.db.execute("UPDATE vk_post SET changes = changes + 1 WHERE owner_id = ? AND id = ?", (owner_id, post_id))
