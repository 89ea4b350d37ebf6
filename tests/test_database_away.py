"""The database's server cannot be reached for a while: pages and networks hear 503, and all goes on when it is back."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection, connections

from otklik.inbox.models import Message
from otklik.site.worker import BEHIND_PEOPLE
from tests.database_line import Line, line_to_server
from tests.make.people import signed_in
from tests.processes import CLI, cut_all_lines, environment, running, status, until_seen
from tests.read_logs import entries
from tests.region import Region
from tests.sandbox.process import free_port
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PROCESSES = max(2, os.cpu_count() or 2)
"""Of the site, each with a log of its own."""


@pytest.fixture
def line() -> Iterator[Line]:
    line = line_to_server()
    line.mend()
    yield line
    line.cut()


def test_everything_waits_for_it_and_goes_on(line: Line, town: Town, committed_region: Region, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    page = f"{address}/accounts/login/"
    env = environment(town, DATABASE_URL=line.database_url, OTKLIK_PORT=str(port))
    with (
        running([*CLI, "serve"], env, tmp_path / "site.log") as site,
        running([*CLI, "work"], env, tmp_path / "worker.log") as worker,
    ):
        until_seen(lambda: status(page) == 200, "the page of signing in", site)
        away_at = time.monotonic()
        line.cut()
        until_seen(lambda: status(f"{address}/healthz") == 503, "a word that it is away", site, worker)
        hook = f"{address}/hooks/vk/{committed_region.guest.hook_key}/"
        refused = httpx.post(hook, json={"type": "confirmation"}, timeout=30, trust_env=False)
        assert refused.status_code == 503, "the network brings it again"
        assert status(page) == 503
        town.comment("Темно во дворе в Речном")
        line.mend()
        until_seen(lambda: status(page) == 200, "the page once more", site, worker)
        until_seen(lambda: Message.objects.exists(), "what was written meanwhile", site, worker)
        nice = [os.getpriority(os.PRIO_PROCESS, process.popen.pid) for process in (site, worker)]
        assert nice[1] - nice[0] == BEHIND_PEOPLE, "who presses comes before the machine that thinks"
        assert worker.stop() == 0, worker.words
        for process in (site, worker):
            outage = [entry for entry in entries(process.words) if " ERROR " in entry]
            most = PROCESSES * (1 + (time.monotonic() - away_at) / 60)
            assert len(outage) <= most, "not from each thread and each request"


ENOUGH = 12  # requests, so that every process of the site gets some


def test_pages_come_after_the_database_was_restarted(town: Town, committed_region: Region, tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away: only a server does")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = environment(town, OTKLIK_PORT=str(port), OTKLIK_WEB_THREADS="1")
    with running([*CLI, "serve"], env, tmp_path / "web.log") as site:
        until_seen(lambda: status(f"{address}/accounts/login/") == 200, "the site", site)
        # Passwords of tests are hashed in another way than the site's own: the cookie is made here.
        cookies = {name: one.value for name, one in signed_in(committed_region.operator).cookies.items()}
        with httpx.Client(base_url=address, cookies=cookies, trust_env=False) as browser:
            assert {browser.get("/queue/").status_code for _ in range(ENOUGH)} == {200}
            assert cut_all_lines() >= 1
            assert {browser.get("/queue/").status_code for _ in range(ENOUGH)} == {200}, site.words
            counted = f'otklik_requests_total{{page="queue",status="2xx"}} {2 * ENOUGH}\n'
            assert counted in browser.get("/metrics").text, "whichever process is asked knows of all"
    connections.close_all()
