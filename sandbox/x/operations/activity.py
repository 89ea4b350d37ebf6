"""Subscriptions of the X Activity API: which events of which user go to which hook."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.validation import Param
from sandbox.x import events, people, shapes, writing
from sandbox.x.problems import Problem, forbidden, invalid
from sandbox.x.spec import ACCEPTED, ID, Call, Operation, TokenKind
from sandbox.x.switchboard import switch

MOST = 1500
_APPS: frozenset[TokenKind] = frozenset({"bearer"})


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    shape = {
        "subscription_id": str(row["id"]),
        "event_type": row["type"],
        "filter": {"user_id": row["user"]},
        "created_at": shapes.iso(row["created"]),
        "updated_at": shapes.iso(row["updated"]),
    }
    shape |= {"tag": row["tag"]} if row["tag"] else {}
    return shape | ({"webhook_id": str(row["hook"])} if row["hook"] else {})


def _create(call: Call) -> Mapping[str, Any]:
    kind, event_filter = str(call.body["event_type"]), call.body["filter"]
    user = str(event_filter.get("user_id", ""))
    if people.user(call.world, user) is None:
        raise invalid("filter.user_id", user, "The user of the filter does not exist")
    if kind not in events.PUBLIC and call.token.user != user:
        raise forbidden(f"{kind} is a private event: the user must authorize the app.")
    if kind.startswith("dm.") and call.token.kind == "oauth2" and "dm.read" not in call.token.scopes:
        raise forbidden("The token lacks the scopes: dm.read")
    hook = _hook(call)
    same = call.db.execute(
        "SELECT 1 FROM x_subscription WHERE app = ? AND type = ? AND user = ? AND hook = ?",
        (call.token.app, kind, user, hook),
    ).fetchone()
    if same is not None:
        raise Problem(400, "invalid-request", "Invalid Request", "DuplicateSubscription: it exists already.")
    (there,) = call.db.execute("SELECT count(*) FROM x_subscription WHERE app = ?", (call.token.app,)).fetchone()
    if there >= MOST:
        raise forbidden(f"At most {MOST} subscriptions are allowed.")
    number = writing.next_id(call.world)
    call.db.execute(
        "INSERT INTO x_subscription VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, call.token.app, kind, user, hook, str(call.body.get("tag", "")), call.world.now, call.world.now),
    )
    return _answer(call, _row(call, number))


def _answer(call: Call, row: sqlite3.Row) -> Mapping[str, Any]:
    """One subscription in the shape that the switch says."""
    shape = switch(call.db, "subscription_shape")
    if shape == "list":
        return {"data": [_shown(row)], "meta": {"total_subscriptions": 1}}
    return {"data": {"subscription": _shown(row)} if shape == "nested" else _shown(row)}


def _hook(call: Call) -> int:
    hook_id = str(call.body.get("webhook_id", ""))
    if not hook_id:
        return 0
    row = call.db.execute(
        "SELECT id FROM x_hook WHERE id = ? AND app = ?", (min(int(hook_id), 2**63 - 1), call.token.app)
    ).fetchone()
    if row is None:
        raise invalid("webhook_id", hook_id, "WebhookIdInvalid: the webhook was not found")
    return int(row["id"])


def _row(call: Call, number: int) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM x_subscription WHERE id = ? AND app = ?", (number, call.token.app)
    ).fetchone()
    if row is None:
        raise Problem(404, "", "Not Found", "The subscription was not found.")
    return row


def _list(call: Call) -> Mapping[str, Any]:
    rows = call.db.execute("SELECT * FROM x_subscription WHERE app = ? ORDER BY id", (call.token.app,)).fetchall()
    return {"data": [_shown(row) for row in rows]}


def _update(call: Call) -> Mapping[str, Any]:
    row = _row(call, min(int(call.text("subscription_id")), 2**63 - 1))
    hook = _hook(call) or row["hook"]
    tag = str(call.body.get("tag", row["tag"]))
    call.db.execute(
        "UPDATE x_subscription SET hook = ?, tag = ?, updated = ? WHERE id = ?", (hook, tag, call.world.now, row["id"])
    )
    return {"data": {"subscription": _shown(_row(call, row["id"]))}}


def _delete(call: Call) -> Mapping[str, Any]:
    row = _row(call, min(int(call.text("subscription_id")), 2**63 - 1))
    call.db.execute("DELETE FROM x_subscription WHERE id = ?", (row["id"],))
    return {"data": {"deleted": True}}


_FILTER = Param(
    "filter",
    "object",
    required=True,
    fields=(Param("user_id"), Param("keyword"), Param("direction", choices=("inbound", "outbound"))),
)
_CHANGED = (Param("tag", shortest=1, longest=200), Param("webhook_id", pattern=ID))
BODY = Param("$", "object", fields=(Param("event_type", required=True, choices=events.TYPES), _FILTER, *_CHANGED))
_ONE = Param("subscription_id", required=True, pattern=ID)
_ALL = "/2/activity/subscriptions"
OPERATIONS = (
    Operation("createActivitySubscription", "POST", _ALL, ACCEPTED, (), (), (500, 0), _create, body=BODY),
    Operation(
        "getActivitySubscriptions",
        "GET",
        _ALL,
        ACCEPTED,
        ("like.read", "tweet.read"),
        (
            Param("max_results", "integer", low=1, high=1000),
            Param("pagination_token", shortest=16),
        ),
        (500, 0),
        _list,
    ),
    Operation(
        "updateActivitySubscription",
        "PUT",
        f"{_ALL}/{{subscription_id}}",
        _APPS,
        (),
        (_ONE,),
        (500, 0),
        _update,
        body=Param("$", "object", fields=_CHANGED),
    ),
    Operation(
        "deleteActivitySubscription", "DELETE", f"{_ALL}/{{subscription_id}}", _APPS, (), (_ONE,), (500, 0), _delete
    ),
)
