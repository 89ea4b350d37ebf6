"""What the bench of sizes counts is what is there."""

import pytest

from bench import size
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock


@pytest.mark.django_db(transaction=True)
def test_every_table_has_its_rows_and_every_index_its_bytes_with_its_own_table() -> None:
    with book.turn():
        book.write_all([book.Line(at=clock.now(), actor="user:1", verb="a.b", subject="a:1")] * 300)
    before = size._sizes()
    journal = size._tables()["journal_entry"]
    assert journal.rows == Entry.objects.count()
    assert {"journal_entry", *(index.name for index in Entry._meta.indexes)} <= set(journal.parts)
    assert all(before[part] > 0 for part in journal.parts)
    lines = list(size._lines({"journal_entry": journal}, [before], 0))
    assert lines[0][2] == lines[1][2] == [sum(before[part] for part in journal.parts)]
