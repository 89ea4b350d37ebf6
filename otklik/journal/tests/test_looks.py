"""Looks at cards: one an hour, apart from the sealed entries, forgotten after a year."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from otklik.journal import looks
from otklik.journal.models import Entry, Look

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_a_person_and_a_card_have_one_look_an_hour() -> None:
    for minutes in (0, 1, 59, 60):
        looks.note(1, 5, NOON + timedelta(minutes=minutes))
    looks.note(2, 5, NOON)
    looks.note(1, 6, NOON)
    rows = sorted(Look.objects.values_list("user", "incident", "at"))
    hour = NOON + timedelta(hours=1)
    assert rows == [(1, 5, NOON), (1, 5, hour), (1, 6, NOON), (2, 5, NOON)]
    assert not Entry.objects.exists()


def test_an_open_card_costs_one_statement_an_hour(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        for minutes in range(0, 60, 5):
            looks.note(1, 5, NOON + timedelta(minutes=minutes))
    with django_assert_num_queries(1):
        looks.note(1, 5, NOON + timedelta(minutes=61))


def test_another_process_that_knows_nothing_of_it_writes_no_second_one() -> None:
    looks.note(1, 5, NOON)
    looks.forget_noted()
    looks.note(1, 5, NOON + timedelta(minutes=3))
    assert Look.objects.get().at == NOON
