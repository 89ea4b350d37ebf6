"""Shared fixtures: closed sockets, the reference pack, a log that is read, a journal that a flush may empty."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings as examples
from pytest_django.plugin import blocking_manager_key
from pytest_socket import disable_socket

from tests.tiers import commits, fewer

SHARED = Path(__file__).resolve().parent.parent / "shared"
TOGETHER = tuple(f"otklik/demo/tests/test_{name}.py" for name in ("history", "region", "sandbox", "whole"))
"""Files whose tests share a region or a history that takes long to make: one worker has all of each."""
MAY_DELETE_ALL = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
NO_WORDS = "DELETE FROM finding_words"
"""The index of words is no model's table, so that no flush knows it; and what one test wrote another must not find."""
DELETE_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%no_delete'"

# The same examples in every run, however slow the machine: what is red is red for a change, and for whoever looks.
examples.register_profile("otklik", deadline=None, derandomize=True, database=None, max_examples=fewer(100))
examples.load_profile("otklik")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Every other test goes to whichever worker is free, in the order of the whole: those that empty the database at
    their end come last. Marks of groups do nothing with this pytest."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class Apart(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return file if file in TOGETHER else nodeid

    return Apart(config, log)


@pytest.fixture(autouse=True)
def _closed_sockets(request: pytest.FixtureRequest) -> None:
    """Unit tests reach no network; tests of processes and browsers talk to this machine only."""
    marks = {mark.name for mark in request.node.iter_markers()}
    if not marks & {"processes", "browser", "enable_socket"}:
        disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _logs_without_people() -> Iterator[None]:
    """Whatever is logged, here and by the processes that tests start, holds nobody's words and no secret."""
    from tests.read_logs import READER, begin  # the settings come first

    begin()
    READER.take()  # of a thread that outlived its test
    yield
    leaks = READER.take()
    if leaks:
        pytest.fail("the log tells of people or secrets:\n" + "\n".join(leaks[:10]))


@pytest.fixture(autouse=True)
def _new_minds() -> None:
    """Tests make the same few rows anew, under the same numbers: what was built of them before tells nothing."""
    from otklik.desk.citizen.public import MEMORY  # the settings come first
    from otklik.journal import book, looks
    from otklik.triage import judge

    judge.forget()
    looks.forget_noted()
    book.in_place_of(0, 0)
    MEMORY.forget()


@pytest.fixture
def shared() -> Path:
    """The reference pack beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference pack ../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Before the test's database is made: it becomes a copy of one that is migrated already."""
    from tests.template import install  # the settings come first

    install()


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_rows() -> None:
    """Emptying all tables of PostgreSQL makes hundreds of files anew, a second for each test that ends so; the few rows
    of a test are deleted in a fraction of it. Only a superuser may leave triggers and references aside."""
    if connection.vendor != "postgresql":
        _words_go_too()
        return
    from django.db.backends.postgresql.operations import DatabaseOperations

    truncated = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **asked: bool) -> list[str]:
        names = [self.quote_name(table) for table in tables]
        with self.connection.cursor() as cursor:
            cursor.execute(MAY_DELETE_ALL)
            if not names or any(asked.values()) or not cursor.fetchone()[0]:
                return list(truncated(self, style, tables, **asked))
            parts = (f"(SELECT {number} FROM {name} LIMIT 1)" for number, name in enumerate(names))  # noqa: S608 our own
            cursor.execute(" UNION ALL ".join(parts))
            deletes = [f"DELETE FROM {names[number]}" for (number,) in cursor.fetchall()]  # noqa: S608 tables
            deletes.append(NO_WORDS)
        return ["SET LOCAL session_replication_role = replica", *deletes, "SET LOCAL session_replication_role = origin"]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign, assignment]


def _words_go_too() -> None:
    """The same on SQLite, whose own emptying of tables is quick."""
    from django.db.backends.sqlite3.operations import DatabaseOperations

    emptied = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **asked: bool) -> list[str]:
        return [*emptied(self, style, tables, **asked), NO_WORDS]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign, assignment]


@pytest.fixture(scope="session", autouse=True)
def _no_rows_that_nobody_reads() -> None:
    """Emptying the database ends with Django's own permissions and kinds of rows being made anew, a tenth of the time
    of the tests that commit. The product has rights of its own and asks for neither."""
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


def pytest_collection_finish() -> None:
    """What has been imported stays: who collects garbage need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A transactional test ends with emptying all tables; on SQLite that is a DELETE, which the journal refuses."""
    if connection.vendor != "sqlite" or not commits(item):
        yield
        return
    with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
        cursor.execute(DELETE_TRIGGERS)
        kept = dict(cursor.fetchall())
        for name in kept:
            cursor.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        if kept and nextitem is not None:  # after the last test the database itself is gone
            with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
                for trigger in kept.values():
                    cursor.execute(trigger)
