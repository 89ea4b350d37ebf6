"""«Вернуть»: whatever a person did to a card can be taken back for ten seconds, with its clocks and its history."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from otklik.answers.drafts import send_back, submit, withdraw
from otklik.answers.models import Answer
from otklik.answers.review import TEXT_BEFORE
from otklik.desk.tests.pages import JSON, journal_verbs, press_for_json, reread
from otklik.feedback.closing import close_unanswered
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.lib.sentence import Sentence
from otklik.people.models import User
from otklik.publishing.fate import refused
from otklik.routing import clocks
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.extensions import ask, grant
from otklik.routing.models import Assignment, Deadline, Norm
from otklik.routing.noise import dismiss
from otklik.routing.watch import watch
from otklik.work.models import Undoable
from otklik.work.undo import ALLOWED, SWEPT, Undone, last_of, take_back, undoable
from tests.make.town import Town

SOON = "Починим завтра"
FINAL, PROMISE = Norm.Clock.FINAL_ANSWER, Norm.Clock.PROMISE


def picture_of(card: Incident) -> dict[str, object]:
    """Everything a reader of the card could notice."""
    columns = [field.attname for field in Incident._meta.concrete_fields if field.attname != "revision"]
    return {
        "card": Incident.objects.values(*columns).get(pk=card.pk),
        "clocks": list(Deadline.objects.filter(incident=card).order_by("pk").values()),
        "assignments": list(Assignment.objects.filter(incident=card).order_by("pk").values()),
        "tags": sorted(card.tags.values_list("pk", flat=True)),
    }


def act_dismiss(town: Town, card: Incident) -> None:
    dismiss(card, f"user:{town.operator.pk}", clock.now(), "spam")


def act_assign(town: Town, card: Incident) -> None:
    assign(card, Decision(town.roads, town.hole, town.village), town.operator, clock.now())


def act_close(town: Town, card: Incident) -> None:
    close_unanswered(card, "pointless", "", clock.now(), f"user:{town.operator.pk}")


def undo(by: User) -> Undone:
    return take_back(last_of(by, clock.now()), by, clock.now())


@pytest.mark.parametrize(
    ("state", "act"), [("card", act_dismiss), ("card", act_assign), ("card", act_close), ("assigned", act_assign)]
)
def test_an_undo_leaves_only_the_journals_trace(town: Town, state: str, act: Callable[[Town, Incident], None]) -> None:
    """A second assignment goes back to the first agency with its history."""
    card = getattr(town, state)()
    before = picture_of(card)
    with undoable([card], "act", town.operator):
        act(town, card)
    assert picture_of(card) != before
    assert [back.pk for back in undo(town.operator).back] == [card.pk]
    assert picture_of(card) == before
    assert journal_verbs(incident=card.pk)[-1] == "incident.undo"
    assert whole()


def test_a_return_is_taken_back_though_the_machine_has_suggested_meanwhile(town: Town) -> None:
    card = town.assigned()
    with undoable([card], "give_back", town.executor):
        give_back(card, town.executor, clock.now(), "wrong_agency")
    with book.turn():
        record(card, "suggest", at=clock.now(), actor="machine:routing")
    assert undo(town.executor).back
    assert (reread(card).state, card.agency, card.returns) == (State.ASSIGNED, town.water, 0)


def text_before(town: Town, draft: Answer) -> str | None:
    """Another text goes to the approver: what it is compared with."""
    town.submitted("Починим в среду", card=reread(draft.incident), version=draft.version)
    before: str | None = Answer.objects.values_list(TEXT_BEFORE, flat=True).get(pk=draft.pk)
    return before


def test_an_answer_back_from_approval_was_read_by_nobody_and_a_return_taken_back_was(town: Town) -> None:
    draft = town.drafted(SOON)
    with undoable([draft.incident], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    undo(town.executor)
    assert (reread(draft).state, draft.text, reread(draft.incident).state) == (Answer.State.DRAFT, SOON, State.IN_WORK)
    assert text_before(town, draft) is None
    draft = town.submitted(SOON)
    with undoable([draft.incident], "send_back", town.curator):
        send_back(Answer.objects.get(pk=draft.pk), town.curator, clock.now(), "Какого числа?")
    assert undo(town.curator).back
    withdraw(Answer.objects.get(pk=draft.pk), town.executor, clock.now())
    assert text_before(town, draft) == SOON


def test_too_late_of_what_failed_or_somebody_has_built_on_nothing_is_taken_back(town: Town) -> None:
    late, other, card = town.card(), town.card(), town.card()
    with pytest.raises(ZeroDivisionError), undoable([late], "dismiss", town.operator):
        raise ZeroDivisionError
    assert not Undoable.objects.exists()
    with undoable([late], "dismiss", town.operator):
        act_dismiss(town, late)
    Undoable.objects.update(at=clock.now() - ALLOWED - timedelta(seconds=1))
    assert last_of(town.operator, clock.now()) == []
    Undoable.objects.update(at=clock.now() - SWEPT - timedelta(seconds=1))
    with undoable([other], "dismiss", town.operator):
        act_dismiss(town, other)
    assert list(Undoable.objects.values_list("incident_id", flat=True)) == [other.pk]
    with undoable([card], "assign", town.operator) as batch:
        act_assign(town, card)
    assert last_of(town.curator, clock.now(), batch.key) == []
    give_back(Incident.objects.get(pk=card.pk), town.executor, clock.now(), "wrong_agency")
    assert undo(town.operator) == Undone([], [card.number])


def test_one_takes_back_ones_own_and_once(town: Town, card: Incident, operator: Client, client: Client) -> None:
    assert client.post("/undo/").status_code == 302
    _, body = press_for_json(operator, f"/incidents/{card.pk}/noise/", reason="spam")
    assert press_for_json(town.stranger, "/undo/", batch=body["undo"])[0] == 409
    status, back = press_for_json(operator, "/undo/", batch=body["undo"])
    assert (status, back["cards"], reread(card).state) == (200, [card.pk], State.NEW)
    assert press_for_json(operator, "/undo/", batch=body["undo"])[0] == 409


def test_many_cards_come_back_in_pieces(town: Town, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.desk.operator.undo.PIECE", 2)
    cards = [town.card() for _ in range(5)]
    with undoable(cards, "dismiss", town.operator) as batch:
        for card in cards:
            act_dismiss(town, card)
    bodies = [operator.post("/undo/", {"batch": batch.key}, headers=JSON).json() for _ in "123"]
    assert [one["more"] for one in bodies] == [True, True, False]
    assert sorted(pk for one in bodies for pk in one["cards"]) == sorted(card.pk for card in cards)
    assert not Incident.objects.filter(state=State.NOISE).exists()


# The machine warns of a limit while «вернуть» stands: that does not stand in the way, and what was said stays said.
def set_clock(card: Incident, limit_at: datetime, kind: str = FINAL) -> Deadline:
    """The card's clock of this kind alone, due now."""
    Deadline.objects.filter(incident=card).exclude(clock=kind).update(due_at=None)
    Deadline.objects.filter(incident=card, clock=kind).update(limit_at=limit_at, due_at=clock.now())
    return Deadline.objects.get(incident=card, clock=kind)


