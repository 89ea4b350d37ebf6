"""The database's server cannot be reached for a while: pages and networks hear 503, and all goes on when it is back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from django.db import connection, connections

from otklik.inbox.models import Message
from tests.make.people import signed_in
from tests.processes import CLI, cut_all_lines, database_url, environment, running, status, until_seen
from tests.region import Region
from tests.sandbox.process import free_port
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


class Line:
    """A line to the database that can be cut: whoever holds it loses it, nobody gets a new one until it is mended."""

    def __init__(self, host: str, port: int) -> None:
        self.far = (host, port)
        self.port = free_port()
        self._held: list[socket.socket] = []

    def mend(self) -> None:
        self._held = [socket.create_server(("127.0.0.1", self.port))]
        threading.Thread(target=self._let_in, args=self._held[:1], daemon=True).start()

    def cut(self) -> None:
        for one in self._held:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _let_in(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, far = door.accept()[0], socket.create_connection(self.far)
                self._held += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        """What one side says goes to the other; when it hangs up, both do."""
        with suppress(OSError):
            while said := one.recv(65536):
                other.sendall(said)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line() -> Iterator[Line]:
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away: only a server does")
    wanted = connection.settings_dict
    line = Line(wanted["HOST"] or "127.0.0.1", int(wanted["PORT"] or 5432))
    line.mend()
    yield line
    line.cut()


def test_everything_waits_for_it_and_goes_on(line: Line, town: Town, committed_region: Region, tmp_path: Path) -> None:
    where = database_url()
    through = f"postgresql://postgres@127.0.0.1:{line.port}/{where.rsplit('/', 1)[1]}"
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    page = f"{address}/accounts/login/"
    env = environment(town, DATABASE_URL=through, OTKLIK_PORT=str(port))
    with (
        running([*CLI, "serve"], env, tmp_path / "site.log") as site,
        running([*CLI, "work"], env, tmp_path / "worker.log") as worker,
    ):
        until_seen(lambda: status(page) == 200, "the page of signing in", site)
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
        assert worker.stop() == 0, worker.words


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
