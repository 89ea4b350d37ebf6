"""Webhooks: what happened is told to the application, signed over the bytes that leave, non-ASCII signs escaped."""

import dataclasses
import hashlib
import hmac
import json
from typing import Any

from sandbox import faults, pusher
from sandbox.meta import world as w
from sandbox.meta.switchboard import switch
from sandbox.pusher import Answer, Hook, Pushes
from sandbox.state import World

SHOWN = frozenset({"feed", "mention"})
OWN_FAULTS = ("wrong_signature",)


def signature(body: bytes, secret: str) -> str:
    """What stands in X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def tell_change(world: World, place: str, field: str, value: dict[str, Any]) -> None:
    """Something changed on a Page or under an account's publications."""
    _tell(world, place, field, {"time": world.now, "changes": [{"field": field, "value": value}]})


def tell_message(world: World, place: str, field: str, item: dict[str, Any]) -> None:
    """Something was written in private. Times are thousandths of a second here."""
    _tell(world, place, field, {"time": world.now * 1000, "messaging": [item]})


def _tell(world: World, place: str, field: str, entry: dict[str, Any]) -> None:
    row = w.get_place(world, place)
    kind = "page" if row["kind"] == "page" else "instagram"
    hook = world.db.execute("SELECT * FROM meta_hook WHERE object = ?", (kind,)).fetchone()
    if hook is None or field not in json.loads(hook["fields"]) or not _installed(world, row, field):
        return
    if not hook["values_too"]:
        entry = {**entry, "changes": [{"field": field}]} if "changes" in entry else entry
    send(world, kind, field, {"object": kind, "entry": [{"id": place, **entry}]})


def _installed(world: World, place: Any, field: str) -> bool:
    """A Page names the fields it tells; an account tells all once it, or its Page, has the application."""
    rows = {
        row["place"]: json.loads(row["fields"])
        for row in world.db.execute("SELECT * FROM meta_install WHERE place IN (?, ?)", (place["id"], place["page"]))
    }
    return field in rows.get(place["id"], []) if place["kind"] == "page" else bool(rows)


def send(world: World, kind: str, event: str, body: Any, raw: bytes | None = None) -> None:
    """Any body at all to the address of this object's subscription, signed as it should be."""
    hook = world.db.execute("SELECT * FROM meta_hook WHERE object = ?", (kind,)).fetchone()
    if hook is None:
        return
    data = raw if raw is not None else json.dumps(body, separators=(",", ":")).encode()
    spoilt = faults.take_within(world.db, w.KIND, event, OWN_FAULTS)
    secret = "not the secret" if spoilt else w.app_secret(world)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature-256": signature(data, secret),
    }
    pusher.push(world, Hook(w.KIND, kind, hook["url"]), event, data, headers)


def _judge(answer: Answer) -> pusher.Verdict:
    return "done" if answer.status == 200 else "again"


PUSHES = Pushes(within=10.0, judge=_judge, delays=lambda db: switch(db, "push_delays"))


@dataclasses.dataclass(frozen=True)
class Author:
    """Who did it, as an event names him."""

    id: str
    name: str
    username: str = ""
