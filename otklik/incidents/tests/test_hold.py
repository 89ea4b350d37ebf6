"""A card that one works on is nobody else's until his transaction ends; other cards are. Real connections."""

import threading

import pytest
from django.db import OperationalError, connection, connections

from otklik.incidents.workflow import hold
from tests.make.rows import card

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time"),
]


def is_held(pk: int) -> bool:
    """Whether somebody who wants the card now has to wait."""
    outcomes: list[bool] = []

    def want() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            with hold(pk):
                outcomes.append(False)
        except OperationalError:
            outcomes.append(True)
        connections.close_all()

    other = threading.Thread(target=want)
    other.start()
    other.join(20)
    return outcomes[0]


def test_a_card_is_held_to_the_end_of_the_transaction_and_others_are_free() -> None:
    mine, other = card().pk, card().pk
    with hold(mine):
        assert is_held(mine)
        assert not is_held(other)
        with hold(other, mine):
            assert is_held(other)
        assert is_held(other), "what was held inside is held on, as the transaction goes on"
    assert not is_held(mine)
    assert not is_held(other)
