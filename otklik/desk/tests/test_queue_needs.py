"""«Требует человека»: an agency that asks for a later day, and an author who came after the answer."""

import importlib
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.tests.pages import fresh, must_say
from otklik.feedback.gathering import gather, ungather
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, IncidentMessage, Outcome, State
from otklik.journal import book
from otklik.publishing.models import Delivery, Epoch, Sent
from otklik.routing import extensions
from tests.make import inbox
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def needing(client: Client) -> list[int]:
    return [row.card.pk for row in client.get("/queue/?tab=person").context["rows"]]


def test_an_ask_for_a_later_day_needs_a_person_until_it_is_decided(operator: Client, town: Town) -> None:
    card, other = town.assigned(), town.assigned()
    assert needing(operator) == []
    asked = extensions.ask(card, timezone.localdate() + timedelta(days=9), "Ждём трубу", town.executor, timezone.now())
    assert needing(operator) == [card.pk]
    assert "ведомство просит продлить срок" in operator.get("/queue/?tab=work").content.decode()
    extensions.refuse(asked, "Нет", town.operator, timezone.now())
    assert needing(operator) == []
    assert other.pk != card.pk


def test_an_ask_of_the_agency_that_had_the_card_before_is_over(operator: Client, town: Town) -> None:
    card = town.assigned()
    extensions.ask(card, timezone.localdate() + timedelta(days=9), "Ждём трубу", town.executor, timezone.now())
    Incident.objects.filter(pk=card.pk).update(assigned_at=timezone.now() + timedelta(seconds=1))
    assert needing(operator) == []
    assert "ведомство просит продлить срок" not in operator.get("/queue/?tab=work").content.decode()


def written(town: Town, card: Incident, state: Answer.State, at: datetime) -> Answer:
    """An answer to the author of the card."""
    told = {"text": "Воду дали.", "outcome": Outcome.SOLVED, "author": town.executor, "version": 1, "state": state}
    decided_at, reply_to = at if state == Answer.State.APPROVED else None, main_message(card)
    return Answer.objects.create(
        incident=card, reply_to=reply_to, decided_at=decided_at, created_at=at, changed_at=at, **told
    )


def answered(town: Town) -> Incident:
    """Approved and told: the card waits for the author's word."""
    card, now = town.card(at=NOW - timedelta(hours=5)), timezone.now()
    written(town, card, Answer.State.APPROVED, now)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING, rating_since=now, agency=town.water)
    return card


def late_for(town: Town, card: Incident) -> Incident:
    late = town.card("И у нас нет воды")
    assert gather(card, late, town.operator, timezone.now()).pk == card.pk
    return late


def test_an_author_who_was_gathered_after_the_answer_needs_a_person(operator: Client, town: Town) -> None:
    card = answered(town)
    assert needing(operator) == []
    late_for(town, card)
    assert needing(operator) == [card.pk]
    assert "не все авторы получили ответ" in operator.get("/queue/?tab=rating").content.decode()


def test_nobody_waits_who_has_had_an_answer_on_the_card_that_was_gathered(town: Town) -> None:
    card, late = answered(town), town.card("И у нас нет воды")
    written(town, late, Answer.State.APPROVED, timezone.now())
    Incident.objects.filter(pk=late.pk).update(state=State.IN_WORK, agency=town.water)
    gather(card, late, town.operator, timezone.now())
    assert Incident.objects.get(pk=card.pk).owed_since is None


def test_he_needs_nobody_any_more_once_his_card_goes_its_own_way(operator: Client, town: Town) -> None:
    card = answered(town)
    late = late_for(town, card)
    with book.turn():
        ungather(Incident.objects.get(pk=late.pk), "machine:feedback", timezone.now())
    assert needing(operator) == []
    assert "не все авторы получили ответ" not in operator.get("/queue/?tab=rating").content.decode()


