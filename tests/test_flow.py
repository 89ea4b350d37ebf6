import base64
from dataclasses import replace

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from otklik.answers import drafts
from otklik.answers.models import Answer, Template
from otklik.feedback import survey
from otklik.feedback.hear import confirm, reopen
from otklik.feedback.models import Rating
from otklik.feedback.opinion import Opinion
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome, State
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.publishing.models import Sent
from otklik.routing.assign import give_back
from otklik.routing.models import Deadline, Norm
from otklik.routing.suggest import verdict_of
from tests.region import FINAL, Region, approved, assigned, hear, listen, only_card, settle
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
MILESTONES = ["open", "suggest", "assign", "take", "submit", "approve", "answered", "close"]


def test_a_complaint_goes_from_the_comment_to_a_closed_card(town: Town, region: Region) -> None:
    comment = hear(town, "Во дворе на Красной, 12 в Речном третий день темно, не горит фонарь!")
    incident = only_card()
    verdict = verdict_of(incident)
    assert incident.state == State.NEW
    assert verdict is not None
    assert (verdict.theme, verdict.place) == (region.theme, region.place)
    assert incident.suggestions.get().agency == region.agency
    assert main_message(incident).author.name == "Анна Пробная"

    assigned(region, incident)
    approved(region, incident)
    settle()

    incident = only_card()
    assert incident.state == State.RATING
    assert incident.first_answered_at is not None
    (our_answer,) = [item for item in town.thread() if item["from_group"]]
    assert (our_answer["text"], our_answer["parent"], our_answer["from_group"]) == (FINAL.text, comment, town.guest)
    assert Sent.objects.get().external_id.endswith(f"?reply={our_answer['id']}")

    hear(town, "Спасибо, починили!", reply_to=our_answer["id"])
    rating = Rating.objects.get()
    assert (rating.mark, rating.solved, rating.suggested) == (5, "yes", True)
    closed = confirm(rating, 5, region.operator, clock.now(), "yes")
    assert (closed.state, closed.close_reason, closed.outcome) == (State.DONE, "satisfied", Outcome.SOLVED)
    assert Incident.objects.count() == 1, "the author's reply belongs to the same card"
    assert whole()
    entries = Entry.objects.filter(incident=incident.pk).values_list("verb", flat=True)
    verbs = [verb.removeprefix("incident.") for verb in entries]
    assert [verb for verb in verbs if verb in MILESTONES] == MILESTONES


def test_who_said_not_ours_is_not_suggested_again_and_the_clock_never_restarts(town: Town, region: Region) -> None:
    hear(town, "Темно во дворе в Речном, не горит фонарь")
    incident = only_card()
    started = incident.started_at
    clocks = set(Deadline.objects.values_list("clock", "starts_at"))
    assert {starts_at for _, starts_at in clocks} == {started}

    give_back(assigned(region, incident), region.executor, clock.now(), "not_ours", "это не наш двор")
    settle()
    incident = only_card()
    assert (incident.state, incident.returns, incident.agency) == (State.NEW, 1, None)
    assert incident.suggestions.latest("pk").agency is None
    assigned(region, incident)
    assert only_card().started_at == started
    assert set(Deadline.objects.values_list("clock", "starts_at")) == clocks


def test_a_question_waits_for_its_author_and_an_interim_answer_for_its_day(town: Town, region: Region) -> None:
    hear(town, "Темно!")
    incident = assigned(region, only_card())
    approved(region, incident, drafts.Words("Анна, на какой улице?", kind=Answer.Kind.QUESTION))
    settle()
    incident = only_card()
    assert incident.state == State.CLARIFYING
    assert incident.first_answered_at is None, "a question is a reaction, never the answer"
    (question,) = [item for item in town.thread() if item["from_group"]]
    hear(town, "На Красной, 12", reply_to=question["id"])
    incident.refresh_from_db()
    assert incident.state == State.IN_WORK
    assert Deadline.objects.get(clock=Norm.Clock.CLARIFICATION).met_at is not None

    until = timezone.localdate(clock.now())
    approved(region, incident, drafts.Words("Заменим до вечера.", kind=Answer.Kind.INTERIM, promised_on=until))
    settle()
    assert only_card().state == State.POSTPONED
    promise = Deadline.objects.get(clock=Norm.Clock.PROMISE)
    assert f"{timezone.localtime(promise.limit_at):%d %H:%M:%S}" == f"{until:%d} 23:59:59", "the citizens' day"
    Deadline.objects.filter(pk=promise.pk).update(limit_at=clock.now(), due_at=clock.now())
    settle()
    assert only_card().state == State.IN_WORK
    assert Deadline.objects.get(pk=promise.pk).missed_at is not None


