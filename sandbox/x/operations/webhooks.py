"""Hooks: registering an address, checking it, taking it away, sending again what it missed."""

import datetime
import sqlite3
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox.state import State
from sandbox.validation import Param
from sandbox.x import crc, events, shapes, writing
from sandbox.x.fields import HOOK_FIELDS
from sandbox.x.problems import Problem
from sandbox.x.spec import ID, Call, Operation, TokenKind
from sandbox.x.switchboard import switch

MOST = 5
_LOCAL = ("127.0.0.1", "localhost", "::1")
APPS: frozenset[TokenKind] = frozenset({"bearer"})
SETTERS: frozenset[TokenKind] = frozenset({"bearer", "oauth1"})


def _refused(reason: str, detail: str) -> Problem:
    return Problem(400, "invalid-request", "Invalid Request", f"{reason}: {detail}", reason=reason)


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "url": row["url"],
        "valid": bool(row["valid"]),
        "created_at": shapes.iso(row["created"]),
    }


def _list(call: Call) -> Mapping[str, Any]:
    rows = call.db.execute("SELECT * FROM x_hook WHERE app = ? ORDER BY id", (call.token.app,)).fetchall()
    return {"data": [_shown(row) for row in rows], "meta": {"result_count": len(rows)}}


def _create(state: State, call: Call) -> Mapping[str, Any]:
    url, app = str(call.body["url"]), call.token.app
    with state.write() as world:
        _check_url(url, loopback=bool(switch(world.db, "loopback_hooks")))
        there = world.db.execute("SELECT url FROM x_hook WHERE app = ?", (app,)).fetchall()
        if any(row["url"] == url for row in there):
            raise _refused("DuplicateUrlFailed", "A webhook is already registered for this URL.")
        if len(there) >= MOST:
            raise _refused("WebhookLimitExceeded", "The maximum number of webhooks is reached.")
        secret = world.db.execute("SELECT secret FROM x_app WHERE name = ?", (app,)).fetchone()["secret"]
    if crc.check(url, secret) != "valid":
        raise _refused("CrcValidationFailed", "The URL did not respond correctly to the CRC check.")
    with state.write() as world:
        number = writing.next_id(world)
        world.db.execute("INSERT INTO x_hook VALUES (?, ?, ?, 1, ?, ?)", (number, app, url, world.now, time.time()))
        return {"data": _shown(world.db.execute("SELECT * FROM x_hook WHERE id = ?", (number,)).fetchone())}


def _check_url(url: str, *, loopback: bool) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise _refused("UrlValidationFailed", "The URL is not valid.") from fault
    if loopback and parts.scheme in ("http", "https") and parts.hostname in _LOCAL:
        return
    if parts.scheme != "https" or not parts.hostname or port is not None:
        raise _refused("UrlValidationFailed", "The URL must be https and must not name a port.")


def _owned(call: Call, number: str) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM x_hook WHERE id = ? AND app = ?", (min(int(number), 2**63 - 1), call.token.app)
    ).fetchone()
    if row is None:
        raise _refused("WebhookIdInvalid", f"The webhook [{number}] was not found.")
    return row


def _delete(call: Call) -> Mapping[str, Any]:
    row = _owned(call, call.text("webhook_id"))
    call.db.execute("DELETE FROM x_subscription WHERE hook = ?", (row["id"],))
    call.db.execute("DELETE FROM x_hook WHERE id = ?", (row["id"],))
    return {"data": {"deleted": True}}


def _validate(state: State, call: Call) -> Mapping[str, Any]:
    with state.write():
        number = int(_owned(call, call.text("webhook_id"))["id"])
    if crc.recheck(state, number) != "valid":
        raise _refused("CrcValidationFailed", "The URL did not respond correctly to the CRC check.")
    return {"data": {"valid": True}}


def _replay(call: Call) -> Mapping[str, Any]:
    """Everything that was told to this hook between two minutes, once more and as it was."""
    row = _owned(call, str(call.body["webhook_id"]))
    begin, end = (_minute(str(call.body[name])) for name in ("from_date", "to_date"))
    if end < begin:
        raise _refused("InvalidDates", "from_date must be before to_date.")
    secret = call.db.execute("SELECT secret FROM x_app WHERE name = ?", (row["app"],)).fetchone()["secret"]
    missed = call.db.execute(
        "SELECT * FROM x_event WHERE hook = ? AND at >= ? AND at < ? ORDER BY seq", (row["id"], begin, end)
    ).fetchall()
    for event in missed:
        events.post(call.world, row["id"], row["url"], secret, event["type"], event["body"])
    return {"data": {"job_id": str(writing.next_id(call.world)), "created_at": shapes.iso(call.world.now)}}


def _minute(text: str) -> int:
    try:
        return int(datetime.datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=datetime.UTC).timestamp())
    except ValueError as fault:
        raise _refused("InvalidDates", f"[{text}] is no minute.") from fault


_HOOK = Param("webhook_id", required=True, pattern=ID)
_URL = Param("$", "object", closed=False, fields=(Param("url", required=True, shortest=1, longest=200),))
_REPLAY = Param(
    "$",
    "object",
    closed=False,
    fields=(
        Param("webhook_id", required=True, pattern=ID),
        Param("from_date", required=True, pattern="[0-9]{12}"),
        Param("to_date", required=True, pattern="[0-9]{12}"),
    ),
)
_FIELDS = (Param("webhook_config.fields", "array", choices=HOOK_FIELDS),)
OPERATIONS = (
    Operation("getWebhooks", "GET", "/2/webhooks", APPS, (), _FIELDS, (450, 0), _list),
    Operation("createWebhooks", "POST", "/2/webhooks", SETTERS, (), (), (450, 0), outside=_create, body=_URL),
    Operation("deleteWebhooks", "DELETE", "/2/webhooks/{webhook_id}", SETTERS, (), (_HOOK,), (450, 0), _delete),
    Operation(
        "validateWebhooks", "PUT", "/2/webhooks/{webhook_id}", SETTERS, (), (_HOOK,), (450, 0), outside=_validate
    ),
    Operation("createWebhookReplayJob", "POST", "/2/webhooks/replay", APPS, (), (), (100, 0), _replay, body=_REPLAY),
)
