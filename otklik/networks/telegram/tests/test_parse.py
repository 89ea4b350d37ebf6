from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Attachment, Edit, MediaKind, Person, Place, Post
from otklik.networks.telegram.tests.contract import CHAT
from otklik.networks.telegram.tests.scripted import BOT, ok
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
from otklik.networks.tests.reading import only, posts

IN_GROUP = "tg:-1002222222222"
SERVICE_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


def last(body: Any, *, site: str = "", ours: str = "") -> Post:
    event = parsed(body, site=site, ours=ours)[-1]
    return only([event.post if isinstance(event, Edit) else event])


def first(**changes: Any) -> dict[str, Any]:
    """A comment that begins a talk: it replies to nothing."""
    return comment(message_thread_id=None, reply_to_message=None, **changes)


def above(number: int = 11, author: dict[str, Any] = ANNA, chat: dict[str, Any] = GROUP) -> dict[str, Any]:
    """A message that another one replies to."""
    return {"message_id": number, "chat": chat, "date": 1, "from": author, "text": "Починят завтра"}


def test_a_comment_and_its_post_are_read_whole_with_the_link_of_the_post_or_else_of_the_group() -> None:
    post, heard = parsed(update(comment()))
    assert heard == Post(
        external_id=f"{IN_GROUP}:12",
        place=Place.COMMENT,
        thread=f"{IN_GROUP}:10",
        author=Person("tg:7345678901", "Анна Пробная", "https://t.me/anna_p"),
        text="Темно во дворе",
        posted_at=datetime.fromtimestamp(1_790_000_100, UTC),
        community=IN_GROUP,
        parent=f"{IN_GROUP}:10",
        url="https://t.me/gorod/5?comment=12",
    )
    assert [post] == parsed(update(COPY))
    assert parsed(update(comment(), number=9), bot=5)[-1] == heard, "the same whoever heard it"
    post = only(parsed(update(COPY)))
    assert (post.external_id, post.thread, post.place) == (f"{IN_GROUP}:10", f"{IN_GROUP}:10", Place.POST)
    assert post.author == Person("tg:-1001111111111", "Город", "https://t.me/gorod", is_community=True)
    assert (post.url, post.parent, post.own, post.closed) == ("https://t.me/gorod/5", "", True, "")
    assert last(update(comment(reply_to_message=None))).url == "https://t.me/c/2222222222/12?thread=10"
    own = update(first(chat=PUBLIC))
    assert last(own).url == "https://t.me/sosedi/12"
    assert last(own, site="http://127.0.0.1:8100/telegram").url == "http://127.0.0.1:8100/telegram/sosedi/12"
    assert last(update(first(chat={"id": -55, "type": "group", "title": "Дом"}))).url == ""


@pytest.mark.parametrize(
    ("changes", "parent"),
    [({"reply_to_message": None}, 10), ({"reply_to_message": above()}, 11), ({"message_thread_id": None}, 10)],
)
def test_the_thread_is_the_copy_whatever_is_told_of_it(changes: dict[str, Any], parent: int) -> None:
    heard = last(update(comment(**changes)))
    assert (heard.thread, heard.parent) == (f"{IN_GROUP}:10", f"{IN_GROUP}:{parent}")


def test_the_first_message_of_a_group_begins_a_thread_that_replies_name_and_a_plain_group_is_one_thread() -> None:
    begun = last(update(first(chat=PUBLIC)))
    assert (begun.place, begun.thread, begun.parent) == (Place.POST, begun.external_id, "")
    for thread in (12, None):
        reply = comment(chat=PUBLIC, message_id=13, message_thread_id=thread, reply_to_message=above(12, chat=PUBLIC))
        heard = only(parsed(update(reply)))
        assert (heard.thread, heard.parent, heard.place) == (begun.thread, begun.external_id, Place.COMMENT)
    chat = {"id": -55, "type": "group", "title": "Дом 5"}
    one = last(update(first(chat=chat)))
    other = last(update(first(chat=chat, message_id=13) | {"reply_to_message": above(12, chat=chat)}))
    assert (one.thread, other.thread, one.parent, other.parent) == ("tg:-55", "tg:-55", "", "tg:-55:12")
    assert {one.place, other.place} == {Place.COMMENT}


def test_a_private_message_names_the_bot() -> None:
    chat = {"id": ANNA["id"], "type": "private", "first_name": "Анна"}
    message = {"message_id": 3, "from": ANNA, "chat": chat, "date": 1_790_000_000, "text": "Здравствуйте"}
    heard = last(update(message))
    assert (heard.place, heard.external_id) == (Place.DIRECT, f"tg:im:{BOT}:7345678901:3")
    assert (heard.thread, heard.community, heard.parent) == (f"tg:im:{BOT}:7345678901", f"tg:{BOT}", "")
    ours, answer = posts(parsed(update({**message, "reply_to_message": above(2, OURS, chat)})))
    assert (ours.own, ours.external_id, answer.parent) == (True, f"tg:im:{BOT}:7345678901:2", ours.external_id)


