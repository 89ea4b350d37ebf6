"""What people do in Odnoklassniki, for the control API and the pages for people."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sandbox.acts import Args, Forbidden, Item, NotThere, Words, get_person, person_named
from sandbox.ok import dialogues, photos, push, refs, writing
from sandbox.shelves import Readable, Shelf
from sandbox.state import World

APPLICATION, SECRET = "CSANDBOXAPPLICATION", "5A4DB0X5EC2E7"  # one application is enough for a training ground
RIGHTS = "VALUABLE_ACCESS,GROUP_CONTENT"
TOPIC_CLOSED = "Комментарии к этой теме закрыты."
GROUP_CLOSED = "Эта группа закрыта: пишут в ней только участники."


class OkActs:
    """See `sandbox/acts.py`. A place is a group."""

    def place(self, world: World, payload: Args) -> dict[str, Any]:
        """{name, id?, shortname?, about?, guests?: any | none | closed}; a known id is changed."""
        number = str(payload.get("id") or "")
        about, short = str(payload.get("about") or ""), str(payload.get("shortname") or "")
        if payload.get("name"):
            number = writing.add_group(world, str(payload["name"]), number, short, about)
        if payload.get("guests") is not None:
            writing.set_guests(world, number, str(payload["guests"]))
        return {"id": writing.get_group(world, number)["id"]}

    def token(self, world: World, payload: Args) -> dict[str, Any]:
        """{kind: access, place?, person? | author?, admin_of?, rights?} or {kind: group, place}; {token, expired}
        changes a known one. A new group token ends the former one, as in the network."""
        token_text, kind = str(payload.get("token") or ""), str(payload.get("kind") or "")
        if not kind and token_text:
            world.db.execute(
                "UPDATE ok_token SET expired = ? WHERE token = ?", (int(bool(payload.get("expired"))), token_text)
            )
            return {"token": token_text}
        world.db.execute("INSERT OR IGNORE INTO ok_app VALUES (?, ?)", (APPLICATION, SECRET))
        token = token_text or f"-s-{secrets.token_urlsafe(24)}"
        if kind == "group":
            holder = str(writing.get_group(world, str(payload["place"]))["id"])
            world.db.execute("DELETE FROM ok_token WHERE kind = 'group' AND holder = ?", (holder,))
        elif kind == "access":
            holder = self._holder(world, payload)
        else:
            raise ValueError("kinds of token are access and group")
        rights = ",".join(payload["rights"]) if isinstance(payload.get("rights"), list) else RIGHTS
        world.db.execute(
            "INSERT INTO ok_token VALUES (?, ?, ?, ?, ?, ?)",
            (token, kind, APPLICATION, holder, rights, int(bool(payload.get("expired")))),
        )
        return {"token": token, "application_key": APPLICATION, "secret_key": SECRET, "person": holder}

    def _holder(self, world: World, payload: Args) -> str:
        """Whose access token it is; he administers the place and what else is named."""
        person = str(payload.get("person") or "")
        if not person:
            place = str(payload.get("place") or "")
            person = person_named(world, "ok", str(payload.get("author") or f"Администратор {place}".strip()))
        get_person(world, "ok", person)
        for group in [*([payload["place"]] if payload.get("place") else []), *payload.get("admin_of", [])]:
            number = writing.get_group(world, str(group))["id"]
            world.db.execute("INSERT OR IGNORE INTO ok_admin VALUES (?, ?)", (number, person))
        return person

    def write(self, world: World, words: Words) -> str:
        if words.author:
            get_person(world, "ok", words.author)
        pictures = [photos.add(world, data) for data in words.photos]
        if words.to:
            return self._message(world, words, pictures)
        draft = writing.Draft(words.author, words.text, pictures)
        if words.place:
            return refs.topic(writing.write_topic(world, words.place, draft))
        reference = _named(words.under)
        if reference.chat:
            return self._into_chat(world, reference.chat, words, pictures)
        self._may_comment(world, writing.get_topic(world, reference.topic), words.author)
        row = writing.write_comment(world, reference.topic, draft, reference.comment)
        return refs.comment(reference.topic, row["id"])

    def _may_comment(self, world: World, topic: sqlite3.Row, author: str) -> None:
        if not author or writing.is_admin(world, topic["group_id"], author):
            return
        if topic["closed"]:
            raise Forbidden(TOPIC_CLOSED)
        if writing.get_group(world, topic["group_id"])["guests"] == "closed":
            raise Forbidden(GROUP_CLOSED)

    def _message(self, world: World, words: Words, pictures: list[str]) -> str:
        if not words.author:
            raise ValueError("a group answers under an address")
        row = dialogues.from_person(world, words.to, words.author, words.text, pictures)
        return refs.message(row["chat_id"], row["mid"])

    def _into_chat(self, world: World, chat: str, words: Words, pictures: list[str]) -> str:
        known = _chat(world, chat)
        if words.author:
            row = dialogues.from_person(world, known["group_id"], words.author, words.text, pictures)
        else:
            row = dialogues.from_group(world, known["group_id"], chat, words.text)
        return refs.message(row["chat_id"], row["mid"])

    def edit(self, world: World, address: str, text: str) -> None:
        reference = _named(address)
        if reference.comment:
            writing.edit_comment(world, reference.topic, reference.comment, text)
        elif reference.topic:
            writing.edit_topic(world, reference.topic, text)
        else:
            raise Forbidden("Сообщения здесь не меняют.")

    def delete(self, world: World, address: str) -> None:
        reference = _named(address)
        if reference.comment:
            writing.delete_comment(world, reference.topic, reference.comment)
        elif reference.topic:
            writing.delete_topic(world, reference.topic)
        else:
            raise Forbidden("Сообщения здесь не удаляют.")

    def event(self, world: World, payload: Args) -> None:
        """{place, event}: an object, or a text that is sent as it is; the network signs nothing."""
        event = payload.get("event", {})
        body = event.encode() if isinstance(event, str) else json.dumps(event, ensure_ascii=False).encode()
        kind = str(event.get("webhookType", push.CREATED)) if isinstance(event, dict) else push.CREATED
        push.send(world, str(writing.get_group(world, str(payload["place"]))["id"]), body, kind)

    def posts(self, world: World, place: str, before: int, most: int) -> Sequence[Item]:
        rows = [row for row in writing.topics_of(world, place) if row["created_ms"] // 1000 < before]
        return [_topic(world, row) for row in rows[:most]]

    def thread(self, world: World, address: str) -> Sequence[Item]:
        reference = _named(address)
        if reference.chat:
            return [
                _message_item(world, _chat(world, reference.chat), row)
                for row in dialogues.messages(world, reference.chat)
            ]
        topic = world.db.execute("SELECT * FROM ok_topic WHERE id = ?", (reference.topic,)).fetchone()
        if topic is None:
            raise NotThere(f"no topic {reference.topic}")
        rows = world.db.execute(
            "SELECT * FROM ok_comment WHERE topic_id = ? ORDER BY seq", (reference.topic,)
        ).fetchall()
        return [_topic(world, topic), *(_comment(world, topic, row) for row in rows)]

    def dialogue(self, world: World, place: str, person: str) -> Sequence[Item]:
        chat = dialogues.chat_between(world, place, person)
        return [_message_item(world, chat, row) for row in dialogues.messages(world, chat["id"])] if chat else ()


def _named(address: str) -> refs.Named:
    reference = refs.named(address)
    if reference is None:
        raise NotThere(f"{address} is no address")
    return reference


def _chat(world: World, chat: str) -> sqlite3.Row:
    row: sqlite3.Row | None = world.db.execute("SELECT * FROM ok_chat WHERE id = ?", (chat,)).fetchone()
    if row is None:
        raise NotThere(f"no chat {chat}")
    return row


def _who(world: World, author: str, group: str) -> dict[str, Any]:
    if author:
        name = get_person(world, "ok", author)["name"]
        return {"author": author, "author_name": name, "official": _speaks_for_office(world, author)}
    return {"author": group, "author_name": writing.get_group(world, group)["name"], "official": True}


def _speaks_for_office(world: World, person: str) -> bool:
    """An administrator of some group whose key a program has: in a group of others it answers in his name."""
    query = "SELECT 1 FROM ok_token JOIN ok_admin ON person_id = holder WHERE kind = 'access' AND holder = ? LIMIT 1"
    return world.db.execute(query, (person,)).fetchone() is not None


def _why_closed(world: World, topic: sqlite3.Row) -> str:
    if topic["closed"]:
        return TOPIC_CLOSED
    return GROUP_CLOSED if writing.get_group(world, topic["group_id"])["guests"] == "closed" else ""


def _topic(world: World, row: sqlite3.Row) -> Item:
    return Item(
        address=refs.topic(row["id"]),
        **_who(world, row["author"], row["group_id"]),
        text=row["text"],
        at=row["created_ms"] // 1000,
        edited=row["edited_ms"] // 1000,
        deleted=bool(row["deleted"]),
        photos=tuple(photos.path(number) for number in json.loads(row["photos"])),
        link=f"/ok/group/{row['group_id']}/topic/{row['id']}",
        closed=_why_closed(world, row),
    )


def _comment(world: World, topic: sqlite3.Row, row: sqlite3.Row) -> Item:
    above = refs.comment(topic["id"], row["reply_to"]) if row["reply_to"] else refs.topic(topic["id"])
    return Item(
        address=refs.comment(topic["id"], row["id"]),
        **_who(world, row["author"], topic["group_id"]),
        text=row["text"],
        at=row["created_ms"] // 1000,
        parent=above,
        edited=row["edited_ms"] // 1000,
        deleted=bool(row["deleted"]),
        photos=tuple(photos.path(number) for number in json.loads(row["photos"])),
        link=f"/ok/group/{topic['group_id']}/topic/{topic['id']}?comment={quote(row['id'], safe='')}",
    )


def _message_item(world: World, chat: sqlite3.Row, row: sqlite3.Row) -> Item:
    return Item(
        address=refs.message(chat["id"], row["mid"]),
        **_who(world, "" if row["out"] else chat["person_id"], chat["group_id"]),
        text=row["text"],
        at=row["ms"] // 1000,
        photos=tuple(photos.path(number) for number in json.loads(row["photos"])),
        link=f"/ok/messages/{chat['id']}",
    )


def _readable_topic(world: World, row: sqlite3.Row) -> Readable:
    return Readable(_topic(world, row), (row["group_id"],))


def _readable_comment(world: World, row: sqlite3.Row) -> Readable:
    topic = world.db.execute("SELECT * FROM ok_topic WHERE id = ?", (row["topic_id"],)).fetchone()
    return Readable(_comment(world, topic, row), (topic["group_id"],))


def _readable_message(world: World, row: sqlite3.Row) -> Readable:
    chat = _chat(world, row["chat_id"])
    return Readable(_message_item(world, chat, row), (chat["group_id"],), dialogue=refs.chat(chat["id"]))


SHELVES = (
    Shelf("SELECT seq AS number, * FROM ok_topic WHERE seq > ? ORDER BY seq LIMIT ?", _readable_topic),
    Shelf("SELECT seq AS number, * FROM ok_comment WHERE seq > ? ORDER BY seq LIMIT ?", _readable_comment),
    Shelf("SELECT seq AS number, * FROM ok_message WHERE seq > ? ORDER BY seq LIMIT ?", _readable_message),
)
