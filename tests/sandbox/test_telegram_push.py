"""Webhooks: the secret in the header, repeats, what waits, and one way of hearing at a time."""

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox import telegram_schema
from tests.sandbox.telegram_town import Town
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SECRET = "s3cret_-77"
WEBHOOK_IS_ON = "can't use getUpdates method while webhook is active"


class Ear:
    """`heard` holds (update, headers); `statuses` are answers used up before the usual 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, dict[str, str]]] = []
        self.statuses: list[tuple[int, dict[str, str]]] = []
        self.url = ""

    def texts(self) -> list[str]:
        return [update["message"].get("text", "") for update, _ in self.heard if "message" in update]


@pytest.fixture
def ear(telegram: Town) -> Iterator[Ear]:
    """A webhook; every update that came must fit the published description. It goes before the town does."""
    with listening() as heard:
        yield heard
        if telegram_schema.PRESENT:
            for update, _ in heard.heard:
                telegram_schema.check_update(update)


@contextlib.contextmanager
def listening() -> Iterator[Ear]:
    ear = Ear()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = ear.statuses.pop(0) if ear.statuses else (200, {})
            ear.heard.append((json.loads(body), dict(self.headers)))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    ear.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hook(telegram: Town, ear: Ear, **more: Any) -> None:
    telegram.switch(push_delays=[0.1, 0.1, 0.1])
    given: dict[str, Any] = {"url": ear.url, "secret_token": SECRET, "drop_pending_updates": True}
    telegram.call("setWebhook", **given | more)


def test_updates_come_with_the_secret_in_their_order(telegram: Town, ear: Ear) -> None:
    hook(telegram, ear)
    for text in ("раз", "два", "три"):
        telegram.write(text)
    until(lambda: len(ear.heard) == 3, "three updates come")
    assert ear.texts() == ["раз", "два", "три"]
    assert {headers["X-Telegram-Bot-Api-Secret-Token"] for _, headers in ear.heard} == {SECRET}
    numbers = [update["update_id"] for update, _ in ear.heard]
    assert numbers == sorted(set(numbers))


def test_what_was_refused_is_sent_again_and_nothing_overtakes_it(telegram: Town, ear: Ear) -> None:
    ear.statuses = [(500, {}), (403, {}), (302, {})]
    hook(telegram, ear)
    telegram.write("раз")
    telegram.write("два")
    until(lambda: len(ear.heard) == 5, "it is sent four times, and then the next")
    assert ear.texts() == ["раз"] * 4 + ["два"]
    assert len({update["update_id"] for update, _ in ear.heard}) == 2


def test_a_pause_that_was_asked_for_is_kept_and_the_trouble_is_told(telegram: Town, ear: Ear) -> None:
    ear.statuses = [(503, {"Retry-After": "30"})]
    hook(telegram, ear)
    telegram.write("раз")
    until(lambda: len(ear.heard) == 1, "it is tried")
    until(lambda: "last_error_message" in telegram.call("getWebhookInfo"), "the trouble is written down")
    told = telegram.call("getWebhookInfo")
    assert (told["url"], told["pending_update_count"]) == (ear.url, 1)
    assert "503" in told["last_error_message"]


@pytest.mark.parametrize("fault", ["duplicate", "reorder"])
def test_updates_may_come_twice_or_out_of_order(telegram: Town, ear: Ear, fault: str) -> None:
    hook(telegram, ear)
    telegram.fault(fault, "message")
    telegram.write("раз")
    telegram.write("два")
    expected = {"duplicate": ["раз", "раз", "два"], "reorder": ["два", "раз"]}[fault]
    until(lambda: ear.texts() == expected, f"they come as {expected}")


def test_a_webhook_and_asking_exclude_each_other_and_take_along_what_waits(telegram: Town, ear: Ear) -> None:
    telegram.call("getUpdates", offset=telegram.call("getUpdates", offset=-1)[0]["update_id"] + 1)
    telegram.write("до вебхука")
    hook(telegram, ear, drop_pending_updates=False)
    until(lambda: ear.texts() == ["до вебхука"], "what waited is pushed")
    assert WEBHOOK_IS_ON in telegram.refusal("getUpdates")[1]
    ear.statuses = [(503, {"Retry-After": "60"})]
    telegram.write("после")
    until(lambda: len(ear.heard) == 2, "it is tried")
    assert telegram.call("deleteWebhook") is True
    assert telegram.call("getWebhookInfo")["url"] == ""
    assert [update["message"]["text"] for update in telegram.call("getUpdates")] == ["после"]


def test_what_waits_can_be_dropped(telegram: Town, ear: Ear) -> None:
    telegram.write("старое")
    hook(telegram, ear)
    telegram.write("новое")
    until(lambda: ear.texts() == ["новое"], "only the new one comes")
    assert telegram.call("deleteWebhook", drop_pending_updates=True) is True
    assert telegram.call("getUpdates") == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "ftp://example.org/"}, "invalid webhook URL"),
        ({"url": "https://"}, "invalid webhook URL"),
        ({"url": "http://example.org/"}, "An HTTPS URL must be provided"),
        ({"url": "https://example.org:99/"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https://example.org/", "secret_token": "кто там"}, "unallowed characters"),
    ],
)
def test_a_senseless_webhook_is_refused(telegram: Town, given: dict[str, Any], words: str) -> None:
    telegram.switch(hook_address="https")
    assert words in telegram.refusal("setWebhook", **given)[1]
    assert telegram.call("getWebhookInfo")["url"] == ""


def test_a_held_line_ends_when_a_webhook_is_set(telegram: Town, ear: Ear) -> None:
    telegram.call("getUpdates", offset=telegram.call("getUpdates", offset=-1)[0]["update_id"] + 1)
    told: list[tuple[int, str]] = []
    reader = threading.Thread(target=lambda: told.append(telegram.refusal("getUpdates", timeout=15)))
    reader.start()
    until(lambda: reader.is_alive(), "the line is held")
    threading.Event().wait(0.3)
    hook(telegram, ear)
    reader.join(10)
    assert told[0][0] == 409


def test_a_bot_hears_that_it_was_let_in_thrown_out_and_stopped(telegram: Town, ear: Ear) -> None:
    hook(telegram, ear)
    telegram.sit(telegram.group, telegram.bot.number, "kicked")
    telegram.write("/start", to=str(telegram.bot.number))
    telegram.sandbox.control("telegram/blocked", bot=telegram.bot.number, person=telegram.anna, blocked=True)
    until(lambda: len(ear.heard) == 3, "three updates come")
    changes = [update["my_chat_member"] for update, _ in ear.heard if "my_chat_member" in update]
    assert [(told["chat"]["id"], told["new_chat_member"]["status"]) for told in changes] == [
        (telegram.group, "kicked"),
        (int(telegram.anna), "kicked"),
    ]


def test_any_update_can_be_sent_for_replays(telegram: Town, ear: Ear) -> None:
    hook(telegram, ear)
    update = {"update_id": 5, "test": {"nobody": "knows"}}
    telegram.sandbox.control("telegram/events", bot=telegram.bot.number, update=update)
    telegram.sandbox.control("telegram/events", bot=telegram.bot.number, body='{"test": 1}')
    until(lambda: len(ear.heard) == 2, "both come")
    assert [told for told, _ in ear.heard] == [update, {"test": 1}]
    assert all("X-Telegram-Bot-Api-Secret-Token" in headers for _, headers in ear.heard)
