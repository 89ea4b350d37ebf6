"""One message on two cards, many messages on one card: every author is answered once, whatever dies on the way."""

import signal
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.feedback.gathering import gather
from otklik.feedback.hear import confirm
from otklik.feedback.models import Rating
from otklik.flow.loop import turn_once
from otklik.incidents.cards import main_message
from otklik.incidents.gathering import join, split
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.publishing.copies import drop_copy
from otklik.publishing.fate import recall, say_again
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Deadline, Norm
from tests.region import FINAL, PREPARE, SEND, Region, approved, assigned, listen, only_card, settle, solved
from tests.sandbox.town import Town
from tests.test_exactly_once import POINTS, said, wake, worker

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
TEXT = FINAL.text


def heard(town: Town, *texts: str) -> list[int]:
    """A comment by another citizen for each text, and a card for each; the ids of the comments, oldest first."""
    people = [town.anna, town.boris]
    while len(people) < len(texts):
        people.append(town.sandbox.control("vk/people", name=f"Житель {len(people)}")["id"])
    comments = [town.comment(text, person_id=person) for text, person in zip(texts, people, strict=False)]
    listen()
    return comments


def gathered(region: Region) -> Incident:
    """All cards on the oldest one, which has gone to its agency."""
    first, *rest = Incident.objects.order_by("number")
    for card in rest:
        assert gather(first, card, region.operator, clock.now()) == first
    assigned(region, first)
    return Incident.objects.get(pk=first.pk)


def answered_once(town: Town, comments: list[int], text: str = TEXT) -> None:
    assert sorted(item["parent"] for item in said(town)) == sorted(comments)
    assert {item["text"] for item in said(town)} == {text}


def test_every_author_on_a_gathered_card_gets_its_answer_under_his_own_words(town: Town, region: Region) -> None:
    comments = heard(town, "Темно во дворе", "У нас тоже не горит фонарь", "Когда починят свет?")
    card = gathered(region)
    answer = approved(region, card)
    settle()
    answered_once(town, comments)
    card.refresh_from_db()
    assert card.state == State.RATING
    assert set(answer.copies.values_list("state", "outcome")) == {("approved", "solved")}
    assert Delivery.objects.values("key").distinct().count() == 3
    ended = Incident.objects.exclude(pk=card.pk)
    assert set(ended.values_list("state", "close_reason", "answered_with")) == {("done", "gathered", card.pk)}
    assert book.broken_at() is None


@pytest.mark.crossed
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_worker_killed_between_copies_says_each_of_them_once(
    town: Town, committed_region: Region, before: int, point: str
) -> None:
    town.switch(guid="ignored")
    comments = heard(town, "Темно во дворе", "И у нас темно", "Нет света третий день")
    card = gathered(committed_region)
    approved(committed_region, card)
    turn_once(PREPARE)
    for _ in range(before):
        assert worker(town).returncode == 0
    died = worker(town, point)
    assert died.returncode == -signal.SIGKILL, died.stderr
    for _ in range(12):
        for delivery in Delivery.objects.exclude(state=Delivery.State.SENT):
            wake(delivery)
        if not Delivery.objects.exclude(state=Delivery.State.SENT).exists():
            break
        assert worker(town).returncode == 0
    answered_once(town, comments)
    assert Sent.objects.count() == 3
    settle()
    card.refresh_from_db()
    assert card.state == State.RATING
    connections.close_all()


@pytest.mark.parametrize("point", ["answer heard", "outcome committed"])
def test_a_card_that_is_answered_together_is_answered_whenever_the_worker_dies(
    town: Town, committed_region: Region, point: str
) -> None:
    region = committed_region
    (comment,) = heard(town, "Темно во дворе, и дорога в ямах")
    first, second = two_matters(region)
    join(second, first, region.operator, clock.now())
    approved(region, first)
    turn_once(PREPARE)
    assert worker(town, point).returncode == -signal.SIGKILL
    delivery = Delivery.objects.get()
    for _ in range(6):
        wake(delivery)
        assert worker(town).returncode == 0
    answered_once(town, [comment])
    states = Incident.objects.order_by("number").values_list("state", "outcome")
    assert list(states) == [("rating", "solved"), ("rating", "solved")]
    moves = Entry.objects.filter(incident=second.pk, verb="incident.answered_together")
    assert moves.count() == 1
    connections.close_all()


