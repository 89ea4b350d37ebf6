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

from tests.sandbox.process import ROOT, Sandbox, free_port, running
from tests.sandbox.town import Town, build

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_it_says_where_each_network_is(tmp_path: pathlib.Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "otklik.sandbox", "--port", str(port), "--state", str(tmp_path / "s.sqlite3")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(7)]
        process.terminate()
        process.wait(20)
    assert told[0] == f"Песочница: http://127.0.0.1:{port}"
    kinds = [line.rpartition("/")[2] for line in told[1:]]
    assert kinds == ["vk", "ok", "max", "telegram", "meta", "x"]


def test_a_busy_port_gives_one_clear_sentence(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    command = [sys.executable, "-m", "otklik.sandbox", "--port", str(sandbox.port), "--state", str(tmp_path / "s")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == f"Порт {sandbox.port} на 127.0.0.1 уже занят: назовите другой через --port."


def test_a_state_that_is_no_database_gives_one_clear_sentence(tmp_path: pathlib.Path) -> None:
    state = tmp_path / "state"
    state.write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    command = [sys.executable, "-m", "otklik.sandbox", "--port", str(free_port()), "--state", str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Файл состояния {state} не открывается")
    assert len(done.stderr.strip().splitlines()) == 1


def test_many_writers_at_once_lose_nothing(town: Town) -> None:
    sandbox = town.sandbox
    sandbox.vk("groups.setLongPollSettings", town.token, group_id=town.group, enabled=1, wall_reply_new=1)
    server = sandbox.vk("groups.getLongPollServer", town.token, group_id=town.group)["response"]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: town.comment(f"Голос {n}"), range(80)))
    assert len(set(numbers)) == 80
    query = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": "0"}
    updates = sandbox.http.get(server["server"], params=query).json()["updates"]
    assert [event["object"]["id"] for event in updates] == sorted(numbers)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_even_while_somebody_waits(tmp_path: pathlib.Path, how: signal.Signals) -> None:
    with running(tmp_path) as sandbox:
        town = build(sandbox)
        sandbox.vk("groups.setLongPollSettings", town.token, group_id=town.group, enabled=1, wall_reply_new=1)
        server = sandbox.vk("groups.getLongPollServer", town.token, group_id=town.group)["response"]
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
        sandbox.control("faults", network="vk", kind="error", method="wall.get", code=6, count=2)
        sandbox.stop(signal.SIGKILL)
        sandbox.restart()
        assert [item["id"] for item in town.thread()] == [number]
        assert sandbox.inspect("faults")["faults"][0]["left"] == 2
        assert town.reply("Ответ")["response"]["comment_id"] == number + 1


def test_a_state_in_memory_needs_no_file(tmp_path: pathlib.Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "otklik.sandbox", "--port", str(port), "--state", ":memory:"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        transport = httpx.HTTPTransport(retries=12)
        with httpx.Client(transport=transport, timeout=20) as client:
            assert client.get(f"http://127.0.0.1:{port}/").status_code == 200
            assert client.get(f"http://127.0.0.1:{port}/control/counts").status_code == 403
    finally:
        process.terminate()
        assert process.wait(20) == 0
    assert not (ROOT / ":memory:").exists()


def test_an_audit_can_page_all_citizens_comments(town: Town) -> None:
    wanted = [f"Обращение {number}" for number in range(250)]
    given = [
        {"owner_id": town.wall, "post_id": town.post, "author": f"Житель {n % 7}", "text": text}
        for n, text in enumerate(wanted)
    ]
    made = town.sandbox.control("vk/batch", comments=given)["comments"]
    town.reply("Официально")
    seen: list[Any] = []
    after = 0
    while page := town.sandbox.inspect("vk/comments", after=after, limit=100):
        if not page["comments"]:
            break
        seen += page["comments"]
        after = page["next"]
    assert [item["text"] for item in seen] == wanted
    assert [item["address"] for item in seen] == [item["address"] for item in made]
    assert seen[0]["address"] == f"wall{town.wall}_{town.post}?reply={made[0]['comment_id']}"
    officials = town.sandbox.inspect("vk/comments", who="officials")["comments"]
    assert [(item["text"], item["from_group"]) for item in officials] == [("Официально", town.group)]
    counts = town.sandbox.inspect("counts")["vk"]
    assert (counts["citizen_comments"], counts["official_comments"], counts["communities"], counts["posts"]) == (
        250,
        1,
        2,
        1,
    )


def test_a_bad_line_stops_the_whole_batch(town: Town) -> None:
    good = {"owner_id": town.wall, "post_id": town.post, "author": "Житель", "text": "Хорошо"}
    answer = town.sandbox.http.post(
        "/control/vk/batch",
        json={"comments": [good, good | {"post_id": 999}]},
        headers={"X-Sandbox-Token": "control-for-tests"},
    )
    assert answer.status_code == 400
    assert town.thread() == []
