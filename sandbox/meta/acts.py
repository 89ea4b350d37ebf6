"""What people do on Facebook and Instagram: the seam for the control API and for people's pages.

An address is what the README of each connector writes down: `fb:<id>` and `ig:<id>` of a text, `fb:dm:<page>:<person>`
and `ig:dm:<account>:<person>` of a dialogue, with `:<mid>` behind it of a message.
"""

import dataclasses
import json
import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox import pictures
from sandbox.acts import Args, Forbidden, Item, NotThere, Words
from sandbox.meta import events, links, talk, writing
from sandbox.meta import world as w
from sandbox.shelves import Readable, Shelf
from sandbox.state import World, put_setting

_DIRECT = re.compile(r"(?:fb|ig):dm:(\d+):(\d+)(?::(.+))?", re.ASCII)
_FIRST_PAGE, _FIRST_ACCOUNT = 100_000_000_000_000, 17_841_400_000_000_000


class MetaActs:
    """Pages and accounts are places; an account belongs to a Page."""

    def place(self, world: World, payload: Args) -> dict[str, Any]:
        """{name, id?, kind?: page | instagram, username?, about?, page? (of an account), public?}."""
        kind = {"page": "page", "instagram": "ig", "ig": "ig"}[str(payload.get("kind", "page"))]
        first = _FIRST_PAGE if kind == "page" else _FIRST_ACCOUNT
        name = str(payload.get("id") or first + w.next_number(world) * 7919)
        known = w.find_place(world, name)
        before = (
            dict(known) if known is not None else {"name": "", "username": "", "about": "", "page": "", "public": 1}
        )
        fields = {key: payload.get(key, before[key]) for key in ("name", "username", "about", "page", "public")}
        if not str(fields["name"]).strip():
            raise ValueError("a place needs a name")
        if fields["page"] and w.get_place(world, str(fields["page"]))["kind"] != "page":
            raise ValueError("an account belongs to a page")
        username = str(fields["username"] or f"place{name[-9:]}")
        world.db.execute(
            "INSERT OR REPLACE INTO meta_place (id, kind, name, username, about, page, public)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                name,
                kind,
                str(fields["name"]),
                username,
                str(fields["about"]),
                str(fields["page"]),
                int(bool(fields["public"])),
            ),
        )
        return {"id": name, "username": username}

    def token(self, world: World, payload: Args) -> dict[str, Any]:
        """{kind: page | instagram | user | app, place? | person?, rights?, pages?, token?, secret?}."""
        kind = str(payload["kind"])
        if kind not in ("page", "instagram", "user", "app"):
            raise ValueError("the kinds of token are page, instagram, user and app")
        if payload.get("secret"):
            put_setting(world.db, "meta:secret", str(payload["secret"]))
        app = {"app_id": w.APP, "app_secret": w.app_secret(world)}
        if kind == "app":
            return {"token": f"{w.APP}|{app['app_secret']}", **app}
        holder = str(payload.get("place") or payload.get("person") or "")
        row = w.person_of(world, holder) if kind == "user" else w.get_place(world, holder)
        rights = [str(right) for right in payload.get("rights", w.RIGHTS)]
        rights += [str(page) for page in payload.get("pages", [])]
        token = w.put_token(world, kind, row["id"], rights, str(payload.get("token") or ""))
        life = (int(payload.get("ends", 0)), int(payload.get("data_ends", 0)))
        world.db.execute("INSERT OR REPLACE INTO meta_life VALUES (?, ?, ?)", (token, *life))
        return {"token": token, **app}

    def write(self, world: World, words: Words) -> str:
        if words.author:
            w.person_of(world, words.author)
        if words.to:
            return self._say(world, words.to, words)
        if words.under:
            direct = _DIRECT.fullmatch(words.under)
            if direct:
                return self._say(world, direct[1], dataclasses.replace(words, author=words.author or direct[2]))
            return self._comment(world, words)
        place = w.get_place(world, words.place)
        photos = self._photos(world, place["id"], words)
        return address(writing.write_post(world, place["id"], words.author, words.text, photos, words.spot))

    def _comment(self, world: World, words: Words) -> str:
        under = text_at(world, words.under)
        root = w.any_text(world, under["root"])
        if under["deleted"] or root["deleted"]:
            raise NotThere("what is answered is deleted")
        if root["closed"] and words.author:
            raise Forbidden("comments are closed here")
        photos = self._photos(world, under["place"], words)
        return address(writing.write_comment(world, under, words.author, words.text, photos))

    def _say(self, world: World, place: str, words: Words) -> str:
        row = w.get_place(world, place)
        if not words.author:
            raise ValueError("a private message needs an author")
        person = w.ig_person(w.plain_person(words.author)) if row["kind"] == "ig" else w.plain_person(words.author)
        photos = self._photos(world, place, words)
        message = talk.write(world, place, person, words.text, out=False, photos=photos, spot=words.spot)
        return message_address(row["kind"], place, person, message["id"])

    def _photos(self, world: World, place: str, words: Words) -> list[str]:
        kept = []
        for data in words.photos:
            picture = pictures.check(data)
            number = str(600_000_000_000_000 + w.next_number(world))
            row = (number, place, picture.width, picture.height, picture.data)
            world.db.execute("INSERT INTO meta_photo VALUES (?, ?, ?, ?, ?)", row)
            kept.append(number)
        return kept

    def edit(self, world: World, address: str, text: str) -> None:
        if (direct := _DIRECT.fullmatch(address)) and direct[3]:
            talk.edit(world, talk.get(world, direct[3]), text)
            return
        row = text_at(world, address)
        if row["deleted"]:
            raise NotThere("this text is deleted")
        writing.edit(world, row, text)

    def delete(self, world: World, address: str) -> None:
        if (direct := _DIRECT.fullmatch(address)) and direct[3]:
            talk.delete(world, talk.get(world, direct[3]))
            return
        writing.delete(world, text_at(world, address))

    def event(self, world: World, payload: Args) -> None:
        """{object: page | instagram, body} or {object, raw}: any body at all, signed over exactly these bytes."""
        raw = str(payload["raw"]).encode() if "raw" in payload else None
        events.send(world, str(payload.get("object", "page")), "any", payload.get("body"), raw)

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        rows = world.db.execute(
            "SELECT * FROM meta_text WHERE place = ? AND kind IN ('post', 'media') AND deleted = 0 AND created < ?"
            " ORDER BY created DESC, seq DESC LIMIT ?",
            (place, before, most),
        ).fetchall()
        return [item(world, row) for row in rows]

    def thread(self, world: World, address: str) -> Sequence[Item]:
        direct = _DIRECT.fullmatch(address)
        if direct:
            return self.dialogue(world, direct[1], direct[2])
        row = text_at(world, address)
        rows = world.db.execute("SELECT * FROM meta_text WHERE root = ? ORDER BY seq", (row["root"],)).fetchall()
        return [item(world, each) for each in rows]

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        row = w.get_place(world, place)
        plain = w.plain_person(person)
        known = w.thread_of(world, place, w.ig_person(plain) if row["kind"] == "ig" else plain)
        if known is None:
            return ()
        rows = world.db.execute("SELECT * FROM meta_message WHERE thread = ? ORDER BY seq", (known["id"],)).fetchall()
        return [_message(world, row, known, each) for each in rows]


