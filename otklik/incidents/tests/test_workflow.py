from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from otklik.incidents.models import Findable, Incident, State
from otklik.incidents.workflow import MOVES, Change, NotAllowed, UnderControl, hold, move, record, record_all
from otklik.journal import book
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


def test_the_journal_says_where_a_card_stood_and_not_where_an_old_page_saw_it() -> None:
    first, old = rows.card(NOW), Incident.objects.get()
    move(first, "assign", at=NOW, actor="user:1")
    move(old, "assign", at=NOW, actor="user:2")
    assert Entry.objects.latest("pk").data["from"] == State.ASSIGNED


def test_many_changes_at_once_leave_what_each_alone_would_leave() -> None:
    steps = [(0, "open", {"message": 5}, ""), (1, "suggest", {}, "delivery:7"), (0, "suggest", {"agency": 2}, "")]
    alone, together = ([rows.card(NOW) for _card in range(3)] for _way in range(2))
    with book.turn():
        for which, verb, data, subject in steps:
            record(alone[which], verb, at=NOW, actor="machine:routing", subject=subject, data=data)
        record(together[1], "open", at=NOW, actor="machine:routing")
        changes = [Change(together[which].pk, verb, data, subject) for which, verb, data, subject in steps]
        record_all(changes, at=NOW + timedelta(hours=1), actor="machine:routing")
        record_all([], at=NOW, actor="machine:routing")

    def left(cards: list[Incident], since: timedelta) -> list[tuple[object, ...]]:
        which = {card.pk: number for number, card in enumerate(cards)}
        entries = Entry.objects.filter(incident__in=which, at=NOW + since).order_by("pk")
        return [
            (which[entry.incident or 0], entry.verb, entry.actor, entry.data, entry.subject.split(":")[0])
            for entry in entries
        ]

    assert left(together, timedelta(hours=1)) == left(alone, timedelta(0))
    for cards, at in ((alone, NOW), (together, NOW + timedelta(hours=1))):
        for card, has in zip(cards, (True, True, False), strict=True):
            last = Entry.objects.filter(incident=card.pk).order_by("pk").last()
            assert Incident.objects.get(pk=card.pk).revision == (last.pk if last else 0)
            assert list(Findable.objects.filter(incident=card).values_list("due_at", flat=True)) == [at] * has


def test_whoever_catches_a_refusal_in_his_own_transaction_goes_on_in_it() -> None:
    card, other = rows.card(NOW), rows.card(NOW)
    Incident.objects.filter(pk=other.pk).update(watched_since=NOW)
    with hold(card.pk, other.pk):
        for mine, verb, refusal in ((card, "close", NotAllowed), (other, "close_unanswered", UnderControl)):
            with pytest.raises(refusal):
                move(mine, verb, at=NOW, actor="user:1", reason="other")
        move(card, "dismiss", at=NOW, actor="user:1", reason="spam")
    assert list(Entry.objects.values_list("verb", "incident")) == [("incident.dismiss", card.pk)]
    assert set(Incident.objects.values_list("pk", "state")) == {(card.pk, State.NOISE), (other.pk, State.NEW)}


def test_a_card_that_has_moved_stands_in_memory_as_in_the_database() -> None:
    card = rows.card(NOW)
    Incident.objects.update(street="Мира")
    stamps: dict[str, Any] = {"closed_at": NOW, "sent_back": F("sent_back") + 1}
    moved = move(card, "close_unanswered", at=NOW, actor="user:1", reason="other", **stamps)
    for column in Incident._meta.concrete_fields:
        assert getattr(moved, column.attname) == getattr(Incident.objects.get(), column.attname), column.name
    back = move(moved, "reopen_unassigned", at=NOW, actor="user:1", closed_at=None, house="7")
    for column in Incident._meta.concrete_fields:
        assert getattr(back, column.attname) == getattr(Incident.objects.get(), column.attname), column.name
