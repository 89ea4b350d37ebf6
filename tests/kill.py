"""A worker that pulls its own plug: `python -m tests.kill POINT` sends what is due and dies by SIGKILL at the point.
With `KILL_BY=SIGSTOP` it only stands still there, until somebody lets it go on.

Prints the points it passed; without a point it just sends. The database and the sandbox come from the environment.
"""

import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from otklik.flow.loop import turn_once  # noqa: E402 Django must be set up first
from otklik.flow.steps import FLOW, Lane, Step  # noqa: E402
from otklik.publishing.models import Delivery  # noqa: E402
from otklik.publishing.send import send  # noqa: E402


def main(point: str) -> None:
    def probe(reached: str) -> None:
        sys.stdout.write(f"{reached}\n")
        sys.stdout.flush()
        if reached == point:
            os.kill(os.getpid(), signal.Signals[os.environ.get("KILL_BY", "SIGKILL")])

    def work(deliveries: list[Delivery], now: datetime) -> None:
        send(deliveries, now, probe)

    lease = next(step for step in FLOW if step.name == "send").lease
    turn_once(Step("send", Delivery, work, Lane.SPEAK, batch=1, lease=lease))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
