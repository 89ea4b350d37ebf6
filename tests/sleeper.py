"""A real worker that never looks by itself, in a process of its own: `python -m tests.sleeper`. It finishes Chores."""

import signal
import threading
from datetime import datetime

import django

django.setup()

from otklik.flow import worker  # noqa: E402 Django must be set up first
from otklik.flow.models import Chore  # noqa: E402
from otklik.flow.steps import FLOW, Step  # noqa: E402
from otklik.lib.due import finish  # noqa: E402

HOUR = 3600.0


def finish_all(rows: list[Chore], now: datetime) -> None:
    for row in rows:
        finish(row)


def main() -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    worker.SHORTEST_PAUSE = worker.LONGEST_PAUSE = worker.RENEW_SECONDS = HOUR
    FLOW[:] = [Step("finish", Chore, finish_all)]
    worker.work("", stop)


if __name__ == "__main__":
    main()
