"""Communities, people, tokens and photos: what exists before anybody writes."""

import hashlib
import secrets
import sqlite3
from collections.abc import Sequence

from sandbox.pictures import Picture
from sandbox.state import World, first_number
from sandbox.vk import shapes
from sandbox.vk.acts import NotThere, PhotoRef

FIRST_COMMUNITY = 1001
FIRST_PERSON = 500001
WALL_ALBUM, MESSAGE_ALBUM = -7, -64


def add_community(
    world: World, name: str, screen_name: str = "", group_id: int = 0, guests: str = "any", about: str = ""
) -> sqlite3.Row:
    """A new community (an existing id is renamed instead). Returns its row."""
    (last,) = world.db.execute("SELECT coalesce(max(id), ?) FROM vk_community", (FIRST_COMMUNITY - 1,)).fetchone()
    number = group_id or max(int(last) + 1, FIRST_COMMUNITY)
    code = hashlib.sha256(f"confirm/{number}".encode()).hexdigest()[:8]
    world.db.execute(
        "INSERT INTO vk_community (id, name, screen_name, about, confirmation, guests, poll_key, next_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " screen_name = excluded.screen_name, about = excluded.about, guests = excluded.guests",
        (
            *(number, name, screen_name or f"club{number}", about, code, guests, secrets.token_hex(20)),
            first_number(world.db),
        ),
    )
    row: sqlite3.Row = world.db.execute("SELECT * FROM vk_community WHERE id = ?", (number,)).fetchone()
    return row


def add_person(world: World, first_name: str, last_name: str = "", person_id: int = 0) -> int:
    """A new person (an existing id is renamed instead). Returns the id."""
    (last,) = world.db.execute("SELECT coalesce(max(id), 0) FROM vk_person").fetchone()
    number = person_id or max(int(last) + 1, FIRST_PERSON + first_number(world.db))
    world.db.execute(
        "INSERT OR REPLACE INTO vk_person (id, first_name, last_name) VALUES (?, ?, ?)",
        (number, first_name, last_name),
    )
    return number


def person_named(world: World, full_name: str) -> int:
    """The person of this name, made if there is none."""
    first, _, last = " ".join(full_name.split()).partition(" ")
    row = world.db.execute(
        "SELECT id FROM vk_person WHERE first_name = ? AND last_name = ? ORDER BY id", (first, last)
    ).fetchone()
    return int(row["id"]) if row else add_person(world, first, last)


def add_token(world: World, kind: str, holder: int = 0, token: str = "", admin_of: Sequence[int] = ()) -> str:
    """A token of kind user, group or service. `admin_of`: communities this user may speak for."""
    if kind not in ("user", "group", "service"):
        raise ValueError(f"unknown kind of token {kind}")
    table = {"user": "vk_person", "group": "vk_community"}.get(kind)
    if table and shapes.find(world.db, table, holder) is None:
        raise NotThere(f"no {table[3:]} {holder}")
    text = token or f"vk1.a.{secrets.token_urlsafe(48)}"
    world.db.execute("INSERT OR REPLACE INTO vk_token VALUES (?, ?, ?)", (text, kind, holder))
    for group_id in admin_of:
        world.db.execute("INSERT OR IGNORE INTO vk_admin VALUES (?, ?)", (group_id, holder))
    return text


def is_admin(world: World, person_id: int, group_id: int) -> bool:
    row = world.db.execute(
        "SELECT 1 FROM vk_admin WHERE group_id = ? AND person_id = ?", (group_id, person_id)
    ).fetchone()
    return row is not None


def add_photo(
    world: World, owner_id: int, user_id: int, picture: Picture, album: int = WALL_ALBUM, text: str = ""
) -> PhotoRef:
    """Keep a picture as a photo of `owner_id`. Message photos get an access key."""
    (last,) = world.db.execute("SELECT coalesce(max(id), 456239016) FROM vk_photo").fetchone()
    number = int(last) + 1
    key = hashlib.sha256(f"photo/{owner_id}/{number}".encode()).hexdigest()[:18] if album == MESSAGE_ALBUM else ""
    world.db.execute(
        "INSERT INTO vk_photo (owner_id, id, user_id, album_id, date, width, height, access_key, text, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (owner_id, number, user_id, album, world.now, picture.width, picture.height, key, text, picture.data),
    )
    return owner_id, number


def get_photo(world: World, ref: PhotoRef) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM vk_photo WHERE owner_id = ? AND id = ?", ref).fetchone()
    return row
