"""«Вернуть»: whatever a person did to a card can be taken back for ten seconds, with its clocks and its history."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from otklik.answers.drafts import Words, send_back, submit, withdraw, write
from otklik.answers.models import Answer
from otklik.answers.review import text_before
from otklik.desk.models import Undoable
from otklik.desk.tests.pages import reread
from otklik.desk.undo.keep import ALLOWED, Undone, last_of, take_back, undoable
from otklik.feedback.closing import close_unanswered
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.routing import clocks
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.extensions import ask, grant
from otklik.routing.models import Assignment, Deadline, Norm
from otklik.routing.noise import dismiss
from otklik.routing.watch import watch
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(town: Town) -> Incident:
    return town.card()


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


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


def written(town: Town, card: Incident, text: str = "Починим завтра", version: int = 0) -> Answer:
    words = Words(text, outcome="solved", ground="phone", ground_words="Позвонили автору")
    return write(card, main_message(card), words, town.executor, clock.now(), version)


@pytest.mark.parametrize("act", [act_dismiss, act_assign, act_close])
def test_an_action_on_a_new_card_leaves_no_trace_but_the_journals(
    town: Town, card: Incident, act: Callable[[Town, Incident], None]
) -> None:
    before = picture_of(card)
    with undoable([card], "act", town.operator):
        act(town, card)
    assert picture_of(card) != before
    assert [back.pk for back in undo(town.operator).back] == [card.pk]
    assert picture_of(card) == before
    assert Entry.objects.filter(incident=card.pk).latest("pk").verb == "incident.undo"
    assert book.broken_at() is None


def test_a_second_assignment_goes_back_to_the_first_agency_with_its_history(town: Town) -> None:
    card = town.assigned()
    before = picture_of(card)
    with undoable([card], "assign", town.operator):
        act_assign(town, card)
    undo(town.operator)
    assert picture_of(card) == before
    assert Assignment.objects.get(incident=card, ended_at__isnull=True).agency == town.water


def test_a_return_is_taken_back_though_the_machine_has_suggested_meanwhile(town: Town) -> None:
    card = town.assigned()
    with undoable([card], "give_back", town.executor):
        give_back(card, town.executor, clock.now(), "wrong_agency")
    with book.turn():
        record(card, "suggest", at=clock.now(), actor="machine:routing")
    assert undo(town.executor).back
    assert (reread(card).state, card.agency, card.returns) == (State.ASSIGNED, town.water, 0)


def test_an_answer_comes_back_from_approval_with_its_words(town: Town) -> None:
    card = town.assigned()
    draft = written(town, card)
    with undoable([card], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    undo(town.executor)
    assert (reread(draft).state, draft.text, reread(card).state) == (
        Answer.State.DRAFT,
        "Починим завтра",
        State.IN_WORK,
    )


def test_an_answer_taken_back_from_approval_was_read_by_nobody(town: Town) -> None:
    card = town.assigned()
    draft = written(town, card)
    with undoable([card], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    undo(town.executor)
    submit(written(town, reread(card), "Починим в среду", draft.version), town.executor, clock.now())
    assert text_before(Answer.objects.get(pk=draft.pk)) is None


def test_a_return_taken_back_was_read_all_the_same(town: Town) -> None:
    card = town.assigned()
    draft = written(town, card)
    submit(draft, town.executor, clock.now())
    with undoable([card], "send_back", town.curator):
        send_back(Answer.objects.get(pk=draft.pk), town.curator, clock.now(), "Какого числа?")
    assert undo(town.curator).back
    withdraw(Answer.objects.get(pk=draft.pk), town.executor, clock.now())
    submit(written(town, reread(card), "Починим в среду", draft.version), town.executor, clock.now())
    before = text_before(Answer.objects.get(pk=draft.pk))
    assert before is not None
    assert before.text == "Починим завтра"


def test_what_somebody_has_built_on_is_not_taken_back(town: Town, card: Incident) -> None:
    with undoable([card], "assign", town.operator):
        act_assign(town, card)
    give_back(Incident.objects.get(pk=card.pk), town.executor, clock.now(), "wrong_agency")
    assert undo(town.operator) == Undone([], [card.number])


def test_nobody_takes_back_what_another_did(town: Town, card: Incident) -> None:
    with undoable([card], "dismiss", town.operator) as batch:
        act_dismiss(town, card)
    assert last_of(town.curator, clock.now(), batch.key) == []


def test_after_its_time_it_is_too_late_and_the_picture_is_thrown_away(town: Town) -> None:
    card, other = town.card(), town.card()
    with undoable([card], "dismiss", town.operator):
        act_dismiss(town, card)
    Undoable.objects.update(at=clock.now() - ALLOWED - timedelta(seconds=1))
    assert last_of(town.operator, clock.now()) == []
    with undoable([other], "dismiss", town.operator):
        act_dismiss(town, other)
    assert list(Undoable.objects.values_list("incident_id", flat=True)) == [other.pk]


def test_nothing_is_kept_of_an_action_that_failed(town: Town, card: Incident) -> None:
    with pytest.raises(ZeroDivisionError), undoable([card], "dismiss", town.operator):
        raise ZeroDivisionError
    assert not Undoable.objects.exists()


def test_the_queue_offers_it_and_the_page_takes_it_back(card: Incident, operator: Client) -> None:
    json = {"Accept": "application/json"}
    told = operator.post(f"/incidents/{card.pk}/noise/", {"reason": "spam"}, headers=json).json()
    back = operator.post("/undo/", {"batch": told["undo"]}, headers=json)
    assert (back.status_code, back.json()["cards"]) == (200, [card.pk])
    assert reread(card).state == State.NEW
    again = operator.post("/undo/", {"batch": told["undo"]}, headers=json)
    assert again.status_code == 409


def test_a_stranger_has_nothing_to_take_back(town: Town, client: Client) -> None:
    assert client.post("/undo/").status_code == 302
    client.force_login(town.stranger)
    assert client.post("/undo/", headers={"Accept": "application/json"}).status_code == 409


def test_what_was_done_to_many_comes_back_in_pieces(
    town: Town, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("otklik.desk.undo.page.PIECE", 2)
    cards = [town.card() for _ in range(5)]
    with undoable(cards, "dismiss", town.operator) as batch:
        for card in cards:
            act_dismiss(town, card)
    told = [operator.post("/undo/", {"batch": batch.key}, headers={"Accept": "application/json"}).json() for _ in "123"]
    assert [one["more"] for one in told] == [True, True, False]
    assert sorted(pk for one in told for pk in one["cards"]) == sorted(card.pk for card in cards)
    assert not Incident.objects.filter(state=State.NOISE).exists()


FINAL = Norm.Clock.FINAL_ANSWER


# The machine warns of a limit while «вернуть» stands: that does not stand in the way, and what was said stays said.
def set_clock(card: Incident, limit_at: datetime, kind: str = FINAL) -> Deadline:
    """The card's clock of this kind alone, due now."""
    Deadline.objects.filter(incident=card).exclude(clock=kind).update(due_at=None)
    Deadline.objects.filter(incident=card, clock=kind).update(limit_at=limit_at, due_at=clock.now())
    return Deadline.objects.get(incident=card, clock=kind)


