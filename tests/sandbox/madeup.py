"""Made-up networks over one small table, to try what is common to all: `python -m tests.sandbox.madeup` is a sandbox
with them beside the real ones.

The yard is a channel; in private one speaks with its bot. The rope is a feed whose replies have pages of their own and
whose API takes every other path. The album shows pictures first, ends its paths with a slash, answers nobody in
private, names authors in its own way, and some of its places are shown otherwise.
"""

import dataclasses
import re
import runpy
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from sandbox import registry
from sandbox.acts import Args, Forbidden, Item, NotThere, Words, get_person
from sandbox.network import Network, Place
from sandbox.stage.contract import MESSAGE, POST, PUBLICATION, Spot, Stage, nowhere
from sandbox.state import World

TABLES = """
CREATE TABLE IF NOT EXISTS {kind}_place (id TEXT PRIMARY KEY, name TEXT NOT NULL, about TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS {kind}_text (
    id INTEGER PRIMARY KEY, place TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
    edited INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0, parent INTEGER NOT NULL DEFAULT 0,
    root INTEGER NOT NULL DEFAULT 0, dialogue TEXT NOT NULL DEFAULT '', photos INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0
);
"""


@dataclasses.dataclass(frozen=True)
class LittleActs:
    """Fulfils `acts.Acts`. A text's address is "<kind>/<place>/<number>"."""

    kind: str
    link: str  # of a comment or a post: "/yard/{place}/{root}?comment={id}"
    post: str
    names: str = ""  # what stands before a person's number in the author of a text

    def sql(self, query: str) -> str:
        return query.replace("_place", f"{self.kind}_place").replace("_text", f"{self.kind}_text")

    def place(self, world: World, args: Args) -> dict[str, Any]:
        row = (str(args["id"]), str(args["name"]), str(args.get("about", "")))
        world.db.execute(self.sql("INSERT OR REPLACE INTO _place VALUES (?, ?, ?)"), row)
        return {"id": row[0]}

    def token(self, world: World, args: Args) -> dict[str, Any]:
        raise ValueError("no tokens here")

    def event(self, world: World, args: Args) -> None:
        raise ValueError("no events here")

    def row(self, world: World, address: str) -> sqlite3.Row:
        number = address.rpartition("/")[2]
        row: sqlite3.Row | None = world.db.execute(self.sql("SELECT * FROM _text WHERE id = ?"), (number,)).fetchone()
        if row is None or not address.startswith(f"{self.kind}/{row['place']}/"):
            raise NotThere(address)
        return row

    def write(self, world: World, words: Words) -> str:
        above = self.row(world, words.under) if words.under else None
        place = above["place"] if above else words.place or words.to
        if above and self.thread(world, words.under)[0].closed:
            raise Forbidden("Обсуждение закрыто.")
        if "рубль" in words.text:
            raise Forbidden("О деньгах здесь не пишут.")
        (last,) = world.db.execute(self.sql("SELECT coalesce(max(id), 9007199254741000) FROM _text")).fetchone()
        row = {"id": last + 7, "place": place, "author": words.author, "text": words.text, "at": world.now}
        row |= {"root": above["root"] or above["id"], "parent": above["id"]} if above else {}
        row |= {"dialogue": words.author if words.to else "", "photos": len(words.photos)}
        row["closed"] = int(words.text.startswith("Молчим"))
        columns, values = ", ".join(row), ", ".join("?" * len(row))
        world.db.execute(self.sql(f"INSERT INTO _text ({columns}) VALUES ({values})"), tuple(row.values()))  # noqa: S608 - our own columns
        return f"{self.kind}/{place}/{last + 7}"

    def edit(self, world: World, address: str, text: str) -> None:
        query = self.sql("UPDATE _text SET text = ?, edited = ? WHERE id = ?")
        world.db.execute(query, (text, world.now, self.row(world, address)["id"]))

    def delete(self, world: World, address: str) -> None:
        world.db.execute(self.sql("UPDATE _text SET deleted = 1 WHERE id = ?"), (self.row(world, address)["id"],))

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        query = "SELECT * FROM _text WHERE place = ? AND root = 0 AND dialogue = '' AND deleted = 0 AND at < ?"
        rows = world.db.execute(self.sql(f"{query} ORDER BY id DESC LIMIT ?"), (place, before, most))
        return [self.item(world, row) for row in rows]

    def thread(self, world: World, address: str) -> Sequence[Item]:
        row = self.row(world, address)
        query = "SELECT * FROM _text WHERE ? IN (id, root) ORDER BY id"
        return [self.item(world, one) for one in world.db.execute(self.sql(query), (row["root"] or row["id"],))]

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        query = "SELECT * FROM _text WHERE place = ? AND dialogue = ? ORDER BY id"
        return [self.item(world, row) for row in world.db.execute(self.sql(query), (place, person))]

    def item(self, world: World, row: sqlite3.Row) -> Item:
        place, root = row["place"], row["root"] or row["id"]
        person, query = row["author"], self.sql("SELECT name FROM _place WHERE id = ?")
        writer = get_person(world, self.kind, person) if person else world.db.execute(query, (place,)).fetchone()
        shape = self.link if row["root"] else self.post
        return Item(
            address=f"{self.kind}/{place}/{row['id']}",
            author=f"{self.names}{row['author']}" if row["author"] else place,
            author_name=writer["name"],
            official=not row["author"],
            text=row["text"],
            at=row["at"],
            parent=f"{self.kind}/{place}/{row['parent']}" if row["parent"] else "",
            edited=row["edited"],
            deleted=bool(row["deleted"]),
            photos=("/static/photo.svg",) * row["photos"],
            link=shape.format(place=place, root=root, id=row["id"]),
            closed="Обсуждение закрыто." if row["closed"] else "",
        )


