"""An installation that is thrown away: its database, its small region, and its processes with what they have cost."""

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.chaos.service import Service
from bench.desk.database import database
from bench.machine import machine, pace
from tests import template
from tests.sandbox.process import free_port

TICK = os.sysconf("SC_CLK_TCK")
GIVE_UP = 120.0
"""Seconds in which something has to happen."""


@contextmanager
def installation(kind: str, *, model: bool = True) -> Iterator[Path]:
    """Its folder; Django is set up and the tables are there. All is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="otklik-bench-load-"))
    (folder / "logs").mkdir()
    port = free_port()
    os.environ |= {
        "OTKLIK_PORT": str(port),
        "OTKLIK_URL": f"http://127.0.0.1:{port}",
        "OTKLIK_UNDO_HOLD": "60",  # nothing leaves meanwhile: there is no network
        "OTKLIK_EMBEDDINGS": "auto" if model else "off",
        "SANDBOX_PORT": str(free_port()),
        "OPENBLAS_NUM_THREADS": "1",
    }
    if kind == "sqlite":
        template.copy_to(folder / "bench.sqlite3")
    try:
        name = f"otklik_bench_load_{os.getpid()}"
        with database(kind, folder, again=False, keep=False, name=name, template=template.on_server()):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def build_region() -> dict[str, str]:
    """The demonstration's region as it is before the first message, and its people; the passwords of these by name."""
    from otklik.demo.region import load_reference
    from otklik.demo.users import make_users
    from otklik.lib import clock

    now = clock.now()
    load_reference(now, lambda _done, _total: None)
    return {one.username: one.password for one in make_users(now)}


def service(name: str, folder: Path, *words: str) -> Service:
    """A module of Python as a process of this installation, not started yet."""
    return Service(name, [sys.executable, "-m", *words], dict(os.environ), folder / "logs")


@contextmanager
def running(*services: Service) -> Iterator[None]:
    """Started, and stopped as whoever watches over services stops them."""
    import signal

    try:
        for one in services:
            one.start()
        yield
    finally:
        for one in services:
            one.kill(signal.SIGTERM)


def wait_for(ready: Callable[[], bool], what: str, services: Sequence[Service], seconds: float = GIVE_UP) -> None:
    """RuntimeError, with the last words of the processes, when one of them ends or the time is over."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end or not all(one.runs for one in services):
            words = "\n".join(one.log.read_text(errors="replace")[-2000:] for one in services)
            raise RuntimeError(f"waited in vain for {what}\n{words}")
        time.sleep(0.1)


def spent(pid: int) -> float:
    """Seconds of processor time, user and system, that a process has had by now; 0 where there is none."""
    with suppress(OSError):
        stat_fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat_fields[11]) + int(stat_fields[12])) / TICK
    return 0.0


def pss(pid: int) -> float:
    """Megabytes: what the process has alone, and its part of what it shares with others."""
    match = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(match.group(1)) / 1024 if match else 0.0


def children(pid: int) -> list[int]:
    """The processes that this one has started, the oldest first."""
    pids = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    pids.append(int(folder.name))
    return sorted(pids)


def listens() -> bool:
    """Whether the site has begun."""
    from otklik.site.processes import is_busy

    return is_busy("127.0.0.1", int(os.environ["OTKLIK_PORT"]))


class Backends:
    """The processor time of PostgreSQL's processes that serve this database, without our own line; on SQLite nothing.

    One that has ended counts with what it had when it was looked at last.
    """

    def __init__(self) -> None:
        self.seen: dict[int, float] = {}
        self.before = dict(self.look())

    def look(self) -> Mapping[int, float]:
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                self.seen |= {pid: spent(pid) for (pid,) in cursor.fetchall()}
        return self.seen

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        now = self.look()
        return sum(now.values()) - sum(self.before.values())


def header(workload: str) -> str:
    """The machine and what was asked of it."""
    from django.db import connection

    version = ".".join(map(str, connection.get_database_version()))
    return f"{machine(connection.vendor, version)}; {workload}\n{pace()}"


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
