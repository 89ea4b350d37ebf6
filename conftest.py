"""Shared fixtures: closed sockets, the reference pack, a journal that a flush may empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_socket import disable_socket

SHARED = Path(__file__).resolve().parent.parent / "shared"


@pytest.fixture(autouse=True)
def _closed_sockets(request: pytest.FixtureRequest) -> None:
    """Unit tests reach no network; tests of processes and browsers talk to this machine only."""
    marks = {mark.name for mark in request.node.iter_markers()}
    if not marks & {"processes", "browser", "enable_socket"}:
        disable_socket(allow_unix_socket=True)


@pytest.fixture
def shared() -> Path:
    """The reference pack beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference pack ../shared is not here")
    return SHARED


@pytest.fixture(autouse=True)
def _journal_may_be_flushed(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test ends with emptying all tables; on SQLite that is a DELETE, which the journal refuses."""
    mark = request.node.get_closest_marker("django_db")
    flushed = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if not (flushed or (mark and mark.kwargs.get("transaction"))):
        yield
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        kept = _drop_delete_trigger()
    yield
    with blocker.unblock():
        if kept:
            with connection.cursor() as cursor:
                cursor.execute(kept)


def _drop_delete_trigger() -> str:
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'journal_no_delete'")
        found = cursor.fetchone()
        if found:
            cursor.execute("DROP TRIGGER journal_no_delete")
    return str(found[0]) if found else ""
