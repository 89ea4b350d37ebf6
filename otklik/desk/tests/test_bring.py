"""A card by hand: any page of any network, and an answer published by hand with a picture of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.desk.tests.pages import assert_answers, page_at
from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib.tests.test_pictures import picture
from otklik.publishing.models import Delivery, Sent
from tests.make.people import signed_in
from tests.make.town import Town

HERE = "/incidents/addition/"
LINK = "https://zhaloba.example/forum/12?post=5"
TEXT = "Во дворе на Садовой, 5 не горит фонарь"


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def given(**more: object) -> dict[str, object]:
    return {"link": LINK, "network": "", "text": TEXT, "author": "Иван", **more}


def opened() -> Incident:
    """The card that the worker has opened for the newest message."""
    drain(lanes=frozenset({Lane.THINK}))
    return Incident.objects.latest("pk")


def test_a_link_that_no_network_knows_becomes_a_card_to_be_answered_by_hand(town: Town, operator: Client) -> None:
    answer = operator.post(HERE, given(picture=SimpleUploadedFile("s.jpg", picture("JPEG"))))
    message = Message.objects.latest("pk")
    assert answer["Location"] == f"{HERE}{message.pk}/"
    waiting = operator.get(answer["Location"])
    assert "Карточка заводится" in waiting.content.decode()
    card = opened()
    assert operator.get(answer["Location"])["Location"] == f"/incidents/{card.pk}/"
    assert (card.state, card.network) == (State.NEW, "other")
    assert (message.text, message.author.name, message.media.count()) == (TEXT, "Иван", 1)
    assert message.closed.startswith("Сообщение внесено вручную")
    entry = Entry.objects.get(verb="message.by_hand")
    assert (entry.actor, entry.data) == (f"user:{town.operator.pk}", {"message": message.pk, "network": "other"})


def test_a_link_of_a_network_keeps_its_address_and_is_never_two_cards(town: Town, operator: Client) -> None:
    link = "https://vk.com/wall-77_5?reply=9"
    for _ in range(2):
        answer = operator.post(HERE, given(link=link, network="ok"), follow=True)
    assert "Это сообщение уже есть в системе." in answer.content.decode()
    message = Message.objects.get(external_id="wall-77_5?reply=9")
    assert (message.network, message.thread.external_id, message.closed) == ("vk", "wall-77_5", "")
    assert Message.objects.filter(url__startswith="https://vk.com/wall-77").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"link": ""},
        {"link": "javascript:alert(1)"},
        {"link": "просто слова"},
        {"link": "http://localhost/"},
        {"link": "https://e.example/" + "a" * 600},
        {"text": " \u200b\x00 "},
        {"text": "я" * 20_001},
        {"network": "nowhere"},
        {"picture": SimpleUploadedFile("s.svg", b"<svg onload='alert(1)'/>")},
    ],
)
def test_what_is_wrong_stays_on_the_page_and_brings_nothing(
    town: Town, operator: Client, wrong: dict[str, object]
) -> None:
    before = Message.objects.count()
    assert_answers(operator.post(HERE, given(**wrong)), 422, "ad-error")
    assert Message.objects.count() == before


def test_the_search_offers_a_card_for_a_link_that_it_does_not_know(town: Town, operator: Client) -> None:
    page = operator.get("/find/", {"q": LINK}).content.decode()
    assert "/incidents/addition/?link=https%3A//zhaloba.example/forum/12%3Fpost%3D5" in page
    assert f'value="{LINK}"' in operator.get(HERE, {"link": LINK}).content.decode()


def test_an_answer_is_published_by_hand_with_a_picture_of_it(town: Town, operator: Client) -> None:
    delivery = town.approved()
    Delivery.objects.filter(pk=delivery.pk).update(hold=Delivery.Hold.BY_HAND, due_at=None)
    Message.objects.filter(pk=delivery.message_id).update(url="")
    address, approver = f"/deliveries/{delivery.pk}/proof/", signed_in(town.approver)
    bad = {"link": "https://vk.com/x", "picture": SimpleUploadedFile("s.jpg", b"not a picture")}
    assert approver.post(address, bad).status_code == 422
    assert not Sent.objects.exists()
    good = {"link": "https://vk.com/x", "picture": SimpleUploadedFile("s.jpg", picture("JPEG"))}
    assert approver.post(address, good).status_code < 400
    assert Sent.objects.get().by_hand == town.approver
    shot = f"/deliveries/{delivery.pk}/picture/"
    assert shot in page_at(operator, f"/incidents/{delivery.answer.incident_id}/")
    assert signed_in(town.stranger).get(shot).status_code == 404
    told = operator.get(shot)
    assert told["Content-Type"] == "image/jpeg"
    told.close()
