"""What exists: the application, places, people, tokens, ids. Everything here reads or makes one row."""

import base64
import hashlib
import json
import sqlite3
from typing import Any

from sandbox import acts
from sandbox.acts import NotThere
from sandbox.state import World, first_number, get_setting, put_setting

KIND = "meta"
APP = "900100200300401"
DEFAULT_SECRET = "sandbox-app-secret"  # noqa: S105 - the secret of a network that does not exist
_IG_PERSON = "56"
RIGHTS = (
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_manage_posts",
    "pages_messaging",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
)
PUBLIC = "page_public_content_access"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def next_number(world: World) -> int:
    number = int(get_setting(world.db, "meta:number", first_number(world.db) - 1)) + 1
    put_setting(world.db, "meta:number", number)
    return number


def app_secret(world: World) -> str:
    return str(get_setting(world.db, "meta:secret", DEFAULT_SECRET))


def shortcode(media: str) -> str:
    """The short name of a publication: its number in 64 signs."""
    number, code = int(media), ""
    while number:
        number, rest = divmod(number, 64)
        code = ALPHABET[rest] + code
    return code


def media_of(short: str) -> str:
    """The number of the publication with this short name."""
    number = 0
    for sign in short:
        number = number * 64 + ALPHABET.index(sign)
    return str(number)


def ig_person(person: str) -> str:
    """How a person is called in Instagram: another number than in Facebook."""
    return person if person.startswith(_IG_PERSON) and len(person) == 16 else _IG_PERSON + person.zfill(14)


def plain_person(person: str) -> str:
    """A person's number in the table of people, from either."""
    return str(int(person[2:])) if person.startswith(_IG_PERSON) and len(person) == 16 else person


def person_of(world: World, person: str) -> sqlite3.Row:
    """NotThere for an unknown one."""
    return acts.get_person(world, KIND, plain_person(person))


def find_place(world: World, place: str, *, named: bool = False) -> sqlite3.Row | None:
    """By number; `named` takes a Page's username as well."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM meta_place WHERE id = ? OR (? AND kind = 'page' AND username = ?)", (place, int(named), place)
    ).fetchone()
    return row


def get_place(world: World, place: str) -> sqlite3.Row:
    row = find_place(world, place)
    if row is None:
        raise NotThere(f"there is no place {place}")
    return row


def linked(world: World, page: str) -> sqlite3.Row | None:
    """The Instagram account of a Page."""
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM meta_place WHERE page = ?", (page,)).fetchone()
    return row


def find_text(world: World, thing: str) -> sqlite3.Row | None:
    """A text that is not deleted."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM meta_text WHERE id = ? AND deleted = 0", (thing,)
    ).fetchone()
    return row


def any_text(world: World, thing: str) -> sqlite3.Row:
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM meta_text WHERE id = ?", (thing,)).fetchone()
    if row is None:
        raise NotThere(f"there is no text {thing}")
    return row


def thread_of(world: World, place: str, person: str) -> sqlite3.Row | None:
    """`person` by the number that this place knows."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM meta_thread WHERE place = ? AND person = ?", (place, person)
    ).fetchone()
    return row


def new_mid(world: World, place: str) -> str:
    """The id of a new message: a long sign sequence that nobody can read."""
    digest = hashlib.sha256(f"{place}/{next_number(world)}".encode()).digest()
    if get_place(world, place)["kind"] == "ig":
        return "aWdfZAG1" + base64.urlsafe_b64encode(digest * 3).decode().rstrip("=")
    return "m_" + base64.urlsafe_b64encode(digest + digest[:16]).decode().rstrip("=")


def put_token(world: World, kind: str, holder: str, rights: list[str], token: str = "") -> str:
    token_text = token or "EAA" + hashlib.sha256(f"{kind}/{holder}/{next_number(world)}".encode()).hexdigest()
    world.db.execute(
        "INSERT OR REPLACE INTO meta_token VALUES (?, ?, ?, ?)", (token_text, kind, holder, json.dumps(rights))
    )
    return token_text


def life_of(world: World, token: str) -> tuple[int, int]:
    """When a token ends, and its leave to see people's data; unix seconds, 0 = never."""
    row = world.db.execute("SELECT ends, data_ends FROM meta_life WHERE token = ?", (token,)).fetchone()
    return (int(row["ends"]), int(row["data_ends"])) if row else (0, 0)


def loaded(text: str) -> list[Any]:
    return list(json.loads(text))
