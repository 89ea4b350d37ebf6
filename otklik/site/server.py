"""The web server's worker: requests come in whole before a thread is spent on them, and answers leave without one.

Waitress reads and writes all lines in one thread and gives the others whole requests; gunicorn starts, watches and
stops the processes (docs/adr/0030-whole-requests-alone-reach-a-thread.md). What is ours: how long a caller may take,
and how much he may send to which address.
"""

import copy
import os
import resource
import tempfile
import time
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from otklik.answers import acts
from otklik.desk import errors
from otklik.desk.admin.start import forms
from otklik.desk.citizen import outside
from otklik.exchange.lists import sheet
from otklik.lib import counters, heap, pictures

HEAD_WITHIN = 15.0
"""Seconds from the first byte to the end of the headers, and before the first byte."""
PATIENCE, PACE = 30.0, 8 * 1024
"""Seconds, and bytes a second after those: whoever sends a body or takes an answer more slowly is let go."""
MOST_LINES = 4000
MOST_AT_ONCE = 100
LARGEST_HEAD = 32 * 1024
GIVE_BACK_EVERY = 20.0
"""Seconds between two times that free memory goes back: large pages and reports come and go."""
MEGABYTE = 1024 * 1024
USUAL = 5 * MEGABYTE
"""Bytes: of a form without files Django takes DATA_UPLOAD_MAX_MEMORY_SIZE, which is less."""
AROUND = MEGABYTE
"""What a form has besides its files. A page that says «слишком велик» itself is asked up to there."""
LARGER = {
    **dict.fromkeys(("outside", "inquiry", "incident-photos"), outside.MOST_BODY),
    **dict.fromkeys(("delivery-proof", "incident-addition", "hang_photo"), pictures.MAX_BYTES),
    "incident-acts": acts.MOST * acts.MAX_BYTES,
    "hang_act": acts.MAX_BYTES,
    "admin-list": sheet.MOST_BYTES,
    "start-region": forms.MOST_BYTES,
}
"""By the name of the address."""


def too_slow(seconds: float, size: int) -> bool:
    """Whether so many bytes in so many seconds are less than anybody's line carries."""
    return seconds > PATIENCE + size / PACE


def adjustments(keepalive: float, backlog: int) -> Adjustments:
    """Settings of waitress. `keepalive` is in seconds, `backlog` a number of connections."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Adjustments(
        ident="",
        backlog=backlog,
        connection_limit=min(MOST_LINES, files // 2),
        channel_timeout=keepalive,
        cleanup_interval=2,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=USUAL + 1,  # what is as long as the limit is refused
        # An answer that nobody takes lies on the disk, however long it is, and not in memory.
        outbuf_overflow=256 * 1024,
        outbuf_high_watermark=256 * 1024 * 1024,
        # Whom to believe about where a request comes from is Django's to know.
        clear_untrusted_proxy_headers=False,
        log_socket_errors=False,
    )


class Request(HTTPRequestParser):  # type: ignore[misc]
    """One request while it comes in."""

    adj: Any

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked or self.content_length > USUAL:
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = most_body(self.path) + 1

    def is_too_slow(self, now: float) -> bool:
        seconds = now - self.began
        return too_slow(seconds, self.body_bytes_received) if self.headers_finished else seconds > HEAD_WITHIN


class Refusal(ErrorTask):  # type: ignore[misc]
    """What is refused before Django hears of it. A person's browser gets a page."""

    def execute(self) -> None:
        if self.request.error.code != 413 or "text/html" not in self.request.headers.get("ACCEPT", ""):
            super().execute()
            return
        body = errors.refused_unread().encode()
        self.status = "413 Request Entity Too Large"
        self.response_headers.append(("Content-Type", "text/html; charset=utf-8"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Line(HTTPChannel):  # type: ignore[misc]
    """One connection."""

    parser_class = Request
    error_task_class = Refusal

    def __init__(self, *words: Any, **more: Any) -> None:
        self.sent = 0
        self._sending: tuple[float, int] | None = None
        super().__init__(*words, **more)

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent: int = super().send(data, do_close=do_close)
        self.sent += sent
        return sent

    def is_too_slow(self, now: float) -> bool:
        """Asked again and again: from the first time that something waits to be taken it has to be taken."""
        if self.request is not None and self.request.is_too_slow(now):
            return True
        if not self.total_outbufs_len:
            self._sending = None
            return False
        since, sent = self._sending = self._sending or (now, self.sent)
        return too_slow(now - since, self.sent - sent)


class LineServer(TcpWSGIServer):  # type: ignore[misc]
    """The listening socket of one process."""

    channel_class = Line

    def handle_accept(self) -> None:
        """As many as knock: a look at all lines between any two would keep whoever comes behind a crowd waiting."""
        for _ in range(MOST_AT_ONCE):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                break

    def maintenance(self, now: float) -> None:
        """Besides those that were silent for too long, let go whoever is too slow."""
        super().maintenance(now)
        for line in list(self.active_channels.values()):
            if line.is_too_slow(time.monotonic()):
                line.will_close = True

    def shut(self) -> None:
        """Nobody comes in any more; who is in is served to the end."""
        self.accepting = False
        self.del_channel()
        self.socket.close()

    @property
    def is_busy(self) -> bool:
        return any(line.requests or line.total_outbufs_len for line in self.active_channels.values())


class WholeRequests(Worker):  # type: ignore[misc]
    """A process of gunicorn's."""

    server: LineServer

    def init_process(self) -> None:
        counters.take_row(self.age)
        # What is longer than memory should hold: /tmp is memory on many systems.
        folder = settings.DATA / "incoming"
        folder.mkdir(mode=0o700, exist_ok=True)
        tempfile.tempdir = str(folder)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        room = min(most, 4 * MOST_LINES) if most != resource.RLIM_INFINITY else 4 * MOST_LINES
        resource.setrlimit(resource.RLIMIT_NOFILE, (room, most))
        super().init_process()

    def run(self) -> None:
        """Until gunicorn says to stop, or has died itself."""
        lines: dict[int, Any] = {}
        (listener,) = self.sockets
        threads = ThreadedTaskDispatcher()
        threads.set_thread_count(self.cfg.threads)
        self.server = LineServer(
            self.wsgi,
            lines,
            _sock=listener.sock,
            dispatcher=threads,
            adj=adjustments(self.cfg.keepalive, self.cfg.backlog),
            bind_socket=False,
            sockinfo=(listener.sock.family, listener.sock.type, listener.sock.proto, listener.sock.getsockname()),
        )
        give_back_at = time.monotonic() + GIVE_BACK_EVERY
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.poll2(1.0, lines)
            if time.monotonic() > give_back_at:
                heap.give_back()
                give_back_at = time.monotonic() + GIVE_BACK_EVERY
        self.server.shut()
        end = time.monotonic() + self.cfg.graceful_timeout
        while self.server.is_busy and time.monotonic() < end:
            self.notify()
            wasyncore.poll2(0.1, lines)
        threads.shutdown(timeout=max(end - time.monotonic(), 0.1))

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        if hasattr(self, "server"):
            self.server.pull_trigger()


def most_body(path: str) -> int:
    """Bytes that this address takes at most; of one that nobody knows as of any."""
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return USUAL
    most = settings.WEBHOOK_MAX_BYTES if name == "hook" else LARGER.get(name, 0)
    return max(USUAL, most + AROUND)
