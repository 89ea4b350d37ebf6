"""Messages as people see them."""

import sqlite3
from collections.abc import Iterable

from sandbox.acts import Item
from sandbox.shelves import Readable, Shelf
from sandbox.state import World
from sandbox.telegram import shapes, updates
from sandbox.telegram.world import find_message, is_bot, page_of
from sandbox.telegram.writing import copy_of


def address(row: sqlite3.Row) -> str:
    """The full address of a message, as the connector writes it."""
    if row["box"]:
        return f"tg:im:{row['box']}:{row['chat']}:{row['id']}"
    return f"tg:{row['chat']}:{row['id']}"


def posts(world: World, chat: sqlite3.Row, before: int, most: int) -> list[Item]:
    """The posts of a channel, which are their copies where it has a discussion; the beginnings of a group's threads."""
    rows = world.db.execute(
        "SELECT * FROM telegram_message WHERE box = 0 AND chat = ? AND thread = id AND deleted = 0 AND service = ''"
        " AND date < ? ORDER BY date DESC, id DESC LIMIT ?",
        (chat["id"], before, most),
    ).fetchall()
    return _items(world, (copy_of(world, row["chat"], row["id"]) or row for row in rows))


def thread(world: World, row: sqlite3.Row) -> list[Item]:
    """All that stands in the thread of this message, its beginning first."""
    if row["box"]:
        return dialogue(world, row["box"], row["chat"])
    row = copy_of(world, row["chat"], row["id"]) or row
    rows = world.db.execute(
        "SELECT * FROM telegram_message WHERE box = 0 AND chat = ? AND thread = ? AND service = '' ORDER BY id",
        (row["chat"], row["thread"]),
    ).fetchall()
    return _items(world, rows)


def dialogue(world: World, bot: int, person: int) -> list[Item]:
    rows = world.db.execute(
        "SELECT * FROM telegram_message WHERE box = ? AND chat = ? ORDER BY id", (bot, person)
    ).fetchall()
    return _items(world, rows)


def _items(world: World, rows: Iterable[sqlite3.Row]) -> list[Item]:
    return [_item(world, row) for row in rows]


def _item(world: World, row: sqlite3.Row) -> Item:
    author = row["sender_chat"] or row["sender"]
    shown = shapes.chat(world, author) if author < 0 else shapes.user(world, author)
    names = (shown.get("title"), shown.get("first_name"), shown.get("last_name"))
    above = find_message(world, row["box"], row["chat"], row["reply_to"]) if row["reply_to"] else None
    return Item(
        address=address(row),
        author=str(author),
        author_name=" ".join(name for name in names if name),
        official=author < 0 or is_bot(world, author),
        text=row["text"],
        at=row["date"],
        parent=address(above) if above is not None else "",
        edited=row["edited"],
        deleted=bool(row["deleted"]),
        photos=(f"/telegram/photo/{row['photo']}.jpg",) if row["photo"] else (),
        spot=None if row["lat"] is None else (row["lat"], row["long"]),
        link=_link(row),
    )


def _link(row: sqlite3.Row) -> str:
    """The path of the page: as the public links in the network, and one of its own for private talk."""
    if row["box"]:
        return f"/telegram/im/{row['box']}/{row['chat']}"
    tail = f"?thread={row['thread']}" if row["thread"] != row["id"] else ""
    return f"{page_of(row['chat'])}/{row['id']}{tail}"


def _readable(world: World, row: sqlite3.Row) -> Readable:
    bots = tuple(str(bot["id"]) for bot in updates.seers(world, row))
    if row["box"]:
        return Readable(_item(world, row), bots, dialogue=f"tg:im:{row['box']}:{row['chat']}")
    return Readable(_item(world, row), (str(row["chat"]), *bots))


SHELVES = (
    Shelf(  # an album is one text, and stands where its first picture does
        "SELECT m.seq AS number, m.* FROM telegram_message m WHERE m.seq > ? AND m.service = '' AND NOT (m.album <> ''"
        " AND EXISTS (SELECT 1 FROM telegram_message e WHERE e.box = m.box AND e.chat = m.chat AND e.album = m.album"
        " AND e.id < m.id)) ORDER BY m.seq LIMIT ?",
        _readable,
    ),
)
