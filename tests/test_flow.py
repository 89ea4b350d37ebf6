"""A complaint goes all the way: from a comment in the network to the author's word and the closed card."""

import base64

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from otklik.answers import drafts
from otklik.answers.models import Answer, Template
from otklik.feedback import survey
from otklik.feedback.hear import confirm, reopen
from otklik.feedback.models import Rating
from otklik.feedback.said import Said
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.publishing.models import Sent
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Deadline, Norm
from otklik.routing.suggest import verdict_of
from tests.region import Region, listen, only_card, settle
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def assigned(region: Region, incident: Incident) -> Incident:
    decision = Decision(region.agency, region.theme, region.place, suggested=True)
    return assign(incident, decision, region.operator, clock.now())


def approved(region: Region, incident: Incident, words: drafts.Words) -> Answer:
    answer = drafts.write(incident, main_message(incident), words, region.executor, clock.now())
    drafts.submit(answer, region.executor, clock.now())
    drafts.approve(answer, region.approver, clock.now(), answer.version)
    return answer


FINAL = drafts.Words(
    "Анна, фонарь заменили сегодня в 14:00.", outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору"
)


def test_a_complaint_goes_from_the_comment_to_a_closed_card(town: Town, region: Region) -> None:
    comment = town.comment("Во дворе на Красной, 12 в Речном третий день темно, не горит фонарь!")
    listen()
    incident = only_card()
    verdict = verdict_of(incident)
    assert incident.state == State.NEW
    assert verdict is not None
    assert verdict.theme == region.theme
    assert verdict.place == region.place
    assert incident.suggestions.get().agency == region.agency
    assert main_message(incident).author.name == "Анна Пробная"

    assigned(region, incident)
    approved(region, incident, FINAL)
    settle()

    incident.refresh_from_db()
    assert incident.state == State.RATING
    assert incident.first_answered_at is not None
    (said,) = [item for item in town.thread() if item["from_group"]]
    assert (said["text"], said["parent"], said["from_group"]) == (FINAL.text, comment, town.guest)
    assert Sent.objects.get().external_id.endswith(f"?reply={said['id']}")

    town.comment("Спасибо, починили!", reply_to=said["id"])
    listen()
    rating = Rating.objects.get()
    assert (rating.mark, rating.solved, rating.suggested) == (5, "yes", True)
    closed = confirm(rating, 5, region.operator, clock.now(), "yes")
    assert (closed.state, closed.close_reason, closed.outcome) == (State.DONE, "satisfied", Outcome.SOLVED)
    assert Incident.objects.count() == 1, "the author's reply belongs to the same card"
    assert book.broken_at() is None
    verbs = list(Entry.objects.filter(incident=incident.pk).values_list("verb", flat=True))
    assert [verb for verb in verbs if verb in MILESTONES] == MILESTONES


MILESTONES = [
    f"incident.{verb}" for verb in ("open", "suggest", "assign", "take", "submit", "approve", "answered", "close")
]


def test_the_citizens_clock_never_restarts(town: Town, region: Region) -> None:
    town.comment("Темно во дворе в Речном")
    listen()
    incident = only_card()
    started = incident.started_at
    clocks = {clock_.clock: clock_.starts_at for clock_ in Deadline.objects.all()}
    assert set(clocks.values()) == {started}

    assigned(region, incident)
    incident.refresh_from_db()
    give_back(incident, region.executor, clock.now(), "not_ours", "это не наш двор")
    settle()
    incident.refresh_from_db()
    assert (incident.state, incident.returns, incident.agency) == (State.NEW, 1, None)
    assigned(region, incident)
    incident.refresh_from_db()
    assert incident.started_at == started
    assert {clock_.clock: clock_.starts_at for clock_ in Deadline.objects.all()} == clocks


def test_a_question_waits_for_the_author_and_his_reply_wakes_the_card(town: Town, region: Region) -> None:
    town.comment("Темно!")
    listen()
    incident = assigned(region, only_card())
    approved(region, incident, drafts.Words("Анна, на какой улице?", kind=Answer.Kind.QUESTION))
    settle()
    incident.refresh_from_db()
    assert incident.state == State.CLARIFYING
    assert incident.first_answered_at is None, "a question is a reaction, never the answer"
    (question,) = [item for item in town.thread() if item["from_group"]]
    town.comment("На Красной, 12", reply_to=question["id"])
    listen()
    incident.refresh_from_db()
    assert incident.state == State.IN_WORK
    assert Deadline.objects.get(clock=Norm.Clock.CLARIFICATION).met_at is not None


def test_an_interim_answer_promises_a_date_and_comes_back_on_it(town: Town, region: Region) -> None:
    town.comment("Темно во дворе")
    listen()
    incident = assigned(region, only_card())
    until = timezone.localdate(clock.now())
    approved(region, incident, drafts.Words("Заменим до вечера.", kind=Answer.Kind.INTERIM, promised_on=until))
    settle()
    incident.refresh_from_db()
    assert incident.state == State.POSTPONED
    promise = Deadline.objects.get(clock=Norm.Clock.PROMISE)
    assert f"{timezone.localtime(promise.limit_at):%d %H:%M:%S}" == f"{until:%d} 23:59:59", "the citizens' day"
    Deadline.objects.filter(pk=promise.pk).update(limit_at=clock.now(), due_at=clock.now())
    settle()
    incident.refresh_from_db()
    promise.refresh_from_db()
    assert incident.state == State.IN_WORK
    assert promise.missed_at is not None


