"""/subscriptions and /updates: the two ways of hearing, never both at once."""

import json
from typing import Any
from urllib.parse import urlsplit

from sandbox.max import hooks
from sandbox.max.errors import MaxError
from sandbox.max.spec import Call, Operation
from sandbox.max.switchboard import switch
from sandbox.validation import Param

KEPT = 24 * 3600  # seconds
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def get_subscriptions(call: Call) -> dict[str, Any]:
    rows = call.db.execute("SELECT * FROM max_hook WHERE bot = ? ORDER BY id", (call.bot,)).fetchall()
    shown = [
        {
            "url": row["url"],
            "time": row["time"],
            "update_types": json.loads(row["types"]) or None,
            "version": row["version"] or None,
        }
        for row in rows
    ]
    return {"subscriptions": shown}


def subscribe(call: Call) -> dict[str, Any]:
    """A known address is changed and keeps its queue."""
    url = call.body["url"]
    if not _may_be_pushed_to(url):
        return {"success": False, "message": "url: https on port 443 is required"}
    sql_params = (json.dumps(call.body.get("update_types") or []), call.body.get("version", ""), call.world.now * 1000)
    call.db.execute(
        "INSERT INTO max_hook (bot, url, secret, types, version, time) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (bot, url)"
        " DO UPDATE SET secret = excluded.secret, types = excluded.types, version = excluded.version",
        (call.bot, url, call.body.get("secret", ""), *sql_params),
    )
    return {"success": True}


def _may_be_pushed_to(url: str) -> bool:
    """https on 443; the sandbox also pushes to this machine itself, in the clear and to any port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.hostname in _LOOPBACK:
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and bool(parts.hostname) and port in (None, 443)


def unsubscribe(call: Call) -> dict[str, Any]:
    row = call.db.execute("SELECT id FROM max_hook WHERE bot = ? AND url = ?", (call.bot, call.args["url"])).fetchone()
    if row is None:
        return {"success": False, "message": "Subscription not found"}
    hooks.drop(call.world, row["id"])
    return {"success": True}


def get_updates(call: Call) -> dict[str, Any]:
    """Passing a marker commits everything up to it. Off while a subscription stands."""
    if call.db.execute("SELECT 1 FROM max_hook WHERE bot = ?", (call.bot,)).fetchone():
        raise MaxError(405, "Long polling is off while a webhook is set")
    marker = call.args.get("marker")
    committed = _commit(call, marker)
    (last,) = call.db.execute("SELECT coalesce(max(id), 0) FROM max_update WHERE bot = ?", (call.bot,)).fetchone()
    start = committed if marker is None else marker
    if marker is None and switch(call.db, "without_marker") == "last_only":
        start = max(last - 1, committed)
    rows = call.db.execute(
        "SELECT * FROM max_update WHERE bot = ? AND id > ? AND at >= ? ORDER BY id LIMIT ?",
        (call.bot, start, call.world.now - KEPT, call.args.get("limit", 100)),
    ).fetchall()
    wanted = call.args.get("types")
    updates = [json.loads(row["body"]) for row in rows if not wanted or row["type"] in wanted]
    return {"updates": updates, "marker": rows[-1]["id"] if rows else max(start, committed)}


def _commit(call: Call, marker: int | None) -> int:
    if marker is not None:
        call.db.execute("UPDATE max_bot SET committed = max(committed, ?) WHERE id = ?", (marker, call.bot))
    return int(call.db.execute("SELECT committed FROM max_bot WHERE id = ?", (call.bot,)).fetchone()[0])


TABLE = (
    Operation("getSubscriptions", "GET", "/subscriptions", get_subscriptions),
    Operation(
        "subscribe",
        "POST",
        "/subscriptions",
        subscribe,
        (),
        (
            Param("url", "string", required=True),
            Param("secret", "string", pattern=r"[\w-]{5,256}"),
            Param("update_types", "strings"),
            Param("version", "string"),
        ),
    ),
    Operation("unsubscribe", "DELETE", "/subscriptions", unsubscribe, (Param("url", "string", required=True),)),
    Operation(
        "getUpdates",
        "GET",
        "/updates",
        get_updates,
        (
            Param("limit", "integer", low=1, high=1000),
            Param("timeout", "integer", low=0, high=90),
            Param("marker", "integer"),
            Param("types", "strings"),
        ),
        waits=True,
    ),
)
