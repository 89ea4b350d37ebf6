"""What is Odnoklassniki's own, with its connector against the emulator: topics that only count, two APIs, a method that
may be gone, messages that are pushed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from otklik.inbox.models import Message
from otklik.networks.base import CannotTell, Event, Post, Published, Speech
from otklik.networks.errors import NeedsPerson, OutcomeUnknown, Permanent
from otklik.networks.models import RawEvent
from tests.connectors import gone, hook, only, with_tokens
from tests.make import inbox
from tests.ok_account import NETWORK, Reading, account, calls, foreign, own, reply_to
from tests.region import settle
from tests.sandbox.ok_town import OkTown, build
from tests.sandbox.process import Sandbox
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
ENOUGH = 21  # looks until every topic has been read again, whatever its count says


def write_many(town: OkTown, number: int, **where: str) -> set[str]:
    """Anna's comments, under the topic unless another place is named; their texts."""
    given: list[dict[str, Any]] = [
        {"person": town.anna, "text": f"Слово {n}"} | (where or {"under": town.topic}) for n in range(number)
    ]
    town.sandbox.control("ok/texts/batch", texts=given)
    return {each["text"] for each in given}


def topic(town: OkTown, text: str, **more: Any) -> str:
    return str(town.sandbox.control("ok/texts", place=town.group, text=text, **more)["address"])


def texts_of(events: list[Event]) -> list[str]:
    return [post.text for post in only(events, Post)]


def test_a_deletion_that_another_comment_hides_in_the_count_is_heard_too(ok_town: OkTown) -> None:
    reading = own(ok_town)
    removed = ok_town.comment("Темно")
    reading.raws()
    ok_town.delete(removed)
    ok_town.comment("Холодно")
    heard = reading.looks(ENOUGH)
    assert gone(heard) == [removed]
    assert "Холодно" in texts_of(heard)


def test_a_deleted_topic_is_heard_and_one_that_grew_old_is_not_taken_for_deleted(ok_town: OkTown) -> None:
    reading = own(ok_town, topics=2)
    reading.raws()
    newer = [topic(ok_town, f"Тема {n}") for n in range(2)]
    assert gone(reading.events()) == []
    ok_town.delete(newer[0])
    assert gone(reading.events()) == [newer[0]]


def test_more_than_one_look_can_read_is_read_in_several(ok_town: OkTown) -> None:
    reading = own(ok_town)
    reading.raws()
    ok_town.switch(comments_page=4)
    written = write_many(ok_town, 300)
    first = set(reading.texts())
    assert len(first) < 250
    ok_town.comment("Пришло между взглядами")
    assert {*written, "Пришло между взглядами"} <= first | set(texts_of(reading.looks(3)))
    reading.far_from_sweep(ok_town.topic_number)
    calls(ok_town)
    reading.raws()
    assert calls(ok_town).count("discussions.getComments") == 0


def test_a_first_reading_brings_the_newest_comments_and_not_years(ok_town: OkTown) -> None:
    ok_town.switch(comments_page=4)
    write_many(ok_town, 300)
    reading = own(ok_town)
    texts = texts_of(reading.looks(3))
    assert "Слово 299" in texts
    assert len(set(texts)) == 81
    assert reading.raws() == []


def test_nothing_is_lost_when_a_page_is_refused_in_the_middle(ok_town: OkTown) -> None:
    reading = own(ok_town)
    written = write_many(ok_town, 350)
    ok_town.fault("lost_anchor", "discussions.getComments")
    texts = set(reading.texts())
    ok_town.fault("error", "discussions.getComments", code=2)
    assert written <= texts | set(texts_of(reading.looks(4)))


def test_a_group_is_found_by_its_short_name_and_a_closed_one_is_given_up(ok_town: OkTown) -> None:
    guest = account(ok_town, guest=True)
    reading = Reading(guest, "foreign", "https://ok.ru/rechnoy")
    assert (reading.texts(), reading.called) == (["Что нового?"], ok_town.group)
    assert Reading(guest, "foreign", ok_town.group).texts() == ["Что нового?"]
    with pytest.raises(NeedsPerson, match="nobody"):
        Reading(guest, "foreign", "https://ok.ru/nobody").raws()
    ok_town.sandbox.control("ok/places", id=ok_town.group, guests="closed")
    with pytest.raises(Permanent):
        foreign(ok_town).raws()


def test_photos_of_topics_comments_and_messages_are_seen(ok_town: OkTown) -> None:
    for way in ("ids", "objects"):
        ok_town.switch(attachments=way)
        ok_town.comment(f"Фото {way}", photos=[PIXEL])
    ok_town.message("Фото лично", photos=[PIXEL])
    topic(ok_town, "Фото темы", photos=[PIXEL])
    posts = [post for post in own(ok_town).posts() if post.text.startswith("Фото")]
    assert len(posts) == 4
    for post in posts:
        (photo,) = post.attachments
        assert photo.url.startswith(f"{ok_town.base}/photo/")
        assert ok_town.sandbox.http.get(photo.url).status_code == 200


