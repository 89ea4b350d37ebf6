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
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.publishing.copies import drop_copy
from otklik.publishing.fate import recall, say_again
from otklik.publishing.models import Delivery, Sent
from otklik.routing.models import Deadline, Norm
from tests.region import FINAL, PREPARE, SEND, Region, approved, assigned, hear, listen, only_card, settle, solved
from tests.sandbox.town import Town
from tests.test_exactly_once import POINTS, killed, our_answers, wake, worker

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
TEXT = FINAL.text


def write_comments(town: Town, *texts: str) -> list[int]:
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
    assert sorted(item["parent"] for item in our_answers(town)) == sorted(comments)
    assert {item["text"] for item in our_answers(town)} == {text}


def test_every_author_on_a_gathered_card_gets_its_answer_under_his_own_words(town: Town, region: Region) -> None:
    comments = write_comments(town, "Темно во дворе", "У нас тоже не горит фонарь", "Когда починят свет?")
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
    assert whole()


@pytest.mark.crossed
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_killed_worker_says_each_copy_once(town: Town, committed_region: Region, before: int, point: str) -> None:
    town.switch(guid="ignored")
    comments = write_comments(town, "Темно во дворе", "И у нас темно", "Нет света третий день")
    card = gathered(committed_region)
    approved(committed_region, card)
    turn_once(PREPARE)
    for _ in range(before):
        assert worker(town).returncode == 0
    killed(town, point)
    for _ in range(12):
        unsaid = Delivery.objects.exclude(state=Delivery.State.SENT)
        for delivery in unsaid:
            wake(delivery)
        if unsaid:
            assert worker(town).returncode == 0
    answered_once(town, comments)
    assert Sent.objects.count() == 3
    settle()
    card.refresh_from_db()
    assert card.state == State.RATING
    connections.close_all()


@pytest.mark.parametrize("point", ["answer heard", "outcome committed"])
def test_a_card_is_answered_together_whenever_the_worker_dies(town: Town, committed_region: Region, point: str) -> None:
    region = committed_region
    comment, first, second = two_matters(town, region)
    join(second, first, region.operator, clock.now())
    approved(region, first)
    turn_once(PREPARE)
    killed(town, point)
    for _ in range(6):
        wake(Delivery.objects.get())
        assert worker(town).returncode == 0
    answered_once(town, [comment])
    assert list(Incident.objects.values_list("state", "outcome")) == [("rating", "solved")] * 2
    assert Entry.objects.filter(incident=second.pk, verb="incident.answered_together").count() == 1
    connections.close_all()


def two_matters(town: Town, region: Region) -> tuple[int, Incident, Incident]:
    """One comment on two cards, the first of them assigned."""
    (comment,) = write_comments(town, "Темно во дворе, и дорога в ямах")
    first = only_card()
    second = split(first, main_message(first), region.operator, clock.now())
    settle()
    assigned(region, first)
    return comment, Incident.objects.get(pk=first.pk), Incident.objects.get(pk=second.pk)


def test_a_split_card_has_an_answer_of_its_own_and_hears_what_is_said_to_it(town: Town, region: Region) -> None:
    comment, first, second = two_matters(town, region)
    assert second.suggestions.exists()
    assert set(Deadline.objects.filter(incident=second).values_list("starts_at", flat=True)) == {first.started_at}
    approved(region, first)
    approved(region, assigned(region, second), solved("Ямы засыпали."))
    settle()
    assert sorted(item["text"] for item in our_answers(town)) == sorted([TEXT, "Ямы засыпали."])
    assert {item["parent"] for item in our_answers(town)} == {comment}
    holes = next(item for item in our_answers(town) if item["text"] == "Ямы засыпали.")
    hear(town, "Ничего не сделали!", reply_to=holes["id"])
    assert Rating.objects.get().incident == second
    assert Incident.objects.count() == 2


def test_cards_answered_together_close_and_open_together(town: Town, region: Region) -> None:
    _comment, first, second = two_matters(town, region)
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
    (our_answer,) = our_answers(town)
    hear(town, "Ничего не сделали, опять темно", reply_to=our_answer["id"])
    confirm(Rating.objects.get(), 1, region.operator, clock.now(), "no", again=True)
    assert list(Incident.objects.order_by("number").values_list("state", "reopened")) == [("in_work", 1), ("new", 1)]


