"""Shared fixtures: closed sockets, the reference pack, a journal that a flush may empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key
from pytest_socket import disable_socket

SHARED = Path(__file__).resolve().parent.parent / "shared"
DELETE_TRIGGER = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'journal_no_delete'"


@pytest.fixture(autouse=True)
def _closed_sockets(request: pytest.FixtureRequest) -> None:
    """Unit tests reach no network; tests of processes and browsers talk to this machine only."""
    marks = {mark.name for mark in request.node.iter_markers()}
    if not marks & {"processes", "browser", "enable_socket"}:
        disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _new_minds() -> None:
    """Tests make the same few rows anew, under the same numbers: what was built of them before tells nothing."""
    from otklik.desk.public.memory import MEMORY  # the settings come first
    from otklik.journal import looks
    from otklik.triage import judge

    judge.forget()
    looks.forget_noted()
    MEMORY.forget()


@pytest.fixture
def shared() -> Path:
    """The reference pack beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference pack ../shared is not here")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only", action="store_true", help="leave out the tests that touch no database of the product"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if _touches_database(item)]
    left_out = [item for item in items if not _touches_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def _touches_database(item: pytest.Item) -> bool:
    """pytest-django shuts the database to every test that neither asks for it by a fixture nor by a mark."""
    named = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(named) or item.get_closest_marker("django_db") is not None


def _is_flushed(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    named = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(named or (mark and mark.kwargs.get("transaction")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A transactional test ends with emptying all tables; on SQLite that is a DELETE, which the journal refuses."""
    if connection.vendor != "sqlite" or not _is_flushed(item):
        yield
        return
    with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
        cursor.execute(DELETE_TRIGGER)
        kept = cursor.fetchone()
        if kept:
            cursor.execute("DROP TRIGGER journal_no_delete")
    try:
        yield
    finally:
        if kept and nextitem is not None:  # after the last test the database itself is gone
            with item.config.stash[blocking_manager_key].unblock(), connection.cursor() as cursor:
                cursor.execute(kept[0])
