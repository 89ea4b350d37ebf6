"""What tests of pages look at: what a page shows, how much it asks, and what the database holds by now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.journal.models import Entry
from otklik.people.models import User
from tests.make.people import signed_in

Row = TypeVar("Row", bound=Model)


def page_at(who: User | Client, address: str) -> str:
    """The page at this address, in the browser of that user or in this one."""
    client = who if isinstance(who, Client) else signed_in(who)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def assert_shows(page: str, *words: str, hides: Sequence[str] = ()) -> None:
    """All of the words stand on the page, and nothing of what it hides."""
    missing = [one for one in words if one not in page]
    shown = [one for one in hides if one in page]
    assert (missing, shown) == ([], []), page


def assert_answers(answer: Any, status: int, *words: str, hides: Sequence[str] = ()) -> str:
    """The page came with this status and shows the words; returns it."""
    page: str = answer.content.decode()
    assert answer.status_code == status, page
    assert_shows(page, *words, hides=hides)
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


def journal_verbs(**columns: object) -> list[str]:
    """The verbs of these entries of the journal, the oldest first."""
    return list(Entry.objects.filter(**columns).order_by("pk").values_list("verb", flat=True))


def reread(row: Row) -> Row:
    """The same row as the database has it now."""
    row.refresh_from_db()
    return row