def one_copy_refused(town: Town) -> None:
    """The answer itself is said, and the network refuses the first of its copies for good."""
    turn_once(PREPARE)
    turn_once(SEND)
    town.fault("error", "wall.createComment", code=213)
    settle()


def two_matters(region: Region) -> tuple[Incident, Incident]:
    """One message on two cards, the first of them assigned."""
    first = only_card()
    second = split(first, main_message(first), region.operator, clock.now())
    settle()
    assigned(region, first)
    return Incident.objects.get(pk=first.pk), Incident.objects.get(pk=second.pk)


def test_a_split_card_has_an_answer_of_its_own_and_hears_what_is_said_to_it(town: Town, region: Region) -> None:
    (comment,) = heard(town, "Темно во дворе, и дорога в ямах")
    first, second = two_matters(region)
    assert second.suggestions.exists()
    starts = set(Deadline.objects.filter(incident=second).values_list("starts_at", flat=True))
    assert starts == {first.started_at}
    approved(region, first)
    approved(region, assigned(region, second), solved("Ямы засыпали."))
    settle()
    assert sorted(item["text"] for item in said(town)) == sorted([TEXT, "Ямы засыпали."])
    assert {item["parent"] for item in said(town)} == {comment}
    holes = next(item for item in said(town) if item["text"] == "Ямы засыпали.")
    town.comment("Ничего не сделали!", reply_to=holes["id"])
    listen()
    assert Rating.objects.get().incident == second
    assert Incident.objects.count() == 2


def test_cards_answered_together_close_and_open_together(town: Town, region: Region) -> None:
    heard(town, "Темно во дворе, и дорога в ямах")
    first, second = two_matters(region)
    join(second, first, region.operator, clock.now())
    approved(region, first)
    settle()
    second.refresh_from_db()
    assert (second.state, second.kind, second.outcome) == (State.RATING, "solvable", "solved")
    assert second.first_answered_at is not None
    assert second.first_answer_working_seconds is not None
    assert not Deadline.objects.filter(met_at__isnull=True).exists()
    first.surveys.update(due_at=clock.now())
    settle()
    assert set(Incident.objects.values_list("state", "close_reason")) == {("done", "silence")}
    (told,) = said(town)
    town.comment("Ничего не сделали, опять темно", reply_to=told["id"])
    listen()
    rating = Rating.objects.get()
    confirm(rating, 1, region.operator, clock.now(), "no", again=True)
    assert list(Incident.objects.order_by("number").values_list("state", "reopened")) == [("in_work", 1), ("new", 1)]


def test_an_interim_answer_is_the_first_answer_of_both_and_moves_one(town: Town, region: Region) -> None:
    heard(town, "Темно во дворе, и дорога в ямах")
    first, second = two_matters(region)
    join(second, first, region.operator, clock.now())
    until = clock.now().date() + timedelta(days=3)
    approved(region, first, drafts.Words("Заменим в четверг.", kind=Answer.Kind.INTERIM, promised_on=until))
    settle()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.POSTPONED, State.NEW)
    assert second.first_answered_at is not None
    clocks = dict(Deadline.objects.filter(incident=second).values_list("clock", "met_at"))
    assert clocks[Norm.Clock.FIRST_ANSWER] is not None
    assert clocks[Norm.Clock.FINAL_ANSWER] is None


