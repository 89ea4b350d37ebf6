from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Attachment, Edit, Event, MediaKind, Person, Place, Post
from otklik.networks.telegram.tests.reference import ABSENT, SPEC, book, filler
from otklik.networks.telegram.tests.scripted import BOT
from otklik.networks.telegram.tests.updates import (
    ANNA,
    ANONYMOUS,
    CHANNEL,
    COPY,
    GROUP,
    OURS,
    PHOTO,
    PUBLIC,
    comment,
    parsed,
    update,
)


def last(body: Any, *, site: str = "", ours: str = "") -> Post:
    found = parsed(body, site=site, ours=ours)[-1]
    post = found.post if isinstance(found, Edit) else found
    assert isinstance(post, Post)
    return post


def test_a_comment_is_read_whole() -> None:
    post, heard = parsed(update(comment()))
    assert heard == Post(
        external_id="tg:-1002222222222:12",
        place=Place.COMMENT,
        thread="tg:-1002222222222:10",
        author=Person("tg:7345678901", "Анна Пробная", "https://t.me/anna_p"),
        text="Темно во дворе",
        posted_at=datetime.fromtimestamp(1_790_000_100, UTC),
        community="tg:-1002222222222",
        parent="tg:-1002222222222:10",
        url="https://t.me/gorod/5?comment=12",
    )
    assert [post] == parsed(update(COPY))


def test_the_copy_of_a_post_is_the_post() -> None:
    (post,) = parsed(update(COPY))
    assert isinstance(post, Post)
    assert (post.external_id, post.thread, post.place) == ("tg:-1002222222222:10", "tg:-1002222222222:10", Place.POST)
    assert post.author == Person("tg:-1001111111111", "Город", "https://t.me/gorod", is_community=True)
    assert (post.url, post.parent, post.own, post.closed) == ("https://t.me/gorod/5", "", True, "")


@pytest.mark.parametrize(
    ("changes", "parent"),
    [
        ({"reply_to_message": None}, 10),
        ({"reply_to_message": {"message_id": 11, "chat": GROUP, "date": 1, "from": ANNA, "text": "x"}}, 11),
        ({"message_thread_id": None}, 10),
    ],
)
def test_the_thread_is_the_copy_whatever_is_told_of_it(changes: dict[str, Any], parent: int) -> None:
    heard = last(update(comment(**changes)))
    assert (heard.thread, heard.parent) == ("tg:-1002222222222:10", f"tg:-1002222222222:{parent}")


def test_a_link_is_the_posts_where_that_is_known_and_else_the_groups() -> None:
    assert last(update(comment(reply_to_message=None))).url == "https://t.me/c/2222222222/12?thread=10"
    own = comment(chat=PUBLIC, message_thread_id=None, reply_to_message=None)
    assert last(update(own)).url == "https://t.me/sosedi/12"
    plain = comment(chat={"id": -55, "type": "group", "title": "Дом"}, message_thread_id=None, reply_to_message=None)
    assert last(update(plain)).url == ""
    assert last(update(own), site="http://127.0.0.1:8100/telegram").url == "http://127.0.0.1:8100/telegram/sosedi/12"


def test_the_first_message_of_a_group_begins_a_thread_that_replies_name() -> None:
    begun = last(update(comment(chat=PUBLIC, message_thread_id=None, reply_to_message=None)))
    assert (begun.place, begun.thread, begun.parent) == (Place.POST, begun.external_id, "")
    above = {"message_id": 12, "chat": PUBLIC, "date": 1, "from": ANNA, "text": "Темно"}
    for told in (12, None):
        reply = comment(chat=PUBLIC, message_id=13, message_thread_id=told, reply_to_message=above)
        (heard,) = parsed(update(reply))
        assert isinstance(heard, Post)
        assert (heard.thread, heard.parent, heard.place) == (begun.thread, begun.external_id, Place.COMMENT)


