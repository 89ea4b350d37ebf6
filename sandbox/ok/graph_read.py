"""What a group reads by the Bot API: its chats, their messages, its webhooks, its updates."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from sandbox.ok import dialogues, writing
from sandbox.ok.errors import OkError
from sandbox.state import World

MOST = 100


@dataclasses.dataclass(frozen=True)
class Asked:
    """A call of a group: what stands behind the method in the path, the query, the body."""

    world: World
    group: str
    rest: str
    query: Mapping[str, str]
    body: Mapping[str, Any]


def whole(query: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A number of the query within its bounds, else OkError 2001."""
    raw = query.get(name, "")
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19) or not low <= int(raw) <= high:
        raise OkError(2001, f"{name} must be a number from {low} to {high}")
    return int(raw)


def chat_id(asked: Asked, raw_chat_id: object = None) -> str:
    """The chat that the path, the query or the body names, without its prefix."""
    named = raw_chat_id or asked.rest or asked.query.get("chat_id")
    if not isinstance(named, str) or not named.startswith("chat:"):
        raise OkError(2001, "chat_id must have the form chat:id")
    return named.removeprefix("chat:")


def info(asked: Asked) -> object:
    return {"name": writing.get_group(asked.world, asked.group)["name"], "group_id": f"group:{asked.group}"}


def chats(asked: Asked) -> object:
    """Chats by the time of their last event, newest first; `marker` only while there are more."""
    most = whole(asked.query, "count", 20, 1, MOST)
    start = whole(asked.query, "marker", 0, 0, 10**9)
    rows = asked.world.db.execute(
        "SELECT * FROM ok_chat WHERE group_id = ? AND last_ms > 0 ORDER BY last_ms DESC, seq LIMIT ? OFFSET ?",
        (asked.group, most + 1, start),
    ).fetchall()
    answer: dict[str, object] = {"chats": [dialogues.chat(asked.world, row) for row in rows[:most]]}
    return answer | ({"marker": str(start + most)} if len(rows) > most else {})


def chat(asked: Asked) -> object:
    return dialogues.chat(asked.world, dialogues.chat_of(asked.world, asked.group, chat_id(asked)))


def messages(asked: Asked) -> object:
    """Messages of a chat, newest first: those not after `from` and not before `to`."""
    chat_row = dialogues.chat_of(asked.world, asked.group, chat_id(asked))
    latest = whole(asked.query, "from", 2**53, 1, 2**53)
    earliest = whole(asked.query, "to", 0, 0, 2**53)
    if earliest > latest:
        raise OkError(2001, "from must be greater than to")
    most = whole(asked.query, "count", 20, 1, MOST)
    rows = [row for row in dialogues.messages(asked.world, chat_row["id"]) if earliest <= row["ms"] <= latest]
    return {"messages": [dialogues.message(asked.world, row) for row in reversed(rows[-most:])]}


def subscriptions(asked: Asked) -> object:
    rows = asked.world.db.execute("SELECT * FROM ok_hook WHERE group_id = ? ORDER BY id", (asked.group,)).fetchall()
    return {"subscriptions": [{"time": row["time_ms"], "url": row["url"]} for row in rows]}


def updates(asked: Asked) -> object:
    """The long poll. The form of its answer is not published: this one is a guess."""
    if asked.world.db.execute("SELECT 1 FROM ok_poll WHERE group_id = ?", (asked.group,)).fetchone() is None:
        raise OkError(2001, "subscribe with longPolling first")
    after, most = whole(asked.query, "marker", 0, 0, 2**53), whole(asked.query, "count", 100, 1, 1000)
    rows = asked.world.db.execute(
        "SELECT * FROM ok_event WHERE group_id = ? AND seq > ? ORDER BY seq LIMIT ?", (asked.group, after, most)
    ).fetchall()
    return {"updates": [json.loads(row["body"]) for row in rows], "marker": rows[-1]["seq"] if rows else after}


def has_updates(payload: object) -> bool:
    return isinstance(payload, dict) and bool(payload.get("updates"))
