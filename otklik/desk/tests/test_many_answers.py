"""One template for many cards: each gets an answer of its own, every one waits for approval, none is said."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from otklik.answers.facts import facts_of_many
from otklik.answers.models import Answer, Template
from otklik.answers.templates import facts_of
from otklik.desk.operator.many.answering import templates_for
from otklik.desk.operator.many.preview import cards_of
from otklik.desk.tests.pages import assert_answers, at_most, page_at, take_back
from otklik.desk.tests.test_many import all_of, as_seen, ask, asked, do, states
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


def template(text: str = TEXT, kind: str = "final", agency: Agency | None = None) -> Template:
    return Template.objects.create(title="Бригада выехала", kind=kind, text=text, agency=agency)


def chosen(one: Template, **more: str) -> dict[str, Any]:
    return {"template": one.pk, "outcome": "explained", "why": "law", "why_words": "Запрещает закон", **more}


def test_each_card_gets_its_own_words_all_wait_for_approval_and_are_taken_back(operator: Client, town: Town) -> None:
    cards, one = [town.assigned(), town.assigned()], template()
    before = [picture_of(card) for card in cards]
    words = "Анна, здравствуйте! Бригада Водоканал выехала: Город Ёлкино, улица Мира, 5."
    assert words in asked(operator, "answer", cards, **chosen(one))[1]
    assert not Answer.objects.exists(), "the preview writes none"
    answer = all_of(operator, "answer", cards, **chosen(one))
    assert answer.json()["done"] == [card.pk for card in cards]
    written = list(Answer.objects.order_by("pk"))
    assert [(one.state, one.outcome, one.author) for one in written] == [
        (Answer.State.APPROVAL, "explained", town.operator)
    ] * 2
    assert [(one.text, one.reply_to) for one in written] == [(words, main_message(card)) for card in cards]
    assert states(cards) == [State.APPROVAL] * 2
    assert not Delivery.objects.exists()
    assert take_back(operator, batch=answer.json()["undo"]) == 200
    assert [picture_of(card) for card in cards] == before
    assert set(Answer.objects.values_list("state", flat=True)) == {Answer.State.WITHDRAWN}
    assert page_at(operator, f"/incidents/{cards[0].pk}/")
    # And the way is free for another try.
    assert len(all_of(operator, "answer", cards, **chosen(template())).json()["done"]) == 2


def test_nobodys_words_are_overwritten(operator: Client, town: Town) -> None:
    draft, waiting, free = town.drafted("Пишу сам").incident, town.submitted("Пишу сам").incident, town.assigned()
    can, page = asked(operator, "answer", [draft, waiting, free], **chosen(template()))
    assert can == [free.pk]
    assert "ответ уже начат: откройте карточку" in page
    assert "ответ на согласовании" in page
    # A draft leaves the card as it is for the page: begun after the preview, it is found by the act itself.
    town.drafted("Пишу сам", card=free)
    free.refresh_from_db()
    assert do(operator, "answer", as_seen(free), "", **chosen(template())).status_code == 409
    assert set(Answer.objects.values_list("text", flat=True)) == {"Пишу сам"}


def test_anothers_template_and_what_cannot_be_filled_or_said_are_held_back(town: Town, operator: Client) -> None:
    local = person("local", Role.OPERATOR, town.water)
    own, foreign = template("Своё", agency=town.water), template("Чужое", agency=town.roads)
    everyone = template("Общее")
    assert set(templates_for(local)) == {own, everyone}
    assert set(templates_for(town.operator)) == {own, foreign, everyone}
    assert_answers(ask(signed_in(local), "answer", [town.assigned()], **chosen(foreign)), 422, hides=["Чужое"])
    bare, whole = town.assigned(), town.assigned()
    Incident.objects.filter(pk=bare.pk).update(street="", house="")
    can, page = asked(operator, "answer", [bare, whole], **chosen(template()))
    assert can == [whole.pk]
    assert "в шаблоне нечем заполнить {адрес}" in page
    assert page.index("Останутся как есть") < page.index("Будет сделано")
    assert asked(operator, "answer", [whole], **chosen(template("Ну что же… Сделаем.")))[0] == [whole.pk]
    for one, words in (
        (template("Бригада выедет на место … и напишет."), "в шаблоне есть пропуски"),
        (template("я" * 30_000), "Текст длиннее, чем берёт сеть"),
        (template("Готово", agency=town.roads), "шаблон другого ведомства"),
    ):
        assert words in asked(operator, "answer", [whole], **chosen(one))[1]
    Message.objects.filter(links__incident=whole).update(deleted_at=timezone.now())
    assert "житель удалил сообщение" in asked(operator, "answer", [whole], **chosen(template()))[1]


def test_what_the_kind_of_answer_needs_is_asked_for_and_all_wait_for_approval(operator: Client, town: Town) -> None:
    card = town.assigned()
    lacking: list[tuple[str, dict[str, str], str]] = [
        ("final", {"outcome": ""}, "outcome"),
        ("first", {"outcome": "SOLVED"}, "outcome"),
        *(("interim", {"promised_on": day}, "promised_on") for day in ("", "2020-01-01", "9999-99-99", "\x00" * 1000)),
        ("survey", {}, "template"),
    ]
    for kind, fields, field in lacking:
        answer = ask(operator, "answer", [card], **chosen(template("Готово", kind), **fields))
        assert (answer.status_code, answer.json()["field"]) == (422, field), (kind, fields)
    day = str(timezone.localdate() + timedelta(days=3))
    for kind, fields, promised_on in (("interim", {"promised_on": day}, day), ("question", {}, "None")):
        all_of(operator, "answer", [town.assigned()], **chosen(template("Какой подъезд?", kind), **fields))
        answer = Answer.objects.latest("pk")
        assert (answer.kind, str(answer.promised_on), answer.outcome) == (kind, promised_on, "")
        assert answer.state == Answer.State.APPROVAL


def test_for_many_cards_a_template_knows_as_much_as_for_one_and_asks_no_more(town: Town, operator: Client) -> None:
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
    cards, one = [town.assigned() for _ in range(40)], template()
    with at_most(10):
        assert len(ask(operator, "answer", cards, **chosen(one)).json()["cards"]) == 40