def test_a_private_message_names_the_bot() -> None:
    chat = {"id": ANNA["id"], "type": "private", "first_name": "Анна"}
    message = {"message_id": 3, "from": ANNA, "chat": chat, "date": 1_790_000_000, "text": "Здравствуйте"}
    heard = last(update(message))
    assert (heard.place, heard.external_id) == (Place.DIRECT, f"tg:im:{BOT}:7345678901:3")
    assert (heard.thread, heard.community, heard.parent) == (f"tg:im:{BOT}:7345678901", f"tg:{BOT}", "")
    above = {"message_id": 2, "from": OURS, "chat": chat, "date": 1_790_000_000, "text": "Где?"}
    ours, answer = parsed(update({**message, "reply_to_message": above}))
    assert isinstance(ours, Post)
    assert isinstance(answer, Post)
    assert (ours.own, ours.external_id, answer.parent) == (True, f"tg:im:{BOT}:7345678901:2", ours.external_id)


def test_our_own_words_are_known_from_a_reply_to_them() -> None:
    above = {"message_id": 11, "chat": GROUP, "date": 1, "from": OURS, "text": "Починят завтра"}
    ours, heard = parsed(update(comment(reply_to_message=above)))
    assert isinstance(ours, Post)
    assert (ours.own, ours.external_id, ours.thread) == (True, "tg:-1002222222222:11", "tg:-1002222222222:10")
    assert isinstance(heard, Post)
    assert heard.own is False
    assert len(parsed(update(comment(reply_to_message=above)), bot=0)) == 1


def test_the_words_of_our_other_bots_are_known_too_where_they_are_named() -> None:
    other = {"id": 71, "is_bot": True, "first_name": "Дороги"}
    above = {"message_id": 11, "chat": GROUP, "date": 1, "from": other, "text": "Засыпали"}
    told = update(comment(reply_to_message=above))
    assert len(parsed(told)) == 1
    ours, _ = parsed(told, ours="-5,71")
    assert isinstance(ours, Post)
    assert (ours.own, ours.author.external_id) == (True, "tg:71")


def test_a_plain_group_is_one_thread() -> None:
    chat = {"id": -55, "type": "group", "title": "Дом 5"}
    first = last(update(comment(chat=chat, message_thread_id=None, reply_to_message=None)))
    above = {"message_id": 12, "chat": chat, "date": 1, "from": ANNA, "text": "Темно"}
    second = last(update(comment(chat=chat, message_id=13, message_thread_id=None, reply_to_message=above)))
    assert (first.thread, second.thread, first.parent, second.parent) == ("tg:-55", "tg:-55", "", "tg:-55:12")
    assert {first.place, second.place} == {Place.COMMENT}


@pytest.mark.parametrize("name", ["a/b", "x", "имя", "evil?q", 5, None, "a" * 40])
def test_a_name_that_cannot_stand_in_a_link_stands_in_none(name: Any) -> None:
    told = comment(reply_to_message=None, chat={**GROUP, "username": name}, **{"from": {**ANNA, "username": name}})
    heard = last(update(told))
    assert (heard.url, heard.author.url) == ("https://t.me/c/2222222222/12?thread=10", "")


def test_who_speaks_for_a_place_is_no_citizen() -> None:
    nameless = last(update(comment(**{"from": ANONYMOUS, "sender_chat": GROUP, "author_signature": "мэр"})))
    assert (nameless.own, nameless.author.external_id) == (True, "tg:-1002222222222")
    channel = comment(sender_chat=CHANNEL, **{"from": SERVICE_CHANNEL})
    assert last(update(channel)).own is True
    deep = {**channel, "reply_to_message": {"message_id": 11, "chat": GROUP, "date": 1, "from": ANNA, "text": "x"}}
    assert last(update(deep)).own is False
    assert last(update(deep), ours="-5,-1001111111111,x").own is True


SERVICE_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


