"""What people do on X, for the control API and the pages for people.

A place is an account of an office. Addresses: `x:<first number of the text>`, `x:dm:<account>:<person>:<number>`.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox import pictures
from sandbox.acts import Args, Forbidden, Item, NotThere, Words
from sandbox.shelves import Readable, Shelf
from sandbox.state import World
from sandbox.x import events, people, writing
from sandbox.x.words import names


class XActs:
    """`Words.place` without an author is who writes; with one it is whom the author names, since nobody has a wall."""

    def place(self, world: World, payload: Args) -> dict[str, Any]:
        return people.add_official(world, payload)

    def token(self, world: World, payload: Args) -> dict[str, Any]:
        return people.add_token(world, payload)

    def write(self, world: World, words: Words) -> str:
        author = words.author or words.place
        if not author:
            raise ValueError("somebody must write: an author, or a place")
        photos = [people.keep_photo(world, pictures.check(data)) for data in words.photos]
        if words.under.startswith("x:dm:"):
            account, person = words.under.split(":")[2:4]
            row = writing.send(world, author, account if words.author else person, words.text, photos)
            return f"x:dm:{account}:{person}:{row['id']}"
        if words.to:
            account, person = (words.to, author) if words.author else (words.place, words.to)
            row = writing.send(world, author, words.to, words.text, photos)
            return f"x:dm:{account}:{person}:{row['id']}"
        target = writing.newest(world, _number(words.under)) if words.under else None
        if target is not None and target["deleted"]:
            raise NotThere(f"{words.under} is deleted")
        text = words.text if target else _addressed(world, words)
        draft = writing.Draft(author, text, target["id"] if target else 0, photos=photos, spot=words.spot)
        return f"x:{writing.write(world, draft)['root']}"

    def edit(self, world: World, address: str, text: str) -> None:
        if address.startswith("x:dm:"):
            raise Forbidden("direct messages cannot be edited")
        writing.edit(world, _number(address), text)

    def delete(self, world: World, address: str) -> None:
        if address.startswith("x:dm:"):
            number = int(address.rpartition(":")[2])
            world.db.execute("UPDATE x_message SET deleted = 1 WHERE id = ?", (number,))
            return
        writing.delete(world, _number(address))

    def event(self, world: World, payload: Args) -> None:
        """{"data": the envelope's inside} or {"body": any text}, {"signature"?: instead of the true one}: to every
        hook that is valid."""
        if "body" in payload:
            body = str(payload["body"]).encode("utf-8", "surrogatepass")
        else:
            body = json.dumps({"data": payload["data"]}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        signature = None if payload.get("signature") is None else str(payload["signature"])
        rows = world.db.execute(
            "SELECT h.*, a.secret FROM x_hook h JOIN x_app a ON a.name = h.app WHERE h.valid"
        ).fetchall()
        for row in rows:
            events.post(world, row["id"], row["url"], row["secret"], "injected", body, signature)

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        """Its own texts that are no replies, and those that name it."""
        rows = world.db.execute(
            "SELECT p.* FROM x_post p WHERE p.deleted = 0 AND p.at < ? AND p.reply_to = 0"
            " AND p.id = (SELECT max(q.id) FROM x_post q WHERE q.root = p.root)"
            " AND (p.author = ? OR p.named LIKE ?) ORDER BY p.id DESC LIMIT ?",
            (min(before, 2**53), place, f'%"{place}"%', most),
        ).fetchall()
        return [_item(world, row) for row in rows]

    def thread(self, world: World, address: str) -> Sequence[Item]:
        if address.startswith("x:dm:"):
            account, person = address.split(":")[2:4]
            return self.dialogue(world, account, person)
        row = writing.newest(world, _number(address))
        rows = world.db.execute(
            "SELECT p.* FROM x_post p WHERE p.conversation = ?"
            " AND p.id = (SELECT max(q.id) FROM x_post q WHERE q.root = p.root) ORDER BY p.root",
            (row["conversation"],),
        ).fetchall()
        return [_item(world, each) for each in rows]

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        low, high = sorted((place, person), key=int)
        rows = world.db.execute(
            "SELECT * FROM x_message WHERE low = ? AND high = ? ORDER BY id", (low, high)
        ).fetchall()
        return [_message_item(world, row, place, person) for row in rows]


def _addressed(world: World, words: Words) -> str:
    """There are no walls here: who writes in a place names it."""
    if not (words.author and words.place):
        return words.text
    name = people.handle(world, words.place)
    there = {each.lower() for _, _, each in names(words.text)}
    return words.text if name.lower() in there else f"@{name} {words.text}"


def _number(address: str) -> int:
    """The first number of a text, whichever of its numbers the address names. ValueError."""
    kind, _, text = address.partition(":")
    if kind != "x" or not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError(f"{address} is no address of a text")
    return min(int(text), 2**63 - 1)


def _item(world: World, row: sqlite3.Row) -> Item:
    somebody = people.user(world, row["author"])
    parent = world.db.execute("SELECT root FROM x_post WHERE id = ?", (row["reply_to"],)).fetchone()
    first = world.db.execute("SELECT at FROM x_post WHERE id = ?", (row["root"],)).fetchone()["at"]
    return Item(
        address=f"x:{row['root']}",
        author=row["author"],
        author_name=somebody["name"] if somebody else "",
        official=bool(somebody and somebody["official"]),
        text=row["text"],
        at=first,
        parent=f"x:{parent['root']}" if parent else "",
        edited=row["at"] if row["id"] != row["root"] else 0,
        deleted=bool(row["deleted"]),
        photos=tuple(f"/x/media/{key}.jpg" for key in json.loads(row["photos"])),
        spot=(row["lat"], row["long"]) if row["lat"] is not None else None,
        link=f"/x/i/status/{row['id']}",
    )


def _message_item(world: World, row: sqlite3.Row, place: str, person: str) -> Item:
    somebody = people.user(world, row["sender"])
    return Item(
        address=f"x:dm:{place}:{person}:{row['id']}",
        author=row["sender"],
        author_name=somebody["name"] if somebody else "",
        official=bool(somebody and somebody["official"]),
        text=row["text"],
        at=row["at"],
        deleted=bool(row["deleted"]),
        photos=tuple(f"/x/media/{key}.jpg" for key in json.loads(row["photos"])),
        link=f"/x/messages/{row['low']}-{row['high']}",
    )


def _readable_post(world: World, row: sqlite3.Row) -> Readable:
    """It is read by who wrote it, whom it or its lead names, whom it answers, and who began the conversation."""
    began = world.db.execute("SELECT author FROM x_post WHERE id = ?", (row["conversation"],)).fetchone()
    near = (row["author"], row["reply_user"], began["author"] if began else "", *json.loads(row["mentioned"]))
    return Readable(_item(world, row), _officials(world, near))


def _readable_message(world: World, row: sqlite3.Row) -> Readable:
    sides = (row["low"], row["high"])
    places = _officials(world, sides)
    place = places[0] if places else sides[0]
    person = next((side for side in sides if side != place), place)
    return Readable(_message_item(world, row, place, person), places, dialogue=f"x:dm:{place}:{person}")


def _officials(world: World, numbers: Sequence[str]) -> tuple[str, ...]:
    users = [people.user(world, number) for number in dict.fromkeys(numbers) if number]
    return tuple(str(one["id"]) for one in users if one is not None and one["official"])


SHELVES = (
    Shelf(
        "SELECT p.root AS number, p.* FROM x_post p WHERE p.root > ?"
        " AND p.id = (SELECT max(q.id) FROM x_post q WHERE q.root = p.root) ORDER BY p.root LIMIT ?",
        _readable_post,
    ),
    Shelf("SELECT id AS number, * FROM x_message WHERE id > ? ORDER BY id LIMIT ?", _readable_message),
)