def promise_is_over(card: Incident) -> None:
    """The card waits for a day that has just passed, and the machine is about to see it."""
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    card.refresh_from_db()
    clocks.wait(card, PROMISE, clock.now() - timedelta(days=2), clock.now() - timedelta(seconds=1))
    set_clock(card, clock.now() - timedelta(seconds=1), PROMISE)


def let_the_clocks_look() -> None:
    now = clock.now()
    with book.turn():
        watch(claim(Deadline, now, timedelta(minutes=1), 10), now)


def warnings(card: Incident) -> list[str]:
    return journal_verbs(incident=card.pk, verb__in=("incident.warn", "incident.overdue"))


@pytest.mark.parametrize(("left", "mark"), [(timedelta(minutes=20), "warned_at"), (-timedelta(minutes=1), "missed_at")])
def test_a_warning_meanwhile_stays_noted_and_does_not_stop_the_undo(town: Town, left: timedelta, mark: str) -> None:
    card = town.card()
    set_clock(card, clock.now() + left)
    with undoable([card], "take", town.operator):
        Incident.objects.filter(pk=card.pk).update(state=State.NOISE)
    let_the_clocks_look()
    assert [back.pk for back in undo(town.operator).back] == [card.pk]
    deadline = Deadline.objects.get(incident=card, clock=FINAL)
    assert reread(card).state == State.NEW
    assert getattr(deadline, mark) is not None
    Deadline.objects.filter(pk=deadline.pk).update(due_at=clock.now())
    let_the_clocks_look()
    assert len(warnings(card)) == 1, "the same clock says it once"


def test_a_limit_that_goes_back_takes_its_warning_along(town: Town) -> None:
    card = town.assigned()
    before = set_clock(card, clock.now() + timedelta(minutes=20))
    asked = ask(card, (clock.now() + timedelta(days=5)).date(), "Ждём насос", town.executor, clock.now())
    with undoable([card], "extension_decide", town.operator):
        grant(asked, "", town.operator, clock.now())
    Deadline.objects.filter(pk=before.pk).update(due_at=clock.now())
    let_the_clocks_look()
    assert warnings(card) == ["incident.warn"]
    assert undo(town.operator).back
    deadline = Deadline.objects.get(pk=before.pk)
    assert (deadline.limit_at, deadline.warned_at) == (before.limit_at, None)


def test_a_promise_that_ran_out_meanwhile_is_the_machines_move_and_never_undone(town: Town, card: Incident) -> None:
    promise_is_over(card)
    with undoable([card], "tag", town.operator):
        pass
    let_the_clocks_look()
    assert undo(town.operator).late == [card.number]
    assert reread(card).state == State.IN_WORK
    draft = town.drafted(SOON)
    card = draft.incident
    promise_is_over(card)
    draft = Answer.objects.get(pk=draft.pk)
    with undoable([card], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    let_the_clocks_look()
    assert undo(town.executor).back
    assert reread(card).state == State.IN_WORK
    assert journal_verbs(incident=card.pk)[-1] == "incident.resume"


def test_what_a_network_has_said_comes_back_as_the_sentence_it_was(town: Town) -> None:
    delivery = town.approved()
    answer = Answer.objects.get(pk=delivery.answer_id)
    refused(answer.incident, delivery, Sentence("Комментарии под этой записью закрыты"), clock.now())
    answer.refresh_from_db()
    was = answer.remark
    with undoable([reread(answer.incident)], "submit", town.executor):
        record(answer.incident, "edit", at=clock.now(), actor=f"user:{town.executor.pk}")
        Answer.objects.filter(pk=answer.pk).update(remark="")
    undo(town.executor)
    answer.refresh_from_db()
    assert isinstance(answer.remark, Sentence)
    assert (answer.remark, answer.remark.template) == (was, "Сеть отказала: %(words)s")
