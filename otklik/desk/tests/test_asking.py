"""Whether the author is asked if it helped, or why not; and what an operator says that he meant."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from otklik.answers.models import Answer, Template
from otklik.desk.tests.pages import page_at, reread
from otklik.feedback import asking
from otklik.feedback import survey as own
from otklik.feedback.hear import reopen
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.said import Said
from otklik.feedback.wait import close_silent, open_survey
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.publishing import fate
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.prepare import prepare
from tests.make.people import signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db


def below(text: str = "Помогло ли? {link}") -> None:
    Template.objects.create(title="Вопрос", kind=Answer.Kind.ASK, text=text)


def personal() -> None:
    Template.objects.create(title="Опрос", kind=Answer.Kind.SURVEY, text="Помогли ли мы? {link}")


def answered(town: Town, direct: bool = False, **message: Any) -> Survey:
    """Said under the author's comment, or in his dialogue."""
    delivery = town.approved()
    if direct:
        Delivery.objects.filter(pk=delivery.pk).update(direct=True)
    Message.objects.filter(pk=delivery.message_id).update(**message)
    now = timezone.now()
    with book.turn():
        fate.spoken(
            Delivery.objects.get(pk=delivery.pk), "wall-1_1?reply=900", "https://vk.com/wall-1_1?reply=900", now
        )
        open_survey(claim(Sent, now + timedelta(seconds=1), LEASE, 10), now)
    return Survey.objects.get(sent__delivery=delivery)


def queued() -> Delivery:
    """The question on its way."""
    now = timezone.now() + timedelta(seconds=1)
    with book.turn():
        prepare(claim(Answer, now, LEASE, 10), now)
    return Delivery.objects.get(answer__kind__in=(Answer.Kind.ASK, Answer.Kind.SURVEY))


def stood(delivery: Delivery) -> None:
    now = timezone.now()
    with book.turn():
        fate.spoken(delivery, "wall-1_1?reply=901", "https://vk.com/wall-1_1?reply=901", now)
        open_survey(claim(Sent, now + timedelta(seconds=1), LEASE, 10), now)


