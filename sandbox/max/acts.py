"""What people do in MAX: write posts, comments and messages to bots, change and delete them, look.

Addresses: a post or message `max:<chat>:<mid>`, a comment `max:<chat>:<post's mid>?comment=<mid>`. The id of a place is
a channel's number, or for private words (`to`) a bot's.
"""

import json
import re
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox.acts import Args, Forbidden, Item, NotThere, Words
from sandbox.max import events, shapes, talks, texts, uploads
from sandbox.max.rights import RIGHTS, USUAL
from sandbox.shelves import Readable, Shelf
from sandbox.state import World

_ADDRESS = re.compile(r"max:(-?[0-9]{1,19}):([\w.\-]{1,100}?)(?:\?comment=([\w.\-]{1,100}))?", re.ASCII)
_FIRST_CHANNEL = 70_000_000_000_000
_FIRST_BOT = 229_000_000


def address_of(row: sqlite3.Row) -> str:
    if row["post"]:
        return f"max:{row['chat']}:{row['post']}?comment={row['mid']}"
    return f"max:{row['chat']}:{row['mid']}"


class MaxActs:
    """The contract of `sandbox/acts.py`."""

    def place(self, world: World, payload: Args) -> dict[str, Any]:
        """{name, id?, about?, link?, comments?, type?}: a channel (or "chat"). `comments` false switches them off."""
        number = int(payload.get("id") or 0) or -(_FIRST_CHANNEL + _count(world, "max_chat"))
        if number >= 0:
            raise ValueError("the number of a channel is negative")
        name, kind = str(payload["name"]).strip(), str(payload.get("type") or "channel")
        if not name or kind not in ("channel", "chat"):
            raise ValueError("a channel or a chat with a name is wanted")
        sql_params = (
            kind,
            name,
            str(payload.get("link") or ""),
            str(payload.get("about") or ""),
            payload.get("comments", True),
        )
        world.db.execute(
            "INSERT INTO max_chat (id, type, title, link, about, comments, event) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, link = excluded.link, about = excluded.about,"
            " comments = excluded.comments",
            (number, *sql_params, texts.next_moment(world)),
        )
        return {"id": str(number)}

    def token(self, world: World, payload: Args) -> dict[str, Any]:
        """{kind: "bot", bot? | id?, name?, place?, rights?, token?}: a bot's token; `id` is a new one's number. With
        `place` the bot becomes an administrator there with these rights (the usual four by default; [] takes them
        away)."""
        if payload.get("kind", "bot") != "bot":
            raise ValueError("MAX has only tokens of bots")
        bot = int(payload.get("bot") or 0)
        if bot:
            talks.get_bot(world, bot)
        else:
            bot = int(payload.get("id") or 0) or _FIRST_BOT + _count(world, "max_bot")
            sql_params = (bot, str(payload.get("name") or f"Бот {bot}"), f"id{bot}_bot")
            world.db.execute("INSERT OR IGNORE INTO max_bot (id, name, username) VALUES (?, ?, ?)", sql_params)
        if payload.get("place"):
            _admit(world, bot, int(payload["place"]), list(payload.get("rights", USUAL)))
        known = world.db.execute("SELECT token FROM max_token WHERE bot = ?", (bot,)).fetchone()
        token = str(payload.get("token") or (known["token"] if known else secrets.token_urlsafe(32)))
        world.db.execute("INSERT OR REPLACE INTO max_token VALUES (?, ?)", (token, bot))
        return {"token": token, "bot": bot}

    def write(self, world: World, words: Words) -> str:
        if not words.text.strip() and not words.photos:
            raise ValueError("there is nothing to write")
        draft = _draft(world, words)
        return address_of(texts.write(world, draft))

    def edit(self, world: World, address: str, text: str) -> None:
        texts.edit(world, _row(world, address)["mid"], text)

    def delete(self, world: World, address: str) -> None:
        row = _row(world, address)
        texts.delete(world, row["mid"], row["by"])

    def event(self, world: World, payload: Args) -> None:
        """{bot, update}: any update, as if it had happened."""
        update = payload["update"]
        if not isinstance(update, dict):
            raise TypeError("an update is an object")
        talks.get_bot(world, int(payload["bot"]))
        events.tell(world, int(payload["bot"]), update)

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        texts.get_chat(world, int(place))
        rows = world.db.execute(
            "SELECT * FROM max_text WHERE chat = ? AND post = '' AND deleted = 0 AND at < ? ORDER BY at DESC LIMIT ?",
            (int(place), min(before, 2**50) * 1000, most),
        ).fetchall()
        return [_item(world, row) for row in rows]

    def thread(self, world: World, address: str) -> Sequence[Item]:
        row = _row(world, address, alive=False)
        chat = texts.get_chat(world, row["chat"])
        if chat["type"] == "dialog":
            return _talk(world, chat["id"])
        post = row["post"] or row["mid"]
        rows = world.db.execute("SELECT * FROM max_text WHERE mid = ? OR post = ? ORDER BY at", (post, post)).fetchall()
        return [_item(world, row) for row in rows]

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        chat = talks.find(world, int(place), person)
        return _talk(world, chat["id"]) if chat is not None else ()


def _count(world: World, table: str) -> int:
    queries = {"max_chat": "SELECT count(*) FROM max_chat", "max_bot": "SELECT count(*) FROM max_bot"}
    return 1 + int(world.db.execute(queries[table]).fetchone()[0])


