"""A server on 127.0.0.1 that plays MAX by a script: it says what the test tells it and keeps the calls."""

import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from otklik.lib.http import Door
from otklik.networks.base import Access, Json
from otklik.networks.max.tests.payloads import BOT

TOKEN = "bot-token-0001"
SECRET = "hook-secret-77"
DROP = "drop"  # read the request, then hang up without a word


@dataclass(frozen=True)
class Told:
    """An answer with a status of its own, or one that is no JSON."""

    status: int
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    name: str  # "GET /messages"
    query: dict[str, str]
    body: Any
    token: str


@dataclass
class Script:
    """`answers["GET /path"]` is a queue; the last answer repeats."""

    answers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    rests: list[tuple[str, timedelta]] = field(default_factory=list)
    base: str = ""

    def say(self, name: str, *answers: Any) -> None:
        self.answers[name] = list(answers)

    def next(self, name: str) -> Any:
        queue = self.answers[name]
        if not queue:
            return Told(404, b'{"code":"not.found","message":""}')
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def calls(self, name: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.name == name]

    def access(self, *, options: dict[str, Json] | None = None, token: str = TOKEN, base: str = "") -> Access:
        return Access(
            external_id=str(BOT),
            base=base or self.base,
            door=Door(bases=frozenset({base or self.base}), read_timeout=5.0),
            turn=self.turns.append,
            rest=lambda kind, time: self.rests.append((kind, time)),
            tokens={"bot": token} if token else {},
            secret=SECRET,
            options=options or {},
        )


def refusal(status: int, code: str) -> Told:
    return Told(status, json.dumps({"code": code, "message": f"words with {TOKEN}"}).encode())


def serve(script: Script) -> ThreadingHTTPServer:
    """Starts the server in a thread; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            name = f"{self.command} {parts.path}"
            is_json = body and (self.headers.get("Content-Type") or "").startswith("application/json")
            given = json.loads(body) if is_json else None
            script.asked.append(Asked(name, dict(parse_qsl(parts.query)), given, self.headers.get("Authorization", "")))
            answer = script.next(name)
            if answer == DROP:
                self.close_connection = True
                return
            told = answer if isinstance(answer, Told) else Told(200, json.dumps(answer).encode())
            self.send_response(told.status)
            for key, value in {**told.headers, "Content-Length": str(len(told.body))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
