"""What an author answered to us stands in the row: a card that came back is not accepted unread."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.inbox.models import Author, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.publishing.models import Delivery, Epoch, Sent
from tests.make.town import Town

NOW = timezone.now()


def asked(town: Town, card: Incident, kind: str = Answer.Kind.QUESTION) -> None:
    """We have asked the author something, ten minutes ago."""
    at, message = NOW - timedelta(minutes=10), main_message(card)
    answer = Answer.objects.create(
        incident=card,
        reply_to=message,
        kind=kind,
        text="Какой дом?",
        author=town.operator,
        state=Answer.State.APPROVED,
        created_at=at,
        changed_at=at,
    )
    delivery = Delivery.objects.create(
        answer=answer,
        message=message,
        epoch=Epoch.objects.create(began_at=at),
        text="Какой дом?",
        key=f"k{card.pk}",
        created_at=at,
    )
    Sent.objects.create(delivery=delivery, external_id=f"wall-1_1?reply={card.pk}", at=at)


def said(card: Incident, text: str, minutes_ago: int, author: Author | None = None, own: bool = False) -> None:
    first = main_message(card)
    message = Message.objects.create(
        network="vk",
        external_id=f"{first.external_id}{minutes_ago}",
        place=Message.Place.COMMENT,
        thread=first.thread,
        source=first.source,
        author=author or first.author,
        text=text,
        own=own,
        posted_at=NOW - timedelta(minutes=minutes_ago),
        captured_at=NOW,
    )
    IncidentMessage.objects.create(incident=card, message=message, linked_at=NOW)


def row(client: Client, town: Town, tab: str = "new") -> str:
    client.force_login(town.operator)
    return client.get(f"/queue/?tab={tab}").content.decode()


def test_the_authors_answer_stands_in_the_row(client: Client, town: Town) -> None:
    card = town.card("Темно на улице")
    asked(town, card)
    said(card, "Дом <b>семь</b>", 5)
    page = row(client, town)
    assert "Автор ответил: Дом &lt;b&gt;семь&lt;/b&gt;" in page
    assert "Темно на улице" in page


def test_of_several_words_the_newest_and_anothers_are_told_apart(client: Client, town: Town) -> None:
    card = town.card()
    asked(town, card)
    said(card, "Дом семь", 5)
    said(card, "И у нас темно", 3, Author.objects.create(network="vk", external_id="77", name="Сосед"))
    page = row(client, town)
    assert "Пишут ещё: И у нас темно" in page
    assert "Дом семь" not in page


@pytest.mark.parametrize("case", ["before the question", "our own", "nothing asked", "a survey alone", "over"])
def test_nothing_stands_there_without_an_answer_to_us(client: Client, town: Town, case: str) -> None:
    card = town.card()
    if case != "nothing asked":
        asked(town, card, Answer.Kind.SURVEY if case == "a survey alone" else Answer.Kind.QUESTION)
    said(card, "Дом семь", 15 if case == "before the question" else 5, own=case == "our own")
    if case == "over":
        Incident.objects.filter(pk=card.pk).update(state=State.DONE)
    page = row(client, town, "done" if case == "over" else "new")
    assert f"№ {card.number}" in page
    assert "Дом семь" not in page
