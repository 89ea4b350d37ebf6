"""The power was cut and is back: database, site and worker come up in any order, and nobody is there to help."""

from collections.abc import Iterator, Sequence
from itertools import cycle, islice, permutations
from pathlib import Path
from signal import SIGKILL

import pytest
from django.db import connections

from otklik.flow.models import Worker
from tests.database_line import Line, line_to_server
from tests.processes import CLI, Process, environment, otklik, status, until_seen
from tests.sandbox.process import free_port

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]
WAITS = "waiting for the database"
ORDERS = tuple(permutations(("database", "serve", "work")))


@pytest.fixture
def line() -> Iterator[Line]:
    line = line_to_server()
    yield line
    line.cut()


def come_up(line: Line, order: Sequence[str], folder: Path) -> None:
    """In this order, each as soon as the one before is there or waits; then all is well, and the power is cut again."""
    port = free_port()
    env = environment(None, DATABASE_URL=line.database_url, OTKLIK_PORT=str(port))
    processes: dict[str, Process] = {}
    try:
        for name in order:
            if name == "database":
                line.mend()
                continue
            process = processes[name] = Process([*CLI, name], env, folder / f"{name}.log")
            if order.index(name) < order.index("database"):
                until_seen(lambda one=process: WAITS in one.words, f"{name} waits", process)  # type: ignore[misc]
        site, worker = processes["serve"], processes["work"]
        page = f"http://127.0.0.1:{port}/accounts/login/"
        until_seen(lambda: status(page) == 200, "a page", site, worker)
        row = Worker.objects.filter(name__endswith=f":{worker.popen.pid}")
        until_seen(row.exists, "a sign of life of the worker", site, worker)
        for process in processes.values():
            assert process.words.count(WAITS) <= 1 or "lines like it" in process.words, "now and then, not each time"
    finally:
        for process in processes.values():
            process.stop(SIGKILL)
            process.log.unlink()
        line.cut()


def test_the_site_and_the_worker_wait_for_the_database(line: Line, tmp_path: Path) -> None:
    come_up(line, ("work", "serve", "database"), tmp_path)
    connections.close_all()


@pytest.mark.whole("postgresql")
def test_twenty_times_in_every_order_all_comes_back(line: Line, tmp_path: Path) -> None:
    for order in islice(cycle(ORDERS), 20):
        come_up(line, order, tmp_path)
    connections.close_all()


@pytest.mark.parametrize("command", ["serve", "work"])
def test_whoever_waits_stops_when_he_is_asked_and_what_no_waiting_mends_is_one_sentence(
    line: Line, tmp_path: Path, command: str
) -> None:
    env = environment(None, DATABASE_URL=line.database_url, OTKLIK_PORT=str(free_port()))
    waits = Process([*CLI, command], env, tmp_path / "log")
    until_seen(lambda: WAITS in waits.words, "it waits", waits)
    assert waits.stop() == 0
    line.mend()
    done = otklik(env | {"DATABASE_URL": f"{line.database_url}_absent"}, command)
    assert done.returncode == 2, done.stderr
    (sentence,) = done.stderr.strip().splitlines()
    assert "_absent" in sentence
