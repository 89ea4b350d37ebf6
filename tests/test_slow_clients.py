"""Callers who are slow on purpose take no thread: everybody else is answered meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from otklik.site.server import LARGER, PATIENCE, USUAL
from tests.processes import CLI, Process, environment, running, status, until_seen
from tests.sandbox.process import free_port
from tests.slow_clients import AS_OFTEN, Crowd, asking, half_way

pytestmark = [
    *(pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.once),
    pytest.mark.django_db(transaction=True),
]
LARGE = "/static/vendor/echarts.min.js"
HOST = "Host: 127.0.0.1\r\n"
Site = tuple[Process, int]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    with running([*CLI, "serve"], environment(None, OTKLIK_PORT=str(port)), tmp_path / "site.log") as process:
        until_seen(lambda: status(page(port)) == 200, "the site", process)
        yield process, port


def page(port: int) -> str:
    return f"http://127.0.0.1:{port}/accounts/login/"


def answered(site: Site, callers: int, times: int) -> Crowd:
    process, port = site
    with Crowd(port, callers, LARGE).calling() as crowd:
        for _ in range(times):
            assert status(page(port)) == 200, process.words
            assert httpx.post(page(port), data={"login": "x"}, timeout=30, trust_env=False).status_code == 403
        assert crowd.here > callers * 0.5, "most of them are there all the time"
    return crowd


def test_fifty_slow_callers_hold_nobody_up_and_who_sends_too_much_hears_so_at_once(site: Site) -> None:
    answered(site, 51, 10)
    process, port = site
    for address, size in (("/accounts/login/", 200_000_000), ("/o/key/", max(LARGER.values()) + 2 * USUAL)):
        head = f"POST {address} HTTP/1.1\r\n{HOST}Content-Length: {size}\r\n\r\n"
        assert half_way(port, head.encode(), 60).startswith(b"HTTP/1.1 413"), address
    head = f"POST /look/ HTTP/1.1\r\n{HOST}Accept: text/html\r\nContent-Length: {USUAL + 1}\r\n\r\n"
    assert "Слишком много сразу".encode() in half_way(port, head.encode(), 60), "a person's browser gets a page"
    chunk = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    head = f"POST /accounts/login/ HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n"
    assert half_way(port, head.encode() + chunk * (USUAL // 65536 + 8), 60).startswith(b"HTTP/1.1 413")
    assert half_way(port, b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000, 60).split()[1] == b"431"
    assert process.stop() == 0, process.words


@pytest.mark.whole
def test_a_thousand_hold_nobody_up_and_are_let_go(site: Site) -> None:
    process, port = site
    answered(site, 1000, 100)
    for start in ("GET /acc", f"POST /accounts/login/ HTTP/1.1\r\n{HOST}Content-Length: 9\r\n\r\nlo", ""):
        assert half_way(port, start.encode(), 90) == b"", "without a word"
    taken = half_way(port, asking(LARGE), 90, pause=PATIENCE + 10)
    assert 0 < taken.count(b"HTTP/1.1 200") < AS_OFTEN, "nobody waited for the rest to be taken"
    assert process.stop() == 0, process.words
    strange = [line for line in process.words.splitlines() if not ("CSRF" in line or line.startswith("Сайт слушает"))]
    assert strange == [], "nothing of them is in the log"
