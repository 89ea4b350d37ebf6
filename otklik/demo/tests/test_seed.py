from random import Random

import pytest
from django.db import transaction

from otklik.demo.history.ledger import Ledger
from otklik.demo.history.load import load_history
from otklik.demo.tests.conftest import NOW
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("furnished")]


def _history(seed: int) -> tuple[str, list[tuple[str, str]]]:
    """The seal of the journal and the cards' states and texts of a history that leaves nothing behind."""
    point = transaction.savepoint()
    load_history(NOW, count=120, seed=seed)
    seal = Entry.objects.order_by("-pk").values_list("hash", flat=True)[0]
    cards = list(Incident.objects.order_by("number").values_list("state", "messages__text"))
    transaction.savepoint_rollback(point)
    return seal, sorted(cards)


def test_the_same_seed_gives_the_same_history_to_the_last_seal() -> None:
    assert _history(5) == _history(5)


def test_another_seed_gives_another_history() -> None:
    assert _history(5) != _history(6)


class _PlugPulled(Exception):
    pass


def test_a_load_that_was_broken_off_leaves_nothing_and_can_be_repeated() -> None:
    def pull(done: int, total: int) -> None:
        if done > total / 2:
            raise _PlugPulled

    with pytest.raises(_PlugPulled):
        load_history(NOW, count=120, progress=pull)
    assert not Incident.objects.exists()
    assert not Entry.objects.exists()
    load_history(NOW, count=120)
    assert Incident.objects.count() == 120


def test_the_ledger_goes_on_where_the_journal_ends() -> None:
    with book.turn():
        book.write(at=NOW, actor="user:1", verb="user.signed_in", subject="user:1")
        ledger = Ledger()
        ledger.tell(NOW, "machine:triage", "open", 2, data={"message": 2})
        ledger.tell(NOW, "machine:triage", "dismiss", 1, reason="spam", words="реклама")
        ledger.write(Random(1), lambda done, total: None)
    assert Entry.objects.count() == 3
    assert book.broken_at() is None


def test_the_ledger_writes_in_the_order_of_time_and_then_of_telling() -> None:
    ledger = Ledger()
    ledger.tell(NOW, "machine:triage", "suggest", 1)
    ledger.tell(NOW.replace(hour=3), "machine:triage", "open", 1)
    ledger.tell(NOW, "machine:triage", "gather", 1)
    with book.turn():
        ledger.write(Random(1), lambda done, total: None)
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["incident.open", "incident.suggest", "incident.gather"]
