"""Dialogues of people with bots. A person has to start a bot before it may write to him."""

import sqlite3

from sandbox.acts import NotThere, get_person
from sandbox.max import events, shapes, texts
from sandbox.state import World, first_number

_FIRST = 300_000_000


def get_bot(world: World, number: int) -> sqlite3.Row:
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM max_bot WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotThere(f"no bot has the number {number}")
    return row


def find(world: World, bot: int, person: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM max_chat WHERE type = 'dialog' AND bot = ? AND person = ?", (bot, person)
    ).fetchone()
    return row


def start(world: World, bot: int, person: str) -> sqlite3.Row:
    """The person presses «Start»: the dialogue exists and the bot hears `bot_started`. Not again while it lasts."""
    get_bot(world, bot)
    get_person(world, "max", person)
    row = find(world, bot, person)
    if row is not None and row["state"] == "active":
        return row
    if row is None:
        (known,) = world.db.execute("SELECT count(*) FROM max_chat WHERE type = 'dialog'").fetchone()
        world.db.execute(
            "INSERT INTO max_chat (id, type, title, link, about, event, bot, person)"
            " VALUES (?, 'dialog', '', '', '', ?, ?, ?)",
            (_FIRST + first_number(world.db) + known, texts.next_moment(world), bot, person),
        )
    world.db.execute("UPDATE max_chat SET state = 'active' WHERE bot = ? AND person = ?", (bot, person))
    return _tell(world, bot, person, "bot_started")


def stop(world: World, bot: int, person: str) -> None:
    """The person stops the bot: it may not write to him any more."""
    if find(world, bot, person) is None:
        raise NotThere("this person never started the bot")
    world.db.execute("UPDATE max_chat SET state = 'stopped' WHERE bot = ? AND person = ?", (bot, person))
    _tell(world, bot, person, "bot_stopped")


def _tell(world: World, bot: int, person: str, kind: str) -> sqlite3.Row:
    row = find(world, bot, person)
    if row is None:
        raise NotThere("no such dialogue")
    update = {"update_type": kind, "timestamp": texts.next_moment(world), "chat_id": row["id"]}
    events.tell(world, bot, update | {"user": shapes.user(world, int(person)), "user_locale": "ru"})
    return row
