"""The Callback API's pusher: background threads that read deliveries from the state file and post them.

The queue is rows, so what was not pushed before a kill is pushed after the restart. The switch `push_together` says
how many deliveries of a server are in the air at once (1 keeps the order); several servers are served in parallel.
Source: the published notes on the Callback API (exact `ok`, X-Retry-Counter, Retry-After of 410, 429 and 503 under
three hours); the schedule of repeats is a switch. Pauses count by the real clock, not by the emulator's.
"""

import concurrent.futures
import contextlib
import dataclasses
import datetime
import email.utils
import json
import logging
import sqlite3
import threading
import time

import httpx

from sandbox.state import State, World
from sandbox.vk import events
from sandbox.vk.switchboard import switch

IN_PARALLEL = 8
ANSWER_WITHIN = 10.0  # seconds
LONGEST_PAUSE = 3 * 3600  # seconds a server may ask for with Retry-After
IDLE = 1.0  # seconds between looks when nobody woke us
log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Job:
    """One push, ready to go. `code` is the expected answer of a confirmation."""

    delivery: int
    server: int
    url: str
    body: bytes
    kind: str
    tries: int
    code: str


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the server said. Status 0: it could not be reached."""

    status: int
    text: str
    pause: float | None = None


def start(state: State) -> None:
    """Start the pusher's thread. It ends when the state is told to stop."""
    threading.Thread(target=_run, args=(state,), name="vk-push", daemon=True).start()


def confirm(world: World, server_id: int) -> None:
    """Ask the server for the confirmation code before it gets any event."""
    world.db.execute("UPDATE vk_server SET status = 'wait' WHERE id = ?", (server_id,))
    world.db.execute("DELETE FROM vk_delivery WHERE server_id = ? AND event_seq IS NULL", (server_id,))
    world.db.execute("INSERT INTO vk_delivery (server_id, event_seq) VALUES (?, NULL)", (server_id,))


def _run(state: State) -> None:
    flying = _Flying()
    pool = concurrent.futures.ThreadPoolExecutor(IN_PARALLEL, thread_name_prefix="vk-push")
    limits = httpx.Limits(max_connections=IN_PARALLEL * 2)
    with pool, httpx.Client(timeout=ANSWER_WITHIN, trust_env=False, limits=limits) as client:

        def work(job: Job) -> None:
            try:
                _settle(state, job, _post(client, job))
            finally:
                flying.remove(job)
                state.wake()

        while not state.stopping:
            seen = state.version
            jobs = _look(state, flying.by_server())
            for job in jobs:
                flying.add(job)
                pool.submit(work, job)
            if not jobs:
                state.wait(seen, IDLE)