def silent(survey: Survey) -> Survey:
    Survey.objects.filter(pk=survey.pk).update(due_at=timezone.now())
    with book.turn():
        close_silent(claim(Survey, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
    return Survey.objects.get(pk=survey.pk)


def test_under_a_public_comment_nobody_is_asked_by_default(town: Town) -> None:
    personal()
    survey = answered(town)
    assert (survey.unasked, survey.question, survey.open_key) == ("public", None, "")
    assert not Answer.objects.filter(kind__in=("survey", "ask")).exists()


def test_in_a_dialogue_without_a_text_nobody_is_asked(town: Town) -> None:
    below()
    assert answered(town, direct=True).unasked == "no_template"


def test_in_a_dialogue_the_authors_own_link_goes_out_and_no_open_one_is_made(town: Town) -> None:
    personal()
    below()
    survey = answered(town, direct=True)
    question = queued()
    assert question.text == f"Помогли ли мы? {settings.ADDRESS}/s/{survey.key}/"
    assert (question.direct, survey.open_key, survey.asked_at) == (True, "", None)
    stood(question)
    assert reread(survey).asked_at is not None


def test_in_public_the_open_link_goes_out_under_the_same_comment_and_never_the_authors_own(town: Town) -> None:
    personal()
    below()
    survey = answered(town)
    question = queued()
    assert question.text == f"Помогло ли? {settings.ADDRESS}/s/{survey.open_key}/"
    assert survey.open_key
    assert survey.key not in question.text
    assert (question.message, question.direct) == (survey.sent.delivery.message, False)
    assert question.answer.state == Answer.State.APPROVED
    stood(question)
    assert (reread(survey).asked_at is not None, survey.unasked) == (True, "")
    assert "Спросили автора" in page_at(town.operator, f"/incidents/{survey.incident_id}/")


def test_a_question_in_public_may_ask_for_a_reply_and_have_no_link(town: Town) -> None:
    below("Напишите здесь, помогло ли.")
    survey = answered(town)
    assert queued().text == "Напишите здесь, помогло ли."
    assert survey.open_key == ""


def test_a_question_is_no_answer_it_asks_about_nothing_itself(town: Town) -> None:
    below()
    survey = answered(town)
    stood(queued())
    assert Survey.objects.count() == 1
    card = Incident.objects.get(pk=survey.incident_id)
    assert (card.state, card.rating_since) == ("rating", survey.opened_at)


@pytest.mark.parametrize(
    ("message", "why"), [({"deleted_at": timezone.now()}, "gone"), ({"closed": "Комментарии закрыты"}, "limits")]
)
def test_where_it_cannot_be_asked_it_is_not_tried_and_said_why(town: Town, message: dict[str, Any], why: str) -> None:
    below()
    survey = answered(town, **message)
    assert (survey.unasked, survey.open_key) == (why, "")
    page = page_at(town.operator, f"/incidents/{survey.incident_id}/")
    assert f"Автора не спросили, помогло ли: {Survey.Unasked(why).label}" in page.replace("\n", " ")


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ({"state": "refused", "cause": ""}, "refused"),
        ({"state": "refused", "cause": "gone"}, "gone"),
        ({"hold": "legal", "cause": "legal"}, "limits"),
        ({"hold": "budget", "cause": "budget"}, "limits"),
        ({}, "stopped"),
    ],
)
def test_a_question_that_never_got_through_is_taken_back_when_the_wait_ends(
    town: Town, held: dict[str, Any], why: str
) -> None:
    below()
    survey = answered(town)
    Delivery.objects.filter(pk=queued().pk).update(**held)
    ended = silent(survey)
    assert (ended.unasked, ended.asked_at) == (why, None)
    assert not Delivery.objects.filter(answer=survey.question, state="queued").exists()
    assert Incident.objects.get(pk=survey.incident_id).close_reason == "silence"


def test_nobody_is_asked_any_more_on_a_card_that_opened_again(town: Town) -> None:
    below()
    survey = answered(town)
    with book.turn():
        reopen(survey.incident, f"user:{town.operator.pk}", timezone.now())
    assert reread(survey).unasked == "stopped"
    now = timezone.now() + timedelta(seconds=1)
    with book.turn():
        prepare(claim(Answer, now, LEASE, 10), now)
    assert not Delivery.objects.filter(answer=survey.question).exists()


def test_whoever_has_answered_already_is_not_asked_afterwards(town: Town) -> None:
    below()
    survey = answered(town)
    question = queued()
    own.answer(survey, Said(5), timezone.now())
    assert reread(question).state == "recalled"


def test_a_question_with_its_fate_unknown_is_left_to_be_found_out(town: Town) -> None:
    below()
    survey = answered(town)
    question = queued()
    Delivery.objects.filter(pk=question.pk).update(state="unknown")
    silent(survey)
    assert reread(question).state == "unknown"


def test_a_question_for_the_public_is_for_everybody_and_holds_the_link_alone(town: Town) -> None:
    client = signed_in(town.admin)
    told = {"kind": "ask", "title": "Вопрос", "about": "", "agency": "", "card": ""}
    reply = client.post("/admin/templates/addition/", {**told, "text": "Помогло, {имя}? {link}"})
    assert reply.status_code == 422
    assert not Template.objects.filter(kind="ask").exists()
    reply = client.post("/admin/templates/addition/", {**told, "text": "Помогло ли? Ответьте здесь."})
    assert reply.status_code == 302, reply.content.decode()
    assert Template.objects.get(kind="ask").text == "Помогло ли? Ответьте здесь."


def told(survey: Survey, verb: str) -> list[str]:
    """The reasons of these entries of the card's journal."""
    return list(
        Entry.objects.filter(incident=survey.incident_id, verb=f"incident.{verb}").values_list("reason", flat=True)
    )


