"""The site after its database's server was restarted: nobody who presses a button meets the old lines."""

from pathlib import Path

import httpx
import pytest
from django.db import connection, connections
from django.test import Client

from tests import processes
from tests.processes import CLI, environment, until_seen
from tests.region import Region
from tests.sandbox.process import free_port
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.timeout(240)]
ENOUGH = 12  # requests, so that every process of the site gets some


def cut_all_lines() -> int:
    """End every other session on this database; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def listens(address: str) -> bool:
    try:
        return httpx.get(f"{address}/accounts/login/", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def signed_in(region: Region) -> dict[str, str]:
    """The operator's cookie; passwords of tests are hashed in another way than the site's own."""
    client = Client()
    client.force_login(region.operator)
    return {name: cookie.value for name, cookie in client.cookies.items()}


def test_pages_come_as_ever_after_the_databases_server_was_restarted(
    town: Town, committed_region: Region, tmp_path: Path
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away: only a server does")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = environment(town, OTKLIK_PORT=str(port), OTKLIK_WEB_THREADS="1")
    with processes.running([*CLI, "serve"], env, tmp_path / "web.log") as site:
        until_seen(lambda: listens(address), "the site", site)
        with httpx.Client(base_url=address, cookies=signed_in(committed_region), trust_env=False) as browser:
            assert {browser.get("/queue/").status_code for _ in range(ENOUGH)} == {200}
            assert cut_all_lines() >= 1
            assert {browser.get("/queue/").status_code for _ in range(ENOUGH)} == {200}, site.words
    connections.close_all()
