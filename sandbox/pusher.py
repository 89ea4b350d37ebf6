"""Pushing events to webhooks: a background thread that reads rows of the state file and posts them.

The queue is rows, so what was not pushed before a kill is pushed after the restart. Within one queue (a subscription)
the order is kept; queues are served in parallel. What an answer means is the network's own `Pushes`.
Pauses count by the real clock, not by the emulator's.
"""

import concurrent.futures
import dataclasses
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import httpx

from sandbox import faults
from sandbox.state import State, World

IN_PARALLEL = 8
IDLE = 1.0  # seconds between looks when nobody woke us
HELD = 1.0  # seconds that an event is late when it is to come out of order and the fault does not say
log = logging.getLogger(__name__)
Verdict = Literal["done", "again", "lost"]


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the hook said. Status 0: it could not be reached. `after`: seconds it asked to wait, 0 = nothing said."""

    status: int
    body: bytes = b""
    after: float = 0.0


@dataclasses.dataclass(frozen=True)
class Pushes:
    """How a network pushes. `judge` says what an answer means; `delays` are seconds before each repeat, and after the
    last of them the event is given up. `settled` is told the queue and whether its event was given up."""

    within: float  # seconds that the hook has for its answer
    judge: Callable[[Answer], Verdict]
    delays: Callable[[sqlite3.Connection], Sequence[float]]
    settled: Callable[[World, str, bool], None] = lambda world, queue, lost: None


@dataclasses.dataclass(frozen=True)
class Hook:
    """Where one subscription's events go. `queue` names the subscription within its network."""

    network: str
    queue: str
    url: str


def push(world: World, hook: Hook, event: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Put an event into the queue, in the transaction of the change itself. A planned fault for this kind of `event`
    ("duplicate", "reorder") doubles it, or lets the next one overtake it."""
    fault = faults.take_within(world.db, hook.network, event, faults.EVENT_KINDS)
    late = time.time() + (fault.seconds or HELD) if fault and fault.kind == "reorder" else 0.0
    for _ in range(2 if fault and fault.kind == "duplicate" else 1):
        world.db.execute(
            "INSERT INTO push (network, queue, url, event, headers, body, due, late) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (hook.network, hook.queue, hook.url, event, json.dumps(dict(headers)), body, late, late > 0),
        )


def deliveries(world: World, network: str, most: int = 500) -> list[dict[str, object]]:
    """The last pushes of a network and what came of them, newest first."""
    rows = world.db.execute(
        "SELECT id, queue, url, event, tries, state, last FROM push WHERE network = ? ORDER BY id DESC LIMIT ?",
        (network, most),
    ).fetchall()
    return [dict(row) for row in rows]


def start(state: State, ways: Mapping[str, Pushes]) -> None:
    """Start the pusher's thread for all networks. It ends when the state is told to stop."""
    threading.Thread(target=_Pusher(state, ways).run, name="pusher", daemon=True).start()


@dataclasses.dataclass(frozen=True)
class _Job:
    number: int
    network: str
    queue: str
    url: str
    headers: dict[str, str]
    body: bytes
    tries: int


class _Pusher:
    def __init__(self, state: State, ways: Mapping[str, Pushes]) -> None:
        self._state, self._ways = state, ways
        self._guard = threading.Lock()
        self._flying: set[tuple[str, str]] = set()

    def run(self) -> None:
        pool = concurrent.futures.ThreadPoolExecutor(IN_PARALLEL, thread_name_prefix="pusher")
        with pool, httpx.Client(trust_env=False, limits=httpx.Limits(max_connections=IN_PARALLEL * 2)) as client:
            while not self._state.stopping:
                seen = self._state.version
                jobs = self._due()
                for job in jobs:
                    with self._guard:
                        self._flying.add((job.network, job.queue))
                    pool.submit(self._work, client, job)
                if not jobs:
                    self._state.wait(seen, IDLE)

    def _due(self) -> list[_Job]:
        """The oldest event of every queue that nothing is in the air of, if its time has come."""
        try:
            with self._state.write() as world:
                rows = world.db.execute(
                    "SELECT * FROM push WHERE id IN"
                    " (SELECT min(id) FROM push WHERE state = 'due' AND NOT (late AND due > ?)"
                    "  GROUP BY network, queue) AND due <= ?",
                    (time.time(), time.time()),
                ).fetchall()
        except (sqlite3.Error, ValueError, OSError):
            # The thread must outlive a bad row or a full disk: it writes the fault down and looks again later.
            log.exception("The pusher could not read its queue")
            return []
        with self._guard:
            flying = set(self._flying)
        return [_job(row) for row in rows if (row["network"], row["queue"]) not in flying]

    def _work(self, client: httpx.Client, job: _Job) -> None:
        try:
            self._settle(job, _post(client, job, self._ways[job.network].within))
        except (sqlite3.Error, LookupError, OSError):
            log.exception("The pusher could not settle push %s", job.number)
        finally:
            with self._guard:
                self._flying.discard((job.network, job.queue))
            self._state.wake()

    def _settle(self, job: _Job, answer: Answer) -> None:
        way = self._ways[job.network]
        with self._state.write() as world:
            verdict, delays = way.judge(answer), way.delays(world.db)
            if verdict == "again" and job.tries >= len(delays):
                verdict = "lost"
            words = f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}"
            if verdict == "again":
                pause = answer.after or delays[job.tries]
                world.db.execute(
                    "UPDATE push SET tries = tries + 1, due = ?, last = ? WHERE id = ?",
                    (time.time() + pause, words, job.number),
                )
                return
            world.db.execute(
                "UPDATE push SET state = ?, tries = tries + 1, last = ? WHERE id = ?", (verdict, words, job.number)
            )
            way.settled(world, job.queue, verdict == "lost")


def _job(row: sqlite3.Row) -> _Job:
    return _Job(
        row["id"], row["network"], row["queue"], row["url"], json.loads(row["headers"]), row["body"], row["tries"]
    )


def _post(client: httpx.Client, job: _Job, within: float) -> Answer:
    try:
        response = client.post(job.url, content=job.body, headers=job.headers, timeout=within)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
        return Answer(0, type(fault).__name__.encode())
    retry_after = response.headers.get("Retry-After", "")
    return Answer(
        response.status_code,
        response.content,
        float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6 else 0.0,
    )