def test_silence_closes_the_card_after_the_wait(town: Town, region: Region) -> None:
    town.comment("Темно во дворе")
    listen()
    incident = assigned(region, only_card())
    approved(region, incident, FINAL)
    settle()
    wait = incident.surveys.get()
    assert wait.due_at is not None
    assert (wait.due_at - wait.opened_at).total_seconds() == 96 * 3600
    incident.surveys.update(due_at=clock.now())
    settle()
    incident.refresh_from_db()
    assert (incident.state, incident.close_reason) == (State.DONE, "silence")


def test_an_angry_reply_waits_for_the_operator_who_opens_the_closed_card_again(town: Town, region: Region) -> None:
    town.comment("Темно во дворе")
    listen()
    incident = assigned(region, only_card())
    approved(region, incident, FINAL)
    settle()
    incident.surveys.update(due_at=clock.now())
    settle()
    (said,) = [item for item in town.thread() if item["from_group"]]
    town.comment("Так и не починили, опять темно", reply_to=said["id"])
    listen()
    rating = Rating.objects.get()
    assert (rating.mark, rating.solved) == (None, "no")
    left = confirm(rating, None, region.operator, clock.now(), "no")
    assert (left.state, Rating.objects.get().waits_since is not None) == (State.DONE, True)
    reopen(left, f"user:{region.operator.pk}", clock.now())
    incident.refresh_from_db()
    assert Rating.objects.get().dealt_how == "reopened"
    assert (incident.state, incident.reopened) == (State.IN_WORK, 1)


def test_another_citizen_under_our_answer_gets_a_card_of_his_own(town: Town, region: Region) -> None:
    town.comment("Темно во дворе")
    listen()
    approved(region, assigned(region, only_card()), FINAL)
    settle()
    (said,) = [item for item in town.thread() if item["from_group"]]
    town.comment("А у нас на Мира тоже темно", reply_to=said["id"], person_id=town.boris)
    listen()
    assert Incident.objects.count() == 2


def test_an_edit_and_a_deletion_reach_the_open_card(town: Town, region: Region) -> None:
    number = town.comment("Темно во дворе")
    listen()
    incident = only_card()
    before = incident.revision
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/edit", text="Темно во дворе на Мира")
    listen()
    message = main_message(incident)
    assert message.text == "Темно во дворе на Мира"
    assert message.editions.get().text == "Темно во дворе"
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/delete")
    listen()
    message.refresh_from_db()
    incident.refresh_from_db()
    assert message.deleted_at is not None
    assert message.text == "Темно во дворе на Мира", "what was written is kept"
    assert incident.revision > before
    assert Message.objects.filter(own=False, place="comment").count() == 1


def test_a_photo_and_a_place_on_the_map_are_kept(town: Town, region: Region) -> None:
    photo = base64.b64encode(picture("JPEG")).decode()
    town.comment("Вот такая яма", photos=[photo])
    listen()
    (kept,) = main_message(only_card()).media.all()
    assert kept.kind == "photo"
    with kept.file.open() as file:
        assert Image.open(file).size == (40, 20)
    assert kept.due_at is None


def test_an_agency_that_said_not_ours_is_not_suggested_again(town: Town, region: Region) -> None:
    town.comment("Темно во дворе в Речном, не горит фонарь")
    listen()
    incident = assigned(region, only_card())
    give_back(incident, region.executor, clock.now(), "not_ours")
    settle()
    assert incident.suggestions.order_by("-pk").first().agency is None  # type: ignore[union-attr]


def test_a_dialogue_is_answered_in_the_dialogue_and_gets_a_link_to_the_survey(town: Town, region: Region) -> None:
    listen()
    Template.objects.create(title="Опрос", kind=Answer.Kind.SURVEY, text="Помогли ли мы? Оцените: {link}")
    town.sandbox.control("vk/messages", group_id=town.group, person_id=town.anna, text="Темно во дворе в Речном")
    listen()
    incident = assigned(region, only_card())
    approved(
        region,
        incident,
        drafts.Words("Заменили.", outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили автору", direct=True),
    )
    settle()
    wait = incident.surveys.get()
    told = town.sandbox.inspect(f"vk/dialogues/{town.group}/{town.anna}")["messages"]
    said = [message["text"] for message in told if message["out"]]
    assert said == ["Заменили.", f"Помогли ли мы? Оцените: {settings.ADDRESS}/s/{wait.key}/"]
    assert wait.asked_at is not None
    assert [item for item in town.thread() if item["from_group"]] == []


def test_a_good_mark_on_a_card_without_a_kind_is_kept_and_a_person_closes_it(town: Town, region: Region) -> None:
    town.comment("Темно во дворе")
    listen()
    incident = only_card()
    answer = drafts.write(incident, main_message(incident), FINAL, region.operator, clock.now())
    drafts.submit(answer, region.operator, clock.now())
    drafts.approve(answer, region.administrator, clock.now(), answer.version)
    settle()
    (said,) = [item for item in town.thread() if item["from_group"]]
    town.comment("Спасибо, починили!", reply_to=said["id"])
    listen()
    incident.refresh_from_db()
    assert (incident.state, incident.kind) == (State.RATING, "")
    left = confirm(Rating.objects.get(), 5, region.operator, clock.now())
    assert left.state == State.RATING
    assert Rating.objects.get().confirmed_at is not None
    marked = survey.answer(incident.surveys.get(), Said(5), clock.now())
    assert marked.mark == 5
    incident.refresh_from_db()
    assert incident.state == State.RATING
