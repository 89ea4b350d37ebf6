"""Everybody appends, one seals: whatever is changed, taken away or put in afterwards shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.flow.loop import drain
from otklik.journal import book, seals
from otklik.journal.models import Entry, Reason, Seal
from otklik.journal.tests.whole import whole

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(**more: object) -> Entry:
    with book.writing():
        return book.write(at=NOW, actor="user:1", verb="incident.assign", subject="incident:7", **more)  # type: ignore[arg-type]


def leave_out(numbers: int) -> None:
    """The next entry gets a number so much further on, as after transactions that were taken back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval('journal_entry_id_seq') FROM generate_series(1, %s)", [numbers])
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = 'journal_entry'", [numbers])


def change(sql: str, *values: int | str | datetime, table: str = "entry") -> None:
    """What the triggers refuse, as somebody with the keys of the database would do it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE journal_{table} DISABLE TRIGGER journal_no_change")
        else:
            name = "journal" if table == "entry" else "journal_seal"
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}_no_{verb}")
        cursor.execute(sql, values)


@pytest.mark.parametrize("table", ["entry", "seal"])
def test_the_database_itself_refuses_change(table: str) -> None:
    write()
    seals.seal_all(NOW)
    for attempt in ("UPDATE journal_{} SET at = at", "DELETE FROM journal_{}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt.format(table))


def test_each_seal_stands_on_the_one_before_and_what_has_none_yet_is_counted() -> None:
    second = (write(), write(data={"agency": 3, "codes": ["a", "b"]}))[1]
    assert seals.tail() == seals.Tail(2, NOW)
    assert seals.seal_next(NOW) == 2
    third = write()
    assert seals.seal_next(NOW) == 1
    assert seals.seal_next(NOW) == 0
    one, two = Seal.objects.order_by("after")
    assert (one.after, one.last, two.after, two.last) == (0, second.pk, second.pk, third.pk)
    assert seals.head() == (third.pk, two.hash)
    assert seals.tail() == seals.Tail(0, None)
    assert seals.broken_at() is None


def test_the_step_of_the_worker_seals() -> None:
    write()
    drain()
    assert seals.tail().count == 0


def test_two_that_seal_at_once_make_one_seal() -> None:
    last = write()
    seals.seal_all(NOW)
    write()
    seals.seal_next(NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal(after=last.pk, last=last.pk + 1, at=NOW, hash="0" * 64).save(force_insert=True)


def test_numbers_that_were_never_used_are_no_holes() -> None:
    before = write()
    leave_out(3)
    after = write()
    assert whole()
    assert Seal.objects.get().gaps[-1] == [before.pk + 1, after.pk - 1]
    assert after.pk == before.pk + 4


Fault = Callable[[list[int], int], int]
"""Does something to one of these entries (the second argument is its index), and says which one is to be named."""


def first_beside(numbers: list[int], at: int) -> int:
    """The first entry of the batch of that one."""
    after = Seal.objects.filter(last__gte=numbers[at]).order_by("after")[0].after
    return next(number for number in numbers if number > after)


def _changed(numbers: list[int], at: int) -> int:
    change("UPDATE journal_entry SET actor = 'user:2' WHERE id = %s", numbers[at])
    return first_beside(numbers, at)


def _moved_back(numbers: list[int], at: int) -> int:
    change("UPDATE journal_entry SET at = %s WHERE id = %s", NOW - timedelta(days=1), numbers[at])
    return first_beside(numbers, at)


def _removed(numbers: list[int], at: int) -> int:
    change("DELETE FROM journal_reason WHERE entry_id = %s", numbers[at])
    change("DELETE FROM journal_entry WHERE id = %s", numbers[at])
    return numbers[at]


def _renumbered(numbers: list[int], at: int) -> int:
    """One goes to where none ever was."""
    change("DELETE FROM journal_reason WHERE entry_id = %s", numbers[at])
    change("UPDATE journal_entry SET id = -id WHERE id = %s", numbers[at])
    return -numbers[at]


def _other_words(numbers: list[int], at: int) -> int:
    change("UPDATE journal_reason SET text = 'иначе' WHERE entry_id = %s", numbers[at])
    return numbers[at]


def _sealed_anew(numbers: list[int], at: int) -> int:
    """A seal that fits its batch, but not the one before."""
    seal = Seal.objects.filter(last__gte=numbers[at]).order_by("after")[0]
    change("UPDATE journal_seal SET hash = %s WHERE after = %s", "0" * 64, seal.after, table="seal")
    return first_beside(numbers, at)


FAULTS: list[Fault] = [_changed, _moved_back, _removed, _renumbered, _other_words, _sealed_anew]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.integers(1, 5), min_size=1, max_size=5), seed=st.integers(0, 10**6))
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_done_to_sealed_entries_is_named(fault: Fault, batches: list[int], seed: int) -> None:
    point = transaction.savepoint()
    numbers: list[int] = []
    for size in batches:
        numbers += [write(words="потому").pk for _ in range(size)]
        seals.seal_all(NOW)
    write(words="ещё без печати")
    assert seals.broken_at() is None
    named = fault(numbers, Random(seed).randrange(len(numbers)))
    assert seals.broken_at() == named
    transaction.savepoint_rollback(point)


def test_of_a_batch_that_begins_behind_a_gap_an_entry_is_named_that_is_there() -> None:
    write()
    seals.seal_all(NOW)
    leave_out(2)
    first, second = write(), write()
    seals.seal_all(NOW)
    change("UPDATE journal_entry SET actor = 'user:2' WHERE id = %s", second.pk)
    assert seals.broken_at() == first.pk


def test_an_entry_put_where_none_ever_was_is_named() -> None:
    first = write()
    leave_out(1)
    write()
    assert whole()
    Entry.objects.create(pk=first.pk + 1, at=NOW, actor="user:9", verb="incident.assign", subject="incident:1")
    assert seals.broken_at() == first.pk + 1


def test_a_free_reason_can_be_erased_and_the_journal_stays_whole() -> None:
    entry = write(reason="other", words="Дом 5 не наш, звонила Мария Ивановна")
    assert seals.broken_at() is None
    Reason.objects.filter(entry=entry).update(text="что-то другое")
    assert seals.broken_at() == entry.pk, "before it has a seal, too"
    seals.seal_all(NOW)
    assert seals.broken_at() == entry.pk
    book.forget_reason(entry)
    assert whole()
    assert not Reason.objects.exists()


def old_chain(length: int) -> list[Entry]:
    """As the versions before wrote it."""
    before, made = seals.FIRST, []
    for number in range(length):
        entry = Entry(at=NOW, actor="user:1", verb="incident.assign", subject=f"incident:{number}", incident=number)
        entry.hash = before = seals.chained(entry, before)
        entry.save(force_insert=True)
        made.append(entry)
    return made


def test_the_chain_of_earlier_versions_is_checked_and_the_first_seal_stands_on_it() -> None:
    chain = old_chain(4)
    assert seals.broken_at() is None
    assert seals.head() == (chain[-1].pk, chain[-1].hash)
    assert seals.hashes([chain[1].pk]) == {chain[1].pk: chain[1].hash}
    last = write()
    assert whole()
    assert Seal.objects.get().after == chain[-1].pk
    assert seals.hashes([last.pk]) == {last.pk: seals.head()[1]}
    change("UPDATE journal_entry SET actor = 'user:2' WHERE id = %s", chain[2].pk)
    assert seals.broken_at() == chain[2].pk


def test_nobody_goes_on_with_the_old_chain() -> None:
    chain = old_chain(2)
    write()
    assert whole()
    forged = Entry(at=NOW, actor="user:9", verb="incident.assign", subject="incident:9")
    forged.hash = seals.chained(forged, chain[-1].hash)
    forged.save(force_insert=True)
    assert seals.broken_at() is None, "it has no seal yet, and gets one as what it is: the newest entry"
    assert seals.seal_next(NOW) == 1
    assert seals.broken_at() is None
    change("UPDATE journal_entry SET actor = 'user:1' WHERE id = %s", forged.pk)
    assert seals.broken_at() == forged.pk


def test_the_check_goes_on_from_any_place() -> None:
    for _ in range(5):
        write()
        seals.seal_next(NOW)
    places = [place for place, _broken in seals.pieces(seals.Place())]
    assert [seals.place_before(place.last) for place in places] == places
    assert seals.place_before(0) == seals.Place()
    assert [place for place, _broken in seals.pieces(places[2])] == places[3:]
