"""The Bot API's webhook: events, repeats, the end of a subscription; the long poll; pushes that survive a kill."""

import contextlib
import http.server
import json
import pathlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.ok_town import OkTown, build
from tests.sandbox.process import running
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


class Hook:
    """A webhook of the test's own: `heard` are (path, headers, body); `statuses` are used up before the usual 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.url = ""

    def texts(self) -> list[str]:
        return [json.loads(body)["message"]["text"] for _, _, body in self.heard]


@contextlib.contextmanager
def listening() -> Iterator[Hook]:
    hook = Hook()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.heard.append((self.path, dict(self.headers), body))
            self.send_response(hook.statuses.pop(0) if hook.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}/hook/secret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def hook(ok_town: OkTown) -> Iterator[Hook]:
    with listening() as ours:
        assert ok_town.graph_post("subscribe", {"url": ours.url}) == {"success": True}
        yield ours


def test_a_message_is_pushed_as_json_without_any_signature(ok_town: OkTown, hook: Hook) -> None:
    address = ok_town.message("Яма")
    until(lambda: bool(hook.heard), "the message is pushed")
    path, headers, body = hook.heard[0]
    event = json.loads(body)
    assert (path, headers["Content-Type"]) == ("/hook/secret", "application/json;charset=utf-8")
    assert not [name for name in headers if "sign" in name.lower() or "secret" in name.lower()]
    assert event["sender"] == {"user_id": f"user:{ok_town.anna}", "name": "Анна Пробная"}
    assert address.endswith(event["message"]["mid"].removeprefix("mid:"))
    assert event["message"]["seq"] > 2**53


def test_our_own_words_are_not_pushed(ok_town: OkTown, hook: Hook) -> None:
    chat = "chat:" + ok_town.message("Первое").partition("?")[0].rpartition(":")[2]
    ok_town.graph_post(f"messages/{chat}", {"recipient": {"chat_id": chat}, "message": {"text": "Ответ"}})
    ok_town.message("Второе")
    until(lambda: len(hook.heard) == 2, "two messages are pushed")
    assert hook.texts() == ["Первое", "Второе"]


def test_the_newer_form_names_the_kind_of_the_event(ok_town: OkTown, hook: Hook) -> None:
    ok_town.switch(webhook_form="typed")
    ok_town.message("Яма")
    until(lambda: bool(hook.heard), "the message is pushed")
    assert json.loads(hook.heard[0][2])["webhookType"] == "MESSAGE_CREATED"


def test_subscribing_twice_is_once_and_unsubscribing_ends_it(ok_town: OkTown, hook: Hook) -> None:
    ok_town.graph_post("subscribe", {"url": hook.url})
    assert [each["url"] for each in ok_town.graph("subscriptions")["subscriptions"]] == [hook.url]
    ok_town.message("Раз")
    until(lambda: hook.texts() == ["Раз"], "it is pushed once")
    assert ok_town.graph_post("unsubscribe", {"url": hook.url}) == {"success": True}
    ok_town.message("Два")
    assert ok_town.graph("subscriptions") == {"subscriptions": []}
    assert len(ok_town.sandbox.inspect("ok/pushes")["pushes"]) == 1


@pytest.mark.parametrize("status", [201, 204, 302, 404, 500])
def test_anything_but_200_is_repeated(ok_town: OkTown, hook: Hook, status: int) -> None:
    ok_town.switch(push_delays=[0.05, 0.05, 0.05])
    hook.statuses = [status, status]
    ok_town.message("Яма")
    until(lambda: hook.texts() == ["Яма"] * 3, "it comes a third time")
    assert len({body for _, _, body in hook.heard}) == 1


def test_a_webhook_that_only_fails_is_unsubscribed(ok_town: OkTown, hook: Hook) -> None:
    ok_town.switch(push_delays=[0.01])
    hook.statuses = [500] * 10
    ok_town.message("Яма")
    ok_town.message("Другая яма")
    until(lambda: ok_town.graph("subscriptions") == {"subscriptions": []}, "the subscription ends")
    assert hook.texts() == ["Яма", "Яма"]


def test_duplicates_and_changed_order_can_be_planned(ok_town: OkTown, hook: Hook) -> None:
    ok_town.fault("duplicate", "MESSAGE_CREATED")
    ok_town.message("Дважды")
    until(lambda: hook.texts() == ["Дважды"] * 2, "the message comes twice")
    ok_town.fault("reorder", "MESSAGE_CREATED")
    ok_town.message("Первое")
    ok_town.message("Второе")
    until(lambda: len(hook.heard) == 4, "both messages come")
    assert hook.texts()[2:] == ["Второе", "Первое"]


def test_any_event_at_all_can_be_sent(ok_town: OkTown, hook: Hook) -> None:
    ok_town.sandbox.control("ok/events", place=ok_town.group, event={"webhookType": "CHAT_SYSTEM", "x": [1]})
    ok_town.sandbox.control("ok/events", place=ok_town.group, event={"webhookType": "RAW", "broken": "{"})
    until(lambda: len(hook.heard) == 2, "both events come")
    assert json.loads(hook.heard[0][2]) == {"webhookType": "CHAT_SYSTEM", "x": [1]}


def test_the_long_poll_tells_the_same_and_waits_for_news(ok_town: OkTown) -> None:
    assert ok_town.graph_post("subscribe", {"types": ["MESSAGE_CREATED"], "longPolling": True}) == {"success": True}
    assert ok_town.graph("updates", timeout=0) == {"updates": [], "marker": 0}
    heard: list[Any] = []
    waiting = threading.Thread(target=lambda: heard.append(ok_town.graph("updates", timeout=15)))
    waiting.start()
    ok_town.message("Яма")
    waiting.join(15)
    assert [each["message"]["text"] for each in heard[0]["updates"]] == ["Яма"]
    assert ok_town.graph("updates", timeout=0, marker=heard[0]["marker"])["updates"] == []


def test_a_push_survives_a_kill_of_the_sandbox(tmp_path: pathlib.Path) -> None:
    with running(tmp_path) as sandbox, listening() as hook:
        town = build(sandbox)
        town.switch(push_delays=[0.3] * 100)
        town.graph_post("subscribe", {"url": hook.url})
        hook.statuses = [500] * 1000
        town.message("Переживёт")
        until(lambda: bool(hook.heard), "the first try is made")
        sandbox.stop(signal.SIGKILL)
        hook.statuses = []
        hook.heard.clear()
        sandbox.restart()
        until(lambda: hook.texts() == ["Переживёт"], "the push comes after the restart")
