"""What is Facebook's own, with its connector against the emulator: visitors' posts, pages of a feed, guests."""

from datetime import UTC, datetime, timedelta

import pytest

from otklik.networks.base import Access, Deletion, Edit, Json, Place, Post, Speech
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.facebook.network import Facebook
from tests.connectors import address_of, by_address, gone, hook, only, rests, with_tokens
from tests.meta_reading import Reading, account
from tests.sandbox.meta_town import MetaTown
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
FACEBOOK = Facebook()


def page(city: MetaTown, options: dict[str, Json] | None = None) -> Access:
    return account(city, city.page, options=options)


def own(city: MetaTown, options: dict[str, Json] | None = None) -> Reading:
    return Reading(FACEBOOK, page(city, options), "own", city.page)


def reply_to(city: MetaTown, comment: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, comment, city.post, attempted_at=datetime.now(UTC))


def write_many(city: MetaTown, number: int, **where: str) -> list[str]:
    texts = [{"person": city.boris, "text": f"слово {n}", **where} for n in range(number)]
    city.sandbox.control("meta/texts/batch", texts=texts)
    return [text["text"] for text in texts]


def test_a_visitors_post_with_a_place_and_a_mention_elsewhere_are_heard(meta_town: MetaTown) -> None:
    reading = own(meta_town)
    (first,) = reading.posts()
    assert (first.own, first.latitude, first.longitude) == (True, 55.5, 37.25)
    mine = meta_town.write("У вас яма", place=meta_town.page)
    there = meta_town.write("А @rechnoy молчит", place=meta_town.other)
    heard = by_address(reading.events())
    assert set(heard) == {mine, there}
    assert (heard[mine].place, heard[mine].own, heard[mine].closed) == (Place.POST, False, "")
    assert heard[there].community == meta_town.other
    assert "вручную" in heard[there].closed


@pytest.mark.parametrize("reparent", [True, False])
def test_a_reply_to_a_reply_is_found_wherever_it_was_hung(meta_town: MetaTown, reparent: bool) -> None:
    meta_town.switch(reparent=reparent)
    top = meta_town.write("Вода?")
    below = meta_town.write("И у нас", under=top, person=meta_town.boris)
    speech = reply_to(meta_town, below, "Бригада выехала.")
    said = FACEBOOK.publish(page(meta_town), speech, "k")
    assert FACEBOOK.find(page(meta_town), speech) == said
    heard = by_address(own(meta_town).events())[said.external_id]
    assert heard.parent == (top if reparent else below)


def test_a_post_is_answered_and_the_answer_found(meta_town: MetaTown) -> None:
    asked = meta_town.write("У вас яма", place=meta_town.page)
    speech = Speech("Засыпали.", asked, asked, attempted_at=datetime.now(UTC))
    said = FACEBOOK.publish(page(meta_town), speech, "k")
    meta_town.write("Спасибо", under=said.external_id)
    assert FACEBOOK.find(page(meta_town), speech) == said


def test_a_used_up_budget_puts_the_token_to_rest_for_the_told_time(meta_town: MetaTown) -> None:
    access = page(meta_town)
    meta_town.switch(usage=100, regain=23)
    with pytest.raises(RetryAt) as caught:
        FACEBOOK.publish(access, reply_to(meta_town, meta_town.write("Когда?")), "k")
    assert caught.value.after == timedelta(minutes=23)
    assert ("page", timedelta(minutes=23)) in rests(access)
    rests(access).clear()
    meta_town.switch(usage=85)
    Reading(FACEBOOK, access, "own", meta_town.page).raws()
    assert rests(access)
    assert all(time <= timedelta(seconds=10) for _, time in rests(access))


def test_a_guest_reads_with_leave_and_answers_by_hand(meta_town: MetaTown) -> None:
    guest = account(meta_town, meta_town.other, {"page": meta_town.other_token})
    with pytest.raises(NeedsPerson, match="Page Public Content Access"):
        Reading(FACEBOOK, guest, "foreign", meta_town.page).raws()
    allowed = account(meta_town, meta_town.other, {"page": meta_town.other_token}, {"public_content": True})
    with pytest.raises(NeedsPerson):  # the option alone is not the network's leave
        Reading(FACEBOOK, allowed, "foreign", meta_town.page).raws()
    rights = ["pages_read_engagement", "page_public_content_access"]
    token = meta_town.sandbox.control("meta/tokens", kind="page", place=meta_town.other, rights=rights)["token"]
    access = with_tokens(allowed, page=token)
    for name in (f"facebook.com/{meta_town.page}", "https://www.facebook.com/rechnoy/"):
        reading = Reading(FACEBOOK, access, "foreign", name)
        assert (reading.texts(), reading.called) == (["Что нового?"], meta_town.page)
    with pytest.raises(NeedsPerson, match="не разобрать"):
        Reading(FACEBOOK, access, "foreign", "https://vk.com/rechnoy").raws()
    asked = meta_town.write("Яма на Садовой")
    (heard,) = reading.posts()
    assert (heard.external_id, heard.community, heard.own) == (asked, meta_town.page, False)
    assert "вручную" in heard.closed
    with pytest.raises(Permanent, match="вручную"):
        FACEBOOK.publish(access, reply_to(meta_town, asked), "k")


