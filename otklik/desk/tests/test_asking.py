"""Whether the author is asked if it helped, or why not; and what an operator says that he meant."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from otklik.answers import keeping
from otklik.answers.models import Answer, Template
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, press, reread
from otklik.feedback import asking
from otklik.feedback import survey as own
from otklik.feedback.hear import reopen
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.opinion import Opinion
from otklik.feedback.wait import close_silent
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.publishing.models import Delivery
from tests.make.people import signed_in
from tests.make.town import LEASE, Town


def below(text: str = "Помогло ли? {link}") -> None:
    Template.objects.create(title="Вопрос", kind=Answer.Kind.ASK, text=text)


def personal() -> None:
    Template.objects.create(title="Опрос", kind=Answer.Kind.SURVEY, text="Помогли ли мы? {link}")


def answered(town: Town, direct: bool = False, **message: Any) -> Survey:
    """Said under the author's comment, or in his dialogue."""
    delivery = town.approved()
    Delivery.objects.filter(pk=delivery.pk).update(direct=direct)
    Message.objects.filter(pk=delivery.message_id).update(**message)
    town.speak(Delivery.objects.get(pk=delivery.pk))
    return Survey.objects.get(sent__delivery=delivery)


def queued(town: Town, survey: Survey) -> Delivery:
    """The question on its way."""
    town.let_out()
    return Delivery.objects.get(answer=reread(survey).question)


