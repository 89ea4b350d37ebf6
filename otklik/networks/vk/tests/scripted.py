"""A server on 127.0.0.1 that plays VKontakte by a script: it says what the test tells it and keeps the calls."""

import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from otklik.lib.http import Door
from otklik.networks.base import Access, Json

GROUP = 12
TOKENS = {"community": "community-token-0001", "service": "service-token-0002", "user": "user-token-0003"}
SECRET = "hook-secret-77"
DROP = "drop"  # read the request, then hang up without a word


@dataclass(frozen=True)
class Bytes:
    """An answer that is not JSON of the network."""

    body: bytes
    status: int = 200


@dataclass(frozen=True)
class Asked:
    name: str
    form: dict[str, str]
    token: str
    path: str


@dataclass
class Script:
    """`answers[name]` is a queue for a method, for "poll" (GET) or "upload"; the last answer repeats."""

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

    def access(
        self, *kinds: str, options: dict[str, Json] | None = None, secret: str = SECRET, base: str = ""
    ) -> Access:
        chosen = {kind: TOKENS[kind] for kind in kinds or ("community", "service")}
        return Access(
            external_id=str(GROUP),
            base=base or self.base,
            door=Door(bases=frozenset({base or self.base, self.base}), read_timeout=5.0),
            turn=self.turns.append,
            tokens=chosen,
            secret=secret,
            confirmation="c0ffee",
            options=options or {},
        )


def ok(response: Any) -> dict[str, Any]:
    return {"response": response}


def error(code: int) -> dict[str, Any]:
    """A refusal that echoes the request, as the network does."""
    echoed = [{"key": "access_token", "value": TOKENS["community"]}, {"key": "message", "value": "тайна"}]
    return {"error": {"error_code": code, "error_msg": "Some words", "request_params": echoed}}


def listing(items: list[Any], **beside: Any) -> dict[str, Any]:
    return ok({"count": len(items), "items": items, "profiles": [], "groups": [], **beside})


def serve(script: Script) -> ThreadingHTTPServer:
    """Starts the server in a thread; the caller shuts it down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path.removeprefix("/vk")  # so a training installation asks
            name = path.removeprefix("/method/") if path.startswith("/method/") else "upload"
            form = {} if name == "upload" else dict(parse_qsl(body.decode(), keep_blank_values=True))
            self._answer(name, form)

        def do_GET(self) -> None:
            self._answer("poll", dict(parse_qsl(urlsplit(self.path).query)))

        def _answer(self, name: str, form: dict[str, str]) -> None:
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            script.asked.append(Asked(name, form, token, self.path))
            answer = script.next(name)
            if answer == DROP:
                self.close_connection = True
                return
            told = answer if isinstance(answer, Bytes) else Bytes(json.dumps(answer).encode())
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
