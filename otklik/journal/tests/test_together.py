"""Many write at once: whoever reads on in the order of numbers passes nothing over. Real connections, one a thread."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime

import pytest
from django.db import Error, OperationalError, connection, connections, transaction

from otklik.journal import book, reading, seals
from otklik.journal.models import Entry, Seal
from otklik.journal.tests.test_reading import follower

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time"),
]


def write() -> int:
    return int(book.write(at=NOW, actor="user:1", verb="incident.assign", subject="incident:7").pk)


def at_once() -> int:
    with book.writing():
        return write()


@contextmanager
def slow(*, keeps: bool = True, kind: str = "writing") -> Iterator[int]:
    """Somebody else's transaction, which has taken its number and ends with the block."""
    taken, end, number = threading.Event(), threading.Event(), []

    def run() -> None:
        with suppress(Error), getattr(book, kind)():  # one test cuts its connection
            number.append(write())
            taken.set()
            end.wait(20)
            transaction.set_rollback(not keeps)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    assert taken.wait(20)
    try:
        yield number[0]
    finally:
        end.set()
        thread.join(20)


def eventually(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def read_on(after: int) -> list[int]:
    heard: list[Entry] = []
    with transaction.atomic():
        reading.read_on(follower(after), Entry.objects.all(), 9, heard.extend, NOW)
    return [entry.pk for entry in heard]


def test_nobody_waits_for_who_writes_and_nothing_is_read_past_him() -> None:
    first = at_once()
    with slow() as second:
        third = at_once()
        assert second < third
        assert read_on(0) == [first]
        assert seals.seal_next(NOW) == 1
        assert seals.tail().count == 1
    assert read_on(first) == [second, third]
    assert seals.seal_next(NOW) == 2
    assert seals.broken_at() is None


def test_a_number_that_was_taken_back_holds_nobody_up() -> None:
    first = at_once()
    with slow(keeps=False) as second:
        third = at_once()
        assert read_on(first) == []
    assert read_on(first) == [third]
    seals.seal_all(NOW)
    assert [second, second] in Seal.objects.order_by("-after")[0].gaps
    assert seals.broken_at() is None


def test_a_connection_that_is_cut_holds_nobody_up() -> None:
    first = at_once()
    with slow() as second:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE state = 'idle in transaction' AND datname = current_database()"
            )
        third = at_once()
        eventually(lambda: read_on(first) == [third])
    assert not Entry.objects.filter(pk=second).exists()


def test_the_first_of_all_entries_is_no_exception() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE journal_entry_id_seq RESTART")
    with slow() as first:
        second = at_once()
        assert (first, second) == (1, 2)
        assert read_on(0) == []
    assert read_on(0) == [1, 2]


@pytest.mark.parametrize(("kind", "alone"), [("turn", True), ("writing", False)])
def test_what_changes_the_region_s_own_data_is_alone(kind: str, alone: bool) -> None:
    def waits(what: AbstractContextManager[None]) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        try:
            with what:
                return False
        except OperationalError:
            return True
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")

    with slow(kind=kind):
        assert waits(book.writing()) is alone
        assert waits(book.turn())