def let_the_clocks_look() -> None:
    now = clock.now()
    with book.turn():
        watch(claim(Deadline, now, timedelta(minutes=1), 10), now)


def said(card: Incident) -> list[str]:
    verbs = Entry.objects.filter(incident=card.pk).order_by("pk").values_list("verb", flat=True)
    return [verb for verb in verbs if verb in ("incident.warn", "incident.overdue")]


@pytest.mark.parametrize(("left", "mark"), [(timedelta(minutes=20), "warned_at"), (-timedelta(minutes=1), "missed_at")])
def test_a_warning_meanwhile_stays_noted_and_does_not_stop_the_undo(town: Town, left: timedelta, mark: str) -> None:
    card = town.card()
    set_clock(card, clock.now() + left)
    with undoable([card], "take", town.operator):
        Incident.objects.filter(pk=card.pk).update(state=State.NOISE)
    let_the_clocks_look()
    assert [back.pk for back in undo(town.operator).back] == [card.pk]
    card.refresh_from_db()
    deadline = Deadline.objects.get(incident=card, clock=FINAL)
    assert card.state == State.NEW
    assert getattr(deadline, mark) is not None
    Deadline.objects.filter(pk=deadline.pk).update(due_at=clock.now())
    let_the_clocks_look()
    assert len(said(card)) == 1, "the same clock says it once"


def test_a_limit_that_goes_back_takes_its_warning_along(town: Town) -> None:
    card = town.assigned()
    before = set_clock(card, clock.now() + timedelta(minutes=20))
    asked = ask(card, (clock.now() + timedelta(days=5)).date(), "Ждём насос", town.executor, clock.now())
    with undoable([card], "extension_decide", town.operator):
        grant(asked, "", town.operator, clock.now())
    Deadline.objects.filter(pk=before.pk).update(due_at=clock.now())
    let_the_clocks_look()
    assert said(card) == ["incident.warn"]
    assert undo(town.operator).back
    deadline = Deadline.objects.get(pk=before.pk)
    assert (deadline.limit_at, deadline.warned_at) == (before.limit_at, None)


def test_a_promise_that_ran_out_meanwhile_brings_the_card_back_to_work(town: Town) -> None:
    card = town.assigned()
    draft = written(town, card)
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    card.refresh_from_db()
    clocks.wait(card, Norm.Clock.PROMISE, clock.now() - timedelta(days=2), clock.now() - timedelta(seconds=1))
    draft.refresh_from_db()
    set_clock(card, clock.now() - timedelta(seconds=1), Norm.Clock.PROMISE)
    with undoable([card], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    let_the_clocks_look()
    assert undo(town.executor).back
    assert reread(card).state == State.IN_WORK
    assert Entry.objects.filter(incident=card.pk).latest("pk").verb == "incident.resume"


def test_a_move_of_the_machine_is_never_undone_by_a_person(town: Town) -> None:
    card = town.card()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    clocks.wait(card, Norm.Clock.PROMISE, clock.now() - timedelta(days=2), clock.now() - timedelta(seconds=1))
    with undoable([card], "tag", town.operator):
        pass
    set_clock(card, clock.now() - timedelta(seconds=1), Norm.Clock.PROMISE)
    let_the_clocks_look()
    assert undo(town.operator).late == [card.number]
    assert reread(card).state == State.IN_WORK