def address(row: sqlite3.Row) -> str:
    return f"{'ig' if row['kind'] in ('media', 'igcomment') else 'fb'}:{row['id']}"


def message_address(kind: str, place: str, person: str, mid: str) -> str:
    return f"{'ig' if kind == 'ig' else 'fb'}:dm:{place}:{person}:{mid}"


def text_at(world: World, text_address: str) -> sqlite3.Row:
    """The text at an address, deleted or not. NotThere."""
    mark, _, thing = text_address.partition(":")
    row = w.any_text(world, thing)
    if address(row) != text_address:
        raise NotThere(f"there is no text {mark}:{thing}")
    return row


def item(world: World, row: sqlite3.Row) -> Item:
    author = writing.author_of(world, row)
    mark = address(row).partition(":")[0]
    above = row["parent"] or (row["root"] if row["root"] != row["id"] else "")
    return Item(
        address=address(row),
        author=author.id,
        author_name=author.name,
        official=w.find_place(world, author.id) is not None,
        text=row["text"],
        at=row["created"],
        parent=f"{mark}:{above}" if above else "",
        edited=row["edited"],
        deleted=bool(row["deleted"]),
        photos=tuple(f"/meta/photo/{photo}.jpg" for photo in json.loads(row["photos"])),
        spot=(row["lat"], row["long"]) if row["lat"] is not None else None,
        link=links.path_of(row),
    )


def _message(world: World, place: sqlite3.Row, thread: sqlite3.Row, row: sqlite3.Row) -> Item:
    person = w.person_of(world, thread["person"])
    return Item(
        address=message_address(place["kind"], place["id"], thread["person"], row["id"]),
        author=place["id"] if row["out"] else thread["person"],
        author_name=place["name"] if row["out"] else person["name"],
        official=bool(row["out"]),
        text=row["text"],
        at=row["created"],
        edited=row["created"] if row["edits"] else 0,
        deleted=bool(row["deleted"]),
        photos=tuple(f"/meta/photo/{photo}.jpg" for photo in json.loads(row["photos"])),
        spot=(row["lat"], row["long"]) if row["lat"] is not None else None,
        link=links.dialogue_path(place["kind"], place["id"], thread["person"]),
    )


def _network(address: str) -> str:
    return "instagram" if address.startswith("ig:") else "facebook"


def _readable_text(world: World, row: sqlite3.Row) -> Readable:
    return Readable(item(world, row), (row["place"],), network=_network(address(row)))


def _readable_message(world: World, row: sqlite3.Row) -> Readable:
    thread = world.db.execute("SELECT * FROM meta_thread WHERE id = ?", (row["thread"],)).fetchone()
    message = _message(world, w.get_place(world, thread["place"]), thread, row)
    talk = message.address.removesuffix(f":{row['id']}")
    return Readable(message, (thread["place"],), dialogue=talk, network=_network(talk))


SHELVES = (
    Shelf("SELECT seq AS number, * FROM meta_text WHERE seq > ? ORDER BY seq LIMIT ?", _readable_text),
    Shelf("SELECT seq AS number, * FROM meta_message WHERE seq > ? ORDER BY seq LIMIT ?", _readable_message),
)
