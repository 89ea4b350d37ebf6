"""A worker that pulls its own plug: `python -m tests.kill_telling POINT` tells what is due and dies at the point."""

import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from otklik.flow.loop import turn_once  # noqa: E402 Django must be set up first
from otklik.flow.steps import Lane, Step  # noqa: E402
from otklik.hooks.models import Call  # noqa: E402
from otklik.hooks.tell import tell_one  # noqa: E402


def main(point: str) -> None:
    def probe(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def work(calls: list[Call], now: datetime) -> None:
        for call in calls:
            tell_one(call, now, lambda: 0.0, probe)

    turn_once(Step("tell", Call, work, Lane.TELL, batch=1))


if __name__ == "__main__":
    main(sys.argv[1])
