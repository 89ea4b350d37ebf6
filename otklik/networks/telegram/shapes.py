"""What a payload of the Bot API holds, told by its shape: updates, or messages that methods answer with. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from otklik.networks.base import Json
from otklik.networks.values import mapping, mappings, number, text

NEW = ("message", "channel_post")
EDITED = ("edited_message", "edited_channel_post")
_MOST = 10_000  # updates of one payload
_DEEPEST = 3


def message_of(update: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The kind of an update and its message; ("", {}) for updates without one that we read."""
    for kind in (*NEW, *EDITED):
        if isinstance(update.get(kind), dict):
            return kind, update[kind]
    return "", {}


def updates_in(payload: Json, depth: int = 0) -> list[Mapping[str, Any]]:
    """The updates of a payload: an answer {"ok": true, "result": …}, a list, one update, or a bare message as one."""
    if depth > _DEEPEST:
        return []
    if isinstance(payload, list):
        return [update for each in mappings(payload) for update in updates_in(each, depth + 1)][:_MOST]
    body = mapping(payload)
    for name in ("result", "updates"):
        if isinstance(body.get(name), dict | list):
            return updates_in(body[name], depth + 1)
    if message_of(body)[0]:
        return [body]
    return [{"message": _with_sender(body)}] if is_message(body) else []


def is_message(item: Mapping[str, Any]) -> bool:
    return bool(number(item.get("message_id"))) and bool(number(mapping(item.get("chat")).get("id")))


def _with_sender(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message of a dialogue that does not tell who wrote it: the dialogue is called after the other side."""
    chat = mapping(message.get("chat"))
    has_sender = isinstance(message.get("from"), dict) or isinstance(message.get("sender_chat"), dict)
    return message if has_sender or chat.get("type") != "private" else {**message, "from": dict(chat)}


def albums_in(updates: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The same updates, those of one album together and every other one alone; each stands where its first stood."""
    albums: dict[tuple[str, object], list[Mapping[str, Any]]] = {}
    for place, update in enumerate(updates):
        kind, message = message_of(update)
        album = text(message.get("media_group_id"), 80) if kind in NEW else ""
        key = (album, number(mapping(message.get("chat")).get("id"))) if album else ("", place)
        albums.setdefault(key, []).append(update)
    return list(albums.values())
