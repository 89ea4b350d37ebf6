"""The database's server cannot be reached for a while: pages and networks hear 503, and all goes on when it is back."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from django.db import connection

from otklik.inbox.models import Message
from tests.processes import CLI, database_url, environment, running, until_seen
from tests.region import Region
from tests.sandbox.process import free_port
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


class Line:
    """A line to the database that can be cut: whoever holds it loses it, nobody gets a new one until it is mended."""

    def __init__(self, host: str, port: int) -> None:
        self.far = (host, port)
        self.port = free_port()
        self._open = threading.Event()
        self._held: set[socket.socket] = set()
        self._door: socket.socket | None = None
        self._lock = threading.Lock()

    def mend(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        self._open.set()
        threading.Thread(target=self._let_in, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        self._open.clear()
        if self._door is not None:
            with suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
        with self._lock:
            for one in self._held:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _let_in(self, door: socket.socket) -> None:
        while self._open.is_set():
            try:
                near, _address = door.accept()
                far = socket.create_connection(self.far)
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with self._lock:
            self._held |= {near, far}
        with suppress(OSError), selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while told := [(key.data, key.fileobj.recv(65536)) for key, _mask in ready.select()]:  # type: ignore[union-attr]
                for other, data in told:
                    if not data:
                        raise OSError("the other side has hung up")
                    other.sendall(data)
        for one in (near, far):
            one.close()
        with self._lock:
            self._held -= {near, far}


@pytest.fixture
def line() -> Iterator[Line]:
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away: only a server does")
    wanted = connection.settings_dict
    line = Line(wanted["HOST"] or "127.0.0.1", int(wanted["PORT"] or 5432))
    line.mend()
    yield line
    line.cut()


def status(port: int, path: str) -> int:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30, trust_env=False).status_code
    except httpx.TransportError:
        return 0


def test_everything_waits_for_it_and_goes_on(line: Line, town: Town, committed_region: Region, tmp_path: Path) -> None:
    where = database_url()
    through = f"postgresql://postgres@127.0.0.1:{line.port}/{where.rsplit('/', 1)[1]}"
    port = free_port()
    env = environment(town, DATABASE_URL=through, OTKLIK_PORT=str(port))
    with (
        running([*CLI, "serve"], env, tmp_path / "site.log") as site,
        running([*CLI, "work"], env, tmp_path / "worker.log") as worker,
    ):
        until_seen(lambda: status(port, "/accounts/login/") == 200, "the page of signing in", site)
        line.cut()
        until_seen(lambda: status(port, "/healthz") == 503, "a word that it is away", site, worker)
        hook = f"http://127.0.0.1:{port}/hooks/vk/{committed_region.guest.hook_key}/"
        refused = httpx.post(hook, json={"type": "confirmation"}, timeout=30, trust_env=False)
        assert refused.status_code == 503, "the network brings it again"
        assert status(port, "/accounts/login/") == 503
        town.comment("Темно во дворе в Речном")
        line.mend()
        until_seen(lambda: status(port, "/accounts/login/") == 200, "the page once more", site, worker)
        until_seen(lambda: Message.objects.exists(), "what was written meanwhile", site, worker)
        assert worker.stop() == 0, worker.words
