"""Many callers who are slow on purpose: half a head, half a body, and who does not take what he has asked for."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

DRIP = 4.0
"""Seconds between two bytes of one caller."""
HEAD = b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
# With such a cookie Django reads the form in search of its token: without one it refuses before.
COOKIE = b"Cookie: csrftoken=" + b"a" * 32
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nlogin="
BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + COOKIE + b"\r\n" + FORM
AS_OFTEN = 8
KINDS = ("head", "body", "answer")


def asking(large: str) -> bytes:
    return AS_OFTEN * f"GET {large} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


@dataclass(slots=True)
class Caller:
    kind: str
    line: socket.socket | None = None
    due: float = 0.0


class Crowd:
    """`count` callers, a third of each kind, who come again as soon as they are let go. `large` is the path of a
    megabyte, and whoever takes nothing asks for it so often that no system's buffer holds all of it."""

    def __init__(self, port: int, count: int, large: str) -> None:
        self._port = port
        self._large = asking(large)
        self._callers = [Caller(KINDS[number % len(KINDS)]) for number in range(count)]
        self._stop = threading.Event()
        self.all_here = threading.Event()
        self.let_go = 0

    @property
    def here(self) -> int:
        return sum(caller.line is not None for caller in self._callers)

    def _run(self) -> None:
        while not self._stop.is_set():
            for caller in self._callers:
                if time.monotonic() >= caller.due and not self._stop.is_set():
                    self._step(caller)
            self.all_here.set()
            self._stop.wait(0.05)
        for caller in self._callers:
            if caller.line:
                caller.line.close()

    def _step(self, caller: Caller) -> None:
        caller.due = time.monotonic() + DRIP
        try:
            if caller.line is None:
                caller.line = self._come(caller.kind)
            elif caller.kind == "answer":
                self._look(caller.line, 1)
            else:
                self._look(caller.line, 4096)
                caller.line.send(b"x")
        except OSError:
            self.let_go += 1
            if caller.line:
                caller.line.close()
            caller.line = None

    def _come(self, kind: str) -> socket.socket:
        line = socket.socket()
        if kind == "answer":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.settimeout(1)
        try:
            line.connect(("127.0.0.1", self._port))
            line.sendall({"head": HEAD, "body": BODY, "answer": self._large}[kind])
        except OSError:
            line.close()
            raise
        line.setblocking(False)
        return line

    def _look(self, line: socket.socket, size: int) -> None:
        """Raises ConnectionError when the server has hung up."""
        with suppress(BlockingIOError):
            if not line.recv(size):
                raise ConnectionResetError

    @contextmanager
    def calling(self) -> Iterator["Crowd"]:
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        self.all_here.wait()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()


def half_way(port: int, request: bytes, seconds: float, pause: float = 0) -> bytes:
    """What the server says to a request that is never finished: everything until it hangs up, b"" if it does not. With
    a pause nothing is taken for so long."""
    response = b""
    with socket.socket() as line:
        line.settimeout(seconds)
        if pause:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", port))
        line.sendall(request)
        time.sleep(pause)
        with suppress(OSError):
            while part := line.recv(65536):
                response += part
    return response
