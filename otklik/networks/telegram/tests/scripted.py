"""A server on 127.0.0.1 that plays Telegram by a script: it says what the test tells it and keeps the calls."""

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from otklik.lib.http import Door
from otklik.networks.base import Access, Json

BOT = 7_100_000_001
TOKEN = f"{BOT}:AAtest-token-of-nobody-000000000000000"
SECRET = "hook_secret-77"
DROP = "drop"  # read the request, then hang up without a word


@dataclass(frozen=True)
class Bytes:
    """An answer that is not JSON of the network."""

    body: bytes
    status: int = 200


@dataclass(frozen=True)
class Asked:
    """`given` are the parameters of a JSON body; `body` everything as it came."""

    name: str
    given: Mapping[str, Any]
    body: bytes
    path: str
    kind: str


@dataclass
class Script:
    """`answers[name]` is a queue for a method, or for "file"; the last answer repeats."""

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
            return error(404, "Not Found: method not found")
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def calls(self, name: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.name == name]

    def access(self, *, token: str = TOKEN, base: str = "", options: dict[str, Json] | None = None) -> Access:
        return Access(
            external_id=str(BOT),
            base=base or self.base,
            door=Door(bases=frozenset({base or self.base, self.base}), read_timeout=5.0),
            turn=self.turns.append,
            tokens={"bot": token} if token else {},
            secret=SECRET,
            options={"wait": 0, **(options or {})},
            rest=lambda kind, time: self.rests.append((kind, time)),
        )


def ok(result: Any) -> dict[str, Any]:
    return {"ok": True, "result": result}


def error(code: int, description: str = "Words of the network", **parameters: int) -> dict[str, Any]:
    """A refusal that quotes the token, as none should."""
    told: dict[str, Any] = {"ok": False, "error_code": code, "description": f"{description} {TOKEN}"}
    return told | ({"parameters": parameters} if parameters else {})


def serve(script: Script) -> ThreadingHTTPServer:
    """Starts the server in a thread; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            name = "file" if self.path.startswith("/file/") else self.path.rpartition("/")[2]
            kind = self.headers.get("Content-Type") or ""
            given = json.loads(body) if kind == "application/json" else {}
            script.asked.append(Asked(name, given, body, self.path, kind))
            answer = script.next(name)
            if answer == DROP:
                self.close_connection = True
                return
            told = answer
            if not isinstance(told, Bytes):
                told = Bytes(json.dumps(answer).encode(), 200 if answer["ok"] else answer["error_code"])
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
