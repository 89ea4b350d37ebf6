"""The site after its database's server was restarted: nobody who presses a button meets the old lines."""

from pathlib import Path

import httpx
import pytest
from django.db import connection, connections

from tests.make.people import signed_in
from tests.processes import CLI, cut_all_lines, environment, running, status, until_seen
from tests.region import Region
from tests.sandbox.process import free_port
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.timeout(240)]
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
    connections.close_all()