class _Flying:
    """Deliveries that are being posted right now."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._jobs: set[tuple[int, int]] = set()

    def add(self, job: Job) -> None:
        with self._guard:
            self._jobs.add((job.server, job.delivery))

    def remove(self, job: Job) -> None:
        with self._guard:
            self._jobs.discard((job.server, job.delivery))

    def by_server(self) -> dict[int, set[int]]:
        server_deliveries: dict[int, set[int]] = {}
        with self._guard:
            for server, delivery in self._jobs:
                server_deliveries.setdefault(server, set()).add(delivery)
        return server_deliveries


def _look(state: State, flying: dict[int, set[int]]) -> list[Job]:
    """The thread must outlive a bad row or a full disk: it writes the fault down and looks again later."""
    try:
        return _due(state, flying)
    except (sqlite3.Error, ValueError, LookupError, OSError):
        log.exception("The pusher could not read its queue")
        return []


def _due(state: State, flying: dict[int, set[int]]) -> list[Job]:
    """The oldest due deliveries of every server, as many as may fly at once besides those in the air.

    A server whose address is not confirmed (any more) gets nothing but the confirmation.
    """
    jobs: list[Job] = []
    with state.write() as world:
        _release_held(world)
        together = int(switch(world.db, "push_together"))
        for server in world.db.execute("SELECT id, status FROM vk_server").fetchall():
            air = flying.get(server["id"], set())
            rows = world.db.execute(
                "SELECT id FROM vk_delivery WHERE server_id = ? AND state = 'due' AND due <= ?"
                " AND (event_seq IS NULL OR ? = 'ok') ORDER BY id LIMIT ?",
                (server["id"], time.time(), server["status"], together + len(air)),
            ).fetchall()
            waiting = [row["id"] for row in rows if row["id"] not in air]
            jobs += [_job(world, number) for number in waiting[: max(0, together - len(air))]]
    return jobs


def _release_held(world: World) -> None:
    """An event held back by a reorder fault goes out even if nothing follows it."""
    rows = world.db.execute("SELECT DISTINCT group_id FROM vk_held WHERE since <= ?", (time.time() - 1,)).fetchall()
    for row in rows:
        events.release(world, row["group_id"])


def _job(world: World, delivery_id: int) -> Job:
    row = world.db.execute(
        "SELECT d.id, d.tries, d.event_seq, s.id AS server, s.url, s.secret, s.group_id, c.confirmation"
        " FROM vk_delivery d JOIN vk_server s ON s.id = d.server_id JOIN vk_community c ON c.id = s.group_id"
        " WHERE d.id = ?",
        (delivery_id,),
    ).fetchone()
    body, kind = _body(world.db, row)
    code = row["confirmation"] if kind == "confirmation" else ""
    return Job(row["id"], row["server"], row["url"], body, kind, row["tries"], code)


def _body(db: sqlite3.Connection, row: sqlite3.Row) -> tuple[bytes, str]:
    if row["event_seq"] is None:
        thing = {"type": "confirmation", "group_id": row["group_id"], "event_id": f"{row['id']:040x}", "v": "5.199"}
    else:
        event = db.execute("SELECT * FROM vk_event WHERE seq = ?", (row["event_seq"],)).fetchone()
        thing = events.envelope(event)
    if row["secret"]:
        thing["secret"] = row["secret"]
    return json.dumps(thing, ensure_ascii=False).encode("utf-8", "surrogatepass"), str(thing["type"])


def _post(client: httpx.Client, job: Job) -> Answer:
    headers = {"Content-Type": "application/json"}
    if job.tries:
        headers["X-Retry-Counter"] = str(job.tries)
    try:
        response = client.post(job.url, content=job.body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
        return Answer(0, type(fault).__name__)
    pause = _pause(response.headers.get("Retry-After", "")) if response.status_code in (410, 429, 503) else None
    return Answer(response.status_code, response.text[:200], pause)


def _pause(header: str) -> float | None:
    """Seconds until a Retry-After, given as a number or an HTTP date; None if there is none that we honour."""
    if header.isascii() and header.isdigit() and len(header) < 9:
        seconds = float(header)
    else:
        with contextlib.suppress(ValueError, TypeError):
            when = email.utils.parsedate_to_datetime(header)
            seconds = (when - datetime.datetime.now(datetime.UTC)).total_seconds()
            return min(max(seconds, 0.0), LONGEST_PAUSE) if seconds < LONGEST_PAUSE else None
        return None
    return seconds if seconds < LONGEST_PAUSE else None


def _settle(state: State, job: Job, answer: Answer) -> None:
    """Write down what came of a push: done, again later, or given up."""
    expected = job.code or "ok"
    with state.write() as world:
        if answer.status == 200 and answer.text.strip() == expected:
            _finish(world, job, "done", answer)
            if job.kind == "confirmation":
                world.db.execute("UPDATE vk_server SET status = 'ok' WHERE id = ?", (job.server,))
        elif job.kind == "confirmation" and answer.status == 200:
            _finish(world, job, "lost", answer)
            world.db.execute("UPDATE vk_server SET status = 'failed' WHERE id = ?", (job.server,))
        elif answer.status == 200 and answer.text.strip() == "remove":
            _finish(world, job, "done", answer)
            _unsubscribe(world, job)
        else:
            _again(world, job, answer)


def _finish(world: World, job: Job, how: str, answer: Answer) -> None:
    world.db.execute(
        "UPDATE vk_delivery SET state = ?, tries = tries + 1, last = ? WHERE id = ?",
        (how, f"{answer.status} {answer.text}", job.delivery),
    )


def _again(world: World, job: Job, answer: Answer) -> None:
    delays = switch(world.db, "push_delays")
    if job.tries >= len(delays):
        _finish(world, job, "lost", answer)
        if job.kind == "confirmation":
            world.db.execute("UPDATE vk_server SET status = 'failed' WHERE id = ?", (job.server,))
        return
    pause = answer.pause if answer.pause is not None else float(delays[job.tries])
    world.db.execute(
        "UPDATE vk_delivery SET tries = tries + 1, due = ?, last = ? WHERE id = ?",
        (time.time() + pause, f"{answer.status} {answer.text}", job.delivery),
    )


def _unsubscribe(world: World, job: Job) -> None:
    """The server answered `remove`: this kind of event no longer goes to it."""
    row = world.db.execute("SELECT events FROM vk_server WHERE id = ?", (job.server,)).fetchone()
    left = [name for name in json.loads(row["events"]) if name != job.kind]
    world.db.execute("UPDATE vk_server SET events = ? WHERE id = ?", (json.dumps(left), job.server))
