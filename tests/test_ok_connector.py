"""The Odnoklassniki connector against the emulator over HTTP: what citizens write is heard, however it goes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from otklik.networks.base import Deletion, Post, ReadPlace
from otklik.networks.errors import AuthLost, NeedsPerson, NotSupported, Permanent, RetryAt
from tests.ok_account import NETWORK, PIXEL, Reading, account, calls, foreign, own, without
from tests.sandbox.ok_town import OkTown, build
from tests.sandbox.process import Sandbox

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def city(sandbox: Sandbox) -> OkTown:
    return build(sandbox)


def test_a_comment_is_heard_by_poll_with_its_address(city: OkTown) -> None:
    reading = own(city)
    assert reading.texts() == ["Что нового?"]
    address = city.comment("Во дворе темно")
    (heard,) = reading.events()
    assert isinstance(heard, Post)
    assert (heard.text, heard.external_id) == ("Во дворе темно", address)
    assert (heard.thread, heard.parent, heard.community) == (city.topic, city.topic, f"group:{city.group}")
    assert (heard.author.external_id, heard.author.name) == (f"user:{city.anna}", "Анна Пробная")
    assert heard.url.startswith(f"{city.base}/group/{city.group}/topic/")
    assert (heard.own, heard.closed) == (False, "")
    assert heard.posted_at is not None
    assert abs((heard.posted_at - datetime.now(UTC)).total_seconds()) < 60
    assert reading.events() == []


def test_a_quiet_group_costs_one_call(city: OkTown) -> None:
    reading = Reading(replace(account(city), tokens=without(city, "group")), "own", city.group)
    city.comment("Во дворе темно")
    reading.raws()
    reading.far_from_sweep(city.topic_number)
    calls(city)
    assert reading.raws() == []
    assert calls(city) == ["stream.get"]


@pytest.mark.parametrize("stream", ["entities", "feeds"])
def test_topics_are_read_however_the_stream_tells_of_them(city: OkTown, stream: str) -> None:
    city.switch(stream=stream)
    reading = own(city)
    assert reading.texts() == ["Что нового?"]
    fresh = city.sandbox.control("ok/texts", place=city.group, text="Второе")["address"]
    city.comment("Под вторым", fresh)
    assert sorted(reading.texts()) == ["Второе", "Под вторым", "Что нового?"]


def test_an_edit_and_a_deletion_are_heard_by_reading_again(city: OkTown) -> None:
    reading = own(city)
    first, second = city.comment("Темно"), city.comment("Холодно")
    reading.raws()
    city.edit(first, "Светло")
    city.delete(second)
    heard = [event for _ in range(21) for event in reading.events()]
    assert Deletion(second) in heard
    assert [event.text for event in heard if isinstance(event, Post) and event.external_id == first][-1:] == ["Светло"]
    assert not [event for event in heard if isinstance(event, Deletion) and event.external_id == first]
    city.edit(first, "Темно")
    assert "Темно" in [text for _ in range(21) for text in reading.texts()]


def test_a_deletion_that_another_comment_hides_in_the_count_is_heard_too(city: OkTown) -> None:
    reading = own(city)
    gone = city.comment("Темно")
    reading.raws()
    city.delete(gone)
    city.comment("Холодно")
    heard = [event for _ in range(21) for event in reading.events()]
    assert Deletion(gone) in heard
    assert "Холодно" in [event.text for event in heard if isinstance(event, Post)]


def test_a_deleted_topic_is_heard_and_one_that_grew_old_is_not_taken_for_deleted(city: OkTown) -> None:
    reading = own(city, topics=2)
    reading.raws()
    newer = [city.sandbox.control("ok/texts", place=city.group, text=f"Тема {n}")["address"] for n in range(2)]
    assert not [event for event in reading.events() if isinstance(event, Deletion)]
    city.delete(newer[0])
    assert Deletion(newer[0]) in reading.events()


def test_a_long_discussion_is_read_whole_and_goes_on_in_pieces(city: OkTown) -> None:
    reading = own(city)
    reading.raws()
    given = [{"under": city.topic, "person": city.anna, "text": f"Слово {n}"} for n in range(730)]
    city.sandbox.control("ok/texts/batch", texts=given)
    heard = [text for _ in range(3) for text in reading.texts()]
    assert {each["text"] for each in given} <= set(heard)
    city.comment("Ещё одно")
    reading.far_from_sweep(city.topic_number)
    calls(city)
    assert "Ещё одно" in reading.texts()
    assert calls(city).count("discussions.getComments") <= 2


def test_more_than_one_look_can_read_is_read_in_several(city: OkTown) -> None:
    reading = own(city)
    reading.raws()
    city.switch(comments_page=4)
    given = [{"under": city.topic, "person": city.anna, "text": f"Слово {n}"} for n in range(300)]
    city.sandbox.control("ok/texts/batch", texts=given)
    first = set(reading.texts())
    assert len(first) < 250
    city.comment("Пришло между взглядами")
    heard = first | {text for _ in range(3) for text in reading.texts()}
    assert {*(each["text"] for each in given), "Пришло между взглядами"} <= heard
    reading.far_from_sweep(city.topic_number)
    calls(city)
    reading.raws()
    assert calls(city).count("discussions.getComments") == 0


def test_a_first_reading_brings_the_newest_comments_and_not_years(city: OkTown) -> None:
    city.switch(comments_page=4)
    given = [{"under": city.topic, "person": city.anna, "text": f"Слово {n}"} for n in range(300)]
    city.sandbox.control("ok/texts/batch", texts=given)
    reading = own(city)
    heard = [text for _ in range(3) for text in reading.texts()]
    assert "Слово 299" in heard
    assert len(set(heard)) == 81
    assert reading.raws() == []


def test_nothing_is_lost_when_a_page_is_refused_in_the_middle(city: OkTown) -> None:
    reading = own(city)
    given = [{"under": city.topic, "person": city.anna, "text": f"Слово {n}"} for n in range(350)]
    city.sandbox.control("ok/texts/batch", texts=given)
    city.fault("lost_anchor", "discussions.getComments")
    heard = set(reading.texts())
    city.fault("error", "discussions.getComments", code=2)
    for _ in range(4):
        heard |= set(reading.texts())
    assert {each["text"] for each in given} <= heard


def test_a_refusal_for_now_says_when_to_come_again(city: OkTown) -> None:
    rested: list[str] = []
    access = replace(account(city, guest=True), rest=lambda kind, time: rested.append(kind))
    city.fault("error", "stream.get", code=11)
    with pytest.raises(RetryAt):
        NETWORK.fetch(access, ReadPlace("foreign", city.group), datetime.now(UTC))
    assert rested == ["access"]


def test_a_closed_group_stops_its_source_and_not_our_account(city: OkTown) -> None:
    city.sandbox.control("ok/places", id=city.group, guests="closed")
    with pytest.raises(Permanent):
        foreign(city).raws()


def test_a_group_is_found_by_its_short_name(city: OkTown) -> None:
    reading = Reading(account(city, guest=True), "foreign", "https://ok.ru/rechnoy")
    assert (reading.texts(), reading.called) == (["Что нового?"], city.group)
    assert Reading(account(city, guest=True), "foreign", city.group).texts() == ["Что нового?"]
    with pytest.raises(NeedsPerson, match="nobody"):
        Reading(account(city, guest=True), "foreign", "https://ok.ru/nobody").raws()


def test_a_link_to_a_comment_brings_that_comment_alone(city: OkTown) -> None:
    top = city.comment("Тема")
    inside = city.comment("Вот это", top)
    city.comment("А это нет", top)
    heard = Reading(account(city), "link", inside).events()
    assert [event.text for event in heard if isinstance(event, Post)] == ["Что нового?", "Вот это"]
    pasted = [event.url for event in heard if isinstance(event, Post)][-1]
    assert Reading(account(city), "link", pasted).texts() == ["Что нового?", "Вот это"]
    city.delete(inside)
    with pytest.raises(Permanent):
        Reading(account(city), "link", inside).raws()
    city.delete(city.topic)
    with pytest.raises(Permanent):
        Reading(account(city), "link", city.topic).raws()


def test_a_link_to_a_message_brings_that_message_alone(city: OkTown) -> None:
    wanted, _other = city.message("Вот это"), city.message("А это нет")
    assert Reading(account(city), "link", wanted).texts() == ["Вот это"]
    with pytest.raises(NotSupported):
        Reading(replace(account(city), tokens=without(city, "group")), "link", wanted).raws()
    with pytest.raises(Permanent):
        Reading(account(city), "link", f"{wanted}0").raws()


def test_photos_of_topics_comments_and_messages_are_seen(city: OkTown) -> None:
    for way in ("ids", "objects"):
        city.switch(attachments=way)
        city.comment(f"Фото {way}", photos=[PIXEL])
    city.message("Фото лично", photos=[PIXEL])
    city.sandbox.control("ok/texts", place=city.group, text="Фото темы", photos=[PIXEL])
    posts = [event for event in own(city).events() if isinstance(event, Post) and event.text.startswith("Фото")]
    assert len(posts) == 4
    for post in posts:
        (photo,) = post.attachments
        assert photo.url.startswith(f"{city.base}/photo/")
        assert city.sandbox.http.get(photo.url).status_code == 200


def test_the_dialogues_are_a_source_of_their_own_too(city: OkTown) -> None:
    city.message("Здравствуйте")
    reading = Reading(account(city), "dialogue", city.group)
    assert reading.texts() == ["Здравствуйте"]
    assert reading.raws() == []


def test_a_long_dialogue_is_read_whole(city: OkTown) -> None:
    reading = own(city)
    reading.raws()
    given = [{"to": city.group, "person": city.anna, "text": f"Слово {n}"} for n in range(250)]
    city.sandbox.control("ok/texts/batch", texts=given)
    assert set(reading.texts()) == {each["text"] for each in given}


def test_an_account_with_one_of_the_two_apis_reads_what_it_can(city: OkTown) -> None:
    city.comment("Комментарий")
    city.message("Сообщение")
    only_bot = replace(account(city), tokens={"group": city.bot})
    assert Reading(only_bot, "own", city.group).texts() == ["Сообщение"]
    only_rest = replace(account(city), tokens=without(city, "group"))
    assert Reading(only_rest, "own", city.group).texts() == ["Что нового?", "Комментарий"]
    with pytest.raises(NeedsPerson):
        Reading(replace(account(city), tokens={}), "own", city.group).raws()


def test_an_expired_key_stops_the_account(city: OkTown) -> None:
    city.sandbox.control("ok/tokens", token=city.access, expired=True)
    with pytest.raises(AuthLost, match="Срок"):
        own(city).raws()
