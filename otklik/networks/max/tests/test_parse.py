from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Event, MediaKind, Place, Post
from otklik.networks.max import address as at
from otklik.networks.max import pasted
from otklik.networks.max.network import Max
from otklik.networks.max.tests.contract import CODE, THREAD
from otklik.networks.max.tests.payloads import (
    ANSWERED,
    BOT,
    CHANNEL,
    COMMENT,
    POST,
    TALK,
    comment,
    message,
    post,
    update,
    user,
)
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only

WHEN = datetime(2026, 4, 1, 14, 20, 55, 737_000, UTC)
ADDRESS = f"{THREAD}?comment={COMMENT}"


def parse(body: Any, method: str = "", **context: str) -> list[Event]:
    return Max().parse(polled(body, context | ({"method": method} if method else {})))


def created(body: dict[str, Any], **context: str) -> Post:
    """A comment or a message that is pushed."""
    kind = "comment_created" if "post_id" in body["recipient"] else "message_created"
    return only(parse(update(kind, body), **context))


def test_a_comment_is_told_with_its_post_its_author_and_its_time() -> None:
    heard = created(comment())
    assert (heard.external_id, heard.place, heard.thread, heard.parent) == (ADDRESS, Place.COMMENT, THREAD, THREAD)
    assert (heard.author.external_id, heard.author.name) == ("max:user:123456789", "Анна Пробная")
    assert (heard.posted_at, heard.community, heard.own) == (WHEN, str(CHANNEL), False)
    assert heard.url == f"https://max.ru/c/{CHANNEL}/{CODE}?comment={COMMENT}"
    listed = only(parse({"messages": [comment(post_id=None)]}, "comments", post=POST, chat=str(CHANNEL)))
    alone = only(parse(comment(post_id=5), "comment", post=POST))
    assert listed.external_id == alone.external_id == ADDRESS, "one address however it was heard"
    link = {"type": "reply", "sender": user(5), "message": {"mid": ANSWERED, "seq": 1, "text": "?"}}
    assert created(comment(link=link)).parent == f"{THREAD}?comment={ANSWERED}"
    longest = comment("m" * 100, "p" * 100)
    longest["recipient"]["chat_id"] = -(2**63) + 1
    assert len(created(longest).external_id) <= 250, "the longest address fits its column"


@pytest.mark.parametrize("number", [None, 116329890167980033, "116329890167980033", "", {}, [POST], True])
def test_a_comment_without_its_post_is_no_event_until_it_is_read(number: Any) -> None:
    body = comment(post_id=number)
    kinds = ["comment_created", "comment_edited"]
    if number is not None:  # else nothing says that it is a comment at all
        kinds.append("message_created")
    assert [parse(update(kind, body)) for kind in kinds] == [[]] * len(kinds)


def test_an_edit_tells_when_it_was_made_and_a_removal_which_text_as_far_as_its_post_is_known() -> None:
    (edit,) = parse(update("comment_edited", comment()))
    assert isinstance(edit, Edit)
    assert edit.post.edited_at == WHEN + timedelta(seconds=1)
    gone = update("comment_removed", message_id=COMMENT, chat_id=CHANNEL, user_id=5, post_id=POST)
    assert parse(gone) == [Deletion(ADDRESS, WHEN + timedelta(seconds=1))]
    direct = update("message_removed", message_id=COMMENT, chat_id=TALK, user_id=5)
    assert parse(direct) == [Deletion(f"max:{TALK}:{COMMENT}", WHEN + timedelta(seconds=1))]
    gone = update("comment_removed", message_id=COMMENT, chat_id=CHANNEL, user_id=5, post_id=None)
    assert parse(gone) == []
    deletions = [event for event in parse(gone, posts=f"{POST} {ANSWERED} ?") if isinstance(event, Deletion)]
    assert [event.external_id for event in deletions] == [ADDRESS, f"max:{CHANNEL}:{ANSWERED}?comment={COMMENT}"]


def test_a_post_and_a_comment_of_nobody_or_our_bot_are_ours_and_a_group_chat_cannot_be_answered() -> None:
    heard = only(parse({"messages": [post(url="https://max.ru/c/-1/abc")]}, "messages", place="own"))
    assert (heard.external_id, heard.thread, heard.place) == (THREAD, THREAD, Place.POST)
    assert (heard.author.external_id, heard.author.is_community, heard.own) == (f"max:chat:{CHANNEL}", True, True)
    assert heard.url == "https://max.ru/c/-1/abc"
    assert not only(parse({"messages": [post()]}, "messages", place="foreign")).own
    nobody = comment()
    del nobody["sender"]
    heard = created(nobody)
    assert (heard.own, heard.author.external_id) == (True, f"max:chat:{CHANNEL}")
    assert created(comment() | {"sender": None}).own
    assert created(comment(sender=user(BOT, is_bot=True)), bot=str(BOT)).own
    other = created(comment(sender=user(5, is_bot=True)), bot=str(BOT))
    assert (other.own, other.author.is_community) == (False, True)
    heard = created(message())
    assert (heard.external_id, heard.thread, heard.place) == (f"max:{TALK}:{COMMENT}", f"max:{TALK}", Place.DIRECT)
    assert (heard.community, heard.url, heard.closed, heard.own) == (f"max:user:{BOT}", "", "", False)
    answered = {"type": "reply", "message": {"mid": ANSWERED, "seq": 1, "text": "?"}}
    assert created(message(link=answered)).parent == f"max:{TALK}:{ANSWERED}"
    ours = message(sender=user(BOT, is_bot=True), recipient={"chat_id": TALK, "chat_type": "dialog", "user_id": 5})
    assert only(parse({"messages": [ours]}, "messages", bot=str(BOT))).own
    heard = created(message(recipient={"chat_id": -5, "chat_type": "chat"}))
    assert (heard.place, heard.community) == (Place.DIRECT, "")
    assert "общий чат" in heard.closed
    assert created(comment(), site="http://s/max").url.startswith(f"http://s/max/c/{CHANNEL}/")
    assert created(message(), site="http://s/max").url == f"http://s/max/im/{TALK}"


