"""Running the steps: claim, work, settle; a failed batch is halved until only the guilty row waits."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import Q

from otklik.flow.steps import FLOW, Lane, Step
from otklik.incidents.workflow import hold
from otklik.journal import book
from otklik.journal.reading import UNREAD_AT_LEAST
from otklik.lib import clock, trail
from otklik.lib.database import is_away
from otklik.lib.due import Due, LeaseLost, claim, first_due, pause_after, put_off, release, renew, reread, set_aside
from otklik.lib.kept import LONG_AGO, Kept, keep, moment
from otklik.lib.redact import redact
from otklik.lib.sentence import Sentence as _
from otklik.networks.errors import AuthLost, RetryAt

log = logging.getLogger(__name__)


class Held:
    """What this process is working on now, so that leases can be renewed, and given back at a stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: dict[int, tuple[Step, list[Any]]] = {}

    def take(self, step: Step, rows: list[Any]) -> int:
        with self._lock:
            self._batches[id(rows)] = (step, rows)
        return id(rows)

    def drop(self, key: int) -> None:
        with self._lock:
            self._batches.pop(key, None)

    def renew(self) -> None:
        for step, rows in self.batches():
            renew(step.model, rows, clock.now() + step.lease)

    def batches(self, lane: Lane | None = None) -> list[tuple[Step, list[Any]]]:
        with self._lock:
            return [held for held in self._batches.values() if lane is None or held[0].lane == lane]


def turn_once(step: Step, held: Held | None = None, claimed: Callable[[], None] | None = None) -> int:
    """Claim and work one batch of a step; returns how many rows were claimed. `claimed` is called between the two."""
    bare = step.lane == Lane.THINK  # `run` reads them anew
    rows: list[Any] = claim(step.model, clock.now(), step.lease, step.batch, bare=bare)
    if not rows:
        return 0
    if claimed is not None:
        claimed()
    key = held.take(step, rows) if held else 0
    try:
        book.in_place_of(0, 0)
        with trail.of_work(step.name):
            run(step, rows)
    finally:
        if held:
            held.drop(key)
    return len(rows)


def run(step: Step, rows: Sequence[Any]) -> None:
    """Work these rows. Whatever a step raises belongs to its rows; the worker lives on."""
    try:
        with _together(step, rows):
            # Between the claim and the work a row may have changed; and half a batch may have finished some of its own.
            current = reread(step.model, rows) if step.lane == Lane.THINK else list(rows)
            if current:
                step.work(current, clock.now())
    except LeaseLost:
        log.warning("%s: another worker has the row now; rolled back", step.name)
    except Exception as error:
        if is_away(error):
            connection.close()
            _give_back(rows)
            raise
        if len(rows) > 1:
            middle = len(rows) // 2
            run(step, rows[:middle])
            run(step, rows[middle:])
        else:
            with trail.of_work(step.name, rows[0].pk):
                _failed(step, rows[0], error)


def _together(step: Step, rows: Sequence[Any]) -> AbstractContextManager[None]:
    """The transaction of a step that does not open its own, in which nobody else changes the cards that it is about."""
    if step.lane != Lane.THINK or not step.together:
        return nullcontext()
    mine = step.model._default_manager.filter(pk__in=[row.pk for row in rows])
    return hold(*mine.values_list(step.card, flat=True)) if step.card else book.writing()


def _give_back(rows: Sequence[Due]) -> None:
    with suppress(OperationalError, InterfaceError):  # the lease runs out by itself
        release(rows)


def _failed(step: Step, row: Due, error: Exception) -> None:
    words = _("%(kind)s: %(words)s") % {"kind": type(error).__name__, "words": redact(str(error))}
    now = clock.now()
    level = logging.INFO if isinstance(error, RetryAt | AuthLost) else logging.ERROR
    name = type(error).__name__
    log.log(level, "%s: row %s: %s: %s", step.name, row.pk, name, error, exc_info=level == logging.ERROR)
    try:
        if isinstance(error, RetryAt):
            put_off(row, now + error.after, words)
        elif isinstance(error, AuthLost):
            put_off(row, now + timedelta(minutes=5), words)
        elif row.failures + 1 >= step.patience:
            set_aside(row, now, words)
        else:
            put_off(row, now + pause_after(row.failures), words)
    except LeaseLost:
        log.warning("%s: row %s was taken over meanwhile", step.name, row.pk)


def drain(limit: int = 1000, lanes: frozenset[Lane] = frozenset(Lane)) -> int:
    """Work in this thread until nothing is due; returns how many rows were worked. For tests and set-up."""
    done = 0
    for _turn in range(limit):
        worked = sum(turn_once(step) for step in steps_due(clock.now(), lanes))
        if not worked:
            return done
        done += worked
    raise RuntimeError("the flow does not come to rest")


def steps_due(now: datetime, lanes: frozenset[Lane] = frozenset(Lane)) -> list[Step]:
    """The steps that a row waits for at `now`, in the order of the flow: one question for all queues."""
    return look([step for step in FLOW if step.lane in lanes], now, now)[0]


def look(steps: Sequence[Step], now: datetime, until: datetime) -> tuple[list[Step], datetime | None]:
    """Which of these steps a row waits for at `now`; and when the next of their rows comes due, if that is by `until`.
    One question for all queues."""
    if not steps:
        return [], None
    stand_ins = {_NOW: now, _UNTIL: until, _NOW - UNREAD_AT_LEAST: now - UNREAD_AT_LEAST}
    of_today = {moment(stand_in): moment(at) for stand_in, at in stand_ins.items()}
    (firsts,) = _question(tuple(steps), connection.vendor).ask(of_today)
    due = [step for step, first in zip(steps, firsts, strict=True) if first is not None and first <= now]
    return due, min((first for first in firsts if first is not None and first > now), default=None)


_NOW, _UNTIL = LONG_AGO, LONG_AGO + timedelta(days=1)


@cache
def _question(steps: tuple[Step, ...], vendor: str) -> Kept:
    """For each of these queues when the first row comes due that `claim` would take then: one row of moments."""
    parts = [keep(first_due(step.model, step.only(_NOW) if step.only else Q(), _NOW, _UNTIL)) for step in steps]
    return Kept(
        "SELECT " + ", ".join(f"({part.sql})" for part in parts),
        tuple(value for part in parts for value in part.values),
        tuple((number, made, column) for number, part in enumerate(parts) for _, made, column in part.converters),
    )


def keep_connection() -> None:
    """Between turns: drop a connection that has died or grown old."""
    close_old_connections()
