"""What can happen in a chat: messages come, change and go; posts are copied into discussions; groups grow up.

Each act tells the bots that may see it, but for deletions: of those the network tells nobody.
"""

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox import pictures
from sandbox.acts import NotThere
from sandbox.state import World
from sandbox.telegram import shapes, updates
from sandbox.telegram.switchboard import switch
from sandbox.telegram.world import CHANNELS, find_bot, find_chat, find_message, free_number, status_of


@dataclasses.dataclass(frozen=True)
class Draft:
    """A message about to stand in `chat` (in the bot's own `box` for a private one). `sender_chat` speaks as a chat."""

    chat: int
    text: str
    sender: int
    box: int = 0
    sender_chat: int = 0
    reply_to: int = 0
    photo: int = 0
    album: str = ""
    spot: tuple[float, float] | None = None
    origin: tuple[int, int] = (0, 0)
    service: str = ""


def write(world: World, draft: Draft) -> sqlite3.Row:
    """A new message, told to the bots. A post of a channel is copied into its discussion at once."""
    number = _next_number(world, draft)
    above = find_message(world, draft.box, draft.chat, draft.reply_to) if draft.reply_to else None
    thread = int(above["thread"]) if above is not None else number
    spot = draft.spot or (None, None)
    world.db.execute(
        "INSERT INTO telegram_message (box, chat, id, thread, sender, sender_chat, date, text, reply_to, origin_chat,"
        " origin_id, photo, album, lat, long, service) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(draft.box, draft.chat, number, thread, draft.sender, draft.sender_chat, world.now, draft.text),
            *(draft.reply_to, *draft.origin, draft.photo, draft.album, *spot, draft.service),
        ),
    )
    row = _row(world, draft.box, draft.chat, number)
    updates.tell_message(world, row)
    if not draft.box and not draft.service:
        _copy(world, row)
    return row


def write_all(world: World, draft: Draft, photos: Sequence[int]) -> list[sqlite3.Row]:
    """A text with photos: one message for each picture, the text under the first, all of one album."""
    if len(photos) < 2:
        return [write(world, dataclasses.replace(draft, photo=photos[0] if photos else 0))]
    seed = f"album/{draft.box}/{draft.chat}/{_next(world, draft)}"
    album = str(13_000_000_000_000_000 + int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6]))
    first = dataclasses.replace(draft, album=album)
    rest = dataclasses.replace(first, text="", spot=None)
    return [
        write(world, dataclasses.replace(first if place == 0 else rest, photo=photo))
        for place, photo in enumerate(photos)
    ]


def keep_photo(world: World, data: bytes) -> int:
    """The number of a stored picture. NotAPicture (a ValueError) for anything else."""
    picture = pictures.check(data)
    cursor = world.db.execute(
        "INSERT INTO telegram_file (width, height, data) VALUES (?, ?, ?)",
        (picture.width, picture.height, picture.data),
    )
    return int(cursor.lastrowid or 0)


def edit(world: World, row: sqlite3.Row, text: str) -> sqlite3.Row:
    """Another text, or another caption; of a channel's post and its copy alike."""
    changed = _edit_one(world, row, text)
    if switch(world.db, "copy_edits"):
        for twin in _copies(world, row):
            _edit_one(world, twin, text)
    return changed


def delete(world: World, row: sqlite3.Row) -> None:
    """Nobody is told. The copy of a channel's post goes with it."""
    for one in (row, *_copies(world, row)):
        world.db.execute("UPDATE telegram_message SET deleted = 1 WHERE seq = ?", (one["seq"],))


def copy_of(world: World, channel: int, post: int) -> sqlite3.Row | None:
    """The copy of a post in the channel's discussion, None where there is none."""
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM telegram_message WHERE origin_chat = ? AND origin_id = ? ORDER BY seq", (channel, post)
    ).fetchone()
    return row


def set_member(world: World, chat: int, who: int, status: str) -> None:
    """Somebody comes, goes or rises. A bot is told of its own change."""
    before = status_of(world, chat, who)
    world.db.execute(
        "INSERT INTO telegram_member VALUES (?, ?, ?) ON CONFLICT (chat, who) DO UPDATE SET status = excluded.status",
        (chat, who, status),
    )
    if before != status:
        _tell_change(world, chat, who, before, status, by=_owner(world, chat))


