from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from otklik.journal import book, looks
from otklik.journal.models import Entry, Look

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NOON = NOW.replace(hour=12, minute=0)
pytestmark = pytest.mark.django_db


def write(**more: object) -> Entry:
    with book.turn():
        return book.write(at=NOW, actor="user:1", verb="incident.assign", subject="incident:7", **more)  # type: ignore[arg-type]


def test_words_of_people_do_not_enter_one_by_one_nor_many_at_once() -> None:
    words: list[dict[str, object]] = [{"name": "Иванова"}, {"text": "Two words"}, {"mail": "a@b"}, {"share": 0.5}]
    words += [{"address": "https://vk.com/id1"}, {"a": {"b": {"c": {"d": 1}}}}]
    for data in words:
        with pytest.raises(ValidationError):
            write(data=data)
        with pytest.raises(ValidationError), book.turn():
            book.write_all([book.Line(NOW, "machine:import", "incident.import", "incident:1", 1, data)])


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_by_a_transaction_that_has_not_said_so() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        book.write(at=NOW, actor="user:1", verb="v", subject="s:1")


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
