"""A server on 127.0.0.1 that plays a network by a script: it answers what a test wants and keeps the calls that came.

What differs from network to network is a `Dialect`, declared in the tests of that network.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from otklik.lib.http import HttpClient
from otklik.networks.base import Access, Json

DROP = "drop the line"  # an answer: read the request, then hang up without a word
NOWHERE = "http://127.0.0.1:1"  # nobody listens there
_CLIENTS: dict[str, httpx.Client] = {}  # one for all tests: to make one is to read all certificates


@dataclass(frozen=True)
class Answer:
    """An answer with a status or headers of its own, or one that is no JSON: `body` is bytes then."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A request as it came. `body` is what a form or a JSON body holds, None for anything else; `content` its bytes."""

    verb: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def body(self) -> Any:
        if "json" in self.kind:
            return json.loads(self.content)
        return dict(parse_qsl(self.content.decode(), keep_blank_values=True)) if "urlencoded" in self.kind else None

    @property
    def values(self) -> dict[str, Any]:
        """Parameters, wherever they stand."""
        return {**self.query, **(self.body or {})}

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Dialect:
    """What differs from network to network.

    `name`: what a script calls a call. `unknown`: the answer to a call that no script foresees. `account` speaks, with
    all the keys that there are; `usual` are the kinds it has unless a test names others, () = all. `status` of an
    answer that has none of its own; `headers` go with every answer. `check` looks over all calls of a test.
    """

    name: Callable[[Call], str]
    unknown: Any
    account: Access
    usual: tuple[str, ...] = ()
    status: Callable[[Any], int] = lambda answer: 200
    headers: Mapping[str, str] = field(default_factory=dict)
    check: Callable[["Script"], None] = lambda script: None


def account(external_id: str, **columns: Any) -> Access:
    """An account that reaches nobody: for a `Dialect`, and for what is pure."""
    return Access(external_id, NOWHERE, HttpClient(), lambda kind: None, **columns)


@dataclass
class Script:
    """`answers[name]` is a queue of what is said to a call of this name; the last answer repeats."""

    dialect: Dialect
    answers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    asked: list[Call] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    rests: list[tuple[str, timedelta]] = field(default_factory=list)
    base: str = ""

    def say(self, name: str, *answers: Any) -> None:
        self.answers[name] = list(answers)

    def next(self, name: str) -> Any:
        queue = self.answers[name]
        if not queue:
            return self.dialect.unknown
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def name(self, call: Call) -> str:
        return self.dialect.name(call)

    def calls(self, name: str) -> list[Call]:
        return [call for call in self.asked if self.name(call) == name]

    def names(self) -> list[str]:
        return [self.name(call) for call in self.asked]

    def access(self, *kinds: str, options: Mapping[str, Json] | None = None, base: str = "", **columns: Any) -> Access:
        """The dialect's account with these kinds of keys and options; `columns` are those of `Access`."""
        dialect_account, base = self.dialect.account, base or self.base
        chosen = kinds or self.dialect.usual or tuple(dialect_account.tokens)
        http_client = HttpClient(bases=frozenset({base, self.base}), read_timeout=5.0, _clients=_CLIENTS)
        columns = {
            "tokens": {kind: dialect_account.tokens[kind] for kind in chosen},
            "options": {**dialect_account.options, **(options or {})},
            "turn": self.turns.append,
            "rest": lambda kind, time: self.rests.append((kind, time)),
            **columns,
        }
        return replace(dialect_account, base=base, http=http_client, **columns)


@contextmanager
def serving(dialect: Dialect) -> Iterator[Script]:
    """The server in a thread, as long as the block lasts."""
    script = Script(dialect)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append(Call(str(self.command), parts.path, query, headers, content))
            answer = script.next(script.name(script.asked[-1]))
            if answer == DROP:
                self.close_connection = True
            else:
                self._answer(answer if isinstance(answer, Answer) else Answer(answer, dialect.status(answer)))

        do_POST = do_PUT = do_GET  # noqa: N815 names of http.server

        def _answer(self, answer: Answer) -> None:
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response_only(answer.status)
            for name, value in {**dialect.headers, **answer.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    with server_of(Handler) as script.base:
        yield script
    dialect.check(script)


@contextmanager
def server_of(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server on this machine as long as the block lasts; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
