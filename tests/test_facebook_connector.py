from datetime import UTC, datetime

import pytest

from otklik.networks.base import Access, Deletion, Edit, Json, Place, Post, Speech
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.facebook.network import Facebook
from tests.connectors import address_of, by_address, gone, hook, only, with_tokens
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
    publication = FACEBOOK.publish(page(meta_town), speech, "k")
    assert FACEBOOK.find(page(meta_town), speech) == publication
    assert by_address(own(meta_town).events())[publication.external_id].parent == (top if reparent else below)


def test_a_guest_reads_with_leave_and_answers_by_hand(meta_town: MetaTown) -> None:
    keys = {"page": meta_town.other_token}
    with pytest.raises(NeedsPerson, match="Page Public Content Access"):
        Reading(FACEBOOK, account(meta_town, meta_town.other, keys), "foreign", meta_town.page).raws()
    allowed = account(meta_town, meta_town.other, keys, {"public_content": True})
    with pytest.raises(NeedsPerson):  # the option alone is not the network's leave
        Reading(FACEBOOK, allowed, "foreign", meta_town.page).raws()
    token = token_of(meta_town, meta_town.other, "pages_read_engagement", "page_public_content_access")
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


def token_of(city: MetaTown, place: str, *rights: str) -> str:
    """Another token of the page's, with just these rights."""
    return str(city.sandbox.control("meta/tokens", kind="page", place=place, rights=rights)["token"])


def test_the_self_check_names_what_is_missing_and_no_right_to_messages_hides_no_posts(meta_town: MetaTown) -> None:
    good = page(meta_town)
    assert len(FACEBOOK.rights(good)) == 8
    poor = FACEBOOK.rights(with_tokens(good, page=token_of(meta_town, meta_town.page, "pages_read_engagement")))
    assert {right.name for right in poor if not right.ok} >= {"Чтение личных сообщений"}
    assert "Секрет приложения" in FACEBOOK.rights(with_tokens(good, app_secret="wrong"))[0].advice
    token = token_of(meta_town, meta_town.page, "pages_read_engagement", "pages_read_user_content")
    meta_town.write("Темно")
    reading = Reading(FACEBOOK, account(meta_town, meta_town.page, {"page": token}), "own", meta_town.page)
    assert set(reading.texts()) == {"Что нового?", "Темно"}


@pytest.mark.parametrize("paging", ["cursors", "time"])
def test_many_posts_of_one_moment_are_all_heard(meta_town: MetaTown, paging: str) -> None:
    meta_town.switch(feed_paging=paging)
    reading = own(meta_town)
    reading.raws()
    meta_town.sandbox.control("clock", fixed=1_800_000_000)
    written = write_many(meta_town, 90, place=meta_town.page)
    assert sorted(post.text for post in only(reading.looks(2), Post)) == sorted(written)


def test_what_is_taken_away_is_a_deletion_what_came_back_none_and_what_is_pushed_out_none(meta_town: MetaTown) -> None:
    reading = own(meta_town, {"posts": 3})
    comment = meta_town.write("Было")
    reading.raws()
    meta_town.delete(comment)
    assert [type(event) for event in reading.looks(2)] == [Deletion]
    meta_town.sandbox.control("meta/restored", address=comment)
    (back,) = reading.looks(2)
    assert isinstance(back, Edit)
    assert (back.post.external_id, back.post.text) == (comment, "Было")
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
        publication = FACEBOOK.publish(ours.access, Speech("Ответ", meta_town.post, meta_town.post), "k")
        until(lambda: len(ours.raws) == 5, "all five are pushed")
        until(lambda: {push["state"] for push in meta_town.pushes()} == {"done"}, "each was heard to be answered")
    events = ours.events()
    assert [type(event) for event in events] == [Post, Edit, Post, Deletion, Post]
    assert events[0] == by_poll[0]
    assert address_of(events[3]) == comment
    own_words = only(events, Post)[-1]
    assert (own_words.own, own_words.external_id) == (True, publication.external_id)
