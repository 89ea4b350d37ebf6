"""How updates are pushed. Any 2xx is good; everything else is repeated with a growing pause until a day is over.

Source: Bot API, setWebhook, and the open server's schedule (pauses up to a minute or two, Retry-After is honoured).
"""

import sqlite3
from collections.abc import Sequence

from sandbox.pusher import Answer, Pushes, Verdict
from sandbox.state import World
from sandbox.telegram.switchboard import switch
from sandbox.telegram.updates import KEPT_FOR


def judge(answer: Answer) -> Verdict:
    return "done" if 200 <= answer.status < 300 else "again"


def delays(db: sqlite3.Connection) -> Sequence[float]:
    """The switch's pauses, the last of them again and again while the update is kept."""
    pauses = [float(each) for each in switch(db, "push_delays")]
    if not pauses:
        return []
    left = KEPT_FOR - sum(pauses)
    return [*pauses, *([pauses[-1]] * int(left / pauses[-1]) if pauses[-1] >= 1 else [])]


def last_error(world: World, bot: int) -> str:
    """What went wrong with the update that waits longest; "" when nothing did."""
    row = world.db.execute(
        "SELECT last FROM push WHERE network = 'telegram' AND queue = ? AND tries > 0 AND state IN ('due', 'lost')"
        " ORDER BY state = 'lost', id DESC",
        (str(bot),),
    ).fetchone()
    if row is None:
        return ""
    status = str(row["last"]).partition(" ")[0]
    return "Connection refused" if status == "0" else f"Wrong response from the webhook: {status}"


PUSHES = Pushes(within=10.0, judge=judge, delays=delays)