def test_a_question_that_stood_and_one_that_could_not_are_in_the_cards_journal(town: Town) -> None:
    personal()
    survey = answered(town, direct=True)
    assert told(survey, "author_asked") == []
    stood(queued())
    assert told(survey, "author_asked") == [""]
    assert "Спросили автора, помогло ли" in page_at(town.operator, f"/incidents/{survey.incident_id}/")


def test_why_an_author_was_not_asked_is_in_the_journal_but_for_the_usual_reason(town: Town) -> None:
    assert told(answered(town, direct=True), "author_not_asked") == ["no_template"]
    assert told(answered(town), "author_not_asked") == []


def test_a_question_that_is_heard_of_twice_is_told_once(town: Town) -> None:
    personal()
    survey = answered(town, direct=True)
    question = queued()
    stood(question)
    asking.asked(question.answer, timezone.now() + timedelta(minutes=1))
    assert told(survey, "author_asked") == [""]


def post(user: User, address: str, **fields: Any) -> HttpResponse:
    return signed_in(user).post(address, fields, headers={"X-Fragment": "1"})  # type: ignore[return-value]


def test_a_bad_word_waits_for_the_operators_choice_and_opens_the_card_by_it(town: Town) -> None:
    card = town.replied("спасибо, но воды до сих пор нет")
    rating = Rating.objects.get(incident=card)
    assert (rating.mark, rating.solved) == (None, "no")
    where = f"/ratings/{rating.pk}/confirmation/"
    for nothing in ({"mark": 9}, {"solved": "maybe"}, {}, {"mark": "", "solved": ""}):
        assert post(town.operator, where, **nothing).status_code == 422
    reply = post(town.operator, where, solved="no", mark="")
    assert reply.status_code == 200
    page = reply.content.decode()
    for way in ("Ждёт вашего решения", "Открыть снова", "Разъяснить", "Принять к сведению"):
        assert way in page
    assert (reread(card).state, card.reopened, reread(rating).waits_since is not None) == ("rating", 0, True)
    assert post(town.operator, f"/incidents/{card.pk}/reopening/").status_code == 200
    card.refresh_from_db()
    rating.refresh_from_db()
    assert (card.state, card.reopened) == ("in_work", 1)
    assert (rating.waits_since, rating.dealt_how, rating.dealt_by) == (None, "reopened", town.operator)


def test_a_bad_word_is_confirmed_and_the_card_opened_in_one_press(town: Town) -> None:
    card = town.replied("спасибо, но воды до сих пор нет")
    rating = Rating.objects.get(incident=card)
    assert post(town.operator, f"/ratings/{rating.pk}/confirmation/", solved="no", again="yes").status_code == 200
    card.refresh_from_db()
    rating.refresh_from_db()
    assert (card.state, rating.mark, rating.solved, rating.dealt_how) == ("in_work", None, "no", "reopened")


def test_the_press_that_opens_a_card_does_nothing_to_a_good_word(town: Town) -> None:
    card = town.replied("починили, ставлю 5")
    rating = Rating.objects.get(incident=card)
    assert (rating.mark, rating.solved) == (5, "yes")
    post(town.operator, f"/ratings/{rating.pk}/confirmation/", mark=5, solved="yes", again="yes")
    assert reread(card).state == "done"


def test_votes_by_the_open_link_are_shown_apart_and_move_nothing(town: Town) -> None:
    card = town.published()
    survey = card.surveys.get()
    client = signed_in(town.operator)
    assert "Голоса без подтверждения" not in page_at(client, f"/incidents/{card.pk}/")
    for mark in (1, 5):
        Unconfirmed.objects.create(survey=survey, mark=mark, solved="no", reason=f"голос {mark}", at=timezone.now())
    assert "Голоса без подтверждения: 2" in page_at(client, f"/incidents/{card.pk}/")
    part = page_at(client, f"/incidents/{card.pk}/unconfirmed/")
    assert part.index("голос 5") < part.index("голос 1")
    assert signed_in(town.other).get(f"/incidents/{card.pk}/unconfirmed/").status_code == 404
