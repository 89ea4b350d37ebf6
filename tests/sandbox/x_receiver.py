"""A webhook of the test's own: it answers checks with the consumer secret and writes down what is pushed."""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sandbox.x_town import SECRET


def signed(message: bytes, secret: str = SECRET) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


class Receiver:
    """`heard` holds (body, headers) in the order of coming; `statuses` are used up before the usual 200; `check` is
    how a check is answered: "right", "wrong", a redirect or an error."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, dict[str, str]]] = []
        self.statuses: list[int] = []
        self.checks: list[str] = []
        self.check = "right"
        self.url = ""

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        told = [json.loads(body)["data"] for body, _ in self.heard]
        return [event for event in told if not kind or event["event_type"] == kind]


class _Handler(http.server.BaseHTTPRequestHandler):
    receiver: Receiver

    def do_GET(self) -> None:
        word = parse_qs(urlsplit(self.path).query)["crc_token"][0]
        self.receiver.checks.append(word)
        status = {"redirect": 302, "error": 503}.get(self.receiver.check, 200)
        told = signed(word.encode()) if self.receiver.check == "right" else "sha256=bm8="
        self._say(status, json.dumps({"response_token": told}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.receiver.heard.append((body, {name.lower(): value for name, value in self.headers.items()}))
        self._say(self.receiver.statuses.pop(0) if self.receiver.statuses else 200, b"")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.receiver.url)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass


@contextlib.contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver on a free port of this machine."""
    receiver = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
