"""Requests over kept connections, as networks and browsers hold them, with little work of our own."""

import socket
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the wall, and what it was about."""

    what: str
    seconds: float
    good: bool


class Line:
    """One connection to the site on this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.rest = b""

    def ask(self, request: bytes) -> int:
        """The status of the answer. OSError when the line breaks."""
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", 0))
        while len(self.rest) < length:
            self._more()
        self.rest = self.rest[length:]
        if fields.get(b"connection") == b"close":
            self.socket = socket.create_connection(("127.0.0.1", self.port), 60)
        return int(head.split(b" ", 2)[1])

    def _more(self) -> None:
        read = self.socket.recv(65536)
        if not read:
            raise ConnectionError("the site has closed the line")
        self.rest += read


def at_once(
    work: Callable[[Sequence[T]], list[Answer]], things: Iterable[T], clients: int
) -> tuple[list[Answer], float]:
    """Every n-th thing to one of so many threads; what they made, and the seconds from the first to the last."""
    every = list(things)
    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        made = list(pool.map(work, (every[number::clients] for number in range(clients))))
    return [one for part in made for one in part], time.monotonic() - began
