"""A worker of our row-queue with one step that does nothing: `python -m bench.load.jobs FILE BATCH [stuck]`.

Its jobs are rows of scheduled work whose names nobody else knows. A line a job goes into the file: its name, and when
its work was over by the machine's one clock. Where the worker is stuck, its work on a job never ends.
"""

import os
import sys
import time
from datetime import datetime

import django

django.setup()

from otklik.flow import worker  # noqa: E402 Django must be set up first
from otklik.flow.models import Chore  # noqa: E402
from otklik.flow.steps import FLOW, Lane, Step  # noqa: E402
from otklik.lib.due import finish_all  # noqa: E402
from otklik.site.waiting import stopping  # noqa: E402


def main(name: str, batch: str, *stuck: str) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def do(rows: list[Chore], _now: datetime) -> None:
        while stuck:
            time.sleep(1)
        finish_all(rows)
        done = time.monotonic()
        os.write(file, "".join(f"{row.name} {done}\n" for row in rows).encode())

    FLOW[:] = [Step("jobs", Chore, do, Lane.THINK, batch=int(batch))]
    worker.work("", stopping())


if __name__ == "__main__":
    main(*sys.argv[1:])