def test_a_stranger_who_writes_as_his_channel_is_somebody_like_any_other() -> None:
    strange = {"id": -1009999999999, "type": "channel", "title": "Мой канал"}
    told = comment(sender_chat=strange, message_thread_id=None, reply_to_message=None, **{"from": SERVICE_CHANNEL})
    heard = last(update(told))
    assert (heard.own, heard.place, heard.author.is_community) == (False, Place.COMMENT, True)
    assert heard.author.external_id == "tg:-1009999999999"


def test_a_channels_own_post_is_heard_where_it_has_no_copy() -> None:
    message = {"message_id": 5, "sender_chat": CHANNEL, "chat": CHANNEL, "date": 1_790_000_000, "text": "Что нового?"}
    heard = last(update(message, "channel_post"))
    assert (heard.external_id, heard.place, heard.url) == ("tg:-1001111111111:5", Place.POST, "https://t.me/gorod/5")
    assert "копией" in heard.closed
    assert parsed(update(message, "channel_post"), posts="copies") == []
    assert isinstance(parsed(update({**message, "edit_date": 1_790_000_005}, "edited_channel_post"))[0], Edit)


def test_an_edition_tells_when() -> None:
    *_, heard = parsed(update(comment(edit_date=1_790_000_500, text="Светло"), "edited_message"))
    assert isinstance(heard, Edit)
    assert heard.post.edited_at == datetime.fromtimestamp(1_790_000_500, UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"photo": PHOTO}, [Attachment(MediaKind.PHOTO, "tg-file:AgAC-large", width=1280, height=960)]),
        (
            {"video": {"file_id": "v", "width": 4, "height": 3, "thumbnail": PHOTO[0], "file_name": "яма.mp4"}},
            [Attachment(MediaKind.VIDEO, "tg-file:v", "tg-file:AgAC-small", "яма.mp4", 4, 3)],
        ),
        ({"voice": {"file_id": "o", "duration": 5}}, [Attachment(MediaKind.AUDIO, "tg-file:o")]),
        (
            {"audio": {"file_id": "a", "performer": "Хор", "title": "Гимн"}},
            [Attachment(MediaKind.AUDIO, "tg-file:a", title="Хор — Гимн")],
        ),
        (
            {"document": {"file_id": "d", "file_name": "акт.pdf"}},
            [Attachment(MediaKind.FILE, "tg-file:d", title="акт.pdf")],
        ),
        (
            {"animation": {"file_id": "g"}, "document": {"file_id": "g"}},
            [Attachment(MediaKind.VIDEO, "tg-file:g")],
        ),
        ({"sticker": {"file_id": "s", "emoji": "👍"}}, [Attachment(MediaKind.STICKER, "tg-file:s", title="👍")]),
        ({"poll": {"question": "Чинить?"}}, [Attachment(MediaKind.OTHER, title="Чинить?")]),
        (
            {
                "text": "тут",
                "entities": [{"type": "text_link", "offset": 0, "length": 3, "url": "https://a.example/1"}],
            },
            [Attachment(MediaKind.LINK, "https://a.example/1")],
        ),
        (
            {"forward_origin": {"type": "channel", "chat": CHANNEL, "message_id": 9, "date": 1}, "text": "x"},
            [Attachment(MediaKind.LINK, "https://t.me/gorod/9", title="Город")],
        ),
    ],
)
def test_what_hangs_on_a_message_is_told(given: dict[str, Any], expected: list[Attachment]) -> None:
    heard = last(update(comment(text=given.pop("text", None), caption="подпись", **given)))
    assert list(heard.attachments) == expected
    assert heard.text in ("подпись", "тут", "x")


def test_a_place_on_the_map_is_read_alone_and_with_its_name() -> None:
    spot = {"latitude": 55.5, "longitude": 37.25}
    heard = last(update(comment(text=None, location=spot)))
    assert (heard.text, heard.latitude, heard.longitude) == ("", 55.5, 37.25)
    named = last(update(comment(text=None, venue={"location": spot, "title": "Школа", "address": "Садовая, 5"})))
    assert (named.latitude, named.attachments[0].title) == (55.5, "Школа, Садовая, 5")
    for odd in ({"latitude": 91, "longitude": 0}, {"latitude": "55", "longitude": 37}, {}):
        assert last(update(comment(location=odd))).latitude is None


