"""A card by hand: any page of any network, and an answer published by hand with a picture of it."""

from typing import Any

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


def shot(content: bytes | None = None, name: str = "s.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture("JPEG") if content is None else content)


def form(**more: object) -> dict[str, object]:
    return {"link": LINK, "network": "", "text": TEXT, "author": "Иван", **more}


def test_a_link_that_no_network_knows_becomes_a_card_to_be_answered_by_hand(town: Town, operator: Client) -> None:
    page = page_at(operator, "/find/", q=LINK)
    assert "/incidents/addition/?link=https%3A//zhaloba.example/forum/12%3Fpost%3D5" in page
    assert f'value="{LINK}"' in page_at(operator, HERE, link=LINK)
    answer = operator.post(HERE, form(picture=shot()))
    message = Message.objects.latest("pk")
    assert answer["Location"] == f"{HERE}{message.pk}/"
    assert "Карточка заводится" in page_at(operator, answer["Location"])
    drain(lanes=frozenset({Lane.THINK}))
    card = Incident.objects.latest("pk")
    assert operator.get(answer["Location"])["Location"] == f"/incidents/{card.pk}/"
    assert (card.state, card.network) == (State.NEW, "other")
    assert (message.text, message.author.name, message.media.count()) == (TEXT, "Иван", 1)
    assert message.closed.startswith("Сообщение внесено вручную")
    entry = Entry.objects.get(verb="message.by_hand")
    assert (entry.actor, entry.data) == (f"user:{town.operator.pk}", {"message": message.pk, "network": "other"})


def test_what_is_wrong_brings_nothing_and_a_link_of_a_network_no_second_card(town: Town, operator: Client) -> None:
    links = ("", "javascript:alert(1)", "просто слова", "http://localhost/", "https://e.example/" + "a" * 600)
    wrongs: list[dict[str, Any]] = [
        *({"link": link} for link in links),
        *({"text": text} for text in (" \u200b\x00 ", "я" * 20_001)),
        {"network": "nowhere"},
        {"picture": shot(b"<svg onload='alert(1)'/>", "s.svg")},
    ]
    for wrong in wrongs:
        assert_answers(operator.post(HERE, form(**wrong)), 422, "ad-error")
    assert not Message.objects.exists()
    link = "https://vk.com/wall-77_5?reply=9"
    for _ in range(2):
        answer = operator.post(HERE, form(link=link, network="ok"), follow=True)
    assert_answers(answer, 200, "Это сообщение уже есть в системе.")
    message = Message.objects.get(external_id="wall-77_5?reply=9")
    assert (message.network, message.thread.external_id, message.closed) == ("vk", "wall-77_5", "")
    assert Message.objects.filter(url__startswith="https://vk.com/wall-77").count() == 1


def test_an_answer_is_published_by_hand_with_a_picture_of_it(town: Town, operator: Client) -> None:
    delivery = town.approved()
    Delivery.objects.filter(pk=delivery.pk).update(hold=Delivery.Hold.BY_HAND, due_at=None)
    Message.objects.filter(pk=delivery.message_id).update(url="")
    address, approver, link = f"/deliveries/{delivery.pk}/proof/", signed_in(town.approver), "https://vk.com/x"
    assert approver.post(address, {"link": link, "picture": shot(b"not a picture")}).status_code == 422
    assert not Sent.objects.exists()
    assert approver.post(address, {"link": link, "picture": shot()}).status_code < 400
    assert Sent.objects.get().by_hand == town.approver
    where = f"/deliveries/{delivery.pk}/picture/"
    assert where in page_at(operator, f"/incidents/{delivery.answer.incident_id}/")
    response = operator.get(where)
    assert response["Content-Type"] == "image/jpeg"
    response.close()