def test_a_missing_right_to_messages_does_not_hide_the_posts(meta_town: MetaTown) -> None:
    rights = ["pages_read_engagement", "pages_read_user_content"]
    token = meta_town.sandbox.control("meta/tokens", kind="page", place=meta_town.page, rights=rights)["token"]
    meta_town.write("Темно")
    reading = Reading(FACEBOOK, account(meta_town, meta_town.page, {"page": token}), "own", meta_town.page)
    assert set(reading.texts()) == {"Что нового?", "Темно"}


def test_the_self_check_names_what_is_missing(meta_town: MetaTown) -> None:
    good = page(meta_town)
    assert len(FACEBOOK.rights(good)) == 8
    rights = ["pages_read_engagement"]
    token = meta_town.sandbox.control("meta/tokens", kind="page", place=meta_town.page, rights=rights)["token"]
    poor = FACEBOOK.rights(with_tokens(good, page=token))
    assert {right.name for right in poor if not right.ok} >= {"Чтение личных сообщений"}
    assert "Секрет приложения" in FACEBOOK.rights(with_tokens(good, app_secret="wrong"))[0].advice


def test_what_was_taken_away_and_came_back_is_a_restoration(meta_town: MetaTown) -> None:
    reading = own(meta_town)
    comment = meta_town.write("Было")
    reading.raws()
    meta_town.delete(comment)
    assert [type(event) for event in reading.looks(2)] == [Deletion]
    meta_town.sandbox.control("meta/restored", address=comment)
    (back,) = reading.looks(2)
    assert isinstance(back, Edit)
    assert (back.post.external_id, back.post.text) == (comment, "Было")


@pytest.mark.parametrize("paging", ["cursors", "time"])
def test_many_posts_of_one_moment_are_all_heard(meta_town: MetaTown, paging: str) -> None:
    meta_town.switch(feed_paging=paging)
    reading = own(meta_town)
    reading.raws()
    meta_town.sandbox.control("clock", fixed=1_800_000_000)
    written = write_many(meta_town, 90, place=meta_town.page)
    assert sorted(post.text for post in only(reading.looks(2), Post)) == sorted(written)


def test_a_visitors_post_that_is_taken_away_is_a_deletion_and_one_pushed_out_is_none(meta_town: MetaTown) -> None:
    reading = own(meta_town, {"posts": 3})
    mine = meta_town.write("Яма", place=meta_town.page)
    meta_town.write("Темно", place=meta_town.page)
    reading.raws()
    meta_town.delete(mine)
    assert [address_of(event) for event in reading.looks(3)] == [mine]
    written = write_many(meta_town, 10, place=meta_town.page)
    heard = reading.looks(3)
    assert [post.text for post in only(heard, Post)] == written[::-1]
    assert gone(heard) == []


def test_a_cursor_of_a_page_that_has_grown_old_loses_nothing(meta_town: MetaTown) -> None:
    reading = own(meta_town)
    reading.raws()
    written = write_many(meta_town, 250, under=meta_town.post)
    meta_town.switch(usage=85)  # the walk gets slow and stops early
    write_many(meta_town, 12, place=meta_town.page)
    texts = set(reading.texts())
    reading.cursor = reading.cursor.replace('"after": "', '"after": "old')
    meta_town.switch(usage=1)
    texts |= {post.text for post in only(reading.looks(6), Post)}
    assert set(written) <= texts


def test_pushes_are_checked_and_give_the_addresses_that_polling_gives(meta_town: MetaTown) -> None:
    polled = own(meta_town)
    polled.raws()
    with hook(FACEBOOK, page(meta_town)) as ours:
        FACEBOOK.subscribe(ours.access, ours.url)
        FACEBOOK.subscribe(ours.access, ours.url)
        comment = meta_town.write("Сообщение по вызову")
        until(lambda: len(ours.raws) == 1, "the comment is pushed")
        by_poll = polled.events()
        meta_town.edit(comment, "Иначе")
        meta_town.write("Здравствуйте", to=meta_town.page)
        meta_town.delete(comment)
        said = FACEBOOK.publish(ours.access, Speech("Ответ", meta_town.post, meta_town.post), "k")
        until(lambda: len(ours.raws) == 5, "all five are pushed")
    events = ours.events()
    assert [type(event) for event in events] == [Post, Edit, Post, Deletion, Post]
    assert events[0] == by_poll[0]
    assert address_of(events[3]) == comment
    own_words = only(events, Post)[-1]
    assert (own_words.own, own_words.external_id) == (True, said.external_id)
    assert {push["state"] for push in meta_town.pushes()} == {"done"}


def test_a_push_with_a_wrong_signature_is_not_taken(meta_town: MetaTown) -> None:
    with hook(FACEBOOK, page(meta_town)) as ours:
        FACEBOOK.subscribe(ours.access, ours.url)
        meta_town.switch(push_delays=[])
        meta_town.fault("wrong_signature", "feed")
        meta_town.write("Подделка")
        until(lambda: ours.refused > 0, "the forged push is refused")
        until(lambda: meta_town.pushes()[0]["state"] == "lost", "it does not come again")
    assert ours.raws == []
