"""The table of moves and the one function that makes them."""

from datetime import UTC, datetime

import pytest

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import MOVES, NotAllowed, move
from otklik.journal.models import Entry

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def card(state: str) -> Incident:
    return Incident.objects.create(number=1, state=state, started_at=NOW, created_at=NOW)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", MOVES)
def test_a_move_starts_from_its_own_states_and_from_no_other(verb: str, state: str) -> None:
    incident, rule = card(state), MOVES[verb]
    if state in rule.before:
        moved = move(incident, verb, at=NOW, actor="user:1", reason="other")
        assert moved.state == rule.after
        entry = Entry.objects.get()
        assert (entry.verb, entry.data) == (f"incident.{verb}", {"from": state, "to": rule.after.value})
        assert moved.revision == entry.pk
    else:
        with pytest.raises(NotAllowed):
            move(incident, verb, at=NOW, actor="user:1", reason="other")
        assert not Entry.objects.exists()


def test_of_two_operators_one_moves_the_card_and_the_other_is_told_its_state() -> None:
    first, second = card("new"), Incident.objects.get()
    move(first, "dismiss", at=NOW, actor="user:1", reason="spam")
    with pytest.raises(NotAllowed, match="Не инцидент"):
        move(second, "assign", at=NOW, actor="user:2")
    assert Entry.objects.count() == 1


def test_what_needs_a_reason_does_not_go_without_one() -> None:
    incident = card("new")
    with pytest.raises(ValueError, match="reason"):
        move(incident, "dismiss", at=NOW, actor="user:1")
    incident.refresh_from_db()
    assert incident.state == State.NEW


def test_every_state_can_be_left_but_by_a_person_only_from_the_end() -> None:
    for state in State:
        assert any(state in rule.before for rule in MOVES.values()), state
    reopened = [verb for verb, rule in MOVES.items() if State.DONE in rule.before]
    assert set(reopened) == {"reopen", "reopen_unassigned"}
