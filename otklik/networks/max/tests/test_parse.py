"""Payloads as events: what is told, by whom, where it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Event, MediaKind, Place, Post, Raw
from otklik.networks.max.network import Max
from otklik.networks.max.tests.payloads import (
    ANSWERED,
    AT,
    BOT,
    CHANNEL,
    COMMENT,
    POST,
    TALK,
    comment,
    message,
    post,
    raw,
    update,
    user,
)

WHEN = datetime(2026, 4, 1, 14, 20, 55, 737_000, UTC)
ADDRESS = f"max:{CHANNEL}:{POST}?comment={COMMENT}"


def one(told: Raw) -> Event:
    (found,) = Max().parse(told)
    return found


def text_of(told: Raw) -> Post:
    found = one(told)
    assert isinstance(found, Post)
    return found


def test_a_comment_is_told_with_its_post_its_author_and_its_time() -> None:
    found = text_of(raw(update("comment_created", comment())))
    assert (found.external_id, found.place, found.thread) == (ADDRESS, Place.COMMENT, f"max:{CHANNEL}:{POST}")
    assert found.parent == found.thread
    assert (found.author.external_id, found.author.name) == ("max:user:123456789", "Анна Пробная")
    assert found.posted_at == WHEN
    assert found.community == str(CHANNEL)
    assert found.url == f"https://max.ru/c/{CHANNEL}/AZ1JazQ5AAE?comment={COMMENT}"
    assert not found.own


def test_a_comment_has_one_address_however_it_was_heard() -> None:
    listed = raw({"messages": [comment(post_id=None)]}, "comments", post=POST, chat=str(CHANNEL))
    alone = raw(comment(post_id=5), "comment", post=POST)
    pushed = raw(update("comment_created", comment()))
    assert {text_of(each).external_id for each in (listed, alone, pushed)} == {ADDRESS}


@pytest.mark.parametrize("told", [None, 116329890167980033, "116329890167980033", "", {}, [POST], True])
def test_a_comment_without_its_post_is_no_event_until_it_is_read(told: Any) -> None:
    assert Max().parse(raw(update("comment_created", comment(post_id=told)))) == []
    assert Max().parse(raw(update("comment_edited", comment(post_id=told)))) == []
    thing = comment(post_id=told)
    if told is None:
        return  # then nothing says that it is a comment at all
    assert Max().parse(raw(update("message_created", thing))) == []


def test_a_reply_hangs_under_the_comment_it_answers() -> None:
    link = {"type": "reply", "sender": user(5), "message": {"mid": ANSWERED, "seq": 1, "text": "?"}}
    found = text_of(raw(update("comment_created", comment(link=link))))
    assert found.parent == f"max:{CHANNEL}:{POST}?comment={ANSWERED}"


def test_an_edit_tells_when_it_was_made_and_a_removal_which_text() -> None:
    edited = one(raw(update("comment_edited", comment())))
    assert isinstance(edited, Edit)
    assert edited.post.edited_at == WHEN + timedelta(seconds=1)
    gone = update("comment_removed", message_id=COMMENT, chat_id=CHANNEL, user_id=5, post_id=POST)
    assert one(raw(gone)) == Deletion(ADDRESS, WHEN + timedelta(seconds=1))
    direct = update("message_removed", message_id=COMMENT, chat_id=TALK, user_id=5)
    assert one(raw(direct)) == Deletion(f"max:{TALK}:{COMMENT}", WHEN + timedelta(seconds=1))


def test_a_removal_without_its_post_is_told_for_the_posts_that_are_read() -> None:
    gone = update("comment_removed", message_id=COMMENT, chat_id=CHANNEL, user_id=5, post_id=None)
    assert Max().parse(raw(gone)) == []
    told = Max().parse(raw(gone, posts=f"{POST} {ANSWERED} ?"))
    assert [event.external_id for event in told if isinstance(event, Deletion)] == [
        ADDRESS,
        f"max:{CHANNEL}:{ANSWERED}?comment={COMMENT}",
    ]


def test_a_post_is_the_channels_own_word() -> None:
    found = text_of(raw({"messages": [post(url="https://max.ru/c/-1/abc")]}, "messages", place="own"))
    assert (found.external_id, found.thread, found.place) == (f"max:{CHANNEL}:{POST}",) * 2 + (Place.POST,)
    assert (found.author.external_id, found.author.is_community, found.own) == (f"max:chat:{CHANNEL}", True, True)
    assert found.url == "https://max.ru/c/-1/abc"
    guest = text_of(raw({"messages": [post()]}, "messages", place="foreign"))
    assert not guest.own


def test_a_comment_of_nobody_or_of_our_bot_is_our_own() -> None:
    nobody = comment()
    del nobody["sender"]
    found = text_of(raw(update("comment_created", nobody)))
    assert (found.own, found.author.external_id) == (True, f"max:chat:{CHANNEL}")
    assert text_of(raw(update("comment_created", comment() | {"sender": None}))).own
    bot = comment(sender=user(BOT, is_bot=True))
    assert text_of(raw(update("comment_created", bot), bot=str(BOT))).own
    other = text_of(raw(update("comment_created", comment(sender=user(5, is_bot=True))), bot=str(BOT)))
    assert (other.own, other.author.is_community) == (False, True)


def test_a_direct_message_is_told_to_our_bot() -> None:
    found = text_of(raw(update("message_created", message())))
    assert (found.external_id, found.thread, found.place) == (f"max:{TALK}:{COMMENT}", f"max:{TALK}", Place.DIRECT)
    assert (found.community, found.url, found.closed, found.own) == (f"max:user:{BOT}", "", "", False)
    answered = {"type": "reply", "message": {"mid": ANSWERED, "seq": 1, "text": "?"}}
    assert text_of(raw(update("message_created", message(link=answered)))).parent == f"max:{TALK}:{ANSWERED}"
    ours = message(sender=user(BOT, is_bot=True), recipient={"chat_id": TALK, "chat_type": "dialog", "user_id": 5})
    assert text_of(raw({"messages": [ours]}, "messages", bot=str(BOT))).own


def test_a_group_chat_says_why_it_cannot_be_answered() -> None:
    found = text_of(raw(update("message_created", message(recipient={"chat_id": -5, "chat_type": "chat"}))))
    assert (found.place, found.community) == (Place.DIRECT, "")
    assert "общий чат" in found.closed


def test_the_sandboxs_pages_stand_under_its_own_base() -> None:
    found = text_of(raw(update("comment_created", comment()), site="http://127.0.0.1:9/max"))
    assert found.url.startswith(f"http://127.0.0.1:9/max/c/{CHANNEL}/")
    assert text_of(raw(update("message_created", message()), site="http://s/max")).url == f"http://s/max/im/{TALK}"


def test_attachments_and_the_place_on_the_map_are_told() -> None:
    attached = [
        {"type": "image", "payload": {"photo_id": 1, "token": "t", "url": "https://a/1.jpg"}},
        {"type": "video", "payload": {"url": "https://a/2", "token": "t"}, "thumbnail": {"url": "https://a/2.jpg"}},
        {"type": "file", "payload": {"url": "https://a/3", "token": "t"}, "filename": "акт.pdf", "size": 5},
        {"type": "share", "payload": {"url": "https://b"}, "title": "Новость", "image_url": "https://b/1.jpg"},
        {"type": "audio", "payload": {"url": "https://a/4", "token": "t"}},
        {"type": "sticker", "payload": {"url": "https://a/5", "code": "c"}, "width": 10, "height": 20},
        {"type": "contact", "payload": {"vcf_info": "TEL:+7"}},
        {"type": "inline_keyboard", "payload": {"buttons": []}},
        {"type": "location", "latitude": 55.5, "longitude": 37.25},
    ]
    body = {"mid": COMMENT, "seq": 1, "text": None, "attachments": attached}
    found = text_of(raw(update("message_created", message(body=body))))
    kinds = ["PHOTO", "VIDEO", "FILE", "LINK", "AUDIO", "STICKER", "OTHER"]
    assert [each.kind for each in found.attachments] == [MediaKind[kind] for kind in kinds]
    assert (found.attachments[1].preview, found.attachments[2].title) == ("https://a/2.jpg", "акт.pdf")
    assert (found.attachments[3].preview, found.attachments[5].height) == ("https://b/1.jpg", 20)
    assert "+7" not in found.attachments[6].title
    assert (found.latitude, found.longitude, found.text) == (55.5, 37.25, "")


def test_what_a_message_forwards_is_an_attachment_and_never_its_own_words() -> None:
    image = {"type": "image", "payload": {"url": "https://a/1.jpg"}}
    inside = {"mid": ANSWERED, "seq": 1, "text": "Чужие слова", "attachments": [image]}
    link = {"type": "forward", "sender": user(5), "chat_id": 7, "message": inside}
    found = text_of(raw(update("message_created", message(text="Смотрите", link=link))))
    assert (found.text, found.parent) == ("Смотрите", "")
    assert [(each.kind, each.title) for each in found.attachments] == [
        (MediaKind.OTHER, "Чужие слова"),
        (MediaKind.PHOTO, ""),
    ]
    assert Max().parse(raw(update("message_created", message(link=link) | {"body": None}))) == []


@pytest.mark.parametrize(
    "kind",
    ["bot_started", "bot_added", "message_callback", "comment_sung", "", None, 5, ["a"]],
)
def test_other_updates_are_kept_raw(kind: Any) -> None:
    assert Max().parse(raw({"update_type": kind, "timestamp": AT, "message": comment(), "chat_id": 5})) == []


def test_a_list_of_updates_is_told_one_by_one() -> None:
    updates = [update("comment_created", comment()), update("bot_started"), update("message_created", message())]
    assert len(Max().parse(raw({"updates": updates, "marker": 5}))) == 2
