"""Rows as the texts that people see (`acts.Item`). Whatever is asked in bulk is read in bulk."""

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from sandbox.acts import Item, NotThere
from sandbox.shelves import Readable, Shelf
from sandbox.state import World
from sandbox.vk import beside as notes_of
from sandbox.vk.addresses import Direct, OnWall
from sandbox.vk.beside import Beside

Names = Mapping[int, str]


def names(world: World, owners: Iterable[int]) -> Names:
    """Names of people (positive numbers) and communities (negative ones); those that are nobody's are left out."""
    asked = json.dumps(sorted(set(owners)))
    return dict(
        world.db.execute(
            "SELECT id, trim(first_name || ' ' || last_name) FROM vk_person"
            " WHERE id IN (SELECT value FROM json_each(?1) WHERE value > 0) UNION ALL SELECT -id, name"
            " FROM vk_community WHERE id IN (SELECT -value FROM json_each(?1) WHERE value < 0)",
            (asked,),
        ).fetchall()
    )


def posts(world: World, owner: int, before: int, most: int) -> list[Item]:
    """Posts of a wall that are not deleted, newest first."""
    rows = world.db.execute(
        "SELECT * FROM vk_post WHERE owner_id = ? AND deleted = 0 AND date < ? ORDER BY id DESC LIMIT ?",
        (owner, before, most),
    ).fetchall()
    known = names(world, (row["from_id"] for row in rows))
    return [_post(row, known) for row in rows]


def threads(world: World, asked: Sequence[OnWall]) -> list[list[Item]]:
    """Each post with all its comments, oldest first, deleted ones too. NotThere if one of the posts is not there."""
    wanted = json.dumps([[at.owner, at.post] for at in asked])
    chosen = "WITH asked AS (SELECT value ->> 0 AS owner, value ->> 1 AS post FROM json_each(?))"
    rows = world.db.execute(
        f"{chosen} SELECT p.* FROM asked JOIN vk_post p ON p.owner_id = asked.owner AND p.id = asked.post",  # noqa: S608
        (wanted,),
    ).fetchall()
    comments = world.db.execute(
        f"{chosen} SELECT c.* FROM asked JOIN vk_comment c ON c.owner_id = asked.owner"  # noqa: S608
        " AND c.post_id = asked.post ORDER BY c.id",
        (wanted,),
    ).fetchall()
    known = names(world, (row["from_id"] for row in (*rows, *comments)))
    thread_by_post = {(row["owner_id"], row["id"]): [_post(row, known)] for row in rows}
    for row in comments:
        thread_by_post[row["owner_id"], row["post_id"]].append(_comment(row, known))
    try:
        return [thread_by_post[at.owner, at.post] for at in asked]
    except KeyError as fault:
        raise NotThere("no such post") from fault


def beside(world: World, at: Beside) -> list[Item]:
    """A photo, video or topic with all its comments, oldest first, deleted ones too."""
    thing = notes_of.thing(world, at)
    rows = world.db.execute(
        "SELECT * FROM vk_note WHERE kind = ? AND owner_id = ? AND thing_id = ? ORDER BY id",
        (at.kind, at.owner, at.thing),
    ).fetchall()
    known = names(world, (row["from_id"] for row in (thing, *rows)))
    top = Beside(at.kind, at.owner, at.thing)
    author = thing["from_id"]
    name, link = known.get(author) or f"id{author}", f"/vk/{top}"
    items = [Item(str(top), str(author), name, author < 0, thing["title"], thing["date"], link=link)]
    for row in rows:
        address = str(dataclasses.replace(top, comment=row["id"]))
        note = _item(row, known, address, f"/vk/{address}")
        parent = str(dataclasses.replace(top, comment=row["reply_to"] or 0))
        items.append(dataclasses.replace(note, parent=parent, deleted=bool(row["deleted"])))
    return items


def dialogue(world: World, at: Direct) -> list[Item]:
    """All messages of a dialogue, oldest first."""
    rows = world.db.execute(
        "SELECT * FROM vk_message WHERE group_id = ? AND peer_id = ? ORDER BY id", (at.group, at.person)
    ).fetchall()
    known = names(world, (at.person, -at.group))
    return [_message(row, known) for row in rows]


def _post(row: sqlite3.Row, known: Names) -> Item:
    address = str(OnWall(row["owner_id"], row["id"]))
    return dataclasses.replace(
        _item(row, known, address, f"/vk/{address}"),
        edited=row["edited"],
        deleted=bool(row["deleted"]),
        spot=_spot(row),
        closed="Комментарии закрыты." if row["closed"] else "",
    )


def _comment(row: sqlite3.Row, known: Names) -> Item:
    above = OnWall(row["owner_id"], row["post_id"], row["reply_to"] or 0)
    address = str(OnWall(row["owner_id"], row["post_id"], row["id"]))
    return dataclasses.replace(
        _item(row, known, address, f"/vk/{address}"),
        parent=str(above),
        edited=row["edited"],
        deleted=bool(row["deleted"]),
    )


def _message(row: sqlite3.Row, known: Names) -> Item:
    group, person = row["group_id"], row["peer_id"]
    message = _item(row, known, str(Direct(group, person, row["cmid"])), f"/vk/im{group}?as={person}")
    return dataclasses.replace(message, spot=_spot(row))


def _item(row: sqlite3.Row, known: Names, address: str, link: str) -> Item:
    owner = row["from_id"]
    return Item(
        address=address,
        author=str(owner),
        author_name=known.get(owner) or f"id{owner}",
        official=owner < 0,
        text=row["text"],
        at=row["date"],
        photos=_photos(row),
        link=link,
    )


def _photos(row: sqlite3.Row) -> tuple[str, ...]:
    return tuple(f"/vk/photo/{owner}_{number}/x.jpg" for owner, number in json.loads(row["attachments"]))


def _spot(row: sqlite3.Row) -> tuple[float, float] | None:
    return None if row["lat"] is None else (row["lat"], row["long"])


def _readable_post(world: World, row: sqlite3.Row) -> Readable:
    return Readable(_post(row, names(world, (row["from_id"],))), (str(-row["owner_id"]),))


def _readable_comment(world: World, row: sqlite3.Row) -> Readable:
    return Readable(_comment(row, names(world, (row["from_id"],))), (str(-row["owner_id"]),))


def _readable_message(world: World, row: sqlite3.Row) -> Readable:
    talk = Direct(row["group_id"], row["peer_id"])
    return Readable(_message(row, names(world, (row["from_id"],))), (str(talk.group),), dialogue=str(talk))


SHELVES = (
    Shelf("SELECT rowid AS number, * FROM vk_post WHERE rowid > ? ORDER BY rowid LIMIT ?", _readable_post),
    Shelf("SELECT seq AS number, * FROM vk_comment WHERE seq > ? ORDER BY seq LIMIT ?", _readable_comment),
    Shelf("SELECT id AS number, * FROM vk_message WHERE id > ? ORDER BY id LIMIT ?", _readable_message),
)
