"""Holes of a template: filled from the card, left in sight where nothing is known, and safe from hostile names."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.answers.templates import Facts, facts_of, fill, first_name, left_open
from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident
from otklik.routing.models import Deadline
from tests.make import cards, inbox, people, places

FACTS = Facts("Анна", "Ёлкино", "улица Мира, 5", "Водоканал", date(2026, 11, 25), date(2026, 12, 1))


def test_every_hole_is_filled_from_the_card() -> None:
    text = "{обращение} {имя}, {место}, {адрес}, {дата}, {срок}, {ведомство}"
    told = "Анна, здравствуйте! Анна, Ёлкино, улица Мира, 5, 25 ноября, 1 декабря, Водоканал"
    assert fill(text, FACTS) == told
    assert left_open(told) == []


def test_what_is_not_known_stays_in_sight() -> None:
    assert fill("Бригада {бригада}: {адрес}, до {срок}", Facts()) == "Бригада {бригада}: {адрес}, до {срок}"
    assert left_open("{адрес} и {Бригада №2}, снова {адрес}") == ["{адрес}", "{Бригада №2}"]


def test_without_a_name_one_is_greeted_all_the_same() -> None:
    assert fill("{обращение} Воду дали.", Facts()) == "Здравствуйте! Воду дали."


def test_case_and_blanks_within_a_hole_do_not_matter() -> None:
    assert fill("{ Имя }, {АДРЕС}", FACTS) == "Анна, улица Мира, 5"


@pytest.mark.parametrize("text", ["", "{}", "{1}", "{{", "}{", "{ имя", "код {123}"])
def test_braces_that_are_no_holes_stay_as_they_are(text: str) -> None:
    assert fill(text, FACTS) == text
    assert left_open(text) == []


def test_a_value_is_never_read_as_a_hole() -> None:
    assert fill("{место}", Facts(place="{имя}", name="Анна")) == "{имя}"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Анна Жилина", "Анна"),
        ("  Анна-Мария\u200b Ж.", "Анна-Мария"),
        ("\u202eанна", "анна"),
        ("{имя}", ""),
        ("<b>Пётр</b>", ""),
        ("user_1999", ""),
        ("я" * 200, ""),
        ("", ""),
    ],
)
def test_the_first_name_is_a_name_or_nothing(name: str, first: str) -> None:
    assert first_name(Author(name=name)) == first


def test_a_community_has_no_first_name() -> None:
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


def test_the_facts_come_from_the_card(card: Incident) -> None:
    facts = facts_of(card, Message.objects.get())
    assert (facts.name, facts.place, facts.address) == ("Анна", "Ёлкино", "улица Мира, 5")
    assert (facts.agency, facts.until) == ("Водоканал", None)
    assert facts.today == timezone.localdate()


def test_the_day_is_that_of_the_promise_and_never_one_that_has_passed(card: Incident) -> None:
    clock(card, "first_answer", -1)
    assert facts_of(card, Message.objects.get()).until is None
    clock(card, "final_answer", 5)
    clock(card, "promise", 2, cancelled_at=timezone.now())
    assert facts_of(card, Message.objects.get()).until == timezone.localdate() + timedelta(days=5)
    clock(card, "promise", 9)
    assert facts_of(card, Message.objects.get()).until == timezone.localdate() + timedelta(days=9)


def test_a_card_that_knows_nothing_leaves_the_holes(card: Incident) -> None:
    Incident.objects.update(place=None, agency=None, street="", house="")
    facts = facts_of(Incident.objects.get(), Message.objects.get())
    assert fill("{место}{адрес}{срок}{ведомство}", facts) == "{место}{адрес}{срок}{ведомство}"
