"""A callback server of the test's own: it writes down what comes and answers as it is told."""

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

Reply = tuple[int, str, dict[str, str]]
"""Status, body, headers."""


class Receiver:
    """`heard` holds (event, headers) in the order of coming; `replies` are answers used up before the usual "ok"."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.heard: list[tuple[dict[str, Any], dict[str, str]]] = []
        self.replies: list[Reply] = []
        self.url = ""

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event for event, _ in self.heard if event["type"] == kind]

    def answer(self, event: dict[str, Any]) -> Reply:
        if event.get("type") == "confirmation":
            return 200, self.code, {}
        return self.replies.pop(0) if self.replies else (200, "ok", {})


@contextlib.contextmanager
def listening(code: str) -> Iterator[Receiver]:
    """A receiver that answers `code` to the confirmation, on a free port of this machine."""
    receiver = Receiver(code)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.heard.append((event, dict(self.headers)))
            status, text, headers = receiver.answer(event)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
