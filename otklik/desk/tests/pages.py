"""What a page shows, and what the database holds by now."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def assert_shows(page: str, *words: str, hides: Sequence[str] = ()) -> None:
    """All of the words stand on the page, and nothing of what it hides."""
    missing = [one for one in words if one not in page]
    shown = [one for one in hides if one in page]
    assert (missing, shown) == ([], [])


def reread(row: Row) -> Row:
    """The same row as the database has it now."""
    row.refresh_from_db()
    return row
