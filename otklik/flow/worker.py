"""A worker process: lanes in threads, leases renewed, a clean stop."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from otklik.flow.loop import Held, keep_connection, turn_once
from otklik.flow.models import Worker
from otklik.flow.steps import FLOW, Lane, Step
from otklik.lib import clock
from otklik.lib.due import release

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.2
RENEW_SECONDS = 10.0
GRACE_SECONDS = 25.0


def insist(what: Callable[[], object]) -> None:
    """At the end: once more on a fresh connection, for the kept one may have died unnoticed.

    After that the lease runs out by itself.
    """
    for _ in range(2):
        try:
            what()
        except (OperationalError, InterfaceError) as error:
            log.error("the database does not answer: %s", error)
            connections.close_all()
        else:
            return


class Wake:
    """Whoever has done something tells the others, so that a row runs through all steps without waiting."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    def tell(self) -> None:
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until something was told after `seen`, at most so long; returns the new count."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, seconds)
            return self._count


class Lanes:
    """The threads of one worker."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self.stopping = threading.Event()
        self.wake = Wake()
        self.held = Held()
        self.threads = [
            threading.Thread(target=self._run, args=(lane,), name=f"{lane}-{number}", daemon=True)
            for lane in Lane
            for number in range(self._width(lane))
        ]

    def _width(self, lane: Lane) -> int:
        if not any(step.lane == lane for step in self.steps):
            return 0
        return {Lane.READ: settings.READERS, Lane.SPEAK: 2, Lane.TELL: 2}.get(lane, 1)

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def _run(self, lane: Lane) -> None:
        steps = [step for step in self.steps if step.lane == lane]
        seen = 0
        self._warm(steps)
        while not self.stopping.is_set():
            try:
                worked = self._turn(steps)
            except (OperationalError, InterfaceError) as error:
                log.error("the database does not answer: %s", error)
                self.stopping.wait(1.0)
                continue
            except Exception:
                # A lane that ends would be missed by nobody: say it, wait, go on. The lease runs out by itself.
                log.exception("%s: the turn ended in an error of our own", lane)
                self.stopping.wait(1.0)
                continue
            if worked:
                self.wake.tell()
            else:
                seen = self.wake.wait(seen, IDLE_SECONDS)
        connections.close_all()

    def _warm(self, steps: list[Step]) -> None:
        for step in steps:
            if step.warm is not None:
                try:
                    step.warm()
                except (OperationalError, InterfaceError) as error:
                    log.error("%s is not warm, the database does not answer: %s", step.name, error)

    def _turn(self, steps: list[Step]) -> int:
        keep_connection()
        worked = 0
        for step in steps:
            if self.stopping.is_set():
                break
            worked += turn_once(step, self.held)
        return worked

    def stop(self) -> None:
        """Let what is being said or thought come to its end; a long poll is simply left, its lease given back."""
        self.stopping.set()
        self.wake.tell()
        end = time.monotonic() + GRACE_SECONDS
        for thread in self.threads:
            if not thread.name.startswith(Lane.READ):
                thread.join(max(end - time.monotonic(), 0.1))
        for thread in self.threads:
            thread.join(0.05)
        for _, rows in self.held.batches(Lane.READ):
            insist(partial(release, rows))


def work(only: str, stop: threading.Event) -> None:
    """Run until `stop` is set. `only` is the name of one step, or "" for all. The chores are planted."""
    steps = [step for step in FLOW if not only or step.name == only]
    name = f"{socket.gethostname()}:{os.getpid()}"
    started = clock.now()
    lanes = Lanes(steps)
    lanes.start()
    log.info("worker %s runs: %s", name, ", ".join(step.name for step in steps))
    while True:
        try:
            Worker.objects.update_or_create(name=name, defaults={"seen_at": clock.now(), "started_at": started})
            lanes.held.renew()
        except (OperationalError, InterfaceError) as error:
            log.error("the database does not answer: %s", error)
            connections.close_all()
        if stop.wait(RENEW_SECONDS):
            break
    lanes.stop()
    insist(Worker.objects.filter(name=name).delete)
    log.info("worker %s has stopped", name)
