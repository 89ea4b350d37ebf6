"""The Bot API's webhook: no signature, five seconds for a 200, repeats, and the end of a subscription that only fails.

Source: the network's page of graph.user.subscribe. How long it waits between repeats is not published (switch).
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sandbox.ok.switchboard import switch
from sandbox.pusher import Answer, Hook, Pushes, Verdict, push
from sandbox.state import World

CREATED = "MESSAGE_CREATED"
HEADERS = {"Content-Type": "application/json;charset=utf-8", "User-Agent": "OK-Sandbox"}


def tell(world: World, group: str, event: dict[str, Any], kind: str = CREATED) -> None:
    """An event to every webhook of the group, and into its long poll."""
    if kind == CREATED and switch(world.db, "webhook_form") == "typed":
        event = {"webhookType": kind, **event}
    send(world, group, json.dumps(event, ensure_ascii=False).encode(), kind)


def send(world: World, group: str, body: bytes, kind: str) -> None:
    """The same with bytes that need not be an event."""
    rows = world.db.execute("SELECT * FROM ok_hook WHERE group_id = ? ORDER BY id", (group,)).fetchall()
    for row in rows:
        push(world, Hook("ok", str(row["id"]), row["url"]), kind, body, HEADERS)
    poll = world.db.execute("SELECT types FROM ok_poll WHERE group_id = ?", (group,)).fetchone()
    if poll is not None and kind in json.loads(poll["types"]):
        world.db.execute(
            "INSERT INTO ok_event (group_id, body) VALUES (?, ?)", (group, body.decode("utf-8", "replace"))
        )


def unsubscribe(world: World, hook: int) -> None:
    """The webhook hears nothing more, not even what is on its way."""
    world.db.execute("DELETE FROM ok_hook WHERE id = ?", (hook,))
    world.db.execute("DELETE FROM push WHERE network = 'ok' AND queue = ? AND state = 'due'", (str(hook),))


def _judge(answer: Answer) -> Verdict:
    return "done" if answer.status == 200 else "again"


def _delays(db: sqlite3.Connection) -> Sequence[float]:
    return [float(seconds) for seconds in switch(db, "push_delays")]


def _settled(world: World, queue: str, lost: bool) -> None:
    if lost:
        unsubscribe(world, int(queue))


PUSHES = Pushes(within=5.0, judge=_judge, delays=_delays, settled=_settled)
