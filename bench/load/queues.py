"""Two queues that do nothing but hand out jobs, ours and procrastinate, as the measurement uses them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bench.chaos.service import ROOT, Service
from bench.load.installation import service, wait_for

PEER = "procrastinate==3.10.0"
INSTALL_WITHIN = 180


class Queue(Protocol):
    title: str

    def worker(self, name: str, file: Path, *, stuck: bool = False) -> Service:
        """Not started yet."""

    def put(self, *names: str) -> None:
        """All of them at once."""

    def ready(self, workers: int, services: Sequence[Service]) -> None:
        """Waits until so many workers look for jobs."""

    def connect_again(self) -> None:
        """Whoever puts jobs, after the server has begun anew."""

    def mind_the_dead(self) -> None:
        """Whatever somebody has to do now and then for the jobs of dead workers."""


class Ours:
    """`batch` is how many jobs a worker takes at once."""

    def __init__(self, folder: Path, batch: int) -> None:
        self.folder, self.batch = folder, batch
        self.title = f"row-queue, {batch} at a time"

    def worker(self, name: str, file: Path, *, stuck: bool = False) -> Service:
        return service(name, self.folder, "bench.load.jobs", str(file), str(self.batch), *["stuck"] * stuck)

    def put(self, *names: str) -> None:
        from otklik.flow.models import Chore
        from otklik.lib import clock, wake

        now = clock.now()
        Chore.objects.bulk_create(Chore(name=name, due_at=now) for name in names)
        wake.tell()

    def ready(self, workers: int, services: Sequence[Service]) -> None:
        from otklik.flow.models import Worker

        wait_for(lambda: Worker.objects.count() >= workers, "the workers", services)

    def connect_again(self) -> None:
        from django.db import connection

        connection.close()

    def mind_the_dead(self) -> None:
        """A lease runs out by itself."""


class Absent(Exception):
    """Why the other queue cannot be measured."""


class Peer:
    """Raises Absent."""

    title = PEER.replace("==", " ")

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.script = folder, url, str(Path(__file__).with_name("peer.py"))
        self.python = _installed(folder / "peer")
        self._start("make")

    def _start(self, *words: str) -> None:
        self.child = subprocess.Popen(  # noqa: S603 our own script
            [self.python, "-P", self.script, self.url, "put", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._tell("look")  # its tables are there once it answers

    def _tell(self, *words: str) -> int:
        """How many workers there are afterwards."""
        if self.child.stdin is None or self.child.stdout is None:
            raise RuntimeError("no line to procrastinate")
        self.child.stdin.write(" ".join(words) + "\n")
        self.child.stdin.flush()
        return int(self.child.stdout.readline() or "-1")

    def worker(self, name: str, file: Path, *, stuck: bool = False) -> Service:
        command = [self.python, "-P", self.script, self.url, "work", str(file), *["stuck"] * stuck]
        return Service(name, command, dict(os.environ), self.folder / "logs")

    def put(self, *names: str) -> None:
        self._tell("put", *names)

    def ready(self, workers: int, services: Sequence[Service]) -> None:
        wait_for(lambda: self._tell("look") >= workers, "the workers", services)

    def connect_again(self) -> None:
        self.close()
        self._start()

    def mind_the_dead(self) -> None:
        self._tell("stalled")
        time.sleep(1)

    def close(self) -> None:
        self.child.kill()
        self.child.wait()


def _installed(folder: Path) -> str:
    """The interpreter of an environment with procrastinate in it."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    python = str(folder / "bin" / "python")
    for words in (
        ["venv", "-q", "--python", sys.executable, str(folder)],
        ["pip", "install", "-q", "--python", python, PEER, "psycopg[binary]"],
    ):
        try:
            done = subprocess.run(  # noqa: S603 our own tool
                [uv, *words], check=False, capture_output=True, text=True, timeout=INSTALL_WITHIN
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Absent(f"{PEER} cannot be installed: {error}") from error
        if done.returncode:
            raise Absent(f"{PEER} cannot be installed: {done.stderr.strip()[-300:]}")
    return python
