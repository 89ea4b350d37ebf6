"""From a moment to entries: what an index of every sixty-fourth time finds is what all times would."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from otklik.journal import book, when
from otklik.journal.models import Entry

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hours() -> list[int]:
    """The numbers of 200 entries, one an hour up to now."""
    with book.turn():
        lines = [book.Line(at=NOW - at * HOUR, actor="user:1", verb="a.b", subject="a:1") for at in range(199, -1, -1)]
        return book.write_all(lines)


@pytest.mark.parametrize("back", [-30, 0, 1, 63, 150, 199, 300])
def test_what_happened_since_and_until_a_moment_is_there_whole(
    hours: list[int], monkeypatch: pytest.MonkeyPatch, back: int
) -> None:
    monkeypatch.setattr(when, "MARGIN", 100)  # so that the bounds cut something off
    moment = NOW - back * HOUR
    since = set(Entry.objects.filter(when.since(moment)).values_list("pk", flat=True))
    until = set(Entry.objects.filter(when.until(moment)).values_list("pk", flat=True))
    assert since == set(hours[max(199 - back, 0) :] if back >= 0 else [])
    assert until == set(hours) - since


def test_of_an_empty_journal_nothing_is_found() -> None:
    assert not Entry.objects.filter(when.since(NOW)).exists()
    assert not Entry.objects.filter(when.until(NOW)).exists()


def test_the_bound_comes_from_the_index_of_times() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole")
    for asked in (when.since(NOW), when.until(NOW)):
        assert "entry_when" in Entry.objects.filter(asked).explain()
