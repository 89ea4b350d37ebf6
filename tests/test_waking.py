"""A worker sleeps until there is something to do: what wakes it, and what it costs meanwhile."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.signals import connection_created

from otklik.desk.admin.health.rows import queues
from otklik.feedback.registers.models import Pace
from otklik.flow import worker
from otklik.flow.models import Chore
from otklik.flow.steps import FLOW, Lane, Step
from otklik.journal import book
from otklik.lib import clock, wake
from otklik.lib.due import claim
from otklik.notify.alerts.models import Bookmark
from otklik.notify.hooks.models import Subscription
from tests.at_once import at_once
from tests.processes import PATIENCE, cut_all_lines, environment, running, until_seen
from tests.sleeper import HOUR, finish_all

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]
FINISH = Step("finish", Chore, finish_all)
SECONDS = 4


@pytest.fixture
def never_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHORTEST_PAUSE", "LONGEST_PAUSE"):
        monkeypatch.setattr(worker, name, HOUR)


@contextmanager
def lanes(*steps: Step) -> Iterator[None]:
    """A worker's threads in this process; all of them have ended afterwards."""
    made = worker.Lanes(list(steps))
    made.start()
    try:
        yield
    finally:
        made.stop()
        for thread in (*made.threads, made.watcher):
            thread.join()


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement of every line that is opened meanwhile."""
    statements: list[str] = []

    def count(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, values, many, context)

    def opened(connection: Any, **_more: Any) -> None:
        connection.execute_wrappers.append(count)

    connection_created.connect(opened)
    try:
        yield statements
    finally:
        connection_created.disconnect(opened)


def press(name: str, seconds: float = 0) -> Callable[[], bool]:
    """A row that is due in so many seconds, as a page writes it; whether it is done."""
    with book.turn():
        Chore.objects.create(name=name, due_at=clock.now() + timedelta(seconds=seconds))
    return done(name)


def done(name: str) -> Callable[[], bool]:
    return lambda: Chore.objects.get(name=name).due_at is None


def test_a_press_wakes_the_worker_of_another_process(tmp_path: Path) -> None:
    with running([sys.executable, "-m", "tests.sleeper"], environment(), tmp_path / "worker.log") as sleeper:
        for number in range(5):
            until_seen(press(f"row-{number}"), "the worker has been woken", sleeper)
            time.sleep(2 * wake.APART)  # sooner this process would leave the next word to the worker's second look
    connections.close_all()


def test_a_commit_of_another_line_ends_the_wait_and_silence_does_not() -> None:
    listener = wake.Listener()
    try:
        for number in range(3):
            listener.listen()
            assert not listener.wait(0.1)
            at_once(lambda number: press_elsewhere(f"row-{number}"), [number])
            assert listener.wait(HOUR)
    finally:
        listener.close()


def press_elsewhere(name: str) -> None:
    """As another process does it: this one's own notifications are not listened to."""
    Chore.objects.create(name=name, due_at=clock.now())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {wake.CHANNEL}, 'another process'")


@pytest.mark.usefixtures("never_by_itself")
def test_a_row_is_worked_at_its_moment_though_nothing_else_happens() -> None:
    later = press("later", seconds=1)
    with lanes(FINISH):
        until_seen(later, "its moment has come")


def test_a_row_of_which_no_word_has_come_is_found_all_the_same() -> None:
    with lanes(FINISH):
        until_seen(press("first"), "the worker has begun")
        Chore.objects.create(name="silent", due_at=clock.now())
        until_seen(done("silent"), "it has looked by itself")


@pytest.mark.usefixtures("never_by_itself")
def test_the_watcher_listens_again_once_its_line_was_cut() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away: only a server does")
    with lanes(FINISH):
        until_seen(press("before"), "the worker has begun")
        assert cut_all_lines() >= 2
        for number in range(3):
            press_elsewhere(f"row-{number}")
            until_seen(done(f"row-{number}"), "the worker has heard of it")


def test_a_worker_with_nothing_to_do_asks_seldom() -> None:
    press("one")
    steps = [replace(step, warm=None) for step in FLOW if step.model is not Chore]
    with counted() as statements, lanes(FINISH, *steps):
        until_seen(done("one"), "the worker has begun")
        time.sleep(1)
        before = len(statements)
        time.sleep(SECONDS)
        asked = statements[before:]
    assert 1 <= len(asked) <= 5 * SECONDS, asked


@pytest.mark.usefixtures("never_by_itself")
def test_a_thread_that_takes_a_row_wakes_the_next_one_for_what_is_left() -> None:
    together = Barrier(2, timeout=PATIENCE)

    def meet(rows: list[Chore], now: datetime) -> None:
        together.wait()
        finish_all(rows, now)

    rows = [press("one"), press("other")]
    with lanes(Step("meet", Chore, meet, Lane.SPEAK, batch=1)):
        until_seen(lambda: all(row() for row in rows), "both were under way at once")


@pytest.mark.usefixtures("never_by_itself")
def test_a_thread_goes_on_with_a_step_whose_batches_are_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "AT_A_STRETCH", HOUR)
    rows = [press(f"row-{number}") for number in range(30)]
    with counted() as statements, lanes(replace(FINISH, batch=1)):
        until_seen(lambda: all(row() for row in rows), "all are done")
    assert len([sql for sql in statements if sql.startswith("SELECT (SELECT")]) <= 3, "one look for all of them"


def test_two_who_claim_at_one_moment_get_a_row_each() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    press("one")
    press("other")
    now = clock.now()
    with transaction.atomic():
        (mine,) = claim(Chore, now, timedelta(minutes=1), 1)
        ((theirs,),) = at_once(lambda _: claim(Chore, now, timedelta(minutes=1), 1), [0])
    assert {mine.name, theirs.name} == {"one", "other"}


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), ValueError("ours")])
def test_a_thread_goes_on_soon_after_an_error_and_more_slowly_while_it_stays(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, waits = worker.Lanes([]), list[float]()
    monkeypatch.setattr(made.stopping, "wait", waits.append)
    for outcome in (*[error] * 8, None, error):
        with made._going_on("judge"):
            if outcome:
                raise outcome
    assert waits == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 0.05]


def test_whoever_follows_the_journal_reads_at_once_and_asks_nothing_while_nobody_writes() -> None:
    Bookmark.objects.create(name="journal", entry=0, due_at=clock.now())
    Subscription.objects.create(name="program", address="https://program.example/", due_at=clock.now())
    Pace.objects.create(name=Pace.Name.JOURNAL, due_at=clock.now())
    steps = [step for step in FLOW if step.name in ("alerts", "hooks", "registers")]
    kept = {Bookmark: "entry", Subscription: "entry", Pace: "at"}

    def written() -> Callable[[], bool]:
        with book.turn():
            entry = book.write(at=clock.now(), actor="machine:test", verb="test", subject="x:1").pk
        return lambda: all(model._default_manager.filter(**{place: entry}).exists() for model, place in kept.items())

    with counted() as statements, lanes(*steps):
        for _number in range(2):
            until_seen(written(), "all of them have read it")
        time.sleep(1)
        before = len(statements)
        time.sleep(SECONDS)
    assert [sql for sql in statements[before:] if not sql.startswith("SELECT (SELECT")] == []
    assert {step.name: step.due for step in queues(clock.now()) if step.due} == {}, "nobody is late who has read it all"
