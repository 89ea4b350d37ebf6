"""A neighbour's program in a thread of its own, and a region with a clock that tests push on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from otklik.journal import book
from otklik.lib.due import claim
from otklik.lib.tests import servers
from otklik.notify.alerts.tests.data import LEASE, Town
from otklik.notify.hooks import keeping
from otklik.notify.hooks.kinds import KINDS
from otklik.notify.hooks.listen import listen
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.tell import tell_one
from otklik.people.models import Agency


def says(status: int, body: bytes = b"", **headers: str) -> servers.Act:
    lines = [f"HTTP/1.1 {status} Word", *(f"{name}: {value}" for name, value in headers.items())]
    lines.append(f"Content-Length: {len(body)}")
    return servers.says("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def payload(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def uid(self) -> str:
        return self.headers["webhook-id"]


def heard(came: bytes) -> Heard:
    head, _, body = came.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return Heard(first.split()[1], {name.lower(): value for name, value in headers.items()}, body)


@dataclass
class Receiver:
    """`answer` is what it does with the next call; `came` all that did, in its order, and `heard` what that said."""

    port: int
    came: list[bytes]
    answer: servers.Act = field(default_factory=lambda: says(204))

    @property
    def heard(self) -> list[Heard]:
        return [heard(one) for one in self.came]

    def address(self, path: str = "/hear") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[Heard]:
        return [one for one in self.heard if one.path == path]


@contextmanager
def receiving() -> Iterator[Receiver]:
    made: list[Receiver] = []
    with servers.server(lambda line: made[0].answer(line)) as (port, came):
        made.append(Receiver(port, came))
        yield made[0]


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
        subscription_input = keeping.HookInput(path, address or self.receiver.address(path), kinds or KINDS, agency)
        return keeping.add(subscription_input, self.town.admin, self.now)[0]

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
        return [f"{one.payload['type']} {one.payload['data'].get('number', '')}".strip() for one in self.receiver.heard]