def test_an_account_with_one_of_the_two_apis_reads_what_it_can(ok_town: OkTown) -> None:
    ok_town.comment("Комментарий")
    ok_town.message("Сообщение")
    both = account(ok_town)
    only_bot = with_tokens(both, access="", application_key="", secret_key="")
    assert Reading(only_bot, "own", ok_town.group).texts() == ["Сообщение"]
    assert Reading(with_tokens(both, group=""), "own", ok_town.group).texts() == ["Что нового?", "Комментарий"]
    with pytest.raises(NeedsPerson):
        Reading(with_tokens(only_bot, group=""), "own", ok_town.group).raws()


def test_where_the_method_is_gone_a_person_answers_by_hand_and_is_found(ok_town: OkTown) -> None:
    ok_town.switch(comment_method=False)
    speech = reply_to(ok_town, ok_town.comment("Когда?"))
    with pytest.raises(NeedsPerson, match=f"{ok_town.base}/group/{ok_town.group}/topic/{ok_town.topic_number}"):
        NETWORK.publish(account(ok_town), speech, "k")
    assert NETWORK.find(account(ok_town), speech) is None
    by_hand = ok_town.sandbox.control("ok/texts", under=speech.reply_to, text="Починят  завтра.")["address"]
    found = NETWORK.find(account(ok_town), speech)
    assert isinstance(found, Published)
    assert found.external_id == by_hand


def test_under_a_topic_that_is_gone_nothing_is_said_nor_looked_for(ok_town: OkTown) -> None:
    speech = reply_to(ok_town, ok_town.comment("Когда?"))
    ok_town.delete(ok_town.topic)
    with pytest.raises(Permanent):
        NETWORK.publish(account(ok_town), speech, "k")
    assert isinstance(NETWORK.find(account(ok_town), speech), CannotTell)


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_in_a_dialogue_is_looked_up(ok_town: OkTown, fault: str, came: bool) -> None:
    asked = ok_town.message("Здравствуйте")
    speech = Speech("Ответили", asked, asked.partition("?")[0], direct=True, attempted_at=datetime.now(UTC))
    ok_town.fault(fault, "graph.messages.post")
    with pytest.raises(OutcomeUnknown):
        NETWORK.publish(account(ok_town), speech, "k")
    assert isinstance(NETWORK.find(account(ok_town), speech), Published) is came


@pytest.mark.parametrize("form", ["plain", "typed"])
def test_a_pushed_message_is_the_same_as_a_polled_one(ok_town: OkTown, form: str) -> None:
    ok_town.switch(webhook_form=form)
    with hook(NETWORK, account(ok_town, options={"push": True})) as ours:
        NETWORK.subscribe(ours.access, ours.url)
        NETWORK.subscribe(ours.access, ours.url)
        assert len(ok_town.graph("subscriptions")["subscriptions"]) == 1
        written = ok_town.message("Сообщение по вызову")
        until(lambda: bool(ours.raws), "the event is pushed")
    assert ours.events() == [post for post in own(ok_town).posts() if post.external_id == written]


def test_broken_events_are_refused_or_kept_and_say_nothing(sandbox: Sandbox) -> None:
    ok_town = build(sandbox)  # what leaves it here fits no description
    ok_town.switch(push_delays=[0.05])
    with hook(NETWORK, account(ok_town)) as ours:
        NETWORK.subscribe(ours.access, ours.url)
        for event in ({"webhookType": "CHAT_SYSTEM"}, {"webhookType": "MESSAGE_CREATED"}, {"a": 1}, "{broken"):
            ok_town.sandbox.control("ok/events", place=ok_town.group, event=event)
        until(lambda: len(ours.raws) == 2, "two events are kept")
        until(lambda: ok_town.graph("subscriptions") == {"subscriptions": []}, "the refused ones end the subscription")
    assert ours.events() == []


def test_while_messages_are_pushed_pulling_only_reconciles(ok_town: OkTown) -> None:
    reading = own(ok_town, push=True)
    ok_town.message("Первое")
    assert "Первое" in reading.texts()
    ok_town.message("Потерянное")
    reading.far_from_sweep(ok_town.topic_number)
    calls(ok_town)
    assert reading.texts() == []
    assert calls(ok_town) == ["stream.get"]
    assert "Потерянное" in [post.text for post in only(reading.looks(20), Post)]


@pytest.mark.django_db
def test_the_product_takes_a_pushed_message_once_and_a_forged_one_not_at_all() -> None:
    made = inbox.account("ok", "53038939046008")
    event = {
        "sender": {"user_id": "user:5", "name": "Анна Пробная"},
        "recipient": {"chat_id": "chat:C1"},
        "message": {"text": "Не горит фонарь", "mid": "mid:C1.2", "seq": 2**53 + 1},
        "timestamp": 1_790_000_000_000,
    }
    address = f"/hooks/ok/{made.hook_key}/"
    answers = [Client().post(f"{address}?gid={made.external_id}", event, "application/json") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b""), (200, b"")]
    settle()
    heard = Message.objects.get(external_id="ok:chat:C1?mid=C1.2")
    assert (heard.text, heard.place, heard.author.external_id) == ("Не горит фонарь", "direct", "user:5")
    assert heard.thread.community == f"group:{made.external_id}"
    assert Client().post(f"{address}?gid=1", event, "application/json").status_code == 403
    assert Client().post(address, b"{", "application/json").status_code == 403
    assert Client().post("/hooks/ok/guess/", event, "application/json").status_code == 404
    assert RawEvent.objects.filter(network="ok", origin="push").count() == 1
