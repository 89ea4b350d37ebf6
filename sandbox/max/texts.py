"""What can happen in a chat: texts come, change and go. Each act tells its update.

A mid is "mid.", the chat's number and the `seq`, each as 64 bits in hex; `seq` is the millisecond and a few bits more,
so it is far beyond 2^53. Measured on recorded messages.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Sequence

from sandbox.acts import NotThere
from sandbox.max import events
from sandbox.max.switchboard import switch
from sandbox.state import World


@dataclasses.dataclass(frozen=True)
class Draft:
    """A text about to be written. `sender` 0 shows it as the channel's; `by` is who wrote it. `link` is the mid of
    what it answers, `post` of the post that it is a comment under."""

    chat: int
    by: int
    sender: int
    text: str
    post: str = ""
    link: str = ""
    photos: Sequence[int] = ()
    spot: tuple[float, float] | None = None


def get_chat(world: World, number: int) -> sqlite3.Row:
    """A channel, a group chat or a dialogue. NotThere."""
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM max_chat WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotThere(f"no chat has the number {number}")
    return row


def get_text(world: World, mid: str, post: str | None = None) -> sqlite3.Row:
    """A living text; with `post` a comment of that post, "" for a post or message. NotThere."""
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM max_text WHERE mid = ?", (mid,)).fetchone()
    if row is None or row["deleted"] or (post is not None and row["post"] != post):
        raise NotThere(f"no text has the id {mid}")
    return row


def next_moment(world: World) -> int:
    """The time now in milliseconds; never the same twice, so that texts have an order."""
    row = world.db.execute("SELECT last FROM max_clock").fetchone()
    moment = max(world.now * 1000, (row["last"] if row else 0) + 1)
    world.db.execute("DELETE FROM max_clock")
    world.db.execute("INSERT INTO max_clock VALUES (?)", (moment,))
    return moment


def write(world: World, draft: Draft) -> sqlite3.Row:
    """A new text and its update. NotThere for an unknown chat."""
    get_chat(world, draft.chat)
    moment = next_moment(world)
    seq = (moment << 16) | (moment * 40503 % 65536)
    mid = f"mid.{draft.chat & (2**64 - 1):016x}{seq:016x}"
    lat, long = draft.spot or (None, None)
    sql_params = (mid, draft.chat, draft.post, seq, moment, draft.sender, draft.by, draft.text, draft.link)
    world.db.execute(
        "INSERT INTO max_text (mid, chat, post, seq, at, sender, by, text, link, photos, lat, long)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*sql_params, json.dumps(list(draft.photos)), lat, long),
    )
    if not draft.post or switch(world.db, "comment_moves_chat"):
        touch(world, draft.chat, moment)
    row = get_text(world, mid)
    echo = bool(switch(world.db, "echo"))
    events.tell_message(world, get_chat(world, draft.chat), row, "created", moment, echo=echo)
    return row


def touch(world: World, chat: int, moment: int) -> None:
    world.db.execute("UPDATE max_chat SET event = ? WHERE id = ?", (moment, chat))


def edit(world: World, mid: str, text: str, photos: Sequence[int] | None = None) -> None:
    """Change a text; `photos` None keeps the old ones. NotThere if it is gone."""
    before = get_text(world, mid)
    moment = next_moment(world)
    kept = before["photos"] if photos is None else json.dumps(list(photos))
    world.db.execute("UPDATE max_text SET text = ?, photos = ?, edited = ? WHERE mid = ?", (text, kept, moment, mid))
    row = get_text(world, mid)
    events.tell_message(world, get_chat(world, row["chat"]), row, "edited", moment)


def delete(world: World, mid: str, by: int) -> None:
    """Take a text away for ever. The comments of a post go with it, untold."""
    row = get_text(world, mid)
    world.db.execute("UPDATE max_text SET deleted = 1 WHERE mid = ? OR post = ?", (mid, mid))
    events.tell_removed(world, get_chat(world, row["chat"]), row, by, next_moment(world))