def _admit(world: World, bot: int, chat: int, rights: list[str]) -> None:
    """The bot joins or gets other rights there, and hears of it."""
    texts.get_chat(world, chat)
    if not set(rights) <= set(RIGHTS):
        raise ValueError(f"rights are {', '.join(RIGHTS)}")
    known = world.db.execute("SELECT 1 FROM max_member WHERE chat = ? AND bot = ?", (chat, bot)).fetchone()
    moment = texts.next_moment(world)
    world.db.execute(
        "INSERT INTO max_member VALUES (?, ?, ?, ?) ON CONFLICT (chat, bot) DO UPDATE SET rights = excluded.rights",
        (chat, bot, json.dumps(rights), moment),
    )
    kind = "bot_admin_permissions_changed" if known else "bot_added"
    is_channel = texts.get_chat(world, chat)["type"] == "channel"
    events.tell(world, bot, {"update_type": kind, "timestamp": moment, "chat_id": chat, "is_channel": is_channel})


def _row(world: World, address: str, *, alive: bool = True) -> sqlite3.Row:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise NotThere(f"{address} is no address of MAX")
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM max_text WHERE mid = ? AND chat = ?", (match[3] or match[2], int(match[1]))
    ).fetchone()
    if row is None or (alive and row["deleted"]) or (match[3] and row["post"] != match[2]):
        raise NotThere(f"no text has the address {address}")
    return row


def _draft(world: World, words: Words) -> texts.Draft:
    author = int(words.author or 0)
    photos = [uploads.keep_photo(world, 0, secrets.token_urlsafe(32), data) for data in words.photos]
    if words.to:
        chat = talks.start(world, int(words.to), words.author)
        return texts.Draft(chat["id"], author, author, words.text, photos=photos, spot=words.spot)
    if words.under:
        return _under(world, words, author)
    chat = texts.get_chat(world, int(words.place))
    if chat["type"] == "channel" and author:
        raise Forbidden("only its administrators write posts in a channel")
    return texts.Draft(chat["id"], author, author, words.text, photos=photos, spot=words.spot)


def _under(world: World, words: Words, author: int) -> texts.Draft:
    row = _row(world, words.under)
    chat = texts.get_chat(world, row["chat"])
    if chat["type"] == "dialog":
        return texts.Draft(chat["id"], author, author, words.text, link=row["mid"])
    if chat["type"] == "channel":
        if not chat["comments"]:
            raise Forbidden("comments are switched off in this channel")
        if words.photos or words.spot:
            raise Forbidden("a comment takes no attachments")
        link = row["mid"] if row["post"] else ""
        return texts.Draft(chat["id"], author, author, words.text, post=row["post"] or row["mid"], link=link)
    return texts.Draft(chat["id"], author, author, words.text, link=row["mid"])


def _talk(world: World, chat: int) -> list[Item]:
    rows = world.db.execute("SELECT * FROM max_text WHERE chat = ? ORDER BY at", (chat,)).fetchall()
    return [_item(world, row) for row in rows]


def _item(world: World, row: sqlite3.Row) -> Item:
    official = row["sender"] == 0 or _is_bot(world, row["sender"])
    chat = texts.get_chat(world, row["chat"])
    tokens = [
        world.db.execute("SELECT token FROM max_photo WHERE id = ?", (number,)).fetchone()["token"]
        for number in json.loads(row["photos"])
    ]
    return Item(
        address=address_of(row),
        author=str(row["sender"] or row["chat"]),
        author_name=shapes.name_of(world, row["sender"]) if row["sender"] else chat["title"],
        official=official,
        text=row["text"],
        at=row["at"] // 1000,
        parent=_parent(row),
        edited=row["edited"] // 1000,
        deleted=bool(row["deleted"]),
        photos=tuple(f"/max/photo/{token}.jpg" for token in tokens),
        spot=(row["lat"], row["long"]) if row["lat"] is not None else None,
        link=_page(world, row, chat),
    )


def _is_bot(world: World, number: int) -> bool:
    return world.db.execute("SELECT 1 FROM max_bot WHERE id = ?", (number,)).fetchone() is not None


def _parent(row: sqlite3.Row) -> str:
    if row["post"]:
        return f"max:{row['chat']}:{row['post']}" + (f"?comment={row['link']}" if row["link"] else "")
    return f"max:{row['chat']}:{row['link']}" if row["link"] else ""


def _page(world: World, row: sqlite3.Row, chat: sqlite3.Row) -> str:
    if chat["type"] == "dialog":
        return f"/max/im/{row['chat']}"
    if not row["post"]:
        return f"/max/c/{row['chat']}/{shapes.code_of(row['seq'])}"
    post = world.db.execute("SELECT seq FROM max_text WHERE mid = ?", (row["post"],)).fetchone()
    return f"/max/c/{row['chat']}/{shapes.code_of(post['seq'])}?comment={row['mid']}"


def _readable(world: World, row: sqlite3.Row) -> Readable:
    chat = texts.get_chat(world, row["chat"])
    bots = tuple(str(bot) for bot in events.listeners(world, chat))
    if chat["type"] == "dialog":
        return Readable(_item(world, row), bots, dialogue=f"max:{chat['id']}")
    return Readable(_item(world, row), (str(chat["id"]), *bots))


SHELVES = (Shelf("SELECT rowid AS number, * FROM max_text WHERE rowid > ? ORDER BY rowid LIMIT ?", _readable),)
