"""Private messages of Odnoklassniki by push, against the emulator: checked, understood, and the same as by poll."""

import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from otklik.networks.base import Access, Incoming, Post, Raw
from otklik.networks.errors import AuthLost, NotSupported
from tests.ok_account import NETWORK, account, calls, own, without
from tests.sandbox.ok_town import OkTown, build
from tests.sandbox.process import Sandbox
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def city(sandbox: Sandbox) -> OkTown:
    return build(sandbox)


@pytest.mark.parametrize("form", ["plain", "typed"])
def test_a_pushed_message_is_the_same_as_a_polled_one(city: OkTown, form: str) -> None:
    city.switch(webhook_form=form)
    access = account(city, options={"push": True})
    heard: list[Raw] = []
    with hook(access, heard.append) as address:
        NETWORK.subscribe(access, address)
        NETWORK.subscribe(access, address)
        assert len(city.graph("subscriptions")["subscriptions"]) == 1
        written = city.message("Сообщение по вызову")
        until(lambda: bool(heard), "the event is pushed")
    (pushed,) = NETWORK.parse(replace(heard[0], context={**heard[0].context, "site": city.base}))
    polled = [event for event in own(city).events() if isinstance(event, Post) and event.external_id == written]
    assert [pushed] == polled


def test_a_push_for_another_group_or_from_a_stranger_is_refused_and_comes_again(city: OkTown) -> None:
    city.switch(push_delays=[0.05] * 100)
    heard: list[Raw] = []
    strict = account(city, options={"check_sender": True})
    with hook(strict, heard.append) as address:
        NETWORK.subscribe(strict, address)
        city.message("Сообщение")
        until(lambda: int(str(city.sandbox.inspect("ok/pushes")["pushes"][0]["tries"])) > 1, "the push is repeated")
        assert city.sandbox.inspect("ok/pushes")["pushes"][0]["last"].startswith("403")
    assert heard == []


def test_a_duplicate_push_has_the_same_key(city: OkTown) -> None:
    city.fault("duplicate", "MESSAGE_CREATED")
    heard: list[Raw] = []
    with hook(account(city), heard.append) as address:
        NETWORK.subscribe(account(city), address)
        city.message("Дважды")
        until(lambda: len(heard) == 2, "the event is pushed twice")
    assert heard[0].key == heard[1].key


def test_broken_events_are_refused_or_kept_and_say_nothing(city: OkTown) -> None:
    city.switch(push_delays=[0.05])
    heard: list[Raw] = []
    with hook(account(city), heard.append) as address:
        NETWORK.subscribe(account(city), address)
        for event in ({"webhookType": "CHAT_SYSTEM"}, {"webhookType": "MESSAGE_CREATED"}, {"a": 1}, "{broken"):
            city.sandbox.control("ok/events", place=city.group, event=event)
        until(lambda: len(heard) == 2, "two events are kept")
        until(lambda: city.graph("subscriptions") == {"subscriptions": []}, "the refused ones end the subscription")
    assert [NETWORK.parse(raw) for raw in heard] == [[], []]


def test_while_messages_are_pushed_pulling_only_reconciles(city: OkTown) -> None:
    reading = own(city, push=True)
    city.message("Первое")
    assert "Первое" in reading.texts()
    city.message("Потерянное")
    reading.far_from_sweep(city.topic_number)
    calls(city)
    assert reading.texts() == []
    assert calls(city) == ["stream.get"]
    assert "Потерянное" in [text for _ in range(20) for text in reading.texts()]


def test_comments_cannot_be_pushed_and_a_lost_key_is_told(city: OkTown) -> None:
    with pytest.raises(NotSupported, match="личные сообщения"):
        NETWORK.subscribe(replace(account(city), tokens=without(city, "group")), "https://otklik.example/hooks/ok/a")
    city.sandbox.control("ok/tokens", kind="group", place=city.group)
    with pytest.raises(AuthLost, match="ключ группы"):
        NETWORK.subscribe(account(city), "https://otklik.example/hooks/ok/a")


class hook:  # noqa: N801 - used as a word of the test
    """A webhook of our own that does what the product's does: 403, or the connector's answer."""

    def __init__(self, access: Access, keep: Callable[[Raw], None]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = dict(parse_qsl(urlsplit(self.path).query))
                request = Incoming("POST", query, {}, body, self.client_address[0])
                answer = NETWORK.answer_to(request, access)
                good = NETWORK.authentic(request, access)
                if good and answer.store:
                    keep(NETWORK.raw(request))
                self.send_response(answer.status if good else 403)
                self.end_headers()
                self.wfile.write(answer.body if good else b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/hooks/ok/abc"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
