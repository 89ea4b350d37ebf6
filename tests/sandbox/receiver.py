"""A webhook of the test's own: it writes down what comes and answers as it is told."""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlsplit


class Reply(NamedTuple):
    status: int
    text: str = ""
    headers: Mapping[str, str] = {}


class Receiver:
    """`heard` holds (body, headers in lower case) in the order of coming; `replies` are used up before the usual one.

    A network that asks something of a webhook first has a class of its own.
    """

    usual = Reply(200)

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, dict[str, str]]] = []
        self.replies: list[Reply] = []
        self.url = ""

    def events(self) -> list[Any]:
        return [json.loads(body) for body, _ in self.heard]

    def headers(self, name: str) -> list[str | None]:
        return [headers.get(name.lower()) for _, headers in self.heard]

    def answer(self, body: bytes) -> Reply:
        return self.replies.pop(0) if self.replies else self.usual

    def greet(self, query: dict[str, str]) -> Reply:
        """The answer to a GET."""
        return Reply(405)


class ConfirmingReceiver(Receiver):
    """VK first asks for the community's code and later wants to read "ok"."""

    usual = Reply(200, "ok")

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def answer(self, body: bytes) -> Reply:
        return Reply(200, self.code) if json.loads(body).get("type") == "confirmation" else super().answer(body)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["type"] == kind]


class MetaReceiver(Receiver):
    """Meta sends a challenge with the word that both know; `challenge` is what comes back if not the challenge."""

    word = "verify-word"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, str]] = []
        self.challenge: str | None = None

    def greet(self, query: dict[str, str]) -> Reply:
        self.asked.append(query)
        known = query.get("hub.verify_token") == self.word
        return Reply(
            200 if known else 403, query.get("hub.challenge", "") if self.challenge is None else self.challenge
        )

    def values(self, field: str) -> list[dict[str, Any]]:
        """What the changes of this field carried."""
        changes = [change for entry in self._entries() for change in entry.get("changes", [])]
        return [change["value"] for change in changes if change["field"] == field]

    def items(self) -> list[dict[str, Any]]:
        return [item for entry in self._entries() for item in entry.get("messaging", [])]

    def _entries(self) -> list[dict[str, Any]]:
        return [entry for body in self.events() for entry in body["entry"]]


class SigningReceiver(Receiver):
    """X sends a word to be signed with the consumer secret; `check` says how: "right", "wrong", "redirect", "error"."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret
        self.checks: list[str] = []
        self.check = "right"

    def signed(self, message: bytes) -> str:
        return "sha256=" + base64.b64encode(hmac.new(self.secret.encode(), message, hashlib.sha256).digest()).decode()

    def greet(self, query: dict[str, str]) -> Reply:
        word = query["crc_token"]
        self.checks.append(word)
        status = {"redirect": 302, "error": 503}.get(self.check, 200)
        token = self.signed(word.encode()) if self.check == "right" else "sha256=bm8="
        return Reply(status, json.dumps({"response_token": token}), {"Location": self.url})

    def events(self, kind: str = "") -> list[Any]:
        data = [event["data"] for event in super().events()]
        return [event for event in data if kind in ("", event["event_type"])]


AnyReceiver = TypeVar("AnyReceiver", bound=Receiver)


@contextlib.contextmanager
def listening(receiver: AnyReceiver) -> Iterator[AnyReceiver]:
    """The receiver on a free port of this machine, at `receiver.url` and nowhere else."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.say(receiver.greet(dict(parse_qsl(urlsplit(self.path).query))))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not receiver.url.endswith(self.path):
                self.say(Reply(404))
                return
            receiver.heard.append((body, {name.lower(): value for name, value in self.headers.items()}))
            self.say(receiver.answer(body))

        def say(self, reply: Reply) -> None:
            text = reply.text.encode()
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook/path"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
