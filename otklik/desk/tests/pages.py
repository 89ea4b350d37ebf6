"""What tests of pages look at: what a page shows, how much it asks, and what the database holds by now."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from otklik.journal.models import Entry
from otklik.people.models import User
from tests.make.people import signed_in

BLOCK = r"</?(?:p|div|li|[uod]l|d[td]|t[dhr]|h[1-6]|form|section|summary|details|button|option|select|label|article)\b"
FRAGMENT = {"X-Fragment": "1"}
JSON = {"Accept": "application/json"}
Row = TypeVar("Row", bound=Model)


def browser_of(who: User | Client) -> Client:
    return who if isinstance(who, Client) else signed_in(who)


def outsider() -> Client:
    """Somebody who comes from a page that lets no referrer out: with «Origin: null», and no cookie of ours."""
    return Client(enforce_csrf_checks=True, headers={"Origin": "null"})


def squeezed(page: str) -> str:
    """Without the ends of its lines: what a reader sees does not depend on how wide a template is."""
    page = re.sub(r"\s*\n\s*", "\n", page)
    for end in (r"(?<=>)\n(?=<)", rf"\n(?={BLOCK})"):
        page = re.sub(end, "", page)
    return re.sub(rf"({BLOCK}[^>]*>)\n", r"\1", page).replace("\n", " ")


def _text_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return squeezed(page) if "text/html" in answer.headers.get("Content-Type", "") else page


def page_at(who: User | Client, address: str, **query: Any) -> str:
    """The page at this address, squeezed, in the browser of that user or in this one."""
    answer = browser_of(who).get(address, query)
    assert answer.status_code == 200, address
    return _text_of(answer)


def number_in_rail(who: User | Client, key: str) -> str:
    """How many wait behind this line of the rail, as it says; "" for none."""
    numbers: dict[str, str] = browser_of(who).get("/rail/").json()["numbers"]
    return numbers.get(key, "")


def part_at(who: User | Client, address: str, **query: Any) -> str:
    """The part of a page that its script asks for by itself."""
    return assert_answers(browser_of(who).get(address, query, headers=FRAGMENT), 200)


def press(who: User | Client, address: str, **fields: Any) -> Any:
    """The answer to a form that the page's script sends."""
    return browser_of(who).post(address, fields, headers=FRAGMENT)


def press_for_json(who: User | Client, address: str, **fields: Any) -> tuple[int, Any]:
    """Status and content of the answer where the script wants to be told in JSON."""
    answer = browser_of(who).post(address, fields, headers=JSON)
    return answer.status_code, answer.json()


def take_back(who: User | Client, **fields: Any) -> int:
    """«Вернуть»: the status."""
    return press_for_json(who, "/undo/", **fields)[0]


def assert_shows(page: str, *words: str, hides: Sequence[str] = ()) -> None:
    """All of the words stand on the page, and nothing of what it hides."""
    page = squeezed(page)
    missing = [one for one in words if squeezed(one) not in page]
    shown = [one for one in hides if squeezed(one) in page]
    assert (missing, shown) == ([], []), page


def assert_answers(answer: Any, status: int, *words: str, hides: Sequence[str] = ()) -> str:
    """The page came with this status and shows the words; returns it squeezed."""
    page = _text_of(answer)
    assert answer.status_code == status, page
    assert_shows(page, *words, hides=hides)
    return page


def settling() -> int:
    """One more question where many write at once: up to where the journal has settled."""
    return int(connection.vendor == "postgresql")


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


def sheet(*rows: list[Any]) -> bytes:
    """A table of Excel with these rows."""
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()