def test_silence_closes_the_card_and_after_an_angry_reply_the_operator_opens_it(town: Town, region: Region) -> None:
    hear(town, "Темно во дворе")
    incident = assigned(region, only_card())
    approved(region, incident)
    settle()
    (our_answer,) = [item for item in town.thread() if item["from_group"]]
    wait = incident.surveys.get()
    assert wait.due_at is not None
    assert (wait.due_at - wait.opened_at).total_seconds() == 96 * 3600
    incident.surveys.update(due_at=clock.now())
    settle()
    incident.refresh_from_db()
    assert (incident.state, incident.close_reason) == (State.DONE, "silence")
    hear(town, "А у нас на Мира тоже темно", reply_to=our_answer["id"], person_id=town.boris)
    assert Incident.objects.count() == 2, "another citizen under our answer gets a card of his own"
    angry = "Так и не починили, опять темно"
    number = hear(town, angry, reply_to=our_answer["id"])
    rating = Rating.objects.get()
    assert (rating.mark, rating.solved, rating.waits_since is None) == (None, "no", False)
    for text, how in (("Спасибо, починили", "taken_back"), (angry, ""), ("", "deleted")):
        change = {"text": text} if text else {}
        town.sandbox.control(f"vk/comments/{town.wall}_{number}/{'edit' if text else 'delete'}", **change)
        listen()
        rating.refresh_from_db()
        assert (rating.dealt_how, rating.waits_since is None) == (how, bool(how)), "as it stands there now"
    left = confirm(rating, None, region.operator, clock.now(), "no")
    assert (left.state, Rating.objects.get().waits_since is not None) == (State.DONE, True)
    reopen(left, f"user:{region.operator.pk}", clock.now())
    assert Rating.objects.get().dealt_how == "reopened"
    incident.refresh_from_db()
    assert (incident.state, incident.reopened) == (State.IN_WORK, 1)


def test_a_photo_is_kept_and_an_edit_and_a_deletion_reach_the_open_card(town: Town, region: Region) -> None:
    number = hear(town, "Темно во дворе", photos=[base64.b64encode(picture("JPEG")).decode()])
    incident = only_card()
    (kept,) = main_message(incident).media.all()
    assert kept.kind == "photo"
    with kept.file.open() as file:
        assert Image.open(file).size == (40, 20)
    assert kept.due_at is None
    before = incident.revision
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/edit", text="Темно во дворе на Мира")
    listen()
    message = main_message(incident)
    assert message.text == "Темно во дворе на Мира"
    assert message.editions.get().text == "Темно во дворе"
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/delete")
    listen()
    message.refresh_from_db()
    assert message.deleted_at is not None
    assert message.text == "Темно во дворе на Мира", "what was written is kept"
    assert only_card().revision > before
    assert Message.objects.filter(own=False, place="comment").count() == 1


def test_a_dialogue_is_answered_in_the_dialogue_and_gets_a_link_to_the_survey(town: Town, region: Region) -> None:
    listen()
    Template.objects.create(title="Опрос", kind=Answer.Kind.SURVEY, text="Помогли ли мы? Оцените: {link}")
    town.sandbox.control("vk/messages", group_id=town.group, person_id=town.anna, text="Темно во дворе в Речном")
    listen()
    incident = assigned(region, only_card())
    approved(region, incident, replace(FINAL, text="Заменили.", direct=True))
    settle()
    wait = incident.surveys.get()
    messages = town.sandbox.inspect(f"vk/dialogues/{town.group}/{town.anna}")["messages"]
    our_texts = [message["text"] for message in messages if message["out"]]
    assert our_texts == ["Заменили.", f"Помогли ли мы? Оцените: {settings.ADDRESS}/s/{wait.key}/"]
    assert wait.asked_at is not None
    assert [item for item in town.thread() if item["from_group"]] == []


def test_a_good_mark_on_a_card_without_a_kind_is_kept_and_a_person_closes_it(town: Town, region: Region) -> None:
    hear(town, "Темно во дворе")
    incident = only_card()
    answer = drafts.write(incident, main_message(incident), FINAL, region.operator, clock.now())
    drafts.submit(answer, region.operator, clock.now())
    drafts.approve(answer, region.administrator, clock.now(), answer.version)
    settle()
    (our_answer,) = [item for item in town.thread() if item["from_group"]]
    hear(town, "Спасибо, починили!", reply_to=our_answer["id"])
    incident.refresh_from_db()
    assert (incident.state, incident.kind) == (State.RATING, "")
    assert confirm(Rating.objects.get(), 5, region.operator, clock.now()).state == State.RATING
    assert Rating.objects.get().confirmed_at is not None
    assert survey.answer(incident.surveys.get(), Opinion(5), clock.now()).mark == 5
    assert only_card().state == State.RATING
