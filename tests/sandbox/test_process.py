"""The process itself: start, stop, restart, and the figures an audit compares with."""

import pathlib
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.sandbox.process import ROOT, Sandbox, await_ready, free_port, running
from tests.sandbox.town import Town, build

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_it_says_where_each_network_is(tmp_path: pathlib.Path) -> None:
    port = free_port()
    start = command(port, tmp_path / "s.sqlite3")
    with subprocess.Popen(start, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(7)]
        process.terminate()
        process.wait(20)
    assert told[0] == f"Песочница: http://127.0.0.1:{port}"
    kinds = [line.rpartition("/")[2] for line in told[1:]]
    assert kinds == ["vk", "ok", "max", "telegram", "meta", "x"]


def command(port: int, state: object) -> list[str]:
    return [sys.executable, "-m", "otklik.sandbox", "--port", str(port), "--state", str(state)]


def test_what_cannot_start_says_why_in_one_clear_sentence(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    broken = tmp_path / "state"
    broken.write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    for port, state, words in (
        (sandbox.port, tmp_path / "s", f"Порт {sandbox.port} на 127.0.0.1 уже занят: назовите другой через --port."),
        (free_port(), broken, f"Файл состояния {broken} не открывается"),
    ):
        done = subprocess.run(command(port, state), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith(words)
        assert len(done.stderr.strip().splitlines()) == 1


def polled(town: Town) -> dict[str, str]:
    """The server of the community's long poll."""
    town.good("groups.setLongPollSettings", group_id=town.group, enabled=1, wall_reply_new=1)
    server: dict[str, str] = town.good("groups.getLongPollServer", group_id=town.group)
    return server


def test_many_writers_at_once_lose_nothing(town: Town) -> None:
    server = polled(town)
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: town.comment(f"Голос {n}"), range(80)))
    assert len(set(numbers)) == 80
    query = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": "0"}
    updates = town.sandbox.http.get(server["server"], params=query).json()["updates"]
    assert [event["object"]["id"] for event in updates] == sorted(numbers)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_even_while_somebody_waits(tmp_path: pathlib.Path, how: signal.Signals) -> None:
    with running(tmp_path) as sandbox:
        server = polled(build(sandbox))
        query = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": "90"}
        ended: list[Any] = []

        def wait() -> None:
            try:
                ended.append(httpx.get(server["server"], params=query, timeout=60, trust_env=False).status_code)
            except httpx.TransportError as fault:
                ended.append(fault)

        reader = threading.Thread(target=wait)
        reader.start()
        assert sandbox.stop(how) == 0
        reader.join(30)
        assert len(ended) == 1


def test_everything_is_still_there_after_a_restart(tmp_path: pathlib.Path) -> None:
    with running(tmp_path) as sandbox:
        town = build(sandbox)
        number = town.comment("Останется")
        town.fault("error", "wall.get", code=6, count=2)
        sandbox.stop(signal.SIGKILL)
        sandbox.restart()
        assert [item["id"] for item in town.thread()] == [number]
        assert sandbox.inspect("faults")["faults"][0]["left"] == 2
        assert town.reply("Ответ")["response"]["comment_id"] == number + 1


def test_a_state_in_memory_needs_no_file(tmp_path: pathlib.Path) -> None:
    port = free_port()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        process = subprocess.Popen(command(port, ":memory:"), cwd=ROOT)
        sandbox = Sandbox(port, tmp_path, tmp_path, process, client)
        try:
            await_ready(sandbox)
            assert client.get("/").status_code == 200
            assert client.get("/control/counts").status_code == 403
        finally:
            assert sandbox.stop() == 0
    assert not (ROOT / ":memory:").exists()


def test_an_audit_can_page_all_citizens_comments(town: Town) -> None:
    wanted = [f"Обращение {number}" for number in range(250)]
    given = [
        {"owner_id": town.wall, "post_id": town.post, "author": f"Житель {n % 7}", "text": text}
        for n, text in enumerate(wanted)
    ]
    made = town.control("batch", comments=given)["comments"]
    town.reply("Официально")
    seen: list[Any] = []
    after = 0
    while (page := town.inspect("comments", after=after, limit=100))["comments"]:
        seen += page["comments"]
        after = page["next"]
    assert [item["text"] for item in seen] == wanted
    assert [item["address"] for item in seen] == [item["address"] for item in made]
    assert seen[0]["address"] == f"wall{town.wall}_{town.post}?reply={made[0]['comment_id']}"
    officials = town.inspect("comments", who="officials")["comments"]
    assert [(item["text"], item["from_group"]) for item in officials] == [("Официально", town.group)]
    counted = {name: town.count(name) for name in ("citizen_comments", "official_comments", "communities", "posts")}
    assert counted == {"citizen_comments": 250, "official_comments": 1, "communities": 2, "posts": 1}
    town.refused("batch", comments=[given[0], given[0] | {"post_id": 999}])  # a bad line stops it whole
    assert town.count("citizen_comments") == 250
