"""Users, the app, tokens: what exists before anybody writes."""

import secrets
import sqlite3
from collections.abc import Iterable
from typing import Any

from sandbox.acts import Args, NotThere, add_person, get_person
from sandbox.pictures import Picture
from sandbox.state import World
from sandbox.x import tokens

SCOPES = "tweet.read tweet.write users.read dm.read dm.write tweet.moderate.write media.write offline.access like.read"
FIRST_OFFICIAL = 1_700_000_000_000_000_001
"""Young accounts have numbers of 19 digits, beyond 2^53."""


def add_official(world: World, payload: Args) -> dict[str, Any]:
    """An account of an office, or a change of one: {name, id?, handle?, about?, dm_open?, protected?}."""
    (last,) = world.db.execute("SELECT count(*) FROM x_user WHERE official").fetchone()
    number = str(payload.get("id") or FIRST_OFFICIAL + int(last) * 7919)
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        raise ValueError("an account's id is a number of at most 19 digits")
    handle = str(payload.get("handle") or f"office{number[-8:]}")
    add_person(world, "x", str(payload["name"]), number, handle)
    about, opened, protected = (
        str(payload.get("about") or ""),
        bool(payload.get("dm_open", True)),
        payload.get("protected"),
    )
    world.db.execute(
        "INSERT OR REPLACE INTO x_user VALUES (?, 1, ?, ?, ?)", (number, about, int(opened), int(bool(protected)))
    )
    return {"id": number, "handle": handle}


def adjust(world: World, number: str, *, dm_open: bool | None = None, protected: bool | None = None) -> None:
    """Open or close a person's direct messages, protect or open their texts."""
    get_person(world, "x", number)
    world.db.execute("INSERT OR IGNORE INTO x_user (id) VALUES (?)", (number,))
    for column, value in (("dm_open", dm_open), ("protected", protected)):
        if value is not None:
            world.db.execute(f"UPDATE x_user SET {column} = ? WHERE id = ?", (int(value), number))  # noqa: S608 two names


def app(world: World, name: str) -> sqlite3.Row:
    """The app of this name, made if there is none: its key and consumer secret."""
    world.db.execute(
        "INSERT OR IGNORE INTO x_app VALUES (?, ?, ?)", (name, secrets.token_hex(12), secrets.token_urlsafe(37))
    )
    row: sqlite3.Row = world.db.execute("SELECT * FROM x_app WHERE name = ?", (name,)).fetchone()
    return row


def add_token(world: World, payload: Args) -> dict[str, Any]:
    """{kind: bearer | user | oauth1 | pair | consumer_secret, place | person, app?, token?, scopes?, public?} →
    {"token", …}; a pair is a user's token that ends, with its refresh token and the client that may use it."""
    kind, ours = str(payload.get("kind") or ""), app(world, str(payload.get("app") or "app"))
    if kind == "consumer_secret":
        if payload.get("token"):
            world.db.execute("UPDATE x_app SET secret = ? WHERE name = ?", (str(payload["token"]), ours["name"]))
        return {"token": str(payload.get("token") or ours["secret"]), "consumer_key": ours["key"]}
    if kind not in ("bearer", "user", "oauth1", "pair"):
        raise ValueError(f"unknown kind of token {kind}")
    user = "" if kind == "bearer" else str(payload.get("place") or payload.get("person") or "")
    if user or kind != "bearer":
        get_person(world, "x", user)
    if kind == "pair":
        token_fields = tokens.issue(world, user, ours["name"], str(payload.get("scopes", SCOPES)))
        known = tokens.client(world, ours["name"], public=bool(payload.get("public")))
        return {"token": token_fields["access_token"], "refresh": token_fields["refresh_token"], **known}
    text = str(payload.get("token") or secrets.token_urlsafe(40))
    secret = secrets.token_urlsafe(30) if kind == "oauth1" else ""
    scopes = str(payload.get("scopes", SCOPES))
    stored = "oauth2" if kind == "user" else kind
    world.db.execute(
        "INSERT OR REPLACE INTO x_token VALUES (?, ?, ?, ?, ?, ?)", (text, stored, user, ours["name"], secret, scopes)
    )
    token_fields = {"token": text, "consumer_key": ours["key"]}
    return token_fields | ({"secret": secret, "consumer_secret": ours["secret"]} if kind == "oauth1" else {})


def user(world: World, number: str) -> sqlite3.Row | None:
    """id, name, handle, official, about, dm_open, protected of somebody; None if there is nobody."""
    row: sqlite3.Row | None = world.db.execute(f"{_USERS} AND p.id = ?", (number,)).fetchone()
    return row


def named(world: World, handle: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(
        f"{_USERS} AND p.handle = ? COLLATE NOCASE",
        (handle,),
    ).fetchone()
    return row


_USERS = (
    "SELECT p.id, p.name, p.handle, coalesce(u.official, 0) AS official, coalesce(u.about, '') AS about,"
    " coalesce(u.dm_open, 0) AS dm_open, coalesce(u.protected, 0) AS protected"
    " FROM person p LEFT JOIN x_user u ON u.id = p.id WHERE p.network = 'x'"
)


def handle(world: World, number: str) -> str:
    row = user(world, number)
    if row is None:
        raise NotThere(f"nobody has the id {number}")
    return str(row["handle"])


def keep_photo(world: World, picture: Picture) -> str:
    """A picture's key, as the network writes keys of photos: 3_<number>."""
    (count,) = world.db.execute("SELECT count(*) FROM x_photo").fetchone()
    key = f"3_{1_800_000_000_000_000_000 + int(count)}"
    world.db.execute("INSERT INTO x_photo VALUES (?, ?, ?, ?)", (key, picture.width, picture.height, picture.data))
    return key


def photos(world: World, keys: Iterable[str]) -> list[sqlite3.Row]:
    rows = [world.db.execute("SELECT * FROM x_photo WHERE key = ?", (key,)).fetchone() for key in keys]
    return [row for row in rows if row is not None]
