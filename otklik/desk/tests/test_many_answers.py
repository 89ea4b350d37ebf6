"""One template for many cards: each gets an answer of its own, every one waits for approval, none is said."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers.drafts import Words, submit, write
from otklik.answers.facts import facts_of_many
from otklik.answers.models import Answer, Template
from otklik.answers.templates import facts_of
from otklik.desk.many.answering import templates_for
from otklik.desk.many.preview import cards_of
from otklik.desk.tests.pages import at_most
from otklik.desk.tests.test_many import all_of, ask, do
from otklik.desk.tests.test_undo import picture_of
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.people.models import Agency, Role
from otklik.publishing.models import Delivery
from otklik.routing import clocks
from otklik.routing.models import Deadline
from tests.make.people import person, signed_in
from tests.make.town import Town

TEXT = "{обращение} Бригада {ведомство} выехала: {место}, {адрес}."


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def template(text: str = TEXT, kind: str = "final", agency: Agency | None = None) -> Template:
    return Template.objects.create(title="Бригада выехала", kind=kind, text=text, agency=agency)


def chosen(one: Template, **more: str) -> dict[str, Any]:
    return {"template": one.pk, "outcome": "explained", "why": "law", "why_words": "Запрещает закон", **more}


def test_each_card_gets_its_own_words_and_all_wait_for_approval(operator: Client, town: Town) -> None:
    cards = [town.assigned(), town.assigned()]
    answer = all_of(operator, "answer", cards, **chosen(template()))
    assert answer.json()["done"] == [card.pk for card in cards]
    written = list(Answer.objects.order_by("pk"))
    assert [(one.state, one.outcome, one.author) for one in written] == [
        (Answer.State.APPROVAL, "explained", town.operator)
    ] * 2
    assert written[0].text == "Анна, здравствуйте! Бригада Водоканал выехала: Город Ёлкино, улица Мира, 5."
    assert [one.reply_to for one in written] == [main_message(card) for card in cards]
    assert list(Incident.objects.filter(pk__in=[c.pk for c in cards]).values_list("state", flat=True)) == [
        State.APPROVAL, State.APPROVAL
    ]  # fmt: skip
    assert not Delivery.objects.exists()


def test_the_preview_shows_the_words_and_writes_none(operator: Client, town: Town) -> None:
    told = ask(operator, "answer", [town.assigned()], **chosen(template())).json()
    assert "Анна, здравствуйте! Бригада Водоканал выехала: Город Ёлкино, улица Мира, 5." in told["html"]
    assert not Answer.objects.exists()


def test_taking_it_back_leaves_the_cards_as_they_were_and_nothing_to_approve(operator: Client, town: Town) -> None:
    cards = [town.assigned(), town.assigned()]
    before = [picture_of(card) for card in cards]
    told = all_of(operator, "answer", cards, **chosen(template())).json()
    back = operator.post("/undo/", {"batch": told["undo"]}, headers={"Accept": "application/json"})
    assert len(back.json()["cards"]) == 2
    assert [picture_of(card) for card in cards] == before
    assert set(Answer.objects.values_list("state", flat=True)) == {Answer.State.WITHDRAWN}
    assert operator.get(f"/incidents/{cards[0].pk}/").status_code == 200
    # And the way is free for another try.
    assert len(all_of(operator, "answer", cards, **chosen(template())).json()["done"]) == 2


def test_nobodys_words_are_overwritten(operator: Client, town: Town) -> None:
    draft, waiting, free = town.assigned(), town.assigned(), town.assigned()
    words = Words("Пишу сам", outcome="solved", ground="phone", ground_words="Позвонили автору")
    write(draft, main_message(draft), words, town.executor, timezone.now())
    written = write(waiting, main_message(waiting), words, town.executor, timezone.now())
    submit(written, town.executor, timezone.now())
    told = ask(operator, "answer", [draft, waiting, free], **chosen(template())).json()
    assert [pair.split(".")[0] for pair in told["cards"]] == [str(free.pk)]
    assert "ответ уже начат: откройте карточку" in told["html"]
    assert "ответ на согласовании" in told["html"]
    # A draft leaves the card as it is for the page: begun after the preview, it is found by the act itself.
    write(free, main_message(free), words, town.executor, timezone.now())
    free.refresh_from_db()
    answer = do(operator, "answer", [f"{free.pk}.{free.revision}"], told["batch"], **chosen(template()))
    assert answer.status_code == 409
    assert set(Answer.objects.values_list("text", flat=True)) == {"Пишу сам"}


def test_what_cannot_be_filled_or_said_is_held_back(operator: Client, town: Town) -> None:
    bare, whole = town.assigned(), town.assigned()
    Incident.objects.filter(pk=bare.pk).update(street="", house="")
    told = ask(operator, "answer", [bare, whole], **chosen(template())).json()
    assert [pair.split(".")[0] for pair in told["cards"]] == [str(whole.pk)]
    assert "в шаблоне нечем заполнить {адрес}" in told["html"]
    assert told["html"].index("Останутся как есть") < told["html"].index("Будет сделано")
    gaps = ask(operator, "answer", [whole], **chosen(template("Бригада выедет на место … и напишет."))).json()["html"]
    assert "в шаблоне есть пропуски" in gaps
    assert ask(operator, "answer", [whole], **chosen(template("Ну что же… Сделаем."))).json()["cards"]
    long = template("я" * 30_000)
    assert "Текст длиннее, чем берёт сеть" in ask(operator, "answer", [whole], **chosen(long)).json()["html"]
    foreign = template("Готово", agency=town.roads)
    assert "шаблон другого ведомства" in ask(operator, "answer", [whole], **chosen(foreign)).json()["html"]
    Message.objects.filter(links__incident=whole).update(deleted_at=timezone.now())
    assert "автор удалил сообщение" in ask(operator, "answer", [whole], **chosen(template())).json()["html"]


def test_another_agency_s_own_templates_are_neither_offered_nor_taken(client: Client, town: Town) -> None:
    local = person("local", Role.OPERATOR, town.water)
    own, foreign = template("Своё", agency=town.water), template("Чужое", agency=town.roads)
    everyone = template("Общее")
    assert set(templates_for(local)) == {own, everyone}
    assert set(templates_for(town.operator)) == {own, foreign, everyone}
    client.force_login(local)
    answer = ask(client, "answer", [town.assigned()], **chosen(foreign))
    assert answer.status_code == 422
    assert "Чужое" not in answer.content.decode()


def test_what_the_kind_of_answer_needs_is_asked_for(operator: Client, town: Town) -> None:
    card = town.assigned()
    lacking: list[tuple[str, dict[str, str], str]] = [
        ("final", {"outcome": ""}, "outcome"),
        ("first", {"outcome": "SOLVED"}, "outcome"),
        ("interim", {"promised_on": ""}, "promised_on"),
        ("interim", {"promised_on": "2020-01-01"}, "promised_on"),
        ("interim", {"promised_on": "9999-99-99"}, "promised_on"),
        ("interim", {"promised_on": "\x00" * 1000}, "promised_on"),
        ("survey", {}, "template"),
    ]
    for kind, given, field in lacking:
        answer = ask(operator, "answer", [card], **chosen(template("Готово", kind), **given))
        assert (answer.status_code, answer.json()["field"]) == (422, field), (kind, given)


def test_a_question_and_a_promise_wait_for_approval_too(operator: Client, town: Town) -> None:
    first, second = town.assigned(), town.assigned()
    day = str(timezone.localdate() + timedelta(days=3))
    all_of(operator, "answer", [first], **chosen(template("Починим", "interim"), promised_on=day))
    all_of(operator, "answer", [second], **chosen(template("Какой подъезд?", "question")))
    promise, question = Answer.objects.order_by("pk")
    assert (promise.state, str(promise.promised_on), promise.outcome) == (Answer.State.APPROVAL, day, "")
    assert (question.state, question.promised_on, question.outcome) == (Answer.State.APPROVAL, None, "")


def test_for_many_cards_a_template_knows_what_it_knows_for_one(town: Town) -> None:
    at = timezone.now()
    plain, promised, late, new = town.assigned(), town.assigned(), town.assigned(), town.card()
    clocks.wait(promised, "promise", at, at + timedelta(days=40))
    Deadline.objects.filter(incident=late).update(limit_at=at - timedelta(hours=1))
    cards = cards_of(town.operator, [card.pk for card in (plain, promised, late, new)])
    messages = {card.pk: main_message(card) for card in cards}
    many = facts_of_many(cards, messages, at)
    assert many == {card.pk: facts_of(card, messages[card.pk]) for card in cards}
    assert many[promised.pk].until == timezone.localdate(at + timedelta(days=40))
    assert many[late.pk].until is None


def test_the_preview_asks_no_more_for_forty_cards(operator: Client, town: Town) -> None:
    cards, one = [town.assigned() for _ in range(40)], template()
    with at_most(10):
        assert len(ask(operator, "answer", cards, **chosen(one)).json()["cards"]) == 40