def test_our_own_words_are_known_from_a_reply_and_who_speaks_for_a_place_is_no_citizen() -> None:
    pushed = update(comment(reply_to_message=above(author=OURS)))
    ours, heard = posts(parsed(pushed))
    assert (ours.own, ours.external_id, ours.thread) == (True, f"{IN_GROUP}:11", f"{IN_GROUP}:10")
    assert heard.own is False
    assert len(parsed(pushed, bot=0)) == 1
    pushed = update(comment(reply_to_message=above(author={"id": 71, "is_bot": True, "first_name": "Дороги"})))
    assert len(parsed(pushed)) == 1
    ours, _ = posts(parsed(pushed, ours="-5,71"))
    assert (ours.own, ours.author.external_id) == (True, "tg:71")
    nameless = last(update(comment(**{"from": ANONYMOUS, "sender_chat": GROUP, "author_signature": "мэр"})))
    assert (nameless.own, nameless.author.external_id) == (True, IN_GROUP)
    channel = comment(sender_chat=CHANNEL, **{"from": SERVICE_CHANNEL})
    assert last(update(channel)).own is True
    deep = update({**channel, "reply_to_message": above()})
    assert (last(deep).own, last(deep, ours="-5,-1001111111111,x").own) == (False, True)
    strange = {"id": -1009999999999, "type": "channel", "title": "Мой канал"}
    heard = last(update(first(sender_chat=strange, **{"from": SERVICE_CHANNEL})))
    assert (heard.own, heard.place, heard.author.is_community) == (False, Place.COMMENT, True)
    assert heard.author.external_id == "tg:-1009999999999"


@pytest.mark.parametrize("name", ["a/b", "x", "имя", "evil?q", 5, None, "a" * 40])
def test_a_name_that_cannot_stand_in_a_link_stands_in_none(name: Any) -> None:
    named = {"from": {**ANNA, "username": name}}
    heard = last(update(comment(reply_to_message=None, chat={**GROUP, "username": name}, **named)))
    assert (heard.url, heard.author.url) == ("https://t.me/c/2222222222/12?thread=10", "")


def test_a_channels_own_post_is_heard_where_it_has_no_copy_and_an_edition_tells_when() -> None:
    message = {"message_id": 5, "sender_chat": CHANNEL, "chat": CHANNEL, "date": 1_790_000_000, "text": "Что нового?"}
    heard = last(update(message, "channel_post"))
    assert (heard.external_id, heard.place, heard.url) == ("tg:-1001111111111:5", Place.POST, "https://t.me/gorod/5")
    assert "копией" in heard.closed
    assert parsed(update(message, "channel_post"), posts="copies") == []
    assert isinstance(parsed(update({**message, "edit_date": 1_790_000_005}, "edited_channel_post"))[0], Edit)
    *_, edit = parsed(update(comment(edit_date=1_790_000_500, text="Светло"), "edited_message"))
    assert isinstance(edit, Edit)
    assert edit.post.edited_at == datetime.fromtimestamp(1_790_000_500, UTC)


@pytest.mark.parametrize("date", [10**30, -1, 0, "1790000000", 1.5, True, None, [], 32_503_680_001])
def test_a_time_that_is_none_is_none(date: Any) -> None:
    assert only(parsed(update({**first(), "date": date}))).posted_at is None


FILM = {"file_id": "v", "width": 4, "height": 3, "thumbnail": PHOTO[0], "file_name": "яма.mp4"}
LINKED = {"text": "тут", "entities": [{"type": "text_link", "offset": 0, "length": 3, "url": "https://a.example/1"}]}
FORWARDED = {"forward_origin": {"type": "channel", "chat": CHANNEL, "message_id": 9, "date": 1}, "text": "x"}


