"""Facebook heard by asking and by events: nothing is lost, nothing is told twice otherwise, forgeries are refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from otklik.networks.base import Access, Deletion, Edit, Json, Post, Raw, Speech
from otklik.networks.facebook.network import Facebook
from tests.meta_reading import Reading, account, address_of, hook
from tests.sandbox.meta_town import MetaTown, build
from tests.sandbox.process import Sandbox
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
FACEBOOK = Facebook()


@pytest.fixture
def city(sandbox: Sandbox) -> MetaTown:
    return build(sandbox)


def page(city: MetaTown, options: dict[str, Json] | None = None) -> Access:
    return account(city, city.page, options=options)


def own(city: MetaTown) -> Reading:
    return Reading(FACEBOOK, page(city), "own", city.page)


def test_edits_and_deletions_are_found_by_asking(city: MetaTown) -> None:
    reading = own(city)
    first, second, third = (city.write(f"Темно {n}") for n in range(3))
    reading.raws()
    city.edit(first, "Светло")
    city.delete(second)
    heard = reading.looks(22)
    assert [event.text for event in heard if isinstance(event, Post)] == ["Светло"]
    assert [address_of(event) for event in heard if isinstance(event, Deletion)] == [second]
    assert third not in {address_of(event) for event in heard}


def test_one_that_came_while_another_went_is_not_overlooked(city: MetaTown) -> None:
    reading = own(city)
    gone = city.write("Было")
    reading.raws()
    city.delete(gone)
    fresh = city.write("Стало")
    heard = reading.looks(22)
    assert {address_of(event): type(event) for event in heard} == {gone: Deletion, fresh: Post}


def test_what_was_taken_away_and_came_back_is_a_restoration(city: MetaTown) -> None:
    reading = own(city)
    comment = city.write("Было")
    reading.raws()
    city.delete(comment)
    assert [type(event) for event in reading.looks(2)] == [Deletion]
    city.sandbox.control("meta/restored", address=comment)
    (back,) = reading.looks(2)
    assert isinstance(back, Edit)
    assert (back.post.external_id, back.post.text) == (comment, "Было")


@pytest.mark.parametrize("paging", ["cursors", "time"])
def test_many_posts_of_one_moment_are_all_heard(city: MetaTown, paging: str) -> None:
    city.switch(feed_paging=paging)
    reading = own(city)
    reading.raws()
    city.sandbox.control("clock", fixed=1_800_000_000)
    texts = [{"place": city.page, "person": city.boris, "text": f"пост {n}"} for n in range(90)]
    city.sandbox.control("meta/texts/batch", texts=texts)
    heard = [event.text for event in reading.looks(2) if isinstance(event, Post)]
    assert sorted(heard) == sorted(text["text"] for text in texts)


def test_a_visitors_post_that_is_taken_away_is_a_deletion_and_one_pushed_out_is_none(city: MetaTown) -> None:
    reading = Reading(FACEBOOK, page(city, {"posts": 3}), "own", city.page)
    mine = city.write("Яма", place=city.page)
    city.write("Темно", place=city.page)
    reading.raws()
    city.delete(mine)
    assert [address_of(event) for event in reading.looks(3)] == [mine]
    texts = [{"place": city.page, "person": city.boris, "text": f"пост {n}"} for n in range(10)]
    city.sandbox.control("meta/texts/batch", texts=texts)
    heard = reading.looks(3)
    assert [event.text for event in heard if isinstance(event, Post)] == [text["text"] for text in reversed(texts)]
    assert not [event for event in heard if isinstance(event, Deletion)]


def test_a_busy_post_is_read_whole_in_pieces(city: MetaTown) -> None:
    reading = own(city)
    reading.raws()
    texts = [{"under": city.post, "person": city.boris, "text": f"слово {n}"} for n in range(450)]
    city.sandbox.control("meta/texts/batch", texts=texts)
    heard = [event.text for event in reading.looks(2) if isinstance(event, Post)]
    assert sorted(heard) == sorted(text["text"] for text in texts)
    city.write("ещё одно")
    assert reading.texts() == ["ещё одно"]


@pytest.mark.parametrize("fault", [("error", 2), ("error", 4), ("http_before", 502), ("drop_before", 0)])
def test_nothing_is_lost_when_a_page_of_comments_cannot_be_read(city: MetaTown, fault: tuple[str, int]) -> None:
    reading = own(city)
    reading.raws()
    texts = [{"under": city.post, "person": city.boris, "text": f"слово {n}"} for n in range(250)]
    city.sandbox.control("meta/texts/batch", texts=texts)
    city.fault(fault[0], "GET comments", code=fault[1])
    heard = {event.text for event in reading.looks(3) if isinstance(event, Post)}
    assert heard == {text["text"] for text in texts}


def test_a_cursor_of_a_page_that_has_grown_old_loses_nothing(city: MetaTown) -> None:
    reading = own(city)
    reading.raws()
    texts = [{"under": city.post, "person": city.boris, "text": f"слово {n}"} for n in range(250)]
    city.sandbox.control("meta/texts/batch", texts=texts)
    city.switch(usage=85)  # the walk gets slow and stops early
    city.sandbox.control("meta/texts/batch", texts=[{"place": city.page, "text": f"пост {n}"} for n in range(12)])
    heard = {event.text for event in reading.looks(1) if isinstance(event, Post)}
    reading.cursor = reading.cursor.replace('"after": "', '"after": "old')
    city.switch(usage=1)
    heard |= {event.text for event in reading.looks(6) if isinstance(event, Post)}
    assert {text["text"] for text in texts} <= heard


def test_with_pushes_the_page_is_only_looked_through_now_and_then(city: MetaTown) -> None:
    reading = Reading(FACEBOOK, page(city, {"push": True}), "own", city.page)
    city.write("Пропущено")
    assert "Пропущено" in reading.texts()
    assert reading.again_in == timedelta(minutes=5)


def test_pushes_are_checked_and_give_the_addresses_that_polling_gives(city: MetaTown) -> None:
    heard: list[Raw] = []
    access = account(city, city.page)
    polled = Reading(FACEBOOK, access, "own", city.page)
    polled.raws()
    with hook(FACEBOOK, access, heard.append) as address:
        FACEBOOK.subscribe(access, address)
        FACEBOOK.subscribe(access, address)
        comment = city.write("Сообщение по вызову")
        until(lambda: len(heard) == 1, "the comment is pushed")
        by_poll = polled.events()
        city.edit(comment, "Иначе")
        city.write("Здравствуйте", to=city.page)
        city.delete(comment)
        said = FACEBOOK.publish(access, Speech("Ответ", city.post, city.post), "k")
        until(lambda: len(heard) == 5, "all five are pushed")
    site = {"site": f"{city.sandbox.base}/meta"}
    events = [event for raw in heard for event in FACEBOOK.parse(replace(raw, context=site))]
    assert [type(event) for event in events] == [Post, Edit, Post, Deletion, Post]
    first, pulled = events[0], by_poll[0]
    assert first == pulled
    assert address_of(events[3]) == comment
    own_words = events[4]
    assert isinstance(own_words, Post)
    assert (own_words.own, own_words.external_id) == (True, said.external_id)
    assert {push["state"] for push in city.pushes()} == {"done"}


def test_a_push_with_a_wrong_signature_is_not_taken(city: MetaTown) -> None:
    heard: list[Raw] = []
    with hook(FACEBOOK, account(city, city.page), heard.append) as address:
        FACEBOOK.subscribe(account(city, city.page), address)
        city.switch(push_delays=[])
        city.fault("wrong_signature", "feed")
        city.write("Подделка")
        until(lambda: bool(city.pushes()) and city.pushes()[0]["state"] == "lost", "the forged push is refused")
    assert heard == []
