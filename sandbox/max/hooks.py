"""Webhooks: what an answer means, how often a push is repeated, and when a subscription is taken away.

Source: the network's current pages on webhooks: any answer but 200 within 30 seconds is a failure, ten repeats after
60 s × 2.5ⁿ, and after eight hours without success the bot is unsubscribed.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Sequence

from sandbox.max.switchboard import switch
from sandbox.pusher import Answer, Pushes, Verdict
from sandbox.state import State, World

log = logging.getLogger(__name__)
_EVERY = 1.0  # seconds between looks


def _judge(answer: Answer) -> Verdict:
    return "done" if answer.status == 200 else "again"


def _delays(db: sqlite3.Connection) -> Sequence[float]:
    return [float(pause) for pause in switch(db, "push_delays")]


def _settled(world: World, queue: str, lost: bool) -> None:
    if not lost:
        world.db.execute("UPDATE max_hook SET waiting_since = ? WHERE id = ?", (time.time(), int(queue)))


PUSHES = Pushes(within=30.0, judge=_judge, delays=_delays, settled=_settled)


def start(state: State) -> None:
    """Start the thread that unsubscribes. It ends when the state is told to stop."""
    threading.Thread(target=_run, args=(state,), name="max-hooks", daemon=True).start()


def _run(state: State) -> None:
    while not state.stopping:
        try:
            with state.write() as world:
                unsubscribe_dead(world, time.time())
        except sqlite3.Error:  # the thread must outlive a full disk
            log.exception("The subscriptions could not be looked through")
        pause = time.monotonic() + _EVERY
        while not state.stopping and (left := pause - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))


def unsubscribe_dead(world: World, now: float) -> None:
    """Take away subscriptions whose oldest event has failed for too long, and what waits for them."""
    long = int(switch(world.db, "unsubscribe_after"))
    for hook in world.db.execute("SELECT id FROM max_hook WHERE waiting_since <= ?", (now - long,)).fetchall():
        failing = world.db.execute(
            "SELECT 1 FROM push WHERE network = 'max' AND queue = ? AND state != 'done' AND tries > 0 AND id >"
            " coalesce((SELECT max(id) FROM push WHERE network = 'max' AND queue = ? AND state = 'done'), 0)",
            (str(hook["id"]), str(hook["id"])),
        ).fetchone()
        if failing is not None:
            drop(world, hook["id"])


def drop(world: World, hook: int) -> None:
    world.db.execute("DELETE FROM max_hook WHERE id = ?", (hook,))
    world.db.execute(
        "UPDATE push SET state = 'lost' WHERE network = 'max' AND queue = ? AND state = 'due'", (str(hook),)
    )
