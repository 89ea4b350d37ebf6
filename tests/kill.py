"""A process that pulls its own plug: `python -m tests.kill DEED POINT [FILE]` dies by SIGKILL as soon as it reaches the
point. With `KILL_BY=SIGSTOP` it only stands still there, until somebody lets it go on.

The deeds: `send` or `tell` what is due, `upgrade`, go `back` from it, `restore` a file. The points
that it passes are printed; with "" for one it just does the deed. The database comes from the environment.
"""

import os
import signal
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import django

django.setup()

from otklik.flow.loop import turn_once  # noqa: E402 Django must be set up first
from otklik.flow.steps import FLOW, Lane, Step  # noqa: E402
from otklik.notify.hooks.models import Call  # noqa: E402
from otklik.notify.hooks.tell import tell_one  # noqa: E402
from otklik.publishing.models import Delivery  # noqa: E402
from otklik.publishing.send import send  # noqa: E402
from otklik.site.restore import Asked, restore  # noqa: E402
from otklik.site.upgrade import back, upgrade  # noqa: E402


def probe(reached: str) -> None:
    sys.stdout.write(f"{reached}\n")
    sys.stdout.flush()
    if reached == sys.argv[2]:
        os.kill(os.getpid(), signal.Signals[os.environ.get("KILL_BY", "SIGKILL")])


def tell_them(calls: list[Call], now: datetime) -> None:
    for call in calls:
        tell_one(call, now, lambda: 0.0, probe)


def main(deed: str) -> int:
    if deed == "send":
        lease = next(step for step in FLOW if step.name == "send").lease
        turn_once(Step("send", Delivery, partial(send, probe=probe), Lane.SPEAK, batch=1, lease=lease))
    elif deed == "tell":
        turn_once(Step("tell", Call, tell_them, Lane.TELL, batch=1))
    elif deed == "restore":
        return restore(Asked(Path(sys.argv[3]), over=True), probe)
    else:
        return upgrade(probe) if deed == "upgrade" else back(probe)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