def test_nor_once_an_answer_is_approved_that_he_gets_too(client: Client, town: Town) -> None:
    card = answered(town)
    late_for(town, card)
    Incident.objects.filter(pk=card.pk).update(state=State.APPROVAL)
    again = written(town, card, Answer.State.APPROVAL, timezone.now())
    drafts.approve(again, town.operator, timezone.now(), 1)
    assert again.copies.count() == 1
    assert fresh(card).owed_since is None


def test_who_was_gathered_before_the_answer_has_had_it(client: Client, town: Town) -> None:
    card = town.card(at=NOW - timedelta(hours=5))
    gather(card, town.card("И у нас нет воды"), town.operator, timezone.now())
    assert Incident.objects.get(pk=card.pk).owed_since is None


def test_cards_that_were_owed_before_the_column_get_it(town: Town) -> None:
    owed, other = answered(town), answered(town)
    late_for(town, owed)
    since = Incident.objects.get(pk=owed.pk).owed_since
    Incident.objects.update(owed_since=None)
    importlib.import_module("otklik.feedback.migrations.0002_owed").fill(apps, None)
    found = dict(Incident.objects.filter(owed_since__isnull=False).values_list("pk", "owed_since"))
    assert list(found) == [owed.pk]
    again = found[owed.pk]
    assert since is not None
    assert again is not None
    assert abs(again - since) < timedelta(seconds=5)
    assert other.pk not in found


# What an author answered to us stands in the row: a card that came back is not accepted unread.
def asked(town: Town, card: Incident, kind: str = Answer.Kind.QUESTION) -> None:
    """We have asked the author something, ten minutes ago."""
    at, message = NOW - timedelta(minutes=10), main_message(card)
    told = {"text": "Какой дом?", "author": town.operator, "state": Answer.State.APPROVED, "kind": kind}
    answer = Answer.objects.create(incident=card, reply_to=message, created_at=at, changed_at=at, **told)
    epoch = Epoch.objects.create(began_at=at)
    delivery = Delivery.objects.create(
        answer=answer, message=message, epoch=epoch, text="Какой дом?", key=f"k{card.pk}", created_at=at
    )
    Sent.objects.create(delivery=delivery, external_id=f"wall-1_1?reply={card.pk}", at=at)


def said(card: Incident, text: str, minutes_ago: int, author: Author | None = None, own: bool = False) -> None:
    first, at = main_message(card), NOW - timedelta(minutes=minutes_ago)
    address, writer = f"{first.external_id}{minutes_ago}", author or first.author
    message = inbox.message(text, at=at, author=writer, thread=first.thread, external_id=address, own=own)
    IncidentMessage.objects.create(incident=card, message=message, linked_at=NOW)


def test_the_authors_answer_stands_in_the_row(operator: Client, town: Town) -> None:
    card = town.card("Темно на улице")
    asked(town, card)
    said(card, "Дом <b>семь</b>", 5)
    must_say(operator.get("/queue/"), 200, "Автор ответил: Дом &lt;b&gt;семь&lt;/b&gt;", "Темно на улице")


def test_of_several_words_the_newest_and_anothers_are_told_apart(operator: Client, town: Town) -> None:
    card = town.card()
    asked(town, card)
    said(card, "Дом семь", 5)
    said(card, "И у нас темно", 3, Author.objects.create(network="vk", external_id="77", name="Сосед"))
    must_say(operator.get("/queue/"), 200, "Пишут ещё: И у нас темно", never=("Дом семь",))


@pytest.mark.parametrize("case", ["before the question", "our own", "nothing asked", "a survey alone", "over"])
def test_nothing_stands_there_without_an_answer_to_us(operator: Client, town: Town, case: str) -> None:
    card = town.card()
    if case != "nothing asked":
        asked(town, card, Answer.Kind.SURVEY if case == "a survey alone" else Answer.Kind.QUESTION)
    said(card, "Дом семь", 15 if case == "before the question" else 5, own=case == "our own")
    if case == "over":
        Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    page = must_say(operator.get(f"/queue/?tab={'done' if case == 'over' else 'new'}"), 200, f"№ {card.number}")
    assert "Дом семь" not in page
