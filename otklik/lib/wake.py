"""Whoever has committed work wakes the workers, of this process and of others, so that none has to ask by the clock.

The rows are the queue, and this is no other one: what is told here says only that it is worth looking. A word that is
lost costs the pause after which a worker looks by itself.

On PostgreSQL the word is a notification. It is sent after the commit and alone: in the transaction itself it would make
commits of the whole server wait for each other. On SQLite nothing is sent: each commit writes into the log beside the
database's file, and that is seen. The file itself is never opened here: closing it would give up SQLite's locks on it.
"""

import os
import select
import socket
import time
from contextlib import suppress
from threading import Lock

from django.db import DatabaseError, InterfaceError, connection, transaction

APART = 0.05
"""Seconds between two notifications of a process. Whoever hears one looks at once, and again when so much time is over:
so what was committed in between without a word is seen, too."""
CHANNEL = "otklik_work"
GLANCE = 0.05  # seconds between two looks at SQLite's log, each of them one call of the system


class _Process:
    """Who listens in this process, and when it last told the others."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self._lock = Lock()
        self._sent_at = -APART

    def may_send(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now - self._sent_at < APART:
                return False
            self._sent_at = now
            return True


_process = _Process()


def after_commit() -> None:
    """Once this transaction is committed there is something to do; outside of a transaction there is now."""
    transaction.on_commit(tell)


def tell() -> None:
    """There is something to do. Never raises: whom the word does not reach looks by himself."""
    for listener in tuple(_process.listeners):
        listener.nudge()
    if connection.vendor == "postgresql" and _process.may_send():
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}, '{_name()}'")


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class Listener:
    """For the one thread that waits for work, on that thread's line to the database. Before each of its looks it calls
    `listen`, after it `wait`: what is committed from `listen` on ends the wait."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        self._line: object = None
        self._log = _stamp()
        _process.listeners.add(self)

    def close(self) -> None:
        _process.listeners.discard(self)
        self._ours.close()
        self._theirs.close()

    def nudge(self) -> None:
        """By any thread of this process: whoever waits looks again."""
        with suppress(OSError):  # it is full, so it is known already; or closed, and nobody waits any more
            self._theirs.send(b".")

    def listen(self) -> None:
        """Raises OperationalError when the database does not answer."""
        self._nudged()
        if connection.vendor == "sqlite":
            self._log = _stamp()
            return
        connection.ensure_connection()
        if self._line is not connection.connection:
            if _is_direct():
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
            self._line = connection.connection

    def wait(self, seconds: float) -> bool:
        """Whether something was committed before so many seconds were over. Raises OperationalError without a line."""
        if connection.vendor == "sqlite":
            return self._log_grows(time.monotonic() + seconds)
        with connection.wrap_database_errors:
            line = connection.connection
            # With the answers to its questions a line takes in notifications as well: they are here already.
            if not _heard(line):
                self._sleep(seconds, line.fileno())
                return _heard(line) or self._nudged()
        return True

    def _log_grows(self, until: float) -> bool:
        while not self._nudged():
            if _stamp() != self._log:
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._sleep(min(GLANCE, left))
        return True

    def _sleep(self, seconds: float, *more: int) -> None:
        waiting = select.poll()
        for file in (self._ours.fileno(), *more):
            waiting.register(file, select.POLLIN)
        waiting.poll(max(seconds, 0) * 1000)

    def _nudged(self) -> bool:
        with suppress(BlockingIOError):
            return bool(self._ours.recv(4096))
        return False


def _heard(line: "object") -> bool:
    """Whether another process has told something. What this one tells its listeners know without it."""
    return any(word.payload != _name() for word in list(line.notifies(timeout=0)))  # type: ignore[attr-defined]


def _is_direct() -> bool:
    """Whether this line leads to the server itself. Of a pooler that lends a server's line for one transaction, who
    listens on it would leave the notifications to whoever has that line next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return bool(cursor.fetchone()[0] == connection.connection.info.backend_pid)


def _stamp() -> tuple[int, int, int] | None:
    """What changes about SQLite's log with each commit; None where there is none."""
    try:
        log = os.stat(f"{connection.settings_dict['NAME']}-wal")
    except OSError:
        return None
    return log.st_ino, log.st_size, log.st_mtime_ns
