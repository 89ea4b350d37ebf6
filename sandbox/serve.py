"""Runs the sandbox under gunicorn: one process with many threads, since every long poll holds one."""

import contextlib
import errno
import importlib
import io
import os
import pathlib
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

THREADS = 96
BUSY_FOR = 2.5  # seconds
STOP_WITHIN = 4  # seconds until open requests are cut
LONGEST_CHUNKED = 64 * 1024 * 1024  # bytes of a body that comes without its length


class CannotStart(Exception):
    """The sandbox cannot start; the text says why in one sentence."""


def main(port: int, state: pathlib.Path, host: str = "127.0.0.1", control_token: str = "") -> None:
    """Serve until SIGTERM or SIGINT. Blocks; the calling process becomes gunicorn's arbiter.

    `state` is the SQLite file (":memory:" for a state that dies with the process). An empty `control_token`
    closes the control API. CannotStart if the port is busy, the address is not ours or the file cannot be opened.
    """
    _check_state(state)
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
    os.environ["SANDBOX_CONTROL_TOKEN"] = control_token
    os.environ.setdefault("SANDBOX_HOSTS", ",".join(dict.fromkeys((_named(host), "127.0.0.1", "localhost"))))
    base = os.environ.get("SANDBOX_BASE") or f"http://{_named(host)}:{port}"
    _greet(base)
    _run_gunicorn(listener, lambda: _open(str(state), base, time.time))


def _greet(base: str) -> None:
    """Where the pages for people are: the front page, and each network's part of it."""
    from sandbox.registry import NETWORKS

    sys.stdout.write(f"Песочница: {base} (откройте в браузере и пишите как житель)\n")
    for network in NETWORKS:
        sys.stdout.write(f"  {network.title}: {base}/#{network.kind}\n")
    sys.stdout.flush()


def _named(host: str) -> str:
    """What a browser of this machine calls the address that is listened on."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _check_state(state: pathlib.Path) -> None:
    """Better one sentence now than a worker that cannot boot."""
    if str(state) == ":memory:":
        return
    try:
        state.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(state)) as db:
            db.execute("PRAGMA journal_mode=WAL")
    except (OSError, sqlite3.Error) as fault:
        raise CannotStart(f"Файл состояния {state} не открывается: {fault}.") from fault


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket. A busy port is tried for a while: after a kill the old worker needs a second to go."""
    deadline = time.monotonic() + BUSY_FOR
    while True:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, port), family=family, backlog=256)
            # Accepted sockets inherit it: else head and body, sent apart, wait 40 ms for each other.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listener  # noqa: TRY300
        except (OSError, OverflowError) as fault:
            if getattr(fault, "errno", None) != errno.EADDRINUSE:
                raise CannotStart(f"Песочница не может слушать {host}:{port}: {fault}.") from fault
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Порт {port} на {host} уже занят: задайте другой в SANDBOX_PORT (или --port)."
                ) from fault
        time.sleep(0.1)


def _open(path: str, base: str, clock: Callable[[], float]) -> None:
    """Open the state and start the networks' background threads, in the process that serves."""
    from sandbox import pusher
    from sandbox.registry import NETWORKS
    from sandbox.state import State, install

    opened = State(path, base, clock, [network.tables for network in NETWORKS])
    install(opened)
    for network in NETWORKS:
        network.start(opened)
    pusher.start(opened, {network.kind: network.pushes for network in NETWORKS if network.pushes})
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        _stop_first(number, opened.stop)


def _stop_first(number: signal.Signals, stop: Callable[[], None]) -> None:
    """Long polls must end before gunicorn waits for its threads, so our word comes before its handler."""
    before = signal.getsignal(number)

    def handle(received: int, frame: FrameType | None) -> None:
        stop()
        if callable(before):
            before(received, frame)

    signal.signal(number, handle)


class _Application:
    """What gunicorn's arbiter asks of an application: its configuration and its WSGI callable."""

    def __init__(self, cfg: Any) -> None:
        self.cfg = cfg

    def wsgi(self) -> Any:
        from django.core.wsgi import get_wsgi_application

        return _with_length(get_wsgi_application())

    def reload(self) -> None:
        """Nothing is read from files, so there is nothing to read anew."""


def _with_length(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Django reads no further than Content-Length says. A body in chunks, as some clients send files, has none."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            body = environ["wsgi.input"].read(LONGEST_CHUNKED)
            environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return inner(environ, start_response)

    return answer


def _run_gunicorn(listener: socket.socket, ready: Callable[[], None]) -> None:
    # gunicorn has no type hints, so its two modules are reached by name.
    cfg = importlib.import_module("gunicorn.config").Config()
    options: dict[str, Any] = {
        "bind": f"fd://{listener.fileno()}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": 5,
        "timeout": 120,
        "graceful_timeout": STOP_WITHIN,
        "loglevel": "warning",
        "control_socket_disable": True,
        "limit_request_line": 8190,
        "post_worker_init": lambda worker: ready(),
    }
    for name, value in options.items():
        cfg.set(name, value)
    importlib.import_module("gunicorn.arbiter").Arbiter(_Application(cfg)).run()
