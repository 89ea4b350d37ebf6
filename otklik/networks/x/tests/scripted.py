"""A server on 127.0.0.1 that plays X by a script: it says what the test tells it and keeps the calls."""

import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from otklik.lib.http import Door
from otklik.networks.base import Access, Json
from otklik.networks.x.tests.shapes import ME

TOKENS = {"bearer": "bearer-token-0001", "user": "user-token-0002", "consumer_secret": "consumer-secret-0003"}
DROP = "drop"  # read the request, then hang up without a word


@dataclass(frozen=True)
class Said:
    """An answer with a status, headers, or a body that is no JSON."""

    status: int = 200
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(frozen=True)
class Asked:
    verb: str
    path: str
    query: dict[str, str]
    token: str
    body: Any


@dataclass
class Script:
    """`answers[path]` is a queue for a path without /2; the last answer repeats. `now` is the Date of the answers."""

    answers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    rests: list[tuple[str, timedelta]] = field(default_factory=list)
    base: str = ""
    now: float = 1_790_000_000

    def say(self, path: str, *answers: Any) -> None:
        self.answers[path] = list(answers)

    def next(self, path: str) -> Any:
        queue = self.answers[path]
        if not queue:
            return Said(404, {"title": "Not Found", "type": "about:blank", "status": 404, "detail": "Not Found"})
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def calls(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def access(self, *kinds: str, **options: Json) -> Access:
        return Access(
            external_id=ME,
            base=self.base,
            door=Door(bases=frozenset({self.base}), read_timeout=5.0),
            turn=self.turns.append,
            tokens={kind: TOKENS[kind] for kind in kinds or tuple(TOKENS)},
            options=options,
            rest=lambda kind, time: self.rests.append((kind, time)),
        )


def serve(script: Script) -> ThreadingHTTPServer:
    """Starts the server in a thread; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            self._answer()

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/2")
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            form = self.headers.get("Content-Type") == "application/x-www-form-urlencoded"
            body = dict(parse_qsl(content.decode())) if form else json.loads(content) if length else None
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            script.asked.append(Asked(str(self.command), path, query, token, body))
            told = script.next(path)
            if told == DROP:
                self.close_connection = True
                return
            said = told if isinstance(told, Said) else Said(value=told)
            content = said.raw if said.raw is not None else json.dumps(said.value).encode()
            self.send_response_only(said.status)
            for name, value in {"Date": formatdate(script.now, usegmt=True), **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
