"""A neighbour's program in a thread of its own, and a region with a clock that tests push on."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from otklik.alerts.tests.data import LEASE, Town
from otklik.hooks import keeping
from otklik.hooks.kinds import KINDS
from otklik.hooks.listen import listen
from otklik.hooks.models import Call, Subscription
from otklik.hooks.tell import tell_one
from otklik.journal import book
from otklik.lib.due import claim
from otklik.people.models import Agency

Answer = Callable[[BaseHTTPRequestHandler], None]


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(line: BaseHTTPRequestHandler) -> None:
        line.send_response(status)
        line.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            line.send_header(name, value)
        line.end_headers()
        line.wfile.write(body)

    return answer


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def uid(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """`answer` is what it does with the next call; `heard` all that came, in its order."""

    port: int = 0
    answer: Answer = field(default_factory=lambda: says(204))
    heard: list[Heard] = field(default_factory=list)

    def address(self, path: str = "/hear") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[Heard]:
        return [one for one in self.heard if one.path == path]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Line(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = {name.lower(): value for name, value in self.headers.items()}
            receiver.heard.append(Heard(self.path, told, body))
            receiver.answer(self)

        def do_GET(self) -> None:
            receiver.heard.append(Heard(self.path, {}, b""))
            receiver.answer(self)

        def log_message(self, *_told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Region:
    """`now` is the town's clock, which stands still between the steps."""

    town: Town
    receiver: Receiver

    @property
    def now(self) -> datetime:
        return self.town.now

    def pass_(self, **time: float) -> None:
        self.town.now += timedelta(**time)

    def subscribe(
        self, *kinds: str, agency: Agency | None = None, path: str = "/hear", address: str = ""
    ) -> Subscription:
        told = keeping.Told(path, address or self.receiver.address(path), kinds or KINDS, agency)
        return keeping.add(told, self.town.admin, self.now)[0]

    def listens(self) -> None:
        while True:
            with book.turn():
                rows = claim(Subscription, self.now, LEASE, 64)
                listen(rows, self.now)
            if not rows:
                return

    def tells(self) -> int:
        """Everything that is due now; how many tries."""
        number = 0
        while rows := claim(Call, self.now, LEASE, 1):
            tell_one(rows[0], self.now, lambda: 0.0)
            number += 1
        return number

    def works(self, **time: float) -> int:
        """Time passes, the journal is read on, and what is due is told; how many tries."""
        self.pass_(**({"seconds": 5} | time))
        self.listens()
        return self.tells()

    def tries(self) -> list[str]:
        """The numbers of the cards of all calls that came, in their order."""
        return [f"{one.told['type']} {one.told['data'].get('number', '')}".strip() for one in self.receiver.heard]
