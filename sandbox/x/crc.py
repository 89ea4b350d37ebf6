"""Checking that a hook is its owner's: the network sends a word, the hook signs it with the app's consumer secret.

Source: the network's pages on webhooks. On creation, on PUT and, behind a switch, again and again. A wrong answer or a
redirect makes a hook invalid at once; an error or silence leaves it as it was.
"""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from typing import Literal

import httpx

from sandbox.state import State
from sandbox.x.switchboard import switch

WITHIN = 10.0  # seconds
LOOK_EVERY = 1.0  # seconds between looks whether a hook is to be checked
Outcome = Literal["valid", "wrong", "silent"]


def check(url: str, secret: str) -> Outcome:
    """One check of an address."""
    word = base64.b64encode(secrets.token_bytes(24)).decode()
    try:
        answer = httpx.get(url, params={"crc_token": word}, timeout=WITHIN, trust_env=False, follow_redirects=False)
        body = answer.json() if answer.status_code == 200 else None
    except ValueError:
        return "wrong"
    except (httpx.HTTPError, httpx.InvalidURL):
        return "silent"
    if answer.status_code >= 400:
        return "silent"
    made = hmac.new(secret.encode(), word.encode(), hashlib.sha256).digest()
    expected = "sha256=" + base64.b64encode(made).decode()
    return "valid" if isinstance(body, dict) and body.get("response_token") == expected else "wrong"


def recheck(state: State, number: int) -> Outcome:
    """Check a registered hook and write down what came of it."""
    with state.write() as world:
        row = world.db.execute(
            "SELECT h.url, a.secret FROM x_hook h JOIN x_app a ON a.name = h.app WHERE h.id = ?", (number,)
        ).fetchone()
    if row is None:
        return "silent"
    outcome = check(row["url"], row["secret"])
    with state.write() as world:
        if outcome != "silent":
            world.db.execute("UPDATE x_hook SET valid = ? WHERE id = ?", (int(outcome == "valid"), number))
        world.db.execute("UPDATE x_hook SET checked = ? WHERE id = ?", (time.time(), number))
    return outcome


def start(state: State) -> None:
    """Start the thread that checks hooks again while the switch says so. It ends when the state is told to stop."""
    threading.Thread(target=_run, args=(state,), name="x-crc", daemon=True).start()


def _run(state: State) -> None:
    while not state.stopping:
        for number in _due(state):
            recheck(state, number)
        state.wait(state.version, LOOK_EVERY)


def _due(state: State) -> list[int]:
    with state.write() as world:
        every = int(switch(world.db, "crc_seconds"))
        if not every:
            return []
        rows = world.db.execute("SELECT id FROM x_hook WHERE checked <= ?", (time.time() - every,)).fetchall()
    return [int(row["id"]) for row in rows]
