"""Somebody who writes to the journal while something else is measured, in a process of his own, as the site is."""

import math
import statistics
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Any

BETWEEN = 0.05
"""Seconds between two of his writes."""
PATIENCE = 60
"""Seconds for him to begin, and to end: one that died is not waited for."""


class Writer:
    """Writes until its block ends; then `summary` says how long it took him, in ms. Inside `bench.desk.database`."""

    def __init__(self) -> None:
        spawn = get_context("spawn")
        self._begun, self._over, self._times = spawn.Event(), spawn.Event(), spawn.Queue()
        self._process = spawn.Process(target=_write, args=(self._begun, self._over, self._times))
        self.took: list[float] = []

    def __enter__(self) -> "Writer":
        self._process.start()
        if not self._begun.wait(PATIENCE):
            raise RuntimeError("the process that writes beside did not begin")
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.took = self._times.get(timeout=PATIENCE)
        self._process.join()

    @property
    def most(self) -> float:
        """How long it took 99 of 100 writes at most, in ms."""
        return sorted(self.took)[math.ceil(len(self.took) * 0.99) - 1]

    @property
    def summary(self) -> str:
        return (
            f"{statistics.median(self.took):.1f} median, {self.most:.1f} at most for 99 of 100, "
            f"{max(self.took):.1f} longest of {len(self.took)}"
        )


def _write(begun: Event, over: Event, queue: Any) -> None:
    import django

    django.setup()
    from django.db import connection

    from otklik.journal import book
    from otklik.lib import clock

    took: list[float] = []
    begun.set()
    while not took or not over.wait(BETWEEN):
        began = time.monotonic()
        with book.turn():
            book.write(at=clock.now(), actor="machine:bench", verb="bench.write", subject="bench:1")
        took.append(1000 * (time.monotonic() - began))
    connection.close()
    queue.put(took)
