"""Subscribing: the application's address for events, and the Pages and accounts that have the application."""

import json
from typing import Any

import httpx

from sandbox.meta import world as w
from sandbox.meta.calling import Call
from sandbox.meta.edges_facebook import node
from sandbox.meta.errors import GraphError
from sandbox.meta.spec import Edge
from sandbox.validation import Param

OBJECTS = ("page", "instagram", "user", "permissions")
CHALLENGE = "1158201444"
WITHIN = 10.0
PAGE_FIELDS = (
    *("feed", "mention", "messages", "message_edits", "message_echoes", "message_reactions", "message_deliveries"),
    *("message_reads", "messaging_postbacks", "messaging_policy_enforcement", "conversations", "ratings", "standby"),
    *("name", "picture", "videos", "live_videos", "leadgen"),
)
INSTAGRAM_FIELDS = (
    *("comments", "live_comments", "mentions", "messages", "message_edit", "message_reactions", "messaging_postbacks"),
    *("messaging_seen", "standby", "story_insights"),
)


def handshake(url: str, verify: str) -> None:
    """Asks the address for the challenge. Called outside of any transaction: the address may ask us meanwhile."""
    query = {"hub.mode": "subscribe", "hub.verify_token": verify, "hub.challenge": CHALLENGE}
    try:
        answer = httpx.get(url, params=query, timeout=WITHIN, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
        raise GraphError(2200, f"Callback verification failed: {type(fault).__name__}") from fault
    if answer.status_code != 200:
        raise GraphError(2200, f"Callback verification failed with HTTP Status Code = {answer.status_code}")
    if answer.text != CHALLENGE:
        raise GraphError(2200, "Callback verification failed: the challenge did not come back")


def subscribe(call: Call) -> dict[str, bool]:
    """POST /{app}/subscriptions, after the handshake."""
    kind, url = call.text("object"), call.text("callback_url")
    if kind not in OBJECTS:
        raise GraphError(100, f"Param object must be one of {{{', '.join(OBJECTS)}}}")
    fields = list(call.args.get("fields", []))
    known = PAGE_FIELDS if kind == "page" else INSTAGRAM_FIELDS
    if not url or not call.text("verify_token") or not fields:
        raise GraphError(100, "callback_url, verify_token and fields are required")
    unknown = [field for field in fields if field not in known]
    if unknown:
        raise GraphError(100, f"Param fields[0] must be one of {{{', '.join(known)}}} - got {unknown[0]}")
    call.db.execute(
        "INSERT OR REPLACE INTO meta_hook VALUES (?, ?, ?, ?, ?)",
        (kind, url, json.dumps(fields), call.text("verify_token"), int(bool(call.args.get("include_values", True)))),
    )
    return {"success": True}


def subscriptions(call: Call) -> list[Any]:
    rows = call.db.execute("SELECT * FROM meta_hook ORDER BY object").fetchall()
    return [
        {
            "object": row["object"],
            "callback_url": row["url"],
            "active": True,
            "fields": [{"name": name, "version": f"v{call.version}"} for name in json.loads(row["fields"])],
        }
        for row in rows
    ]


def unsubscribe(call: Call) -> dict[str, bool]:
    kind = call.text("object")
    call.db.execute("DELETE FROM meta_hook WHERE object = ? OR ? = ''", (kind, kind))
    return {"success": True}


def install(call: Call) -> dict[str, bool]:
    """POST …/subscribed_apps: from now on this place tells the application of these fields."""
    fields = json.dumps(call.args["subscribed_fields"])
    call.db.execute("INSERT OR REPLACE INTO meta_install VALUES (?, ?)", (call.node.id, fields))
    return {"success": True}


def installed(call: Call) -> list[Any]:
    known = call.db.execute("SELECT 1 FROM meta_install WHERE place = ?", (call.node.id,)).fetchone()
    return [{"id": w.APP}] if known else []


def uninstall(call: Call) -> dict[str, bool]:
    call.db.execute("DELETE FROM meta_install WHERE place = ?", (call.node.id,))
    return {"success": True}


APP = frozenset({"app"})
META = "pages_manage_metadata"
EDGES: tuple[Edge, ...] = (
    Edge(
        "GET",
        "Application",
        "",
        node,
        (Param("advertiser_id"),),
        "Application",
        tokens=frozenset({"app", "page", "user", "instagram"}),
    ),
    Edge("GET", "Application", "subscriptions", subscriptions, (), "ApplicationSubscriptions", tokens=APP),
    Edge(
        "POST",
        "Application",
        "subscriptions",
        subscribe,
        (
            Param("callback_url"),
            Param("fields", "strings"),
            Param("include_values", "bool"),
            Param("object", required=True),
            Param("verify_token"),
        ),
        tokens=APP,
    ),
    Edge(
        "DELETE",
        "Application",
        "subscriptions",
        unsubscribe,
        (Param("fields", "strings"), Param("object")),
        tokens=APP,
    ),
    Edge("GET", "Page", "subscribed_apps", installed, (), "Application", META),
    Edge(
        "POST",
        "Page",
        "subscribed_apps",
        install,
        (Param("subscribed_fields", "enums", required=True, choices=PAGE_FIELDS),),
        "",
        META,
        partial=True,
    ),
    Edge("DELETE", "Page", "subscribed_apps", uninstall, (), "", META),
    Edge("GET", "IGUser", "subscribed_apps", installed, (), "Application", tokens=frozenset({"instagram"})),
    Edge(
        "POST",
        "IGUser",
        "subscribed_apps",
        install,
        (Param("subscribed_fields", "enums", required=True, choices=INSTAGRAM_FIELDS),),
        tokens=frozenset({"instagram"}),
        partial=True,
    ),
    Edge("DELETE", "IGUser", "subscribed_apps", uninstall, (), tokens=frozenset({"instagram"})),
)
