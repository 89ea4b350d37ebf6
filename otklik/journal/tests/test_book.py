from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from otklik.journal import book, looks
from otklik.journal.models import Entry, Look, Reason

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NOON = NOW.replace(hour=12, minute=0)
pytestmark = pytest.mark.django_db


def write(**more: object) -> Entry:
    with book.turn():
        return book.write(at=NOW, actor="user:1", verb="incident.assign", subject="incident:7", **more)  # type: ignore[arg-type]


def test_each_row_is_sealed_by_the_one_before_and_the_database_itself_refuses_change() -> None:
    first, second = write(), write(data={"agency": 3, "codes": ["a", "b"]})
    assert (first.before, second.before) == (book.FIRST, first.hash)
    for attempt in ("UPDATE journal_entry SET verb = 'x'", "DELETE FROM journal_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)
    assert book.broken_at() is None


def test_a_row_that_was_changed_or_removed_is_noticed() -> None:
    _first, second, third, last = (write() for _ in range(4))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
        else:
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER journal_no_{verb}")
        cursor.execute("DELETE FROM journal_entry WHERE id = %s", [third.pk])
        assert book.broken_at() == last.pk
        cursor.execute("UPDATE journal_entry SET actor = 'user:2' WHERE id = %s", [second.pk])
        assert book.broken_at() == second.pk


def test_words_of_people_do_not_enter_one_by_one_nor_many_at_once() -> None:
    words: list[dict[str, object]] = [{"name": "Иванова"}, {"text": "Two words"}, {"mail": "a@b"}, {"share": 0.5}]
    words += [{"address": "https://vk.com/id1"}, {"a": {"b": {"c": {"d": 1}}}}]
    for data in words:
        with pytest.raises(ValidationError):
            write(data=data)
        with pytest.raises(ValidationError), book.turn():
            book.write_all([book.Line(NOW, "machine:import", "incident.import", "incident:1", 1, data)])


def test_a_free_reason_can_be_erased_and_the_chain_stays_whole() -> None:
    entry = write(reason="other", words="Дом 5 не наш, звонила Мария Ивановна")
    assert book.broken_at() is None
    Reason.objects.filter(entry=entry).update(text="что-то другое")
    assert book.broken_at() == entry.pk
    book.forget_reason(entry)
    assert book.broken_at() is None
    assert not Reason.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_of_a_turn() -> None:
    with pytest.raises(RuntimeError):
        book.write(at=NOW, actor="user:1", verb="v", subject="s:1")


def test_many_entries_written_at_once_are_sealed_as_those_written_one_by_one() -> None:
    before = write()
    lines = [book.Line(NOW, "machine:test", "incident.import", f"incident:{pk}", pk, {"theme": None}) for pk in (1, 2)]
    with book.turn():
        made = book.write_all(lines)

    after = write()
    first, second = Entry.objects.filter(pk__in=made).order_by("pk")
    assert [first.before, second.before, after.before] == [before.hash, first.hash, second.hash]
    assert made == [first.pk, second.pk]
    assert book.broken_at() is None


def test_a_person_and_a_card_have_one_look_a_quarter_of_an_hour() -> None:
    for minutes in (0, 1, 14, 15):
        looks.note(1, 5, NOON + timedelta(minutes=minutes))
    looks.note(2, 5, NOON)
    looks.note(1, 6, NOON)
    rows = sorted(Look.objects.values_list("user", "incident", "at"))
    later = NOON + timedelta(minutes=15)
    assert rows == [(1, 5, NOON), (1, 5, later), (1, 6, NOON), (2, 5, NOON)]
    assert not Entry.objects.exists()


def test_an_open_card_costs_one_statement_a_quarter_of_an_hour(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        for minutes in range(0, 15, 5):
            looks.note(1, 5, NOON + timedelta(minutes=minutes))
    looks.forget_noted()
    looks.note(1, 5, NOON + timedelta(minutes=3))
    assert Look.objects.get().at == NOON
    with django_assert_num_queries(1):
        looks.note(1, 5, NOON + timedelta(minutes=16))
