"""Steps that misbehave, in a process of their own: `python -m tests.killer_step die | sleep FILE | stop`.

`die` works every due Chore in batches of 64 and ends the process outright at the row named "guilty".
`sleep` is a worker whose one step takes twice its lease for the row named "long", and writes its work into the file.
`stop` is a worker that suggests, and stands still inside its first batch until somebody lets it go on. PostgreSQL lets
go of it after a second.
"""

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from otklik.flow import worker  # noqa: E402 Django must be set up first
from otklik.flow.loop import turn_once  # noqa: E402
from otklik.flow.models import Chore  # noqa: E402
from otklik.flow.steps import FLOW, Lane, Step  # noqa: E402
from otklik.incidents.models import Incident  # noqa: E402
from otklik.lib import database  # noqa: E402
from otklik.lib.due import finish  # noqa: E402
from otklik.routing.suggest import suggest  # noqa: E402

DIED = 9
LEASE = timedelta(seconds=5)  # renewed 25 times meanwhile: a machine that stands still for a second is no worker lost


def die_at_the_guilty(rows: list[Chore], now: datetime) -> None:
    for row in rows:
        if row.name == "guilty":
            os._exit(DIED)
        finish(row)


def work_slowly(file: Path) -> None:
    """A real worker whose one step is slow."""

    def sleep(rows: list[Chore], now: datetime) -> None:
        for row in rows:
            _note(file, f"began {row.name}")
            if row.name == "long":
                time.sleep(2 * LEASE.total_seconds())
            finish(row)
            _note(file, f"ended {row.name}")

    _note(file, "ready")
    _work(Step("sleep", Chore, sleep, Lane.SPEAK, batch=1, lease=LEASE))


def stand_still_once() -> None:
    """A real worker."""
    batches = iter(range(1000))

    def stop(cards: list[Incident], now: datetime) -> None:
        suggest(cards, now)
        if next(batches) == 0:
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # by any other thread this one would go on a bit

    database.LONGEST_STANDSTILL = 1
    database.end_idle_transactions()
    _work(replace(next(step for step in FLOW if step.name == "suggest"), work=stop))


def _work(step: Step) -> None:
    """Other steps and a shorter breath, until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    worker.RENEW_SECONDS = 0.2
    FLOW[:] = [step]
    worker.work("", stop)


def _note(file: Path, words: str) -> None:
    with file.open("a") as opened:
        opened.write(f"{words} {os.getpid()}\n")


if __name__ == "__main__":
    if sys.argv[1] == "die":
        while turn_once(Step("die", Chore, die_at_the_guilty, lease=timedelta(minutes=1))):
            pass
    elif sys.argv[1] == "stop":
        stand_still_once()
    else:
        work_slowly(Path(sys.argv[2]))