def test_a_thankful_author_does_not_close_the_card_while_another_waits(town: Town, region: Region) -> None:
    heard(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    town.fault("error", "wall.createComment", code=14)  # the first call, that of the answer itself, needs a person
    approved(region, card)
    settle()
    held = Delivery.objects.get(hold=Delivery.Hold.PERSON)
    say_again(held, region.operator, clock.now())
    settle()
    town.comment("А у нас на Мира тоже", person_id=town.sandbox.control("vk/people", name="Вера")["id"])
    listen()
    late = Incident.objects.get(state=State.NEW)
    gather(card, late, region.operator, clock.now())
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert card.state == State.RATING, "Vera has had no answer yet"
    approved(region, card, solved("Всё горит."))
    settle()
    fresh = [item for item in said(town) if item["text"] == "Всё горит."]
    assert len(fresh) == 2, "Anna, to whom it answers, and Vera; Boris has had his"


@pytest.mark.parametrize("who", [0, 1])
def test_a_bad_word_of_any_author_opens_the_card_again(town: Town, region: Region, who: int) -> None:
    comments = heard(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    approved(region, card)
    settle()
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert card.state == State.DONE
    told = next(item for item in said(town) if item["parent"] == comments[who])
    town.comment("Так и не починили!", reply_to=told["id"], person_id=[town.anna, town.boris][who])
    listen()
    rating = Rating.objects.get()
    assert rating.incident == card
    confirm(rating, 1, region.operator, clock.now(), "no", again=True)
    card.refresh_from_db()
    assert card.state == State.IN_WORK
    assert Incident.objects.count() == 2


def test_a_refused_copy_waits_for_a_person_and_spoils_nothing(town: Town, region: Region) -> None:
    comments = heard(town, "Темно во дворе", "И у нас темно", "Нет света")
    card = gathered(region)
    answer = approved(region, card)
    one_copy_refused(town)
    card.refresh_from_db()
    assert card.state == State.RATING
    held = Delivery.objects.get(hold=Delivery.Hold.PERSON)
    assert held.answer.copy_of == answer
    assert held.words.startswith("Сеть отказала: ")
    assert len(said(town)) == 2
    say_again(held, region.operator, clock.now())
    settle()
    answered_once(town, comments)


def test_an_author_who_cannot_be_answered_is_let_go_by_a_person(town: Town, region: Region) -> None:
    heard(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    approved(region, card)
    one_copy_refused(town)
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert card.state == State.RATING, "a copy is still to be decided on"
    drop_copy(Delivery.objects.get(hold=Delivery.Hold.PERSON), region.operator, clock.now())
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert (card.state, card.close_reason) == (State.DONE, "silence")
    assert len(said(town)) == 1


def test_an_approval_taken_back_takes_the_copies_back_and_the_next_text_goes_to_all(
    town: Town, region: Region, settings: Any
) -> None:
    settings.UNDO_HOLD = 60
    comments = heard(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    answer = approved(region, card)
    settle()
    answer.refresh_from_db()
    recall(answer, region.approver, clock.now())
    settle()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"recalled"}
    settings.UNDO_HOLD = 0
    answer.refresh_from_db()
    drafts.withdraw(answer, region.executor, clock.now())
    card.refresh_from_db()
    approved(region, card, solved("Анна, фонарь горит."), again=answer)
    settle()
    answered_once(town, comments, "Анна, фонарь горит.")
    assert Answer.objects.count() == 2, "the copy was used again"


def test_a_copy_that_has_left_is_not_said_again_with_the_corrected_text(town: Town, region: Region) -> None:
    comments = heard(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    answer = approved(region, card)
    town.fault("error", "wall.createComment", code=213)
    settle()
    card.refresh_from_db()
    assert card.state == State.IN_WORK, "the network refused the answer itself"
    assert [item["parent"] for item in said(town)] == comments[1:]
    answer.refresh_from_db()
    approved(region, card, solved("Анна, фонарь горит."), again=answer)
    settle()
    assert sorted(item["parent"] for item in said(town)) == comments
    assert {item["text"] for item in said(town)} == {TEXT, "Анна, фонарь горит."}


def test_a_comment_and_a_dialogue_are_each_answered_where_they_stand(town: Town, region: Region) -> None:
    listen()
    (comment,) = heard(town, "Темно во дворе")
    town.sandbox.control("vk/messages", group_id=town.group, person_id=town.boris, text="И у нас темно")
    listen()
    card = gathered(region)
    approved(region, card)
    settle()
    answered_once(town, [comment])
    told = town.sandbox.inspect(f"vk/dialogues/{town.group}/{town.boris}")["messages"]
    assert [message["text"] for message in told if message["out"]] == [TEXT]
