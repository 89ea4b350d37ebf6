"""Webhooks as they leave the emulator: the handshake, the signature over raw bytes, repeats, what is told to whom."""

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from otklik.sandbox.meta.events import signature
from tests.sandbox.meta_town import SECRET, MetaTown
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WORD = "verify-word"


class Receiver:
    """`heard` holds (body, headers); `statuses` are answers used up before the usual 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, dict[str, str]]] = []
        self.asked: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.challenge: str | None = None  # None: what was asked comes back
        self.url = ""

    def values(self, field: str) -> list[dict[str, Any]]:
        """What the changes of this field carried."""
        bodies = [json.loads(body) for body, _ in self.heard]
        entries = [entry for body in bodies for entry in body["entry"]]
        changes = [change for entry in entries for change in entry.get("changes", [])]
        return [change["value"] for change in changes if change["field"] == field]

    def items(self) -> list[dict[str, Any]]:
        bodies = [json.loads(body) for body, _ in self.heard]
        return [item for body in bodies for entry in body["entry"] for item in entry.get("messaging", [])]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@contextlib.contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query))
            receiver.asked.append(query)
            good = query.get("hub.verify_token") == WORD
            told = receiver.challenge if receiver.challenge is not None else query.get("hub.challenge", "")
            self._say(200 if good else 403, told.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.heard.append((body, {name.lower(): value for name, value in self.headers.items()}))
            self._say(receiver.statuses.pop(0) if receiver.statuses else 200, b"EVENT_RECEIVED")

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def subscribe(town: MetaTown, receiver: Receiver, kind: str = "page", **more: Any) -> Any:
    fields = "comments,mentions,messages" if kind == "instagram" else "feed,mention,messages,message_echoes"
    given = {"object": kind, "callback_url": receiver.url, "fields": fields, "verify_token": WORD} | more
    return town.call("POST", "app/subscriptions", town.app, **given).json()


def install(town: MetaTown, fields: str = "feed,mention,messages,message_echoes", page: str = "") -> None:
    token = town.other_token if page == town.other else town.token
    answer = town.call("POST", f"{page or town.page}/subscribed_apps", token, subscribed_fields=fields)
    assert answer.json() == {"success": True}


def test_the_address_is_asked_before_it_is_kept(meta_town: MetaTown, receiver: Receiver) -> None:
    assert subscribe(meta_town, receiver, verify_token="wrong")["error"]["code"] == 2200
    receiver.challenge = "something else"
    assert subscribe(meta_town, receiver)["error"]["code"] == 2200
    assert subscribe(meta_town, receiver, callback_url="http://127.0.0.1:1/no")["error"]["code"] == 2200
    receiver.challenge = None
    assert meta_town.call("GET", "app/subscriptions", meta_town.app).json() == {"data": []}
    assert subscribe(meta_town, receiver) == {"success": True}
    assert receiver.asked[-1]["hub.mode"] == "subscribe"
    assert receiver.asked[-1]["hub.challenge"].isdigit()
    (kept,) = meta_town.call("GET", "app/subscriptions", meta_town.app).json()["data"]
    assert (kept["object"], kept["active"]) == ("page", True)
    assert meta_town.call("DELETE", "app/subscriptions", meta_town.app, object="page").json() == {"success": True}
    assert meta_town.call("GET", "app/subscriptions", meta_town.app).json() == {"data": []}


def test_every_act_is_told_and_signed_over_its_own_bytes(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    install(meta_town)
    comment = meta_town.write("Яма")
    meta_town.edit(comment, "Большая яма")
    meta_town.sandbox.control("meta/hidden", address=comment, hidden=True)
    meta_town.sandbox.control("meta/hidden", address=comment, hidden=False)
    meta_town.delete(comment)
    until(lambda: len(receiver.heard) == 5, "all five are told")
    for body, headers in receiver.heard:
        assert headers["x-hub-signature-256"] == signature(body, SECRET)
        assert body.isascii()
    verbs = [value["verb"] for value in receiver.values("feed")]
    assert verbs == ["add", "edited", "hide", "unhide", "remove"]
    assert "message" not in receiver.values("feed")[-1]


def test_what_was_not_taken_is_brought_again_and_then_given_up(meta_town: MetaTown, receiver: Receiver) -> None:
    meta_town.switch(push_delays=[0, 0])
    subscribe(meta_town, receiver)
    install(meta_town)
    receiver.statuses = [500, 503]
    meta_town.write("Яма")
    until(lambda: len(receiver.heard) == 3, "the third try is taken")
    assert len({body for body, _ in receiver.heard}) == 1
    receiver.statuses = [500, 404, 302]
    meta_town.write("Ещё яма")
    until(lambda: meta_town.pushes()[0]["state"] == "lost", "the event is given up")
    assert meta_town.pushes()[0]["tries"] == 3


def test_only_what_the_page_chose_is_told(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    meta_town.write("Никому")
    install(meta_town, "messages")
    meta_town.write("И это никому")
    meta_town.write("Привет", to=meta_town.page)
    until(lambda: len(receiver.heard) == 1, "the message is told")
    assert receiver.items()[0]["message"]["text"] == "Привет"
    assert receiver.items()[0]["timestamp"] > 10**12


def test_a_mention_is_told_without_its_author(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    install(meta_town, "mention")
    there = meta_town.sandbox.control("meta/texts", place=meta_town.other, text="А @rechnoy?")["address"]
    until(lambda: len(receiver.heard) == 1, "the mention is told")
    (value,) = receiver.values("mention")
    assert value["post_id"] == there[3:]
    assert "from" not in value


def test_instagram_tells_new_comments_and_bare_mentions_and_no_changes(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver, "instagram")
    install(meta_town, "feed")
    top = meta_town.write("Темно", under=meta_town.media)
    below = meta_town.write("И у нас", under=top)
    deeper = meta_town.write("Да", under=below)
    meta_town.edit(top, "Светло")
    meta_town.delete(deeper)
    theirs = meta_town.sandbox.control("meta/places", name="Соседи", kind="instagram", username="sosedi")["id"]
    media = meta_town.sandbox.control("meta/texts", place=theirs, text="Парк")["address"]
    named = meta_town.write("Спасибо @rechnoy_city", under=media)
    until(lambda: len(receiver.heard) == 4, "four are told")
    assert [value.get("parent_id") for value in receiver.values("comments")] == [None, top[3:], top[3:]]
    assert receiver.values("mentions") == [{"media_id": media[3:], "comment_id": named[3:]}]


def test_messages_are_changed_and_taken_back(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver, fields="messages,message_edits,message_echoes")
    install(meta_town, "messages,message_edits,message_echoes")
    said = meta_town.write("Привет", to=meta_town.page, lat=55.5, long=37.5)
    meta_town.edit(said, "Здравствуйте")
    meta_town.delete(said)
    recipient, message = json.dumps({"id": meta_town.anna}), json.dumps({"text": "Ответ"})
    given = {"recipient": recipient, "message": message, "messaging_type": "RESPONSE"}
    meta_town.call("POST", f"{meta_town.page}/messages", **given)
    until(lambda: len(receiver.heard) == 4, "four are told")
    written, changed, removed, echo = receiver.items()
    assert written["message"]["attachments"][0]["payload"]["coordinates"] == {"lat": 55.5, "long": 37.5}
    assert changed["message_edit"]["text"] == "Здравствуйте"
    assert removed["message"]["is_deleted"] is True
    assert (echo["sender"]["id"], echo["message"]["is_echo"]) == (meta_town.page, True)


def test_events_come_twice_and_out_of_order_and_forged_when_planned(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    install(meta_town)
    meta_town.fault("duplicate", "feed")
    meta_town.write("Раз")
    until(lambda: len(receiver.heard) == 2, "it comes twice")
    meta_town.fault("wrong_signature", "feed")
    meta_town.write("Два")
    until(lambda: len(receiver.heard) == 3, "the forged one comes")
    body, headers = receiver.heard[-1]
    assert headers["x-hub-signature-256"] != signature(body, SECRET)
    meta_town.sandbox.control("meta/events", object="page", raw="not json")
    until(lambda: len(receiver.heard) == 4, "any body comes")
    assert receiver.heard[-1][0] == b"not json"
