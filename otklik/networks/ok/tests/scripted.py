"""A server on 127.0.0.1 that plays Odnoklassniki by a script: it says what the test tells it and keeps the calls."""

import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from otklik.lib.http import Door
from otklik.networks.base import Access, Json

GROUP = "53038939046008"
TOKENS = {
    "application_key": "application-key-01",
    "secret_key": "secret-key-02",
    "access": "access-token-03",
    "group": "group-token-04",
}
DROP = "drop the line"  # read the request, then hang up without a word


@dataclass(frozen=True)
class Bytes:
    """An answer that is not JSON of the network."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    name: str
    given: dict[str, str]
    body: bytes
    verb: str
    content_type: str


@dataclass
class Script:
    """`answers[name]` is a queue for a method or a path of the Bot API; the last answer repeats."""

    answers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Asked] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    base: str = ""

    def say(self, name: str, *answers: Any) -> None:
        self.answers[name] = list(answers)

    def next(self, name: str) -> Any:
        queue = self.answers[name]
        if not queue:
            return error(3)
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def calls(self, name: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.name == name]

    def access(self, options: dict[str, Json] | None = None, base: str = "", **tokens: str) -> Access:
        return Access(
            external_id=GROUP,
            base=base or self.base,
            door=Door(bases=frozenset({base or self.base}), read_timeout=5.0),
            turn=self.turns.append,
            tokens=tokens or TOKENS,
            options=options or {},
        )


def error(code: int) -> dict[str, Any]:
    return {"error_code": code, "error_msg": f"WORDS : {TOKENS['access']} тайна", "error_data": None}


def serve(script: Script) -> ThreadingHTTPServer:
    """Starts the server in a thread; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            given = dict(parse_qsl(parts.query))
            kind = self.headers.get("Content-Type") or ""
            if "form" in kind:
                given |= dict(parse_qsl(body.decode(), keep_blank_values=True))
            name = given.get("method") or parts.path.removeprefix("/graph/me/")
            script.asked.append(Asked(name, given, body, self.command, kind))
            answer = script.next(name)
            if answer == DROP:
                self.close_connection = True
                return
            told = answer if isinstance(answer, Bytes) else Bytes(json.dumps(answer).encode())
            self.send_response(told.status)
            for name, value in (*told.headers, ("Content-Length", str(len(told.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
