"""«Вернуть»: whatever a person did to a card can be taken back for ten seconds, with its clocks and its history."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from otklik.answers.drafts import Words, send_back, submit, withdraw, write
from otklik.answers.models import Answer
from otklik.answers.review import text_before
from otklik.desk.models import Undoable
from otklik.desk.undo.keep import ALLOWED, last_of, take_back, undoable
from otklik.feedback.closing import close_unanswered
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Deadline
from otklik.routing.noise import dismiss
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def picture_of(card: Incident) -> dict[str, object]:
    """Everything a reader of the card could notice."""
    columns = [field.attname for field in Incident._meta.concrete_fields if field.attname != "revision"]
    return {
        "card": Incident.objects.values(*columns).get(pk=card.pk),
        "clocks": list(Deadline.objects.filter(incident=card).order_by("pk").values()),
        "assignments": list(Assignment.objects.filter(incident=card).order_by("pk").values()),
        "tags": sorted(card.tags.values_list("pk", flat=True)),
    }


def assigned(town: Town, agency: Agency | None = None) -> Incident:
    card = town.card()
    return assign(card, Decision(agency or town.water, town.pipe, town.city), town.operator, clock.now())


def act_dismiss(town: Town, card: Incident) -> None:
    dismiss(card, f"user:{town.operator.pk}", clock.now(), "spam")


def act_assign(town: Town, card: Incident) -> None:
    assign(card, Decision(town.roads, town.hole, town.village), town.operator, clock.now())


def act_close(town: Town, card: Incident) -> None:
    close_unanswered(card, "pointless", "", clock.now(), f"user:{town.operator.pk}")


@pytest.mark.parametrize("act", [act_dismiss, act_assign, act_close])
def test_an_action_on_a_new_card_leaves_no_trace_but_the_journals(
    town: Town, act: Callable[[Town, Incident], None]
) -> None:
    card = town.card()
    before = picture_of(card)
    with undoable([card], "act", town.operator):
        act(town, card)
    assert picture_of(card) != before
    undone = take_back(last_of(town.operator, clock.now()), town.operator, clock.now())
    assert [back.pk for back in undone.back] == [card.pk]
    assert picture_of(card) == before
    assert Entry.objects.filter(incident=card.pk).latest("pk").verb == "incident.undo"
    assert book.broken_at() is None


def test_a_second_assignment_goes_back_to_the_first_agency_with_its_history(town: Town) -> None:
    card = assigned(town)
    before = picture_of(card)
    with undoable([card], "assign", town.operator):
        act_assign(town, card)
    take_back(last_of(town.operator, clock.now()), town.operator, clock.now())
    assert picture_of(card) == before
    assert Assignment.objects.get(incident=card, ended_at__isnull=True).agency == town.water


def test_a_return_is_taken_back_though_the_machine_has_suggested_meanwhile(town: Town) -> None:
    card = assigned(town)
    with undoable([card], "give_back", town.executor):
        give_back(card, town.executor, clock.now(), "wrong_agency")
    with book.turn():
        record(card, "suggest", at=clock.now(), actor="machine:routing")
    assert take_back(last_of(town.executor, clock.now()), town.executor, clock.now()).back
    card.refresh_from_db()
    assert (card.state, card.agency, card.returns) == (State.ASSIGNED, town.water, 0)


def test_an_answer_comes_back_from_approval_with_its_words(town: Town) -> None:
    card = assigned(town)
    draft = write(
        card,
        main_message(card),
        Words("Починим завтра", outcome="solved", ground="phone", ground_words="Позвонили автору"),
        town.executor,
        clock.now(),
    )
    with undoable([card], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    take_back(last_of(town.executor, clock.now()), town.executor, clock.now())
    draft.refresh_from_db()
    card.refresh_from_db()
    assert (draft.state, draft.text, card.state) == (Answer.State.DRAFT, "Починим завтра", State.IN_WORK)


def test_an_answer_taken_back_from_approval_was_read_by_nobody(town: Town) -> None:
    card = assigned(town)
    draft = write(
        card,
        main_message(card),
        Words("Починим завтра", outcome="solved", ground="phone", ground_words="Позвонили автору"),
        town.executor,
        clock.now(),
    )
    with undoable([card], "submit", town.executor):
        submit(draft, town.executor, clock.now())
    take_back(last_of(town.executor, clock.now()), town.executor, clock.now())
    card.refresh_from_db()
    words = Words("Починим в среду", outcome="solved", ground="phone", ground_words="Позвонили автору")
    again = write(card, main_message(card), words, town.executor, clock.now(), draft.version)
    submit(again, town.executor, clock.now())
    assert text_before(Answer.objects.get(pk=draft.pk)) is None


def test_a_return_taken_back_was_read_all_the_same(town: Town) -> None:
    card = assigned(town)
    draft = write(
        card,
        main_message(card),
        Words("Починим завтра", outcome="solved", ground="phone", ground_words="Позвонили автору"),
        town.executor,
        clock.now(),
    )
    submit(draft, town.executor, clock.now())
    with undoable([card], "send_back", town.curator):
        send_back(Answer.objects.get(pk=draft.pk), town.curator, clock.now(), "Какого числа?")
    assert take_back(last_of(town.curator, clock.now()), town.curator, clock.now()).back
    withdraw(Answer.objects.get(pk=draft.pk), town.executor, clock.now())
    card.refresh_from_db()
    words = Words("Починим в среду", outcome="solved", ground="phone", ground_words="Позвонили автору")
    again = write(card, main_message(card), words, town.executor, clock.now(), draft.version)
    submit(again, town.executor, clock.now())
    before = text_before(Answer.objects.get(pk=draft.pk))
    assert before is not None
    assert before.text == "Починим завтра"


def test_what_somebody_has_built_on_is_not_taken_back(town: Town) -> None:
    card = town.card()
    with undoable([card], "assign", town.operator):
        act_assign(town, card)
    give_back(Incident.objects.get(pk=card.pk), town.executor, clock.now(), "wrong_agency")
    undone = take_back(last_of(town.operator, clock.now()), town.operator, clock.now())
    assert (undone.back, undone.late) == ([], [card.number])


def test_nobody_takes_back_what_another_did(town: Town) -> None:
    card = town.card()
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


def test_nothing_is_kept_of_an_action_that_failed(town: Town) -> None:
    card = town.card()
    with pytest.raises(ZeroDivisionError), undoable([card], "dismiss", town.operator):
        raise ZeroDivisionError
    assert not Undoable.objects.exists()


def test_the_queue_offers_it_and_the_page_takes_it_back(town: Town, client: Client) -> None:
    card = town.card()
    client.force_login(town.operator)
    json = {"Accept": "application/json"}
    told = client.post(f"/incidents/{card.pk}/noise/", {"reason": "spam"}, headers=json).json()
    back = client.post("/undo/", {"batch": told["undo"]}, headers=json)
    assert (back.status_code, back.json()["cards"]) == (200, [card.pk])
    card.refresh_from_db()
    assert card.state == State.NEW
    again = client.post("/undo/", {"batch": told["undo"]}, headers=json)
    assert again.status_code == 409


def test_a_stranger_has_nothing_to_take_back(town: Town, client: Client) -> None:
    assert client.post("/undo/").status_code == 302
    client.force_login(town.stranger)
    assert client.post("/undo/", headers={"Accept": "application/json"}).status_code == 409


def test_what_was_done_to_many_comes_back_in_pieces(
    town: Town, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("otklik.desk.undo.page.PIECE", 2)
    cards = [town.card() for _ in range(5)]
    with undoable(cards, "dismiss", town.operator) as batch:
        for card in cards:
            act_dismiss(town, card)
    client.force_login(town.operator)
    told = [client.post("/undo/", {"batch": batch.key}, headers={"Accept": "application/json"}).json() for _ in "123"]
    assert [one["more"] for one in told] == [True, True, False]
    assert sorted(pk for one in told for pk in one["cards"]) == sorted(card.pk for card in cards)
    assert not Incident.objects.filter(state=State.NOISE).exists()
