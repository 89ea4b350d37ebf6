"""What is Odnoklassniki's own, with its connector against the emulator: topics that only count, two APIs, a method that
may be gone, messages that are pushed."""

import pytest

from otklik.networks.base import Event, Post
from otklik.networks.errors import NeedsPerson, Permanent
from tests.connectors import gone, only, with_tokens
from tests.ok_account import Reading, account, calls, own
from tests.sandbox.ok_town import OkTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]

ENOUGH = 21  # looks until every topic has been read again, whatever its count says


def write_many(town: OkTown, number: int) -> set[str]:
    """Anna's comments under the topic; their texts."""
    texts = [f"Слово {n}" for n in range(number)]
    comments = [{"person": town.anna, "text": text, "under": town.topic} for text in texts]
    town.sandbox.control("ok/texts/batch", texts=comments)
    return set(texts)


def texts_of(events: list[Event]) -> list[str]:
    return [post.text for post in only(events, Post)]


def test_a_deletion_is_heard_even_where_another_comment_hides_it_and_no_old_topic_is_one(ok_town: OkTown) -> None:
    reading = own(ok_town, topics=2)
    removed = ok_town.comment("Темно")
    reading.raws()
    ok_town.delete(removed)
    ok_town.comment("Холодно")
    heard = reading.looks(ENOUGH)
    assert gone(heard) == [removed]
    assert "Холодно" in texts_of(heard)
    newer, _newest = (
        ok_town.sandbox.control("ok/texts", place=ok_town.group, text=f"Тема {n}")["address"] for n in range(2)
    )
    assert gone(reading.events()) == []
    ok_town.delete(newer)
    assert gone(reading.events()) == [newer]


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
        Reading(guest, "foreign", f"group:{ok_town.group}").raws()


def test_an_account_with_one_of_the_two_apis_reads_what_it_can(ok_town: OkTown) -> None:
    ok_town.comment("Комментарий")
    ok_town.message("Сообщение")
    both = account(ok_town)
    only_bot = with_tokens(both, access="", application_key="", secret_key="")
    assert Reading(only_bot, "own", ok_town.group).texts() == ["Сообщение"]
    assert Reading(with_tokens(both, group=""), "own", ok_town.group).texts() == ["Что нового?", "Комментарий"]


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
