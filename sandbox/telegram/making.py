"""Making chats and bots, for the control API."""

import base64
import hashlib
from typing import Any

from sandbox.acts import Args
from sandbox.state import World, first_number
from sandbox.telegram import writing
from sandbox.telegram.world import CHANNELS, find_bot, find_chat, free_number

KINDS = ("channel", "supergroup", "group")
STATUSES = ("creator", "administrator", "member", "left", "kicked")


def place(world: World, payload: Args) -> dict[str, Any]:
    """A new chat, or a known one changed: {"id"}, and for a channel the number of its discussion (0 = none)."""
    known = world.db.execute("SELECT * FROM telegram_chat WHERE id = ?", (int(payload.get("id") or 0),)).fetchone()
    number = int(known["id"]) if known else _make(world, payload, str(payload.get("kind", "channel")))
    for name, column in (("name", "title"), ("about", "about"), ("username", "username"), ("photos", "photos")):
        if known and name in payload:
            value = int(payload[name]) if name == "photos" else str(payload[name])
            world.db.execute(f"UPDATE telegram_chat SET {column} = ? WHERE id = ?", (value, number))  # noqa: S608
    chat = find_chat(world, number)
    return {"id": number, "discussion": chat["linked"] if chat["type"] == "channel" else 0}


def token(world: World, payload: Args) -> dict[str, Any]:
    """A new bot, or a known one changed ({id, …}); {"token", "id"}."""
    if payload.get("kind", "bot") != "bot":
        raise ValueError("Telegram has tokens of bots only")
    number = int(payload.get("id") or 0) or free_number(world, "bot", 5_000_000_000, 2_000_000_000)
    there = world.db.execute("SELECT 1 FROM telegram_bot WHERE id = ?", (number,)).fetchone()
    if there is None:
        _make_bot(world, payload, number)
    elif "privacy" in payload:
        world.db.execute("UPDATE telegram_bot SET reads_all = ? WHERE id = ?", (int(not payload["privacy"]), number))
    places = payload.get("place") or []
    for chat in places if isinstance(places, list) else [places]:
        join(world, int(chat), number, str(payload.get("status", "administrator")))
    return {"token": find_bot(world, number)["token"], "id": number}


def join(world: World, chat: int, who: int, status: str) -> None:
    """Somebody's standing in a chat; in a channel with a discussion, in both."""
    if status not in STATUSES:
        raise ValueError(f"status is one of {', '.join(STATUSES)}")
    there = find_chat(world, chat)
    writing.set_member(world, chat, who, status)
    if there["type"] == "channel" and there["linked"]:
        writing.set_member(world, int(there["linked"]), who, status)


def _make(world: World, payload: Args, kind: str) -> int:
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    name = str(payload["name"]).strip()
    if not name:
        raise ValueError("a chat needs a name")
    low, span = (CHANNELS - 3_999_999_999, 2_000_000_000) if kind != "group" else (-4_999_999_999, 1_000_000_000)
    number = int(payload.get("id") or 0) or free_number(world, kind, low, span)
    if (number < CHANNELS) is (kind == "group") or number >= 0:
        raise ValueError("supergroups and channels have numbers below -10**12, groups negative ones above it")
    world.db.execute(
        "INSERT INTO telegram_chat (id, type, title, username, about, photos, next_message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(number, kind, name, str(payload.get("username", "")), str(payload.get("about", ""))),
            *(int(payload.get("photos", True)), first_number(world.db)),
        ),
    )
    if kind == "channel" and payload.get("discussion", True):
        discussion = {"name": f"{name}: обсуждение", "username": payload.get("discussion_username", "")}
        group = _make(world, discussion, "supergroup")
        world.db.execute("UPDATE telegram_chat SET linked = ? WHERE id = ?", (group, number))
        world.db.execute("UPDATE telegram_chat SET linked = ? WHERE id = ?", (number, group))
    return number


def _make_bot(world: World, payload: Args, number: int) -> None:
    secret = hashlib.sha256(f"telegram/token/{number}".encode()).digest()
    written = str(payload.get("token") or f"{number}:AA{base64.urlsafe_b64encode(secret).decode()[:33]}")
    if written.partition(":")[0] != str(number):
        raise ValueError("a token begins with the bot's number")
    world.db.execute(
        "INSERT INTO telegram_bot (id, token, name, username, reads_all, next_update, next_message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(number, written, str(payload.get("name", "Отклик")), str(payload.get("username") or f"bot{number}_bot")),
            *(int(not payload.get("privacy", False)), first_number(world.db) + number % 100_000_000),
            first_number(world.db),
        ),
    )