def read_yard(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    if talk := re.fullmatch(r"private/([a-z]+bot)(?:/([0-9]{1,18}))?", path):
        return Spot(talk[1], private=True, person=talk[2] or "")
    match = re.fullmatch(r"([a-z]+)(?:/([0-9]{1,18}))?", path)
    if match is None:
        return None
    place, number, comment = match[1], match[2], query.get("comment", "")
    if not number:
        return Spot(place)
    return Spot(place, f"yard/{place}/{number}", f"yard/{place}/{comment}")


def read_rope(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    match = re.fullmatch(r"([a-z]+)(?:/status/([0-9]{1,18})|(/messages))?", path)
    if match is None:
        return None
    address = f"rope/{match[1]}/{match[2]}" if match[2] else ""
    return Spot(match[1], address, address, private=bool(match[3]))


def read_album(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    match = re.fullmatch(r"([a-z]+)(?:/p/([0-9]{1,18})(?:/c/([0-9]{1,18}))?)?", path)
    if match is None:
        return None
    post, comment = (f"album/{match[1]}/{number}" if number else "" for number in (match[2], match[3]))
    return Spot(match[1], post, comment)


def network(acts: LittleActs, title: str, wall: str, dialogue: str, stage: Stage) -> Network:
    def places(world: World) -> list[Place]:
        return [place(*row) for row in world.db.execute(acts.sql("SELECT id, name, about FROM _place ORDER BY name"))]

    def place(number: str, name: str, about: str) -> Place:
        private, shown = f"{number}bot" if acts.kind == "yard" else "", LIST if number.startswith("list") else None
        paths = wall.format(number), dialogue.format(number)
        return Place(name, *paths, about, number, private=private, stage=shown)

    return Network(
        kind=acts.kind,
        title=title,
        tables=TABLES.format(kind=acts.kind),
        urls="tests.sandbox.madeup",
        control_urls="",
        places=places,
        counts=lambda world: {},
        switches={},
        fault_kinds=frozenset(),
        acts=acts,
        stage=stage,
    )


def no_api(request: HttpRequest, path: str) -> HttpResponse:
    return JsonResponse({"error": f"no method {path}"}, status=404)


urlpatterns = [re_path(r"^rope/(?P<path>.*)$", csrf_exempt(no_api))]
YARD = network(
    LittleActs("yard", "/dvor/{place}/{root}?comment={id}", "/dvor/{place}/{root}"),
    "Учебный двор",
    "/dvor/{}",
    "/dvor/private/{}bot",
    Stage(
        read_yard,
        place="Канал",
        noun=MESSAGE,
        look="channel",
        accent="sea",
        comment="Комментарий",
        may_post=lambda world, place: place == "open",
        photos=frozenset({"post", "message"}),
        prefix="dvor",
    ),
)
ROPE = network(
    LittleActs("rope", "/rope/{place}/status/{id}", "/rope/{place}/status/{root}"),
    "Учебная верёвка",
    "/rope/{}",
    "/rope/{}/messages",
    Stage(
        read_rope,
        place="Профиль",
        noun=POST,
        look="feed",
        accent="ink",
        comment="Ваш ответ",
        answer="В ответ",
        draft=lambda world, place: f"@{place} ",
        paths=r"[a-z]+(?:$|/(?:status/|messages|write|changes))",
    ),
)


def plain(author: str) -> str:
    return author.removeprefix("a")


PHOTOS = Stage(
    read_album, place="Страница", noun=PUBLICATION, look="photos", accent="plum", may_post=nowhere, person=plain
)
LIST = dataclasses.replace(PHOTOS, look="wall", accent="clay", title="Учебные списки", place="Список")
ALBUM = network(
    LittleActs("album", "/album/{place}/p/{root}/c/{id}/", "/album/{place}/p/{root}/", "a"),
    "Учебный альбом",
    "/album/{}/",
    "",
    PHOTOS,
)


if __name__ == "__main__":
    registry.NETWORKS = (*registry.NETWORKS, YARD, ROPE, ALBUM)
    runpy.run_module("sandbox", run_name="__main__")
