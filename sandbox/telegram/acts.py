"""What people do here, for the common control API and the pages: see `sandbox/acts.py`.

A place is a channel (with a discussion group, unless it shall have none), a supergroup or a plain group; in private it
is a bot. Addresses are those of the connector's README.
"""

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox.acts import Args, Forbidden, Item, NotThere, Words, get_person
from sandbox.pusher import push
from sandbox.state import World
from sandbox.telegram import making, showing, updates, writing
from sandbox.telegram.world import find_bot, find_chat, find_message, is_bot, status_of

_MESSAGE = re.compile(r"tg:(-[0-9]{1,18}):([0-9]{1,18})", re.ASCII)
_DIRECT = re.compile(r"tg:im:([0-9]{1,18}):([0-9]{1,18})(?::([0-9]{1,18}))?", re.ASCII)


class TelegramActs:
    def place(self, world: World, payload: Args) -> dict[str, Any]:
        """{name, kind?: channel | supergroup | group, discussion?, username?, about?, photos?, id?} or {id, …}."""
        return making.place(world, payload)

    def token(self, world: World, payload: Args) -> dict[str, Any]:
        """{kind: bot, name?, username?, privacy?, id?, place?, status?} → {"token", "id"}; with `place` (one or many)
        the bot sits there, in a channel's discussion too."""
        return making.token(world, payload)

    def write(self, world: World, words: Words) -> str:
        photos = [writing.keep_photo(world, data) for data in words.photos]
        if not (words.text.strip() or photos or words.spot):
            raise ValueError("an empty message")
        draft = self._draft(world, words)
        row = writing.write_all(world, draft, photos)[0]
        return showing.address(writing.copy_of(world, row["chat"], row["id"]) or row)

    def _draft(self, world: World, words: Words) -> writing.Draft:
        author = int(words.author or 0)
        if author:
            get_person(world, "telegram", words.author)
        if words.to:
            return _private(world, int(words.to), author, words)
        above = message_at(world, words.under) if words.under else None
        if above is not None and above["box"]:
            return _private(world, above["box"], author, words, above)
        chat = find_chat(world, above["chat"] if above is not None else int(words.place))
        if chat["type"] == "channel" and above is not None:
            twin = writing.copy_of(world, above["chat"], above["id"])
            if twin is None:
                raise Forbidden("this channel has no discussion")
            above, chat = twin, find_chat(world, twin["chat"])
        if above is not None and above["deleted"]:
            raise NotThere("this message is deleted")
        _check_may_write(world, chat, author)
        speaks_as = 0 if author else _voice_of(chat, above)
        reply_to = int(above["id"]) if above is not None else 0
        return writing.Draft(chat["id"], words.text, author, sender_chat=speaks_as, reply_to=reply_to, spot=words.spot)

    def edit(self, world: World, address: str, text: str) -> None:
        writing.edit(world, message_at(world, address), text)

    def delete(self, world: World, address: str) -> None:
        writing.delete(world, message_at(world, address))

    def event(self, world: World, payload: Args) -> None:
        """{bot, update: {…}}: with a number of its own if it has none. {bot, body: "…"}: these very words, to the
        webhook."""
        bot = find_bot(world, int(payload["bot"]))
        if "body" in payload:
            if not bot["hook"]:
                raise ValueError("only a webhook hears what is no update")
            push(world, updates.hook_of(bot), "event", str(payload["body"]).encode(), updates.headers(bot))
            return
        update = dict(payload["update"])
        kind = next((name for name in update if name != "update_id"), "event")
        update = {"update_id": updates.next_number(world, bot["id"]), **update}
        updates.put(world, bot, kind, update)

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        return showing.posts(world, find_chat(world, int(place)), before, most)

    def thread(self, world: World, address: str) -> Sequence[Item]:
        match = _DIRECT.fullmatch(address)
        if match:
            return showing.dialogue(world, int(match[1]), int(match[2]))
        return showing.thread(world, message_at(world, address))

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        return showing.dialogue(world, int(place), int(person))


def message_at(world: World, address: str) -> sqlite3.Row:
    """The message with this address, deleted or not. NotThere."""
    plain, direct = _MESSAGE.fullmatch(address), _DIRECT.fullmatch(address)
    row = None
    if plain:
        row = find_message(world, 0, int(plain[1]), int(plain[2]))
    elif direct and direct[3]:
        row = find_message(world, int(direct[1]), int(direct[2]), int(direct[3]))
    if row is None:
        raise NotThere(f"no message has the address {address}")
    return row


def _private(world: World, bot: int, author: int, words: Words, above: sqlite3.Row | None = None) -> writing.Draft:
    """A person's message to a bot starts the dialogue and lets the bot in; without an author the bot speaks."""
    find_bot(world, bot)
    person = author or int(above["chat"] if above is not None else 0)
    if not person:
        raise ValueError("a private message needs a person")
    if author:
        row = world.db.execute(
            "SELECT blocked FROM telegram_dialogue WHERE bot = ? AND person = ?", (bot, person)
        ).fetchone()
        if row is None:
            world.db.execute("INSERT INTO telegram_dialogue (bot, person) VALUES (?, ?)", (bot, person))
        elif row["blocked"]:
            writing.set_blocked(world, bot, person, blocked=False)
    reply_to = int(above["id"]) if above is not None else 0
    return writing.Draft(person, words.text, author or bot, bot, reply_to=reply_to, spot=words.spot)


def _check_may_write(world: World, chat: sqlite3.Row, author: int) -> None:
    if chat["moved_to"]:
        raise Forbidden("this group has become a supergroup")
    if author and chat["type"] == "channel":
        raise Forbidden("people do not write in a channel: they comment in its discussion")
    if author and status_of(world, chat["id"], author) == "kicked":
        raise Forbidden("this person is banned here")
    if author and is_bot(world, author):
        raise Forbidden("a bot speaks through the API")


def _voice_of(chat: sqlite3.Row, above: sqlite3.Row | None) -> int:
    """Who speaks for a place: a channel for itself and in its discussion, else the group without a name."""
    if chat["type"] != "channel" and chat["linked"] and above is not None:
        return int(chat["linked"])
    return int(chat["id"])
