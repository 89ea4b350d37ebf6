"""Whoever follows the journal is handed every entry once, whatever is killed and whatever a copy brings back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from otklik.journal import book
from otklik.journal.models import Entry, Sealing
from otklik.journal.reading import EVERY, read_on
from otklik.lib.due import LeaseLost, claim

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db
WANTED = Entry.objects.filter(verb="incident.assign")


class Killed(BaseException):
    """The worker ends here."""


def follower(after: int) -> Sealing:
    """A claimed row that has read so far."""
    Sealing.objects.all().delete()
    Sealing.objects.create(entry=after, due_at=NOW)
    (row,) = claim(Sealing, NOW, timedelta(seconds=45), 1)
    return row


def written(*verbs: str) -> list[int]:
    with book.writing():
        return [book.write(at=NOW, actor="user:1", verb=verb, subject="incident:7").pk for verb in verbs]


def turn(most: int = 2) -> tuple[list[int], Sealing]:
    """What the next turn hands over, and the row after it."""
    heard: list[Entry] = []
    (row,) = claim(Sealing, NOW + timedelta(days=1), timedelta(seconds=45), 1)
    read_on(row, WANTED, most, heard.extend, NOW)
    return [entry.pk for entry in heard], Sealing.objects.get()


def test_every_wanted_entry_comes_once_and_in_its_order_piece_by_piece() -> None:
    follower(written("incident.open")[0])
    first, _other, second, third, last = written(*["incident.assign", "incident.open"], *["incident.assign"] * 2, "x.y")
    heard, row = turn()
    assert (heard, row.entry, row.due_at) == ([first, second], second, NOW), "there may be more: at once"
    heard, row = turn()
    assert (heard, row.entry, row.due_at) == ([third], last, NOW + EVERY)
    assert turn()[0] == []


def test_a_worker_that_is_killed_or_has_lost_the_row_moves_no_place() -> None:
    row = follower(0)
    numbers = written("incident.assign")

    def die(_entries: Sequence[Entry]) -> None:
        written("incident.open")  # what it made of them is taken back, too
        raise Killed

    with pytest.raises(Killed), transaction.atomic():
        read_on(row, WANTED, 2, die, NOW)
    Sealing.objects.update(lease="another")
    with pytest.raises(LeaseLost), transaction.atomic():
        read_on(row, WANTED, 2, len, NOW)
    assert (Sealing.objects.get().entry, Entry.objects.count()) == (0, 1)
    assert turn()[0] == numbers


def test_a_place_that_a_copy_brought_back_is_read_on_from() -> None:
    follower(0)
    numbers = written(*["incident.assign"] * 3)
    turn(9)
    Sealing.objects.update(entry=numbers[0])
    assert turn(9)[0] == numbers[1:]
