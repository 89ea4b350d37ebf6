"""What tests of pages look at: a row as the database has it now, what a page must say, and how much it may ask."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

Row = TypeVar("Row", bound=Model)


def fresh(row: Row) -> Row:
    """The same row, read anew."""
    row.refresh_from_db()
    return row


def must_say(response: Any, status: int, *words: str, never: Iterable[str] = ()) -> str:
    """Answered with this status, all of these words and none of those that it must never say; returns the page."""
    page: str = response.content.decode()
    assert response.status_code == status, page
    assert [word for word in words if word not in page] == [], page
    assert [word for word in never if word in page] == [], page
    return page


@contextmanager
def at_most(queries: int) -> Iterator[None]:
    """The block asks the database no more questions than that."""
    with CaptureQueriesContext(connection) as asked:
        yield
    assert len(asked) <= queries, "\n".join(one["sql"] for one in asked.captured_queries)


@contextmanager
def exactly(queries: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as asked:
        yield
    assert len(asked) == queries, "\n".join(one["sql"] for one in asked.captured_queries)