def test_attachments_the_place_on_the_map_and_what_is_forwarded_are_told_apart_from_its_words() -> None:
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
    heard = created(message(body={"mid": COMMENT, "seq": 1, "text": None, "attachments": attached}))
    kinds = ["PHOTO", "VIDEO", "FILE", "LINK", "AUDIO", "STICKER", "OTHER"]
    assert [each.kind for each in heard.attachments] == [MediaKind[kind] for kind in kinds]
    assert (heard.attachments[1].preview, heard.attachments[2].title) == ("https://a/2.jpg", "акт.pdf")
    assert (heard.attachments[3].preview, heard.attachments[5].height) == ("https://b/1.jpg", 20)
    assert "+7" not in heard.attachments[6].title
    assert (heard.latitude, heard.longitude, heard.text) == (55.5, 37.25, "")
    image = {"type": "image", "payload": {"url": "https://a/1.jpg"}}
    inside = {"mid": ANSWERED, "seq": 1, "text": "Чужие слова", "attachments": [image]}
    link = {"type": "forward", "sender": user(5), "chat_id": 7, "message": inside}
    heard = created(message(text="Смотрите", link=link))
    assert (heard.text, heard.parent) == ("Смотрите", "")
    shown = [(each.kind, each.title) for each in heard.attachments]
    assert shown == [(MediaKind.OTHER, "Чужие слова"), (MediaKind.PHOTO, "")]
    assert parse(update("message_created", message(link=link) | {"body": None})) == []


def bare(mid: str = "mid.a", **recipient: Any) -> dict[str, Any]:
    """A message of which nobody remembers how it was asked for."""
    sender = {"user_id": 5, "first_name": "Ира"}
    return {"sender": sender, "recipient": recipient, "timestamp": 1775026671403, "body": {"mid": mid, "text": "Яма"}}


def test_a_text_is_found_alone_wrapped_and_in_lists_and_one_that_does_not_tell_its_chat_is_not_lost() -> None:
    alone = bare(chat_id=-7, chat_type="channel")
    pushed = update("message_created", alone)
    for body in (alone, {"message": alone}, {"messages": [alone]}, [alone], {"updates": [pushed]}, pushed, [pushed]):
        heard = only(parse(body))
        assert (heard.place, heard.external_id, heard.text) == (Place.POST, "max:-7:mid.a", "Яма")
        assert heard.author.name == "Ира"
    updates = [update("comment_created", comment()), update("bot_started"), pushed]
    assert len(parse({"updates": updates, "marker": 5})) == 2
    assert only(parse(bare())).thread == "max:0:mid.a"
    assert only(parse(bare("mid.fffffffffffffff9019d47d58f2b3d9e", chat_type="channel"))).community == "-7"


@pytest.mark.parametrize(
    ("number", "thread", "parent"), [("mid.p", "max:-7:mid.p", "max:-7:mid.p"), (12, "max:-7:mid.a", "")]
)
def test_a_comment_is_known_by_its_post_and_else_is_its_own_thread(number: Any, thread: str, parent: str) -> None:
    heard = only(parse({"comments": [bare(chat_id=-7, chat_type="channel", post_id=number)]}))
    assert (heard.place, heard.thread, heard.parent) == (Place.COMMENT, thread, parent)


def test_a_link_and_its_address_turn_into_each_other_and_a_channel_may_be_named_by_its_link() -> None:
    assert at.mid_by(CHANNEL, CODE) == POST
    assert at.post_url("https://max.ru", CHANNEL, POST) == f"https://max.ru/c/{CHANNEL}/{CODE}"
    assert at.post_url("https://max.ru", CHANNEL, "another-form") == ""
    assert at.mid_by(CHANNEL, "?" * 11) == at.mid_by(2**70, CODE) == ""
    names = dict.fromkeys(("rechnoy", "@rechnoy", "https://max.ru/rechnoy"), "rechnoy") | {"max.ru/join/abc": ""}
    assert {typed: pasted.name_of(typed) for typed in names} == names
    assert not any(pasted.chat_of(typed) for typed in names)
    assert pasted.chat_of(f"https://max.ru/c/{CHANNEL}") == CHANNEL
