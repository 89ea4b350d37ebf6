"""The Telegram connector behind a webhook: what is pushed is what would be polled, and trouble with it is told."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from otklik.networks.base import Access, Edit, Event, Incoming, Post, Raw, ReadPlace
from otklik.networks.errors import NeedsPerson, RetryAt
from tests.sandbox.process import Sandbox
from tests.sandbox.telegram_town import Town, build
from tests.sandbox.town import until
from tests.telegram_reading import SECRET, TELEGRAM, Reading, account, own

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def city(sandbox: Sandbox) -> Iterator[Town]:
    town = build(sandbox)
    town.switch(push_delays=[0.1, 0.1, 0.1])
    yield town
    town.sandbox.control("clock")


class Hook:
    """A webhook of our own that does what the product's does: 403, or the connector's answer."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.raws: list[Raw] = []
        self.refused = 0
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, told = hook.answer(Incoming("POST", hook.query(self.path), headers, body))
                self.send_response(status)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/telegram/abc"

    @staticmethod
    def query(path: str) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(path).query))

    def answer(self, request: Incoming) -> tuple[int, bytes]:
        if not TELEGRAM.authentic(request, self.access):
            self.refused += 1
            return 403, b""
        answer = TELEGRAM.answer_to(request, self.access)
        if answer.store:
            self.raws.append(TELEGRAM.raw(request))
        return answer.status, answer.body

    def events(self) -> list[Event]:
        site = str(self.access.options["site"])
        raws = [replace(raw, context={**raw.context, "site": site}) for raw in self.raws]
        return [event for raw in raws for event in TELEGRAM.parse(raw)]

    def __enter__(self) -> "Hook":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def pushed(city: Town) -> Access:
    return account(city, options={"push": True})


def all_confirmed(city: Town) -> bool:
    return bool(city.call("getWebhookInfo")["pending_update_count"] == 0)


def test_what_is_pushed_is_what_is_polled(city: Town) -> None:
    polling = own(city)
    with Hook(pushed(city)) as hook:
        TELEGRAM.subscribe(hook.access, hook.url)
        TELEGRAM.subscribe(hook.access, hook.url)
        address = city.write("Темно", person=city.boris)
        city.sandbox.control("telegram/texts/edit", address=address, text="Очень темно")
        city.write("Здравствуйте", to=str(city.bot.number))
        until(lambda: all_confirmed(city), "every event is pushed")  # with what waited before the subscription
        pushes, keys = hook.events(), [raw.key for raw in hook.raws]
        assert SECRET.encode() not in b"".join(raw.body for raw in hook.raws)
    city.call("deleteWebhook")
    for raw in hook.raws:  # the same updates once more, to be polled
        city.sandbox.control("telegram/events", bot=city.bot.number, update=json.loads(raw.body))
    raws = polling.raws()
    assert [raw.key for raw in raws] == keys
    assert [event for raw in raws for event in TELEGRAM.parse(raw)] == pushes
    kinds = [type(event) for event in pushes if not (isinstance(event, Post) and event.own)]
    assert kinds == [Post, Edit, Post]


def test_a_wrong_secret_and_another_bots_address_are_refused(city: Town) -> None:
    with Hook(replace(pushed(city), secret="other")) as hook:
        TELEGRAM.subscribe(pushed(city), hook.url)
        city.write("Темно")
        until(lambda: hook.refused > 1, "it is refused again and again")
        assert hook.raws == []
    with Hook(pushed(city)) as hook:
        TELEGRAM.subscribe(replace(pushed(city), external_id="5"), hook.url)
        until(lambda: hook.refused > 1, "it is refused again and again")
        assert hook.raws == []


def test_a_secret_that_the_network_does_not_take_is_not_even_tried(city: Town) -> None:
    for secret in ("", "тайна", "with space", "x" * 257):
        with pytest.raises(NeedsPerson, match="Секрет"):
            TELEGRAM.subscribe(replace(pushed(city), secret=secret), "https://example.org/hook")
    assert city.call("getWebhookInfo")["url"] == ""


def test_while_a_webhook_is_set_asking_says_what_to_do(city: Town) -> None:
    TELEGRAM.subscribe(pushed(city), "http://127.0.0.1:9/hook")
    with pytest.raises(NeedsPerson, match="вебхук"):
        own(city).raws()
    (wrong,) = [right for right in TELEGRAM.rights(account(city)) if not right.ok]
    assert "вебхук" in wrong.advice
    assert all(right.ok for right in TELEGRAM.rights(pushed(city)))


def test_two_programs_that_ask_at_once_are_told_apart(city: Town) -> None:
    reading = own(city)
    city.fault("error", "getUpdates", code=409)
    with pytest.raises(RetryAt, match="Другая программа"):
        reading.raws()


def test_with_pushes_on_only_their_health_is_looked_at(city: Town) -> None:
    reading = Reading(pushed(city), "own", str(city.bot.number))
    with pytest.raises(NeedsPerson, match="подпишите"):
        reading.raws()
    with Hook(pushed(city)) as hook:
        TELEGRAM.subscribe(pushed(city), hook.url)
        city.write("Темно")
        until(lambda: len(hook.raws) > 3, "it is pushed")
        assert reading.raws() == ()
    city.switch(push_delays=[60])
    city.write("Не доходит")

    def trouble() -> bool:
        try:
            reading.raws()
        except NeedsPerson as told:
            return "не может доставить" in str(told)
        return False

    until(trouble, "the trouble is told")
    place = ReadPlace("own", str(city.bot.number), {})
    later = datetime.now(UTC) + timedelta(hours=5)
    assert TELEGRAM.fetch(pushed(city), place, later).raws == ()


def test_a_webhook_of_somebody_else_is_noticed(city: Town) -> None:
    city.call("setWebhook", url="http://127.0.0.1:9/hook")
    (wrong,) = [right for right in TELEGRAM.rights(pushed(city)) if not right.ok]
    assert "не нами" in wrong.advice