def test_a_rich_text_is_read_as_plain_words() -> None:
    blocks = [
        {"type": "paragraph", "text": ["Яма ", {"type": "bold", "text": "большая"}]},
        {"type": "list", "items": [{"label": "1", "blocks": [{"type": "paragraph", "text": " на Садовой"}]}]},
    ]
    heard = last(update(comment(text=None, rich_message={"blocks": blocks})))
    assert heard.text == "Яма большая на Садовой"


@pytest.mark.parametrize(
    "given",
    [
        {"new_chat_members": [ANNA]},
        {"left_chat_member": ANNA},
        {"pinned_message": COPY},
        {"migrate_to_chat_id": -1001},
        {"new_chat_title": "Новое имя"},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
)
def test_where_nobody_said_anything_there_is_no_text(given: dict[str, Any]) -> None:
    assert parsed(update(comment(text=None, reply_to_message=None, **given))) == []


@pytest.mark.parametrize("kind", ["my_chat_member", "business_message", "guest_message", "poll", "never_heard_of"])
def test_other_updates_stay_raw(kind: str) -> None:
    assert parsed(update(comment(), kind)) == []


def album(*changes: dict[str, Any]) -> dict[str, Any]:
    told = [
        update(comment(message_id=20 + place, text=None, photo=PHOTO, media_group_id="77", **each), number=500 + place)
        for place, each in enumerate(changes)
    ]
    return {"updates": told}


def test_an_album_heard_together_is_one_text() -> None:
    post, heard = parsed(album({}, {"caption": "Свалка"}, {}))
    assert isinstance(post, Post)
    assert post.place is Place.POST
    assert isinstance(heard, Post)
    assert (heard.external_id, heard.text, len(heard.attachments)) == ("tg:-1002222222222:20", "Свалка", 3)


def test_an_album_heard_piece_by_piece_loses_no_picture() -> None:
    pieces = [parsed(each)[-1] for each in album({"caption": "Свалка"}, {})["updates"]]
    assert [_shown(piece) for piece in pieces] == [("Свалка", 1), ("", 1)]


def _shown(event: Event) -> tuple[str, int]:
    assert isinstance(event, Post)
    return event.text, len(event.attachments)


def test_two_people_in_one_bundle_stay_two() -> None:
    other = {**ANNA, "id": 6}
    found = parsed({"updates": [update(comment()), update(comment(message_id=13, **{"from": other}))]})
    assert [event.text for event in found if isinstance(event, Post)] == [
        "Что нового?",
        "Темно во дворе",
        "Темно во дворе",
    ]


@pytest.mark.skipif(not SPEC.exists(), reason=ABSENT)
def test_every_published_field_of_a_message_is_read_or_passed_over() -> None:
    plain = comment(reply_to_message=None)
    for field in book()["types"]["Message"]["fields"]:
        for kind in field["types"]:
            told = {**plain, field["name"]: filler(kind)}
            for event in parsed(update(told)):
                assert isinstance(event, Post)
                assert event.external_id.startswith("tg:")


@pytest.mark.skipif(not SPEC.exists(), reason=ABSENT)
def test_every_published_update_is_read_or_stays_raw() -> None:
    for field in book()["types"]["Update"]["fields"]:
        events = parsed({"update_id": 1, field["name"]: filler(field["types"][0])})
        assert all(isinstance(event, Post | Edit) for event in events)


def test_the_same_text_is_the_same_whoever_heard_it() -> None:
    one, other = parsed(update(comment()))[-1], parsed(update(comment(), number=9), bot=5)[-1]
    assert isinstance(one, Post)
    assert isinstance(other, Post)
    assert replace(one) == other