def test_an_interim_answer_is_the_first_answer_of_both_and_moves_one(town: Town, region: Region) -> None:
    _comment, first, second = two_matters(town, region)
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
    write_comments(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    town.fault("error", "wall.createComment", code=14)  # the first call, that of the answer itself, needs a person
    approved(region, card)
    settle()
    say_again(Delivery.objects.get(hold=Delivery.Hold.PERSON), region.operator, clock.now())
    settle()
    hear(town, "А у нас на Мира тоже", person_id=town.sandbox.control("vk/people", name="Вера")["id"])
    gather(card, Incident.objects.get(state=State.NEW), region.operator, clock.now())
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert card.state == State.RATING, "Vera has had no answer yet"
    approved(region, card, solved("Всё горит."))
    settle()
    fresh = [item for item in our_answers(town) if item["text"] == "Всё горит."]
    assert len(fresh) == 2, "Anna, to whom it answers, and Vera; Boris has had his"


@pytest.mark.parametrize("who", [0, 1])
def test_a_bad_word_of_any_author_opens_the_card_again(town: Town, region: Region, who: int) -> None:
    comments = write_comments(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    approved(region, card)
    settle()
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert card.state == State.DONE
    our_answer = next(item for item in our_answers(town) if item["parent"] == comments[who])
    hear(town, "Так и не починили!", reply_to=our_answer["id"], person_id=[town.anna, town.boris][who])
    rating = Rating.objects.get()
    assert rating.incident == card
    confirm(rating, 1, region.operator, clock.now(), "no", again=True)
    card.refresh_from_db()
    assert card.state == State.IN_WORK
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("again", [True, False])
def test_a_refused_copy_is_said_again_or_dropped_by_a_person(town: Town, region: Region, again: bool) -> None:
    comments = write_comments(town, "Темно во дворе", "И у нас темно", "Нет света")
    card = gathered(region)
    answer = approved(region, card)
    turn_once(PREPARE)
    turn_once(SEND)  # the answer itself is said
    town.fault("error", "wall.createComment", code=213)  # and the first of its copies refused for good
    settle()
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert card.state == State.RATING, "a copy is still to be decided on"
    held = Delivery.objects.get(hold=Delivery.Hold.PERSON)
    assert held.answer.copy_of == answer
    assert held.words.startswith("Сеть отказала: ")
    assert len(our_answers(town)) == 2
    (say_again if again else drop_copy)(held, region.operator, clock.now())
    settle()
    card.surveys.update(due_at=clock.now())
    settle()
    card.refresh_from_db()
    assert (card.state, card.close_reason) == (State.DONE, "silence")
    answered_once(town, comments if again else [item["parent"] for item in our_answers(town)])
    assert len(our_answers(town)) == 2 + again


def test_an_approval_taken_back_takes_its_copies_and_is_made_anew(town: Town, region: Region, settings: Any) -> None:
    settings.UNDO_HOLD = 60
    comments = write_comments(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    answer = approved(region, card)
    settle()
    answer.refresh_from_db()
    recall(answer, region.approver, clock.now())
    card.refresh_from_db()
    assert card.state == State.APPROVAL
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
    comments = write_comments(town, "Темно во дворе", "И у нас темно")
    card = gathered(region)
    answer = approved(region, card)
    town.fault("error", "wall.createComment", code=213)
    settle()
    card.refresh_from_db()
    assert card.state == State.IN_WORK, "the network refused the answer itself"
    assert [item["parent"] for item in our_answers(town)] == comments[1:]
    answer.refresh_from_db()
    approved(region, card, solved("Анна, фонарь горит."), again=answer)
    settle()
    assert sorted(item["parent"] for item in our_answers(town)) == comments
    assert {item["text"] for item in our_answers(town)} == {TEXT, "Анна, фонарь горит."}


def test_a_comment_and_a_dialogue_are_each_answered_where_they_stand(town: Town, region: Region) -> None:
    listen()
    (comment,) = write_comments(town, "Темно во дворе")
    town.sandbox.control("vk/messages", group_id=town.group, person_id=town.boris, text="И у нас темно")
    listen()
    approved(region, gathered(region))
    settle()
    answered_once(town, [comment])
    messages = town.sandbox.inspect(f"vk/dialogues/{town.group}/{town.boris}")["messages"]
    assert [message["text"] for message in messages if message["out"]] == [TEXT]
