from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.answers.templates import Facts, facts_of, fill, first_name, left_open
from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident
from otklik.routing.models import Deadline
from tests.make import cards, inbox, people, places

FACTS = Facts("Анна", "Ёлкино", "улица Мира, 5", "Водоканал", date(2026, 11, 25), date(2026, 12, 1))


def test_every_hole_is_filled_whatever_its_case_and_what_is_not_known_stays_in_sight() -> None:
    text = "{обращение} {имя}, {место}, {адрес}, {дата}, {срок}, {ведомство}"
    expected = "Анна, здравствуйте! Анна, Ёлкино, улица Мира, 5, 25 ноября, 1 декабря, Водоканал"
    assert fill(text, FACTS) == expected
    assert left_open(expected) == []
    assert fill("Бригада {бригада}: {адрес}, до {срок}", Facts()) == "Бригада {бригада}: {адрес}, до {срок}"
    assert left_open("{адрес} и {Бригада №2}, снова {адрес}") == ["{адрес}", "{Бригада №2}"]
    assert fill("{обращение} Воду дали.", Facts()) == "Здравствуйте! Воду дали."
    assert fill("{ Имя }, {АДРЕС}", FACTS) == "Анна, улица Мира, 5"
    for text in ("", "{}", "{1}", "{{", "}{", "{ имя", "код {123}"):
        assert (fill(text, FACTS), left_open(text)) == (text, [])
    assert fill("{место}", Facts(place="{имя}", name="Анна")) == "{имя}"


def test_the_first_name_is_a_name_or_nothing_and_a_community_has_none() -> None:
    names = {"Анна Жилина": "Анна", "  Анна-Мария\u200b Ж.": "Анна-Мария", "\u202eанна": "анна"}
    names |= dict.fromkeys(("{имя}", "<b>Пётр</b>", "user_1999", "я" * 200, ""), "")
    assert {name: first_name(Author(name=name)) for name in names} == names
    assert first_name(Author(name="Подслушано Город", is_community=True)) == ""


@pytest.fixture
def card(db: None) -> Incident:
    return cards.card(
        inbox.message(author=inbox.author("Анна Жилина")),
        place=places.place("Ёлкино"),
        agency=people.agency("МУП «Водоканал»", short_name="Водоканал"),
        street="улица Мира",
        house="5",
    )


def clock(card: Incident, name: str, days: int, **more: object) -> None:
    now = timezone.now()
    limit = now + timedelta(days=days)
    Deadline.objects.create(incident=card, clock=name, starts_at=now, limit_at=limit, **more)


def test_the_facts_come_from_the_card_and_the_day_is_that_of_the_promise_and_never_a_past_one(card: Incident) -> None:
    facts = facts_of(card, Message.objects.get())
    assert (facts.name, facts.place, facts.address) == ("Анна", "Ёлкино", "улица Мира, 5")
    assert (facts.agency, facts.until) == ("Водоканал", None)
    assert facts.today == timezone.localdate()
    Incident.objects.update(place=None, agency=None, street="", house="")
    facts = facts_of(Incident.objects.get(), Message.objects.get())
    assert fill("{место}{адрес}{срок}{ведомство}", facts) == "{место}{адрес}{срок}{ведомство}"
    clock(card, "first_answer", -1)
    assert facts_of(card, Message.objects.get()).until is None
    clock(card, "final_answer", 5)
    clock(card, "promise", 2, cancelled_at=timezone.now())
    assert facts_of(card, Message.objects.get()).until == timezone.localdate() + timedelta(days=5)
    clock(card, "promise", 9)
    assert facts_of(card, Message.objects.get()).until == timezone.localdate() + timedelta(days=9)
