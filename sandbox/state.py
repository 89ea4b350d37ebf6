"""The sandbox's memory: one SQLite file, one connection, one lock.

Every change happens inside `write()`: one transaction, one writer at a time, and the events that tell of the change
are rows of the same transaction. So a kill at any moment leaves either both or neither.
"""

import contextlib
import dataclasses
import json
import pathlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Clock = Callable[[], float]
"""Seconds since the epoch, UTC."""

COMMON_TABLES = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, method TEXT NOT NULL, kind TEXT NOT NULL,
    code INTEGER NOT NULL, seconds REAL NOT NULL, left INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS person (
    network TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, handle TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (network, id)
);
CREATE TABLE IF NOT EXISTS push (
    id INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, queue TEXT NOT NULL, url TEXT NOT NULL,
    event TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0, late INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'due',
    last TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS push_due ON push (state, network, queue, id);
"""


NUMBERS_SINCE, NUMBERS_A_SECOND = 1_767_225_600, 16  # the beginning of 2026, in seconds since the epoch


@dataclasses.dataclass(frozen=True)
class World:
    """What a verb needs while it changes the world: the open transaction, the time, the own public address."""

    db: sqlite3.Connection
    now: int
    base: str


class State:
    """The open state file. `path` may be ":memory:". Safe to share between threads."""

    def __init__(self, path: str, base: str, clock: Clock, tables: Sequence[str]) -> None:
        if path != ":memory:":
            pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.base = base
        self._clock = clock
        self._lock = threading.RLock()
        self._news = threading.Condition()
        self._version = 0
        self._stopping = threading.Event()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
        self._tables = [COMMON_TABLES, *tables]
        self._create()

    def _create(self) -> None:
        for script in self._tables:
            self._db.executescript(script)
        self._db.execute(
            "INSERT OR IGNORE INTO setting (name, value) VALUES ('first', ?)", (json.dumps(_first(self._clock())),)
        )

    @contextlib.contextmanager
    def write(self) -> Iterator[World]:
        """One transaction. Committed on a clean exit, rolled back on any exception. Waiters wake after a change."""
        with self._lock:
            before = self._db.total_changes
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield World(self._db, self._now(), self.base)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
            changed = self._db.total_changes != before
        if changed:
            self.wake()

    def _now(self) -> int:
        override = get_setting(self._db, "clock", {})
        if "fixed" in override:
            return int(override["fixed"])
        return int(self._clock() + override.get("offset", 0))

    def wake(self) -> None:
        """Let everybody who waits look again."""
        with self._news:
            self._version += 1
            self._news.notify_all()

    @property
    def version(self) -> int:
        """Grows with every committed change; remember it before reading, then `wait` for the next."""
        return self._version

    def wait(self, seen: int, timeout: float) -> bool:
        """Sleep until something changed after `seen` or `timeout` seconds passed. True if something changed."""
        with self._news:
            return self._news.wait_for(lambda: self._version != seen or self.stopping, timeout)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        """Let long polls and background threads end. Takes no lock, so a signal handler may call it."""
        self._stopping.set()

    def reset(self) -> None:
        """Forget everything: all tables are dropped and made anew."""
        with self._lock:
            self._db.execute("PRAGMA foreign_keys=OFF")
            names = self._db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            for (name,) in names:
                self._db.execute(f'DROP TABLE "{name}"')
            self._create()
            self._db.execute("PRAGMA foreign_keys=ON")
        self.wake()


def first_number(db: sqlite3.Connection) -> int:
    """From which number on this state counts what its networks number one by one: texts, dialogues, updates, people."""
    return int(get_setting(db, "first", 1))


def _first(seconds: float) -> int:
    """From the moment of making, so that a state made later begins behind all that an earlier one has numbered.

    Whoever heard of the earlier one's texts would take new texts with old numbers for known ones. Below 2^31, as
    numbers in Telegram are.
    """
    return 1 + int((seconds - NUMBERS_SINCE) * NUMBERS_A_SECOND) % 2_000_000_000


def get_setting(db: sqlite3.Connection, name: str, default: Any) -> Any:
    """A named JSON value, or the default if it was never set."""
    row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return default if row is None else json.loads(row["value"])


def put_setting(db: sqlite3.Connection, name: str, value: object) -> None:
    """Set a named JSON value."""
    db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, json.dumps(value)))


_open: list[State] = []


def install(opened: State) -> None:
    """Make this the process's state. Called once, by the process that serves."""
    _open[:] = [opened]


def current() -> State:
    """The process's state. RuntimeError before `install`."""
    if not _open:
        raise RuntimeError("The sandbox has no state yet: it is served by sandbox.serve.")
    return _open[0]
