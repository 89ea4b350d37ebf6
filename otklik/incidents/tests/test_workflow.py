from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import transaction

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import MOVES, NotAllowed, move
from otklik.journal.models import Entry
from tests.make import rows

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_move_starts_from_its_own_states_alone_and_every_state_can_be_left() -> None:
    card = rows.card(NOW)
    for (verb, rule), state in product(MOVES.items(), State.values):
        Incident.objects.update(state=state)
        card.refresh_from_db()
        before = Entry.objects.count()
        if state not in rule.before:
            with pytest.raises(NotAllowed), transaction.atomic():
                move(card, verb, at=NOW, actor="user:1", reason="other")
            assert Entry.objects.count() == before, f"{verb} from {state}"
            assert Incident.objects.get().state == state, f"{verb} from {state}"
            continue
        moved = move(card, verb, at=NOW, actor="user:1", reason="other")
        entry = Entry.objects.latest("pk")
        assert (moved.state, moved.revision) == (rule.after, entry.pk), f"{verb} from {state}"
        assert (entry.verb, entry.data) == (f"incident.{verb}", {"from": state, "to": rule.after.value})
        assert Entry.objects.count() == before + 1, f"{verb} from {state}"
    for state in State:
        assert any(state in rule.before for rule in MOVES.values()), state
    reopened = [verb for verb, rule in MOVES.items() if State.DONE in rule.before]
    assert set(reopened) == {"reopen", "reopen_unassigned"}


def test_of_two_operators_one_moves_the_card_with_a_reason_and_the_other_is_told_its_state() -> None:
    first, second = rows.card(NOW), Incident.objects.get()
    with pytest.raises(ValueError, match="reason"):
        move(first, "dismiss", at=NOW, actor="user:1")
    assert Incident.objects.get().state == State.NEW
    move(first, "dismiss", at=NOW, actor="user:1", reason="spam")
    with pytest.raises(NotAllowed, match="Не инцидент"):
        move(second, "assign", at=NOW, actor="user:2")
    assert Entry.objects.count() == 1
