"""While the demonstration is being loaded both ports say so, and what is written first of all is heard."""

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from otklik.site.preparing import VARIABLE, Preparing
from otklik.site.processes import is_busy
from tests.processes import CLI, bare_environment, running, until_seen
from tests.sandbox.process import CONTROL_TOKEN, Sandbox, free_port
from tests.sandbox.process import running as sandbox_running

TOKEN = CONTROL_TOKEN.ljust(32, "-")
PERSON = {"Accept": "text/html"}


def test_a_site_that_is_being_prepared_lets_networks_alone_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file, make = tmp_path / "preparing", RequestFactory()
    file.touch()
    monkeypatch.setenv(VARIABLE, str(file))
    site = Preparing(lambda _request: HttpResponse("in"))

    def status(request: HttpRequest) -> int:
        return site(request).status_code

    page, program = site(make.get("/")), site(make.get("/api/v1/cards"))
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "готовится…" in page.content.decode()
    assert b'http-equiv="refresh"' in page.content
    assert (program.status_code, program.headers["Content-Type"]) == (503, "application/problem+json")
    assert status(make.post("/hooks/vk/key/")) == 200
    file.unlink()
    assert [status(make.get("/")), status(make.get("/api/v1/cards"))] == [200, 200]


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with sandbox_running(tmp_path) as sandbox:
        sandbox.control("admission", whom="nobody")
        yield sandbox


@pytest.mark.processes
@pytest.mark.enable_socket
def test_a_sandbox_that_is_being_prepared_answers_its_control_api_alone(closed: Sandbox) -> None:
    page = closed.http.get("/", headers=PERSON)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "готовится…" in page.text
    refused = closed.http.post("/vk/method/wall.get")
    assert (refused.status_code, refused.json()["error"]["error_code"]) == (503, 10)
    assert closed.http.get("/telegram/bot1:x/getMe").json()["ok"] is False
    assert closed.http.get("/x/2/tweets").json()["status"] == 503
    closed.control("admission", whom="networks")
    assert closed.http.get("/", headers=PERSON).status_code == 503
    assert closed.http.post("/vk/method/wall.get").status_code == 200
    closed.control("admission", whom="all")
    assert closed.http.get("/", headers=PERSON).status_code == 200


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.whole
def test_what_is_written_as_soon_as_a_demonstration_opens_is_heard(tmp_path: Path) -> None:
    ports = {"OTKLIK_PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    env = bare_environment(tmp_path, SANDBOX_CONTROL_TOKEN=TOKEN, OTKLIK_SECRET_KEY="canary-" * 10, **ports)
    site, sandbox = (f"http://127.0.0.1:{port}" for port in ports.values())
    seen: dict[str, set[int]] = {site: set(), sandbox: set()}
    with running([*CLI, "demo", "--small"], env, tmp_path / "said") as demo, httpx.Client(trust_env=False) as http:
        while 200 not in seen[sandbox]:
            assert demo.runs, demo.words
            for base, statuses in seen.items():
                try:
                    statuses.add(http.get(base, headers=PERSON, follow_redirects=True).status_code)
                except httpx.TransportError:
                    time.sleep(0.05)
        assert seen[sandbox] == {503, 200}
        assert 503 in seen[site]
        assert seen[site] <= {503, 200}
        key = {"X-Sandbox-Token": TOKEN}
        now = http.get(f"{sandbox}/control/clock", headers=key).json()["now"]
        assert abs(now - time.time()) < 60
        place = http.get(f"{sandbox}/control/vk/places", headers=key).json()["places"][0]["id"]
        post = http.get(f"{sandbox}/control/vk/posts", params={"place": place}, headers=key).json()["items"][-1]
        words = {"text": "Написано в ту же минуту", "author": "Анна Пробная", "under": post["address"]}
        address = http.post(f"{sandbox}/control/vk/texts", json=words, headers=key).json()["address"]
        until_seen(lambda: is_held(tmp_path, address), "the first text is heard", demo)


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.whole
def test_a_demonstration_that_is_stopped_while_it_is_made_does_not_make_it_to_the_end(tmp_path: Path) -> None:
    ports = {"OTKLIK_PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    env = bare_environment(tmp_path, SANDBOX_CONTROL_TOKEN=TOKEN, OTKLIK_SECRET_KEY="canary-" * 10, **ports)
    with running([*CLI, "demo", "--small"], env, tmp_path / "said") as demo:
        until_seen(lambda: "из 800" in demo.words, "the region is being made", demo)
        assert demo.stop(signal.SIGINT) == 0
    assert "Остановлено." in demo.words
    assert "800 из 800" not in demo.words
    assert not any(is_busy("127.0.0.1", int(port)) for port in ports.values())


def is_held(folder: Path, address: str) -> bool:
    with closing(sqlite3.connect(folder / "otklik.sqlite3")) as db:
        return bool(db.execute("SELECT 1 FROM inbox_message WHERE external_id = ?", (address,)).fetchone())