def silent(survey: Survey) -> Survey:
    Survey.objects.filter(pk=survey.pk).update(due_at=timezone.now())
    with book.turn():
        close_silent(claim(Survey, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())
    return reread(survey)


def reasons(survey: Survey, verb: str) -> list[str]:
    """Of these entries of the card's journal."""
    entries = Entry.objects.filter(incident=survey.incident_id, verb=f"incident.{verb}")
    return list(entries.values_list("reason", flat=True))


def test_nobody_is_asked_in_public_by_default_nor_in_a_dialogue_without_a_text(town: Town) -> None:
    below()
    survey = answered(town, direct=True)
    assert (survey.unasked, reasons(survey, "author_not_asked")) == ("no_template", ["no_template"])
    Template.objects.all().delete()
    personal()
    survey = answered(town)
    assert (survey.unasked, survey.question, survey.open_key) == ("public", None, "")
    assert reasons(survey, "author_not_asked") == [], "the usual reason is not told"
    assert not Answer.objects.filter(kind__in=("survey", "ask")).exists()


def test_in_public_the_open_link_goes_out_and_in_a_dialogue_the_authors_own_and_neither_the_other(town: Town) -> None:
    personal()
    below()
    survey = answered(town)
    question = queued(town, survey)
    assert question.text == f"Помогло ли? {settings.ADDRESS}/s/{survey.open_key}/"
    assert survey.open_key
    assert survey.key not in question.text
    assert (question.message, question.direct) == (survey.sent.delivery.message, False)
    assert question.answer.state == Answer.State.APPROVED
    town.speak(question)
    assert (reread(survey).asked_at is not None, survey.unasked) == (True, "")
    assert Survey.objects.get() == survey, "a question is no answer: it asks about nothing itself"
    card = Incident.objects.get(pk=survey.incident_id)
    assert (card.state, card.rating_since) == ("rating", survey.opened_at)
    Template.objects.filter(kind=Answer.Kind.ASK).update(text="Напишите здесь, помогло ли.")
    survey = answered(town)
    assert (queued(town, survey).text, survey.open_key) == ("Напишите здесь, помогло ли.", "")
    survey = answered(town, direct=True)
    question = queued(town, survey)
    assert question.text == f"Помогли ли мы? {settings.ADDRESS}/s/{survey.key}/"
    assert (question.direct, survey.open_key, survey.asked_at) == (True, "", None)
    assert reasons(survey, "author_asked") == []
    town.speak(question)
    assert reread(survey).asked_at is not None
    asking.asked(question.answer, timezone.now() + timedelta(minutes=1))
    assert reasons(survey, "author_asked") == [""], "heard of twice, it is told once"
    assert "Спросили жителя, помогло ли" in page_at(town.operator, f"/incidents/{survey.incident_id}/")


def test_nobody_is_asked_to_rate_a_refusal(town: Town) -> None:
    below()
    personal()
    asked: dict[tuple[str, str], str] = {}
    for outcome, ground in (("solved", "phone"), ("explained", ""), ("explained", "no_money"), ("unsolved", "")):
        for direct in (False, True):
            delivery = town.approved()
            Answer.objects.filter(pk=delivery.answer_id).update(outcome=outcome, ground=ground)
            Delivery.objects.filter(pk=delivery.pk).update(direct=direct)
            town.speak(Delivery.objects.get(pk=delivery.pk))
            survey = Survey.objects.get(sent__delivery=delivery)
            asked[outcome, ground] = survey.unasked
            assert (survey.question is None) == (survey.unasked == "not_met")
    assert list(asked.values()) == ["", "", "not_met", "not_met"]
    page = page_at(town.operator, f"/incidents/{survey.incident_id}/")
    assert "помогло ли: просьба не выполнена" in page.replace("\n", " ")


def test_an_installation_without_the_questions_is_offered_them_and_a_person_saves_them(town: Town) -> None:
    page = page_at(town.admin, "/admin/templates/")
    assert_shows(page, "Жителей пока не спрашивают", "?ready=ask", "?ready=survey")
    assert "?ready=" not in page_at(town.water_admin, "/admin/templates/"), "they are for the whole region"
    client = signed_in(town.admin)
    for kind in ("ask", "survey"):
        form = client.get(f"/admin/templates/addition/?ready={kind}").context["form"]
        fields = {
            "kind": kind,
            "about": "",
            "agency": "",
            "card": "",
            **{n: form.initial[n] for n in ("title", "text")},
        }
        assert_answers(client.post("/admin/templates/addition/", fields), 302)
    assert "?ready=" not in page_at(town.admin, "/admin/templates/")
    keeping.ship(timezone.now())
    assert Template.objects.count() == 2, "where there is one already, it stays"
    for direct, shown in ((False, "прямо здесь"), (True, "Она только ваша")):
        assert shown in queued(town, answered(town, direct=direct)).text


def test_nobody_is_asked_who_cannot_be_has_answered_or_has_his_card_open_again(town: Town) -> None:
    below()
    ways: tuple[tuple[dict[str, Any], str], ...] = (
        ({"deleted_at": timezone.now()}, "gone"),
        ({"closed": "Комментарии закрыты"}, "limits"),
    )
    for message, why in ways:
        survey = answered(town, **message)
        assert (survey.unasked, survey.open_key) == (why, "")
        page = page_at(town.operator, f"/incidents/{survey.incident_id}/")
        assert f"Жителя не спросили, помогло ли: {Survey.Unasked(why).label}" in page.replace("\n", " ")
    survey, opened = answered(town), answered(town)
    with book.turn():
        reopen(opened.incident, f"user:{town.operator.pk}", timezone.now())
    question = queued(town, survey)
    own.answer(survey, Opinion(5), timezone.now())
    assert reread(question).state == "recalled"
    assert reread(opened).unasked == "stopped"
    assert not Delivery.objects.filter(answer=opened.question).exists()


def test_no_card_is_closed_by_silence_while_a_word_on_one_that_was_answered_with_it_is_unread(town: Town) -> None:
    survey, other = answered(town), answered(town)
    Incident.objects.filter(pk=other.incident_id).update(answered_with=survey.incident_id)
    word = Rating.objects.create(incident_id=other.incident_id, mark=1, suggested=True, at=timezone.now())
    silent(survey)
    assert Incident.objects.get(pk=survey.incident_id).state == "rating"
    word.delete()
    silent(survey)
    assert Incident.objects.get(pk=survey.incident_id).state == "done"


def test_a_question_that_never_got_through_is_taken_back_when_the_wait_ends(town: Town) -> None:
    below()
    ways: tuple[tuple[dict[str, str], str], ...] = (
        ({"state": "refused", "cause": ""}, "refused"),
        ({"state": "refused", "cause": "gone"}, "gone"),
        ({"hold": "legal", "cause": "legal"}, "limits"),
        ({"hold": "budget", "cause": "budget"}, "limits"),
        ({}, "stopped"),
    )
    for held, why in ways:
        survey = answered(town)
        question = queued(town, survey)
        Delivery.objects.filter(pk=question.pk).update(**{"cause": "", **held})
        ended = silent(survey)
        assert (ended.unasked, ended.asked_at) == (why, None)
        assert reread(question).state != "queued"
        assert Incident.objects.get(pk=survey.incident_id).close_reason == "silence"
    survey = answered(town)
    question = queued(town, survey)
    Delivery.objects.filter(pk=question.pk).update(state="unknown")
    silent(survey)
    assert reread(question).state == "unknown", "its fate is left to be found out"


def test_a_question_for_the_public_is_for_everybody_and_holds_the_link_alone(town: Town) -> None:
    client = signed_in(town.admin)
    fields = {"kind": "ask", "title": "Вопрос", "about": "", "agency": "", "card": ""}
    reply = client.post("/admin/templates/addition/", {**fields, "text": "Помогло, {имя}? {link}"})
    assert (reply.status_code, Template.objects.filter(kind="ask").exists()) == (422, False)
    reply = client.post("/admin/templates/addition/", {**fields, "text": "Помогло ли? Ответьте здесь."})
    assert_answers(reply, 302)
    assert Template.objects.get(kind="ask").text == "Помогло ли? Ответьте здесь."


def test_a_bad_word_opens_the_card_by_the_operators_choice_or_in_one_press(town: Town) -> None:
    card = town.replied("спасибо, но воды до сих пор нет")
    rating = Rating.objects.get(incident=card)
    assert (rating.mark, rating.solved) == (None, "no")
    where = f"/ratings/{rating.pk}/confirmation/"
    for nothing in ({"mark": 9}, {"solved": "maybe"}, {}, {"mark": "", "solved": ""}):
        assert press(town.operator, where, **nothing).status_code == 422
    ways = ("Ждёт вашего решения", "Открыть снова", "Разъяснить", "Принять к сведению")
    assert_answers(press(town.operator, where, solved="no", mark=""), 200, *ways)
    assert (reread(card).state, card.reopened, reread(rating).waits_since is not None) == ("rating", 0, True)
    assert press(town.operator, f"/incidents/{card.pk}/reopening/").status_code == 200
    assert (reread(card).state, card.reopened) == ("in_work", 1)
    assert (reread(rating).waits_since, rating.dealt_how, rating.dealt_by) == (None, "reopened", town.operator)
    for text, mark, solved, after in (
        ("спасибо, но воды до сих пор нет", None, "no", ("in_work", "reopened")),
        ("починили, ставлю 5", 5, "yes", ("done", "")),
    ):
        card = town.replied(text)
        rating = Rating.objects.get(incident=card)
        assert (rating.mark, rating.solved) == (mark, solved)
        fields = {"mark": mark or "", "solved": solved, "again": "yes"}
        assert press(town.operator, f"/ratings/{rating.pk}/confirmation/", **fields).status_code == 200
        assert (reread(card).state, reread(rating).dealt_how) == after
        assert (rating.mark, rating.solved) == (mark, solved)


def test_votes_by_the_open_link_are_shown_apart_and_move_nothing(town: Town) -> None:
    card = town.published()
    survey, client = card.surveys.get(), signed_in(town.operator)
    assert "Голоса без подтверждения" not in page_at(client, f"/incidents/{card.pk}/")
    for mark in (1, 5):
        Unconfirmed.objects.create(survey=survey, mark=mark, solved="no", reason=f"голос {mark}", at=timezone.now())
    assert "Голоса без подтверждения: 2" in page_at(client, f"/incidents/{card.pk}/")
    part = page_at(client, f"/incidents/{card.pk}/unconfirmed/")
    assert part.index("голос 5") < part.index("голос 1")