def set_blocked(world: World, bot: int, person: int, blocked: bool) -> None:
    """A person stops the bot, or lets it in again."""
    world.db.execute(
        "INSERT INTO telegram_dialogue VALUES (?, ?, ?)"
        " ON CONFLICT (bot, person) DO UPDATE SET blocked = excluded.blocked",
        (bot, person, int(blocked)),
    )
    old, new = ("member", "kicked") if blocked else ("kicked", "member")
    _tell_change(world, person, bot, old, new, by=person)


def migrate(world: World, chat: int) -> int:
    """A group becomes a supergroup with another number; messages are counted anew there."""
    group = find_chat(world, chat)
    if group["type"] != "group" or group["moved_to"]:
        raise ValueError("only a plain group becomes a supergroup")
    number = free_number(world, f"supergroup/{chat}", CHANNELS - 3_999_999_999, 2_000_000_000)
    world.db.execute(
        "INSERT INTO telegram_chat (id, type, title, about, moved_from) VALUES (?, 'supergroup', ?, ?, ?)",
        (number, group["title"], group["about"], chat),
    )
    world.db.execute(
        "INSERT INTO telegram_member SELECT ?, who, status FROM telegram_member WHERE chat = ?", (number, chat)
    )
    owner = _owner(world, chat)
    write(world, Draft(chat, "", owner, service=json.dumps({"migrate_to_chat_id": number})))
    write(world, Draft(number, "", owner, service=json.dumps({"migrate_from_chat_id": chat})))
    world.db.execute("UPDATE telegram_chat SET moved_to = ? WHERE id = ?", (number, chat))
    return number


def _copy(world: World, row: sqlite3.Row) -> None:
    chat = find_chat(world, row["chat"])
    if chat["type"] != "channel" or not chat["linked"]:
        return
    spot = None if row["lat"] is None else (row["lat"], row["long"])
    fields: dict[str, Any] = {"photo": row["photo"], "album": row["album"], "spot": spot}
    origin = (row["chat"], row["id"])
    write(world, Draft(chat["linked"], row["text"], shapes.SERVICE_USER, 0, row["chat"], origin=origin, **fields))


def _copies(world: World, row: sqlite3.Row) -> list[sqlite3.Row]:
    """The other half of a post: its copies, or for a copy the post itself."""
    if row["origin_id"]:
        origin = find_message(world, 0, row["origin_chat"], row["origin_id"])
        return [origin] if origin is not None else []
    twin = None if row["box"] else copy_of(world, row["chat"], row["id"])
    return [twin] if twin is not None else []


def _edit_one(world: World, row: sqlite3.Row, text: str) -> sqlite3.Row:
    if row["deleted"]:
        raise NotThere(f"message {row['id']} is deleted")
    world.db.execute("UPDATE telegram_message SET text = ?, edited = ? WHERE seq = ?", (text, world.now, row["seq"]))
    changed = _row(world, row["box"], row["chat"], row["id"])
    updates.tell_message(world, changed, edited=True)
    return changed


def _tell_change(world: World, chat: int, who: int, before: str, after: str, by: int) -> None:
    try:
        bot = find_bot(world, who)
    except NotThere:
        return
    thing = {
        "chat": shapes.chat(world, chat),
        "from": shapes.user(world, by),
        "date": world.now,
        "old_chat_member": shapes.member(world, who, before),
        "new_chat_member": shapes.member(world, who, after),
    }
    updates.tell(world, bot, "my_chat_member", thing)


def _owner(world: World, chat: int) -> int:
    row = world.db.execute(
        "SELECT who FROM telegram_member WHERE chat = ? AND status = 'creator' ORDER BY who", (chat,)
    ).fetchone()
    return int(row["who"]) if row else shapes.SERVICE_USER


def _row(world: World, box: int, chat: int, number: int) -> sqlite3.Row:
    row = find_message(world, box, chat, number)
    if row is None:
        raise NotThere(f"no message {number} in {chat}")
    return row


def _next(world: World, draft: Draft) -> int:
    table, key = ("telegram_bot", draft.box) if draft.box else ("telegram_chat", draft.chat)
    row = world.db.execute(f"SELECT next_message FROM {table} WHERE id = ?", (key,)).fetchone()  # noqa: S608
    return int(row["next_message"])


def _next_number(world: World, draft: Draft) -> int:
    """Private messages are counted by each bot, others by their chat."""
    number = _next(world, draft)
    table, key = ("telegram_bot", draft.box) if draft.box else ("telegram_chat", draft.chat)
    world.db.execute(f"UPDATE {table} SET next_message = ? WHERE id = ?", (number + 1, key))  # noqa: S608
    return number
