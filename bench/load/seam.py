"""What a process counts of its own work: statements, and for each step rows, turns, processor time and wall time.

The product carries no switch for it: steps are wrapped in the list, and every connection when it is made.
"""

import cProfile
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

from bench.load import BETWEEN, IN_VAIN, MEASURED
from otklik.flow import worker
from otklik.flow.loop import turn_once
from otklik.flow.steps import FLOW, Lane, Step


@dataclass
class Work:
    """Of one step: sums over its turns. Processor and wall time in seconds; `ready` of the wall time no processor was
    free for the thread."""

    rows: int = 0
    turns: int = 0
    statements: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    ready: float = 0.0


@dataclass
class Seam:
    """`first` and `last` are moments of the machine's one clock, `spent` the process's processor time between them."""

    steps: dict[str, Work] = field(default_factory=lambda: defaultdict(Work))
    first: float | None = None
    last: float | None = None
    spent_before: float = 0.0
    spent: float = 0.0
    profile: cProfile.Profile | None = None

    def __post_init__(self) -> None:
        self._here = threading.local()
        self._lock = threading.Lock()

    def put_in(self, *, profile: bool) -> None:
        """Before the worker's lanes begin. What is profiled thinks alone: a profile mixes up all threads there are."""
        if profile:
            self.profile = cProfile.Profile()
            FLOW[:] = [step for step in FLOW if step.lane == Lane.THINK]
        connection_created.connect(self._on_connection, weak=False)
        vars(worker)["turn_once"] = self._turned

    def _on_connection(self, connection: Any, **_: Any) -> None:
        if self._count not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._count)

    def _count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self._here.statements = getattr(self._here, "statements", 0) + 1
        return execute(sql, params, many, context)

    def _taken(self) -> int:
        """Statements of this thread since it was asked last."""
        count: int = getattr(self._here, "statements", 0)
        self._here.statements = 0
        return count

    def _turned(self, step: Step, *more: Any, **named: Any) -> int:
        self._note(BETWEEN, Work(statements=self._taken()))
        before = time.process_time()
        wall, cpu, waited = time.monotonic(), time.thread_time(), ready()
        rows = self._profiled(step, *more, **named)
        spent, took = time.thread_time() - cpu, time.monotonic() - wall
        work = Work(rows, 1, self._taken(), spent, took, ready() - waited)
        self._note(step.name if rows else IN_VAIN, work)
        if rows and step.name in MEASURED:
            if self.first is None:
                self.first, self.spent_before = wall, before
            self.last, self.spent = time.monotonic(), time.process_time() - self.spent_before
        return rows

    def _profiled(self, step: Step, *more: Any, **named: Any) -> int:
        if self.profile is None:
            return turn_once(step, *more, **named)
        self.profile.enable()
        try:
            return turn_once(step, *more, **named)
        finally:
            self.profile.disable()

    def _note(self, name: str, work: Work) -> None:
        with self._lock:
            sums = self.steps[name]
            for column, value in asdict(work).items():
                setattr(sums, column, getattr(sums, column) + value)

    def write(self, file: Path) -> None:
        """The figures as JSON, and a profile beside them."""
        if self.profile is not None:
            self.profile.dump_stats(file.with_suffix(".profile"))
        summary = {"first": self.first, "last": self.last, "spent": self.spent}
        file.write_text(json.dumps(summary | {"steps": {name: asdict(work) for name, work in self.steps.items()}}))


def ready() -> float:
    """Seconds that this thread could have run in its life and no processor was free (the kernel's `run_delay`)."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
