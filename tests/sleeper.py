"""A real worker in a process of its own that finishes Chores: `python -m tests.sleeper`. On PostgreSQL it never looks
by itself. On SQLite it has to: its log is written to a moment before the commit can be seen."""

import signal
import threading
from datetime import datetime

import django

django.setup()

from django.db import connection  # noqa: E402 Django must be set up first

from otklik.flow import worker  # noqa: E402
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
    worker.RENEW_SECONDS = HOUR
    if connection.vendor == "postgresql":
        worker.SHORTEST_PAUSE = worker.LONGEST_PAUSE = HOUR
    FLOW[:] = [Step("finish", Chore, finish_all)]
    worker.work("", stop)


if __name__ == "__main__":
    main()
