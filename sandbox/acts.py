"""What people do in a network, the same for every network: write, edit, delete, look. The control API and the pages
for people both stand on it; each network's folder says how it is done there.

An `address` is the full address of one text in its network, as that network's README writes it down.
"""

import dataclasses
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sandbox.state import World, first_number

Args = Mapping[str, Any]


class NotThere(LookupError):
    """No such place, person or text."""


class Forbidden(Exception):
    """The network does not let this person do this here. The text says why."""


@dataclasses.dataclass(frozen=True)
class Item:
    """One text as people see it. `author` is an id, `official` a community, a page or whoever answers for one; `parent`
    is the address of what it replies to, "" for a post and for the first words of a dialogue. Times are seconds since
    the epoch."""

    address: str
    author: str
    author_name: str
    official: bool
    text: str
    at: int
    parent: str = ""
    edited: int = 0
    deleted: bool = False
    photos: tuple[str, ...] = ()  # paths on this site
    spot: tuple[float, float] | None = None  # latitude, longitude
    link: str = ""  # path of the page on which it is seen
    closed: str = ""  # of a post: a Russian sentence when people may not comment it


@dataclasses.dataclass(frozen=True)
class Words:
    """What somebody writes. One of: `under` an address (a comment, a reply), `to` a place in private, or a new post in
    `place`. `author` is a person's id, "" for the place itself. Photos are checked pictures (JPEG bytes)."""

    text: str
    author: str = ""
    place: str = ""
    under: str = ""
    to: str = ""
    photos: tuple[bytes, ...] = ()
    spot: tuple[float, float] | None = None


class Acts(Protocol):
    """How it is done in one network. Raises NotThere, Forbidden, ValueError with a sentence."""

    def place(self, world: World, payload: Args) -> dict[str, Any]:
        """Make a community, page or channel, or change it: {name, id?, about?, …}; at least {"id": its id}."""

    def token(self, world: World, payload: Args) -> dict[str, Any]:
        """Make a token: {kind, place?, person?, token?, …} of the network's own kinds; at least {"token"}."""

    def write(self, world: World, words: Words) -> str:
        """The address of the new text."""

    def edit(self, world: World, address: str, text: str) -> None: ...

    def delete(self, world: World, address: str) -> None: ...

    def event(self, world: World, payload: Args) -> None:
        """Send any event at all, signed as it should be, to whoever listens: for replays, forgeries and broken ones."""

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        """Posts of a place that were written before that moment, newest first. Deleted ones are left out."""

    def thread(self, world: World, address: str) -> Sequence[Item]:
        """A post and all that stands under it, or a whole dialogue, oldest first, deleted ones too. The address may be
        that of any text in it."""

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        """What the person and the place wrote to each other, oldest first; () where nothing is."""


class People(Protocol):
    """Who there is in one network."""

    def named(self, world: World, name: str) -> str:
        """The id of the person with this name; made when there is none. ValueError without a name."""

    def add(self, world: World, name: str, number: str, handle: str) -> None:
        """A person with this id; a known one is renamed."""

    def name_of(self, world: World, number: str) -> str:
        """The name, "" for an id that is nobody's."""

    def latest(self, world: World, most: int) -> Sequence[tuple[str, str]]:
        """Ids and names, those who came last first."""


@dataclasses.dataclass(frozen=True)
class Registered:
    """People of the common table."""

    network: str

    def named(self, world: World, name: str) -> str:
        return person_named(world, self.network, name)

    def add(self, world: World, name: str, number: str, handle: str) -> None:
        add_person(world, self.network, name, number, handle)

    def name_of(self, world: World, number: str) -> str:
        query = "SELECT name FROM person WHERE network = ? AND id = ?"
        row = world.db.execute(query, (self.network, number)).fetchone()
        return str(row["name"]) if row else ""

    def latest(self, world: World, most: int) -> Sequence[tuple[str, str]]:
        query = "SELECT id, name FROM person WHERE network = ? ORDER BY rowid DESC LIMIT ?"
        return [(row["id"], row["name"]) for row in world.db.execute(query, (self.network, most))]


def person_named(world: World, network: str, name: str) -> str:
    """The id of the person with this name in this network; made when there is none. Ids are numbers of 9 digits."""
    row = world.db.execute("SELECT id FROM person WHERE network = ? AND name = ? ORDER BY id", (network, name))
    known = row.fetchone()
    return str(known["id"]) if known else add_person(world, network, name)


def add_person(world: World, network: str, name: str, number: str = "", handle: str = "") -> str:
    """A new person (an existing id is renamed instead); the id."""
    if not name.strip():
        raise ValueError("a person needs a name")
    number = number or _free_number(world.db, network)
    username = handle or f"user{number}"
    world.db.execute(
        "INSERT INTO person VALUES (?, ?, ?, ?) ON CONFLICT (network, id)"
        " DO UPDATE SET name = excluded.name, handle = excluded.handle",
        (network, number, " ".join(name.split()), username),
    )
    return number


def _free_number(db: sqlite3.Connection, network: str) -> str:
    (known,) = db.execute("SELECT count(*) FROM person WHERE network = ?", (network,)).fetchone()
    first = first_number(db)
    while True:
        digest = hashlib.sha256(f"person/{network}/{first + known}".encode()).digest()
        number = str(100_000_000 + int.from_bytes(digest[:4]) % 900_000_000)
        taken = db.execute("SELECT 1 FROM person WHERE network = ? AND id = ?", (network, number)).fetchone()
        if taken is None:
            return number
        known += 1


def get_person(world: World, network: str, number: str) -> sqlite3.Row:
    """The row of a person: id, name, handle. NotThere."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM person WHERE network = ? AND id = ?", (network, number)
    ).fetchone()
    if row is None:
        raise NotThere(f"nobody has the id {number}")
    return row
