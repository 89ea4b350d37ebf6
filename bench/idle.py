"""What the site and a worker cost while nothing happens: `python -m bench.idle [--database postgresql] [--seconds 60]`.

Sandbox, site and worker run as real processes, one community is read by a long poll as long as a real one, nobody
writes and nobody looks. Counted are the statements that both send, and the processor's time of their processes and of
those of the server that serve them.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.desk.database import database
from bench.latency import _install, _listens, _wait_for
from tests.sandbox import process
from tests.sandbox.process import free_port
from tests.sandbox.town import build

NAME = "otklik_bench_idle"
COUNTED = "OTKLIK_BENCH_STATEMENTS"
SETTLE = 15.0  # seconds until what is done once at the start is over
MOST_STATEMENTS, MOST_CPU = 5.0, 0.01
TICKS = os.sysconf("SC_CLK_TCK")


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table. Exit code 1 when it costs more than it may, so that a person looks."""
    parser = argparse.ArgumentParser("python -m bench.idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        sandbox = stack.enter_context(process.running(folder))
        port = free_port()
        os.environ |= {"OTKLIK_PORT": str(port), "SANDBOX_PORT": str(sandbox.port)}
        stack.enter_context(database(asked.database, folder, again=False, keep=False, name=NAME))
        _install(build(sandbox))
        started = {words: stack.enter_context(_counted(words, folder)) for words in ("serve", "work")}
        _wait_for(lambda: _listens(port) and _polls_somewhere(), "the site and the worker")
        time.sleep(SETTLE)
        return _measure(started, folder, asked.seconds)


def _polls_somewhere() -> bool:
    from otklik.networks.models import Source

    return Source.objects.filter(last_poll_at__isnull=False).exists()


@contextmanager
def _counted(command: str, folder: Path) -> Iterator[int]:
    """A process of ours that adds one byte to a file with each statement; its number."""
    from otklik.site.processes import start, stop_all

    environment = {**os.environ, COUNTED: str(folder / f"{command}.statements")}
    began = start([sys.executable, "-m", "bench.idle", "--run", command], environment)
    try:
        yield began.pid
    finally:
        stop_all([began])


def _run(command: str) -> int:
    """In a process of its own: `otklik COMMAND`, and every line to the database counts what it is told."""
    from django.db.backends.signals import connection_created

    from otklik.site.cli import main as otklik

    counted = os.open(os.environ[COUNTED], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def count(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        os.write(counted, b".")
        return execute(sql, values, many, context)

    def opened(connection: Any, **_more: Any) -> None:
        connection.execute_wrappers.append(count)

    connection_created.connect(opened)
    return int(otklik([command]) or 0)


def _measure(started: dict[str, int], folder: Path, seconds: float) -> int:
    def now() -> dict[str, tuple[float, int]]:
        server = _server()
        mine = {
            words: (sum(map(_cpu, _family(pid))), (folder / f"{words}.statements").stat().st_size)
            for words, pid in started.items()
        }
        return mine | ({"server": (sum(map(_cpu, server)), 0)} if server else {})

    began, before = time.monotonic(), now()
    time.sleep(seconds)
    spent, after = time.monotonic() - began, now()
    lines = [f"{spent:.0f} s with nothing to do", "", f"{'':<10}{'CPU, % of a core':>18}{'statements a second':>21}"]
    sums = [0.0, 0.0]
    for words in after:
        cpu, said = ((end - start) / spent for end, start in zip(after[words], before[words], strict=True))
        sums = [sums[0] + cpu, sums[1] + said]
        lines.append(f"{words:<10}{100 * cpu:>18.2f}{said:>21.2f}")
    lines.append(f"{'together':<10}{100 * sums[0]:>18.2f}{sums[1]:>21.2f}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if sums[0] <= MOST_CPU and sums[1] <= MOST_STATEMENTS else 1


def _server() -> list[int]:
    """The server's processes that serve this database, but for this one's line."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall() if pid != connection.connection.info.backend_pid]


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    below = [child.read_text().split() for child in Path(f"/proc/{pid}/task").glob("*/children")]
    return [pid, *(one for children in below for child in children for one in _family(int(child)))]


def _cpu(pid: int) -> float:
    """Seconds of the processor that it has had; 0 when it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(words[11]) + int(words[12])) / TICKS


if __name__ == "__main__":
    sys.exit(_run(sys.argv[2]) if sys.argv[1:2] == ["--run"] else main())
