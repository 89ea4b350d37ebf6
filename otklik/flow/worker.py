"""A worker process: lanes in threads, leases renewed, a clean stop."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from otklik.flow.loop import Held, keep_connection, look, turn_once
from otklik.flow.models import Worker
from otklik.flow.steps import FLOW, Lane, Step
from otklik.lib import clock, wake
from otklik.lib.database import is_away
from otklik.lib.due import release

log = logging.getLogger(__name__)
SHORTEST_PAUSE, LONGEST_PAUSE = wake.APART, 2.0
"""Seconds between two looks of a worker whom nothing wakes: each pause is twice as long as the one before."""
AT_A_STRETCH = 0.05
"""Seconds for which a thread goes on with one step whose batches are full."""
FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds before a thread goes on whose turn ended in an error, each time twice as long as the last: a broken line is
whole again at once, a server that starts anew takes its time."""
RENEW_SECONDS = 10.0
GRACE_SECONDS = 25.0


class Crew:
    """Safe for threads. A thread says that it is `free` and then asks for work by `take`; both belong together."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self._condition = threading.Condition()
        self._free = 0
        self._ready: list[Step] = []
        self._closed = False

    def free(self) -> None:
        with self._condition:
            self._free += 1

    def take(self) -> list[Step]:
        """Waits for steps that have work; [] when there will be none any more."""
        with self._condition:
            self._condition.wait_for(lambda: self._ready or self._closed)
            self._free -= 1
            steps, self._ready = self._ready, []
            return [] if self._closed else steps

    @property
    def may_take(self) -> bool:
        """Whether somebody here has nothing to do, and nothing is given to him yet."""
        return self._free > 0 and not self._ready

    def give(self, steps: list[Step]) -> None:
        """Steps of this lane for one of those who are free."""
        with self._condition:
            self._ready = steps
            self._condition.notify()

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify_all()


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


class Lanes:
    """The threads of one worker: the lanes, and one that watches all queues for them.

    Whoever has nothing to do sleeps until he is given steps that have work. The watcher asks one question for all who
    are free: when something was committed, here or anywhere; when the next row comes due; and after a pause that grows
    while nothing happens, for a word may be lost.
    """

    def __init__(self, steps: list[Step]) -> None:
        self.stopping = threading.Event()
        self.listener = wake.Listener()
        self._waits = threading.local()  # `last`: seconds that this thread waited after its turn, if that failed
        self.held = Held()
        self.crews = {lane: Crew([step for step in steps if step.lane == lane]) for lane in Lane}
        self.threads = [
            threading.Thread(target=self._run, args=(lane,), name=f"{lane}-{number}", daemon=True)
            for lane in Lane
            for number in range(self._width(lane))
        ]
        self.watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def _width(self, lane: Lane) -> int:
        if not self.crews[lane].steps:
            return 0
        return {Lane.READ: settings.READERS, Lane.SPEAK: 2, Lane.TELL: 2}.get(lane, 1)

    def start(self) -> None:
        for thread in (*self.threads, self.watcher):
            thread.start()

    def _watch(self) -> None:
        pause = SHORTEST_PAUSE
        while not self.stopping.is_set():
            with self._going_on("watcher"):
                self.listener.listen()
                next_at = self._give_all(clock.now())
                seconds = min((next_at - clock.now()).total_seconds(), pause) if next_at else pause
                pause = SHORTEST_PAUSE if self.listener.wait(seconds) else min(2 * pause, LONGEST_PAUSE)
        self.listener.close()
        connections.close_all()

    def _give_all(self, now: datetime) -> datetime | None:
        """Whoever is free gets what there is to do. When the next row for one of them comes due, if that is soon."""
        free = [crew for crew in self.crews.values() if crew.may_take]
        steps = [step for crew in free for step in crew.steps]
        due, next_at = look(steps, now, now + timedelta(seconds=LONGEST_PAUSE))
        for crew in free:
            if work := [step for step in due if step in crew.steps]:
                crew.give(work)
        return next_at

    def _run(self, lane: Lane) -> None:
        crew = self.crews[lane]
        self._warm(crew.steps)
        worked = 1  # whatever waits has waited for the start
        while not self.stopping.is_set():
            crew.free()
            if worked:
                # Also on behalf of rows that came while nobody here was free to be asked for.
                wake.tell()
            steps, worked = crew.take(), 1
            with self._going_on(lane):
                worked = self._turn(crew, steps)
        connections.close_all()

    @contextmanager
    def _going_on(self, name: str) -> Iterator[None]:
        """A thread that ends would be missed by nobody: say what it was, wait, go on. Leases run out by themselves."""
        try:
            yield
            self._waits.last = 0.0
        except Exception as error:
            if is_away(error):
                log.error("the database does not answer: %s", error)
                connections.close_all()
            else:
                log.exception("%s: the turn ended in an error of our own", name)
            self._waits.last = min(max(2 * getattr(self._waits, "last", 0.0), FIRST_WAIT), LONGEST_WAIT)
            self.stopping.wait(self._waits.last)

    def _warm(self, steps: list[Step]) -> None:
        for step in steps:
            if step.warm is not None:
                try:
                    step.warm()
                except (OperationalError, InterfaceError) as error:
                    log.error("%s is not warm, the database does not answer: %s", step.name, error)

    def _turn(self, crew: Crew, steps: list[Step]) -> int:
        keep_connection()
        worked = 0
        for step in steps:
            if self.stopping.is_set():
                break
            worked += self._batches(crew, step)
        return worked

    def _batches(self, crew: Crew, step: Step) -> int:
        """Where batches are full, one after the other for a moment: a look at all queues takes as long as a small
        batch. Not longer, for the other steps of this lane wait meanwhile."""
        worked, end = 0, time.monotonic() + AT_A_STRETCH
        while True:
            batch = turn_once(step, self.held, partial(self._share, crew))
            worked += batch
            if batch < step.batch or self.stopping.is_set() or time.monotonic() > end:
                return worked

    def _share(self, crew: Crew) -> None:
        """There may be more of what one thread has just taken than he can do alone."""
        if crew.may_take:
            self.listener.nudge()

    def stop(self) -> None:
        """Let what is being said or thought come to its end; a long poll is simply left, its lease given back."""
        self.stopping.set()
        for crew in self.crews.values():
            crew.close()
        self.listener.nudge()
        end = time.monotonic() + GRACE_SECONDS
        for thread in (*self.threads, self.watcher):
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
            now = clock.now()
            if not Worker.objects.filter(name=name).update(seen_at=now):
                Worker.objects.create(name=name, seen_at=now, started_at=started)
            lanes.held.renew()
        except (OperationalError, InterfaceError) as error:
            log.error("the database does not answer: %s", error)
            connections.close_all()
        if stop.wait(RENEW_SECONDS):
            break
    lanes.stop()
    insist(Worker.objects.filter(name=name).delete)
    log.info("worker %s has stopped", name)
