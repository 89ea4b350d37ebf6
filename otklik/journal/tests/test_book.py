"""The journal is append-only, sealed, and holds ids and codes only."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from otklik.journal import book
from otklik.journal.models import Entry, Reason

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(**more: object) -> Entry:
    with book.turn():
        return book.write(at=NOW, actor="user:1", verb="incident.assign", subject="incident:7", **more)  # type: ignore[arg-type]


def test_each_row_is_sealed_by_the_one_before() -> None:
    first, second = write(), write(data={"agency": 3, "codes": ["a", "b"]})
    assert first.before == book.FIRST
    assert second.before == first.hash
    assert book.broken_at() is None


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET actor = 'user:2'", "DELETE FROM journal_entry"])
def test_a_row_that_was_changed_or_removed_is_noticed(statement: str) -> None:
    _first, second, third = write(), write(), write()
    with connection.cursor() as cursor:
        _unlock(cursor)
        cursor.execute(f"{statement} WHERE id = %s", [second.pk])
    assert book.broken_at() == (second if statement.startswith("UPDATE") else third).pk


def _unlock(cursor: object) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER ALL")  # type: ignore[attr-defined]
    else:
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER journal_no_{verb}")  # type: ignore[attr-defined]


@pytest.mark.parametrize("attempt", ["UPDATE journal_entry SET verb = 'x'", "DELETE FROM journal_entry"])
def test_the_database_itself_refuses_change(attempt: str) -> None:
    write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Иванова"},
        {"text": "Two words"},
        {"address": "https://vk.com/id1"},
        {"mail": "a@b"},
        {"share": 0.5},
        {"a": {"b": {"c": {"d": 1}}}},
    ],
)
def test_words_of_people_do_not_enter_one_by_one_nor_many_at_once(data: dict[str, object]) -> None:
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
    with book.turn():
        made = book.write_all(
            [
                book.Line(NOW, "machine:import", "incident.import", f"incident:{pk}", pk, {"theme": None})
                for pk in (1, 2)
            ]
        )
    after = write()
    first, second = Entry.objects.filter(pk__in=made).order_by("pk")
    assert [first.before, second.before, after.before] == [before.hash, first.hash, second.hash]
    assert made == [first.pk, second.pk]
    assert book.broken_at() is None
