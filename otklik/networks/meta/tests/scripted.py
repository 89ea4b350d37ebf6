"""A server on 127.0.0.1 that answers what a test tells it and keeps what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from otklik.lib.http import Door
from otklik.networks.base import Access, Json

TOKEN, SECRET = "page-token-0001", "app-secret-0002"


@dataclass(frozen=True)
class Told:
    """One answer; a body that is no text is written as JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Script:
    """`answers` are used up in turn, the last one stays."""

    answers: list[Told] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    rests: list[tuple[str, timedelta]] = field(default_factory=list)
    base: str = ""

    def say(self, *answers: Told) -> None:
        self.answers = list(answers)

    def access(self, external_id: str = "100", options: dict[str, Json] | None = None) -> Access:
        return Access(
            external_id=external_id,
            base=self.base,
            door=Door(bases=frozenset({self.base}), read_timeout=5.0),
            turn=lambda kind: None,
            rest=lambda kind, time: self.rests.append((kind, time)),
            tokens={"page": TOKEN, "app_secret": SECRET},
            secret="word",
            options=options or {},
        )


@contextmanager
def serving() -> Iterator[Script]:
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer("GET", parts.path, dict(parse_qsl(parts.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("latin-1")
            self._answer("POST", self.path, dict(parse_qsl(body)))

        def _answer(self, verb: str, path: str, given: dict[str, str]) -> None:
            script.asked.append((verb, path, given))
            told = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
            body = (told.body if isinstance(told.body, str) else json.dumps(told.body)).encode()
            self.send_response(told.status)
            for name, value in {**told.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
