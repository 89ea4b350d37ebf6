"""How fast our row-queue hands out jobs, and how soon after a death or a break, beside procrastinate's."""

import argparse
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from pathlib import Path

from bench.chaos.cluster import CannotStart
from bench.chaos.service import Service
from bench.load.installation import Backends, header, installation, running, say, spent, wait_for
from bench.load.queues import Absent, Ours, Peer, Queue
from bench.load.server import Server, own_server
from bench.machine import share

PATIENCE = 150.0
"""Seconds for a job to be done, whatever happened to its worker. One that is not done by then is lost."""
BREAKS = 5
LOST = "lost"
Row = tuple[str, str]
_numbers = count(1)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=int, default=2000, help="jobs for the speed, more than 64 (default 2000)")
    parser.add_argument("--singly", type=int, default=100, help="how many, one by one, for the wait (default 100)")
    parser.add_argument("--every", type=float, default=0.1, help="seconds between two of those (default 0.1)")
    parser.add_argument("--restart", action="store_true", help="on a server of its own, which begins anew as well")
    parser.add_argument("--ours-alone", action="store_true", help="without procrastinate")
    parser.add_argument("--without-deaths", action="store_true", help="kill no worker: a lease takes its time")


def run(args: argparse.Namespace) -> int:
    """On PostgreSQL: the other queue knows no other. Exit code 1 when a job of ours was lost."""
    with ExitStack() as stack:
        server = None
        if args.restart:
            try:
                server = stack.enter_context(own_server())
            except CannotStart as absent:
                say(f"Skipped, the restart: {absent}")
        folder = stack.enter_context(installation("postgresql"))
        from django.conf import settings

        ours = [Ours(folder, batch) for batch in (64, 1)]
        rows = {one.title: list(_measured(one, args, folder, server)) for one in ours}
        lost = any(LOST in value for cells in rows.values() for _, value in cells)
        if not args.ours_alone:
            try:
                with closing(Peer(folder, settings.DATABASE_URL)) as peer:
                    rows[peer.title] = list(_measured(peer, args, folder, server))
            except Absent as absent:
                say(f"Skipped: {absent}")
        say(header(f"{args.jobs} jobs that do nothing"))
        say(f"{'':<34}" + "".join(f"{title:>28}" for title in rows))
        for cells in zip(*rows.values(), strict=True):
            say(f"{cells[0][0]:<34}" + "".join(f"{value:>28}" for _, value in cells))
    return int(lost)


def _measured(queue: Queue, args: argparse.Namespace, folder: Path, server: Server | None) -> Iterator[Row]:
    """Each figure with its title."""
    for workers in (1, 2):
        speed, cost, backends = _speed(queue, args.jobs, workers, folder)
        yield f"jobs a second, workers: {workers}", f"{speed:.0f}"
        yield "  CPU ms a job, worker + PostgreSQL", f"{cost:.2f} + {backends:.2f}"
    waits = _waits(queue, args, folder)
    yield "ms to the end, p50", f"{1000 * statistics.median(waits):.1f}"
    yield "ms to the end, p99", f"{1000 * share(waits, 0.99):.1f}"
    yield from _after_breaks(queue, folder, "a broken line", _break_lines)
    if server:
        yield from _after_breaks(queue, folder, "a restart", partial(_restart, queue, server))
    if not args.without_deaths:
        died = _after_death(queue, folder)
        yield "s after a worker was killed", LOST if died is None else f"{died:.1f}"


def _speed(queue: Queue, jobs: int, workers: int, folder: Path) -> tuple[float, float, float]:
    """Jobs a second; ms of processor time of a job in the workers and in PostgreSQL."""
    file = _file(folder)
    services = [queue.worker(f"worker {next(_numbers)}", file) for _ in range(workers)]
    with running(*services):
        queue.ready(workers, services)
        names = _names(jobs)
        backends, before = Backends(), sum(spent(one.pid) for one in services)
        queue.put(*names)
        wait_for(lambda: len(_done(file)) >= jobs, "the jobs", services, PATIENCE)
        cost = sum(spent(one.pid) for one in services) - before
        times = [_done(file)[name] for name in names]
        return (jobs - 1) / (max(times) - min(times)), 1000 * cost / jobs, 1000 * backends.spent / jobs


def _waits(queue: Queue, args: argparse.Namespace, folder: Path) -> list[float]:
    """Seconds from putting a job to its end, one job at a time, two workers looking."""
    file = _file(folder)
    services = [queue.worker(f"worker {next(_numbers)}", file) for _ in range(2)]
    with running(*services):
        queue.ready(2, services)
        waits = [_one(queue, file, services, args.every) for _ in range(args.singly)]
    if None in waits:
        raise RuntimeError(f"{queue.title}: a job was lost, and nothing had happened")
    return [one for one in waits if one is not None]


def _one(queue: Queue, file: Path, services: Sequence[Service], pause: float = 0.0) -> float | None:
    """Seconds to the end of a job, None when it is lost. A worker that has ended by itself is started again, as whoever
    watches over services does."""
    (name,) = _names(1)
    time.sleep(pause)
    began = time.monotonic()
    queue.put(name)
    while name not in (done := _done(file)):
        if time.monotonic() > began + PATIENCE:
            return None
        for one in services:
            one.keep()
        time.sleep(0.005)
    return done[name] - began


def _after_breaks(queue: Queue, folder: Path, what: str, happens: Callable[[], None]) -> Iterator[Row]:
    """How long a job takes that is put right after all lines of the worker were broken by `what`."""
    file = _file(folder)
    one = queue.worker(f"worker {next(_numbers)}", file)
    waits = []
    with running(one):
        queue.ready(1, [one])
        for _ in range(BREAKS):
            _one(queue, file, [one], 0.5)
            happens()
            waits.append(_one(queue, file, [one]))
    came = [one for one in waits if one is not None]
    yield f"ms after {what}, p50", f"{1000 * statistics.median(came):.0f}" if came else LOST
    yield f"ms after {what}, most", f"{1000 * max(came):.0f}" if came else LOST
    yield "  of these jobs", "all done" if waits == came else f"{LOST}: {len(waits) - len(came)}"
    yield "  how often its worker ended by it", f"{one.falls}"


def _break_lines() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name <> 'put'"
        )


def _restart(queue: Queue, server: Server) -> None:
    """Over as soon as the server answers again."""
    server.stop()
    server.start()
    queue.connect_again()


def _after_death(queue: Queue, folder: Path) -> float | None:
    """Seconds from the death of a worker that held a job to the end of that job by another; None when it is lost."""
    file, (name,) = _file(folder), _names(1)
    first = queue.worker(f"worker {next(_numbers)}", _file(folder), stuck=True)
    second = queue.worker(f"worker {next(_numbers)}", file)
    with running(first):
        queue.ready(1, [first])
        queue.put(name)
        time.sleep(3)
        with running(second):
            queue.ready(2, [first, second])
            first.kill(signal.SIGKILL)
            died = time.monotonic()
            while name not in (done := _done(file)):
                if time.monotonic() > died + PATIENCE:
                    return None
                queue.mind_the_dead()
                time.sleep(0.05)
            return done[name] - died


def _names(number: int) -> list[str]:
    return [f"job-{next(_numbers)}" for _ in range(number)]


def _file(folder: Path) -> Path:
    file = folder / f"done-{next(_numbers)}"
    file.touch()
    return file


def _done(file: Path) -> Mapping[str, float]:
    """When each job was over; one that was done twice counts with its last end."""
    lines = (line.split() for line in file.read_text().splitlines())
    return {words[0]: float(words[1]) for words in lines if len(words) == 2}
