"""Telling a community what happened: rows for its long poll and deliveries for its callback servers."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from sandbox import faults
from sandbox.state import World
from sandbox.vk import shapes

_WORDS = """
    message_new message_reply message_allow message_edit message_deny message_typing_state message_read photo_new
    audio_new video_new wall_reply_new wall_reply_edit wall_reply_delete wall_reply_restore wall_post_new wall_repost
    wall_schedule_post_new wall_schedule_post_delete board_post_new board_post_edit board_post_restore
    board_post_delete photo_comment_new photo_comment_edit photo_comment_delete photo_comment_restore
    video_comment_new video_comment_edit video_comment_delete video_comment_restore market_comment_new
    market_comment_edit market_comment_delete market_comment_restore market_order_new market_order_edit poll_vote_new
    group_join group_leave group_change_settings group_change_photo group_officers_edit user_block user_unblock
    lead_forms_new like_add like_remove message_event message_reaction_event donut_subscription_create
    donut_subscription_prolonged donut_subscription_cancelled donut_subscription_price_changed
    donut_subscription_expired donut_money_withdraw donut_money_withdraw_error
"""
NAMES: tuple[str, ...] = tuple(_WORDS.split())
"""Every event a callback server can be subscribed to (groups.setCallbackSettings)."""

NOT_POLLED = frozenset(
    {"wall_schedule_post_new", "wall_schedule_post_delete", "market_order_new", "market_order_edit"}
    | {"lead_forms_new"}
)
"""Events that groups.setLongPollSettings has no flag for."""


def tell(world: World, group_id: int, kind: str, thing: Mapping[str, Any]) -> None:
    """Record one event for a community, in the transaction of the change itself."""
    community = shapes.find(world.db, "vk_community", group_id)
    if community is None:
        return
    fault = faults.take_within(world.db, "vk", kind, faults.EVENT_KINDS)
    text = json.dumps(thing, ensure_ascii=False)
    event_id = _event_id(world.db, group_id, kind, text)
    if fault is not None and fault.kind == "reorder":
        world.db.execute("INSERT INTO vk_held VALUES (?, ?, ?, ?, ?)", (group_id, event_id, kind, text, time.time()))
        return
    for _ in range(2 if fault is not None else 1):
        _record(world.db, group_id, event_id, kind, text)
    release(world, group_id)


def inject(world: World, group_id: int, kind: str, thing: Mapping[str, Any]) -> None:
    """Send any event, of a kind the emulator does not know or of a shape it never makes, to whoever listens.

    Subscriptions are not asked: it is for replaying recorded events and for broken ones.
    """
    text = json.dumps(thing, ensure_ascii=False)
    _record(world.db, group_id, _event_id(world.db, group_id, kind, text), kind, text, wanted=True)


def release(world: World, group_id: int) -> None:
    """Let out what a reorder fault held back: it comes after the event that followed it."""
    held = world.db.execute("SELECT * FROM vk_held WHERE group_id = ?", (group_id,)).fetchall()
    for row in held:
        _record(world.db, group_id, row["event_id"], row["type"], row["object"])
    if held:
        world.db.execute("DELETE FROM vk_held WHERE group_id = ?", (group_id,))


def _event_id(db: sqlite3.Connection, group_id: int, kind: str, text: str) -> str:
    (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM vk_event").fetchone()
    (held,) = db.execute("SELECT count(*) FROM vk_held").fetchone()
    return hashlib.sha256(f"{group_id}/{last}/{held}/{kind}/{text}".encode()).hexdigest()[:40]


def _record(db: sqlite3.Connection, group_id: int, event_id: str, kind: str, text: str, wanted: bool = False) -> None:
    community = db.execute("SELECT * FROM vk_community WHERE id = ?", (group_id,)).fetchone()
    polled = community["poll_on"] and (wanted or kind in json.loads(community["poll_events"]))
    number = community["poll_last"] + 1 if polled else None
    cursor = db.execute(
        "INSERT INTO vk_event (group_id, n, event_id, type, object) VALUES (?, ?, ?, ?, ?)",
        (group_id, number, event_id, kind, text),
    )
    if polled:
        db.execute("UPDATE vk_community SET poll_last = ? WHERE id = ?", (number, group_id))
    servers = db.execute("SELECT * FROM vk_server WHERE group_id = ? AND status = 'ok'", (group_id,)).fetchall()
    for server in servers:
        if wanted or kind in json.loads(server["events"]):
            db.execute("INSERT INTO vk_delivery (server_id, event_seq) VALUES (?, ?)", (server["id"], cursor.lastrowid))


def envelope(row: sqlite3.Row) -> dict[str, Any]:
    """The event as it travels, without the secret (long poll has none)."""
    return {
        "group_id": row["group_id"],
        "type": row["type"],
        "event_id": row["event_id"],
        "v": "5.199",
        "object": json.loads(row["object"]),
    }