@pytest.mark.parametrize(
    ("hanging", "attachment"),
    [
        ({"photo": PHOTO}, Attachment(MediaKind.PHOTO, "tg-file:AgAC-large", width=1280, height=960)),
        ({"video": FILM}, Attachment(MediaKind.VIDEO, "tg-file:v", "tg-file:AgAC-small", "яма.mp4", 4, 3)),
        ({"voice": {"file_id": "o", "duration": 5}}, Attachment(MediaKind.AUDIO, "tg-file:o")),
        (
            {"audio": {"file_id": "a", "performer": "Хор", "title": "Гимн"}},
            Attachment(MediaKind.AUDIO, "tg-file:a", title="Хор — Гимн"),
        ),
        (
            {"document": {"file_id": "d", "file_name": "акт.pdf"}},
            Attachment(MediaKind.FILE, "tg-file:d", title="акт.pdf"),
        ),
        ({"animation": {"file_id": "g"}, "document": {"file_id": "g"}}, Attachment(MediaKind.VIDEO, "tg-file:g")),
        ({"sticker": {"file_id": "s", "emoji": "👍"}}, Attachment(MediaKind.STICKER, "tg-file:s", title="👍")),
        ({"poll": {"question": "Чинить?"}}, Attachment(MediaKind.OTHER, title="Чинить?")),
        (LINKED, Attachment(MediaKind.LINK, "https://a.example/1")),
        (FORWARDED, Attachment(MediaKind.LINK, "https://t.me/gorod/9", title="Город")),
    ],
)
def test_what_hangs_on_a_message_is_told(hanging: dict[str, Any], attachment: Attachment) -> None:
    heard = last(update(comment(**{"text": None, "caption": "подпись", **hanging})))
    assert heard.attachments == (attachment,)
    assert heard.text == hanging.get("text", "подпись")


def test_a_place_on_the_map_and_a_rich_text_are_read() -> None:
    spot = {"latitude": 55.5, "longitude": 37.25}
    heard = last(update(comment(text=None, location=spot)))
    assert (heard.text, heard.latitude, heard.longitude) == ("", 55.5, 37.25)
    named = last(update(comment(text=None, venue={"location": spot, "title": "Школа", "address": "Садовая, 5"})))
    assert (named.latitude, named.attachments[0].title) == (55.5, "Школа, Садовая, 5")
    for odd in ({"latitude": 91, "longitude": 0}, {"latitude": "55", "longitude": 37}, {}):
        assert last(update(comment(location=odd))).latitude is None
    blocks = [
        {"type": "paragraph", "text": ["Яма ", {"type": "bold", "text": "большая"}]},
        {"type": "list", "items": [{"label": "1", "blocks": [{"type": "paragraph", "text": " на Садовой"}]}]},
    ]
    assert last(update(comment(text=None, rich_message={"blocks": blocks}))).text == "Яма большая на Садовой"


def album(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Updates with the pictures of one album."""
    return [
        update(comment(message_id=20 + place, text=None, photo=PHOTO, media_group_id="77", **each), number=500 + place)
        for place, each in enumerate(changes)
    ]


def test_an_album_is_one_text_together_or_piece_by_piece_and_texts_of_two_stay_apart() -> None:
    post, heard = posts(parsed({"updates": album({}, {"caption": "Свалка"}, {})}))
    assert post.place is Place.POST
    assert (heard.external_id, heard.text, len(heard.attachments)) == (f"{IN_GROUP}:20", "Свалка", 3)
    pieces = [last(each) for each in album({"caption": "Свалка"}, {})]
    assert [(piece.text, len(piece.attachments)) for piece in pieces] == [("Свалка", 1), ("", 1)]
    photo = [{"file_id": "f", "width": 1, "height": 1}]
    pictures = [
        bare(2, "", caption="Альбом", photo=photo, media_group_id="7"),
        bare(3, "", photo=photo, media_group_id="7"),
    ]
    listed = [bare(1, "Первое"), *pictures, bare(4, "Второе")]
    answer = ok([{"update_id": at, "message": each} for at, each in enumerate(listed)])
    assert [post.text for post in posts(parsed(answer, bot=0))] == ["Первое", "Альбом", "Второе"]
    other = comment(message_id=13, **{"from": {**ANNA, "id": 6}})
    apart = posts(parsed({"updates": [update(comment()), update(other)]}))
    assert [post.text for post in apart] == ["Что нового?", "Темно во дворе", "Темно во дворе"]


def bare(number: int, text: str = "Яма", **more: Any) -> dict[str, Any]:
    """A message of which nobody remembers how it was asked for."""
    sender = {"id": 5, "first_name": "Ира"}
    return {"message_id": number, "chat": CHAT, "date": 1_700_000_000, "from": sender, "text": text, **more}


def test_a_message_is_found_alone_in_answers_and_in_lists_as_what_it_is() -> None:
    alone = bare(9)
    pushed = {"update_id": 1, "message": alone}
    for body in (alone, pushed, [pushed], ok([pushed]), ok(alone), [alone]):
        heard = only(parsed(body, bot=0))
        assert (heard.external_id, heard.text, heard.author.name) == ("tg:-1001:9", "Яма", "Ира")
    (edit,) = parsed(ok([{"update_id": 1, "edited_message": bare(9, edit_date=1_700_000_050)}]), bot=0)
    assert isinstance(edit, Edit)
    chat = {"id": 5, "type": "private", "first_name": "Ира"}
    heard = only(parsed({"message_id": 3, "chat": chat, "date": 1, "text": "Яма"}, bot=0))
    assert (heard.place, heard.author.name, heard.own) == (Place.DIRECT, "Ира", False)
