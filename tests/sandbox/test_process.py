import pathlib
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.sandbox.process import ROOT, Sandbox, await_ready, free_port, running
from tests.sandbox.town import Town, until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_it_says_where_each_network_is_and_a_state_in_memory_needs_no_file(tmp_path: pathlib.Path) -> None:
    port = free_port()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        process = subprocess.Popen(command(port, ":memory:"), stdout=subprocess.PIPE, cwd=ROOT)
        sandbox = Sandbox(port, tmp_path, tmp_path, process, client)
        try:
            await_ready(sandbox)
            front = client.get("/").text
            assert client.get("/control/counts").status_code == 403
        finally:
            assert sandbox.stop() == 0
    first, *lines = process.communicate()[0].decode().splitlines()
    assert first.startswith(f"Песочница: http://127.0.0.1:{port} ")
    opened = [line.rpartition(f"http://127.0.0.1:{port}/#")[2] for line in lines[:6]]
    assert opened == ["vk", "ok", "max", "telegram", "meta", "x"]
    assert [kind for kind in opened if f'<section id="{kind}"' not in front] == [], "a browser finds each of them"
    assert not (ROOT / ":memory:").exists()


def command(port: int, state: object) -> list[str]:
    return [sys.executable, "-m", "sandbox", "--port", str(port), "--state", str(state)]


def test_what_cannot_start_says_why_in_one_clear_sentence(sandbox: Sandbox, tmp_path: pathlib.Path) -> None:
    broken = tmp_path / "state"
    broken.write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    for port, state, words in (
        (sandbox.port, tmp_path / "s", f"Порт {sandbox.port} на 127.0.0.1 уже занят: задайте другой в SANDBOX_PORT"),
        (free_port(), broken, f"Файл состояния {broken} не открывается"),
    ):
        done = subprocess.run(command(port, state), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith(words)
        assert len(done.stderr.strip().splitlines()) == 1


def test_many_writers_at_once_lose_nothing(town: Town) -> None:
    server = town.long_poll("wall_reply_new")
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: town.comment(f"Голос {n}"), range(80)))
    assert len(set(numbers)) == 80
    query = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": "0"}
    updates = town.sandbox.http.get(server["server"], params=query).json()["updates"]
    assert [event["object"]["id"] for event in updates] == sorted(numbers)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_even_while_somebody_waits(tmp_path: pathlib.Path, how: signal.Signals) -> None:
    with running(tmp_path) as sandbox:
        server = Town(sandbox).long_poll("wall_reply_new")
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
        town = Town(sandbox)
        number = town.comment("Останется")
        town.fault("error", "wall.get", code=6, count=2)
        sandbox.stop(signal.SIGKILL)
        sandbox.restart()
        assert [item["id"] for item in town.thread()] == [number]
        assert sandbox.inspect("faults")["faults"][0]["left"] == 2
        assert town.reply("Ответ")["response"]["comment_id"] == number + 1


def test_an_audit_can_page_all_citizens_comments(town: Town) -> None:
    wanted = [f"Обращение {number}" for number in range(250)]
    comments = [
        {"owner_id": town.wall, "post_id": town.post, "author": f"Житель {n % 7}", "text": text}
        for n, text in enumerate(wanted)
    ]
    made = town.control("batch", comments=comments)["comments"]
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
    town.refused("batch", comments=[comments[0], comments[0] | {"post_id": 999}])  # a bad line stops it whole
    assert town.count("citizen_comments") == 250


SLOW = 0.4  # seconds


def there(town: Town) -> list[str]:
    return [item["text"] for item in town.thread()]


def test_a_slow_call_is_answered_after_the_commit_or_cut_before_it_and_a_late_one_is_carried_out(town: Town) -> None:
    town.fault("slow_before", "wall.createComment", seconds=SLOW)
    began = time.monotonic()
    with pytest.raises(httpx.TransportError):
        town.reply("Починим завтра.")
    assert time.monotonic() - began >= SLOW
    assert there(town) == []
    town.fault("slow", "wall.createComment", seconds=SLOW)
    began = time.monotonic()
    assert "response" in town.reply("Починим завтра.")
    assert time.monotonic() - began >= SLOW
    assert there(town) == ["Починим завтра."]
    town.fault("late", "wall.createComment", seconds=SLOW)
    form = {"access_token": town.token, "v": "5.199", "owner_id": town.wall, "post_id": town.post, "message": "Да."}
    with pytest.raises(httpx.ReadTimeout):
        town.sandbox.http.post("/vk/method/wall.createComment", data=form, timeout=SLOW / 4)
    assert there(town) == ["Починим завтра."]
    until(lambda: there(town) == ["Починим завтра.", "Да."], "the late call is carried out")


def test_a_page_may_come_in_the_opposite_order_and_an_unknown_fault_is_refused(town: Town) -> None:
    for text in ("раз", "два", "три"):
        town.comment(text)
    town.fault("reorder", "wall.getComments")
    for order in (["три", "два", "раз"], ["раз", "два", "три"]):
        answer = town.good("wall.getComments", town.service, owner_id=town.wall, post_id=town.post)
        assert (answer["count"], [item["text"] for item in answer["items"]]) == (3, order)
    town.sandbox.refused("faults", network="vk", kind="slow_after_all", method="*")


def test_a_read_may_lag_behind_what_an_office_has_just_answered(town: Town) -> None:
    town.fault("lag", "*", seconds=600)
    asked = town.comment("Когда?")
    town.reply("Починим завтра.", reply_to_comment=asked)
    params = {"owner_id": town.wall, "post_id": town.post, "thread_items_count": 10}

    def listed() -> list[str]:
        items = town.good("wall.getComments", town.service, **params)["items"]
        return [comment["text"] for item in items for comment in (item, *item["thread"]["items"])]

    assert there(town) == ["Когда?", "Починим завтра."], "it stands there all the same"
    town.sandbox.vk("wall.get", town.service, owner_id=town.wall)
    assert listed() == ["Когда?"], "an answer that hid nothing has not used the fault up"
    assert listed() == ["Когда?", "Починим завтра."]
    town.fault("lag", "wall.getComments", seconds=0)
    assert listed() == ["Когда?", "Починим завтра."], "it is older than that"
