"""What can happen to a text: it is written, changed, hidden, taken away. Each act tells its event.

Facebook tells all of it. Instagram tells of new comments and nothing else.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox.acts import NotThere
from sandbox.meta import events, links
from sandbox.meta import world as w
from sandbox.meta.events import Author
from sandbox.meta.switchboard import switch
from sandbox.state import World

POST_BASE, MEDIA_BASE, COMMENT_BASE = 700_000_000_000_000, 18_000_000_000_000_000, 17_900_000_000_000_000
Spot = tuple[float, float] | None


def author_of(world: World, row: sqlite3.Row) -> Author:
    """Who wrote a text: the place itself where the row names nobody."""
    place = w.get_place(world, row["place"])
    if not row["author"]:
        return Author(place["id"], place["name"], place["username"])
    other = w.find_place(world, row["author"])
    if other is not None:
        return Author(other["id"], other["name"], other["username"])
    person = w.person_of(world, row["author"])
    number = w.ig_person(person["id"]) if place["kind"] == "ig" else person["id"]
    return Author(number, person["name"], person["handle"])


def write_post(
    world: World,
    place: str,
    author: str,
    text: str,
    photos: Sequence[str] = (),
    spot: Spot = None,
    closed: bool = False,
) -> sqlite3.Row:
    """A post on a Page, or a publication of an account. `author` "" is the place itself."""
    row = w.get_place(world, place)
    number = w.next_number(world)
    if row["kind"] == "ig":
        kind, thing = "media", str(MEDIA_BASE + number * 1_000_003)
    else:
        kind, thing = "post", f"{place}_{POST_BASE + number * 1009}"
    _insert(world, kind, place, thing, thing, "", author, text, photos, spot, closed)
    written = w.any_text(world, thing)
    if kind == "post":
        item = "post" if author else "photo" if photos else "status"
        events.tell_change(world, place, "feed", _post_value(world, written, item, "add"))
    _mention(world, written)
    return written


def write_comment(world: World, under: sqlite3.Row, author: str, text: str, photos: Sequence[str] = ()) -> sqlite3.Row:
    """A comment under a post or publication, or a reply to a comment. A reply to a reply moves up to the first one."""
    root = w.any_text(world, under["root"])
    if root["deleted"] or under["deleted"]:
        raise NotThere("what is answered is deleted")
    kind = "igcomment" if root["kind"] == "media" else "comment"
    number = w.next_number(world)
    last = POST_BASE + number * 1009
    thing = str(COMMENT_BASE + number * 1_000_003) if kind == "igcomment" else f"{_last(root['id'])}_{last}"
    parent = "" if under["id"] == root["id"] else under["id"]
    if parent and under["parent"] and (kind == "igcomment" or switch(world.db, "reparent")):
        parent = under["parent"]
    _insert(world, kind, root["place"], thing, root["id"], parent, author, text, photos, None, False)
    written = w.any_text(world, thing)
    if author or switch(world.db, "echo"):
        _tell_comment(world, written, "add")
    _mention(world, written)
    return written


def _insert(
    world: World,
    kind: str,
    place: str,
    thing: str,
    root: str,
    parent: str,
    author: str,
    text: str,
    photos: Sequence[str],
    spot: Spot,
    closed: bool,
) -> None:
    world.db.execute(
        "INSERT INTO meta_text (id, kind, place, root, parent, author, text, created, photos, lat, long, closed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(thing, kind, place, root, parent, author, text, world.now, json.dumps(list(photos))),
            *(spot or (None, None)),
            int(closed),
        ),
    )


def edit(world: World, row: sqlite3.Row, text: str) -> None:
    world.db.execute("UPDATE meta_text SET text = ?, edited = ? WHERE id = ?", (text, world.now, row["id"]))
    changed = w.any_text(world, row["id"])
    if row["kind"] == "comment":
        _tell_comment(world, changed, "edited")
    elif row["kind"] == "post":
        item = "post" if row["author"] else "status"
        events.tell_change(world, row["place"], "feed", _post_value(world, changed, item, "edited"))


def hide(world: World, row: sqlite3.Row, hidden: bool) -> None:
    world.db.execute("UPDATE meta_text SET hidden = ? WHERE id = ?", (int(hidden), row["id"]))
    if row["kind"] == "comment" and bool(row["hidden"]) != hidden:
        _tell_comment(world, w.any_text(world, row["id"]), "hide" if hidden else "unhide")


def delete(world: World, row: sqlite3.Row) -> None:
    """Take a text away, and all that hangs under it."""
    if row["deleted"]:
        raise NotThere(f"{row['id']} is deleted already")
    world.db.execute(
        "UPDATE meta_text SET deleted = 1 WHERE id = ? OR parent = ? OR (root = ? AND ? = root)",
        (row["id"], row["id"], row["id"], row["id"]),
    )
    if row["kind"] == "comment":
        value = _comment_value(world, row, "remove")
        kept = ("item", "verb", "comment_id", "post_id", "parent_id", "from")
        events.tell_change(world, row["place"], "feed", {name: value[name] for name in kept})
    elif row["kind"] == "post":
        value = _post_value(world, row, "post" if row["author"] else "status", "remove")
        value.pop("message", None)
        events.tell_change(world, row["place"], "feed", value)


def _tell_comment(world: World, row: sqlite3.Row, verb: str) -> None:
    if row["kind"] == "comment":
        events.tell_change(world, row["place"], "feed", _comment_value(world, row, verb))
        return
    author = author_of(world, row)
    value: dict[str, Any] = {
        "id": row["id"],
        "text": row["text"],
        "from": {"id": author.id, "username": author.username},
        "media": {"id": row["root"], "media_product_type": "FEED"},
    }
    if row["parent"]:
        value["parent_id"] = row["parent"]
    events.tell_change(world, row["place"], "comments", value)


def _comment_value(world: World, row: sqlite3.Row, verb: str) -> dict[str, Any]:
    author = author_of(world, row)
    value: dict[str, Any] = {
        "item": "comment",
        "verb": verb,
        "comment_id": row["id"],
        "post_id": row["root"],
        "parent_id": row["parent"] or row["root"],
        "from": {"id": author.id, "name": author.name},
        "created_time": row["created"],
        "message": row["text"],
    }
    photos = json.loads(row["photos"])
    if photos:
        value["photo"] = links.photo(world, photos[0])
    return value


def _post_value(world: World, row: sqlite3.Row, item: str, verb: str) -> dict[str, Any]:
    author = author_of(world, row)
    value: dict[str, Any] = {
        "item": item,
        "verb": verb,
        "post_id": row["id"],
        "from": {"id": author.id, "name": author.name},
        "created_time": row["created"],
        "published": 1,
    }
    if row["text"]:
        value["message"] = row["text"]
    photos = [links.photo(world, photo) for photo in json.loads(row["photos"])]
    if len(photos) == 1:
        value |= {"link": photos[0]} if item == "photo" else {"photos": photos}
    elif photos:
        value["photos"] = photos
    return value


def mentioned(world: World, text: str, kind: str) -> list[sqlite3.Row]:
    """Places of this kind that a text names with @."""
    rows = world.db.execute("SELECT * FROM meta_place WHERE kind = ? AND username != ''", (kind,)).fetchall()
    return [row for row in rows if f"@{row['username']}" in text]


def _mention(world: World, row: sqlite3.Row) -> None:
    """Facebook tells a mention without its author, Instagram without its text as well."""
    ours = "ig" if row["kind"] in ("media", "igcomment") else "page"
    comment = row["kind"] in ("comment", "igcomment")
    for place in mentioned(world, row["text"], ours):
        if place["id"] == row["place"]:
            continue
        if ours == "ig":
            value: dict[str, Any] = {"media_id": row["root"]} | ({"comment_id": row["id"]} if comment else {})
            events.tell_change(world, place["id"], "mentions", value)
            continue
        value = {"item": "comment" if comment else "post", "verb": "add", "post_id": row["root"]}
        value |= {"comment_id": row["id"]} if comment else {}
        value |= {"message": row["text"], "created_time": row["created"]}
        events.tell_change(world, place["id"], "mention", value)


def _last(thing: str) -> str:
    return thing.rpartition("_")[2]
