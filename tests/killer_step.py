"""Steps that misbehave, in a process of their own: `python -m tests.killer_step die | sleep FILE`.

`die` works every due Chore in batches of 64 and ends the process outright at the row named "guilty".
`sleep` is a worker whose one step takes twice its lease for the row named "long", and writes its work into the file.
"""

import os
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from otklik.flow import worker  # noqa: E402 Django must be set up first
from otklik.flow.loop import turn_once  # noqa: E402
from otklik.flow.models import Chore  # noqa: E402
from otklik.flow.steps import FLOW, Lane, Step  # noqa: E402
from otklik.lib.due import finish  # noqa: E402

DIED = 9
LEASE = timedelta(seconds=5)  # renewed 25 times meanwhile: a machine that stands still for a second is no worker lost


def die_at_the_guilty(rows: list[Chore], now: datetime) -> None:
    for row in rows:
        if row.name == "guilty":
            os._exit(DIED)
        finish(row)


def work_slowly(file: Path) -> None:
    """A real worker with other steps and a shorter breath, until SIGTERM."""

    def sleep(rows: list[Chore], now: datetime) -> None:
        for row in rows:
            _note(file, f"began {row.name}")
            if row.name == "long":
                time.sleep(2 * LEASE.total_seconds())
            finish(row)
            _note(file, f"ended {row.name}")

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    worker.RENEW_SECONDS = 0.2
    FLOW[:] = [Step("sleep", Chore, sleep, Lane.SPEAK, batch=1, lease=LEASE)]
    _note(file, "ready")
    worker.work("", stop)


def _note(file: Path, words: str) -> None:
    with file.open("a") as opened:
        opened.write(f"{words} {os.getpid()}\n")


if __name__ == "__main__":
    if sys.argv[1] == "die":
        while turn_once(Step("die", Chore, die_at_the_guilty, lease=timedelta(minutes=1))):
            pass
    else:
        work_slowly(Path(sys.argv[2]))
