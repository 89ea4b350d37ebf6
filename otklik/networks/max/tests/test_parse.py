"""Payloads as events: what is told, by whom, where it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Event, MediaKind, Place, Post
from otklik.networks.max.network import Max
from otklik.networks.max.tests.contract import THREAD
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
CODE = "AZ1JazQ5AAE"


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


def test_a_comment_has_one_address_however_it_was_heard() -> None:
    listed = only(parse({"messages": [comment(post_id=None)]}, "comments", post=POST, chat=str(CHANNEL)))
    alone = only(parse(comment(post_id=5), "comment", post=POST))
    assert {heard.external_id for heard in (listed, alone, created(comment()))} == {ADDRESS}


@pytest.mark.parametrize("number", [None, 116329890167980033, "116329890167980033", "", {}, [POST], True])
def test_a_comment_without_its_post_is_no_event_until_it_is_read(number: Any) -> None:
    body = comment(post_id=number)
    kinds = ["comment_created", "comment_edited"]
    if number is not None:  # else nothing says that it is a comment at all
        kinds.append("message_created")
    assert [parse(update(kind, body)) for kind in kinds] == [[]] * len(kinds)


def test_a_reply_hangs_under_the_comment_it_answers() -> None:
    link = {"type": "reply", "sender": user(5), "message": {"mid": ANSWERED, "seq": 1, "text": "?"}}
    assert created(comment(link=link)).parent == f"{THREAD}?comment={ANSWERED}"


def test_the_longest_address_fits_its_column() -> None:
    longest = comment("m" * 100, "p" * 100)
    longest["recipient"]["chat_id"] = -(2**63) + 1
    assert len(created(longest).external_id) <= 250


def test_an_edit_tells_when_it_was_made_and_a_removal_which_text() -> None:
    (edit,) = parse(update("comment_edited", comment()))
    assert isinstance(edit, Edit)
    assert edit.post.edited_at == WHEN + timedelta(seconds=1)
    gone = update("comment_removed", message_id=COMMENT, chat_id=CHANNEL, user_id=5, post_id=POST)
    assert parse(gone) == [Deletion(ADDRESS, WHEN + timedelta(seconds=1))]
    direct = update("message_removed", message_id=COMMENT, chat_id=TALK, user_id=5)
    assert parse(direct) == [Deletion(f"max:{TALK}:{COMMENT}", WHEN + timedelta(seconds=1))]


def test_a_removal_without_its_post_is_told_for_the_posts_that_are_read() -> None:
    gone = update("comment_removed", message_id=COMMENT, chat_id=CHANNEL, user_id=5, post_id=None)
    assert parse(gone) == []
    deletions = [event for event in parse(gone, posts=f"{POST} {ANSWERED} ?") if isinstance(event, Deletion)]
    assert [event.external_id for event in deletions] == [ADDRESS, f"max:{CHANNEL}:{ANSWERED}?comment={COMMENT}"]


def test_a_post_is_the_channels_own_word() -> None:
    heard = only(parse({"messages": [post(url="https://max.ru/c/-1/abc")]}, "messages", place="own"))
    assert (heard.external_id, heard.thread, heard.place) == (THREAD, THREAD, Place.POST)
    assert (heard.author.external_id, heard.author.is_community, heard.own) == (f"max:chat:{CHANNEL}", True, True)
    assert heard.url == "https://max.ru/c/-1/abc"
    assert not only(parse({"messages": [post()]}, "messages", place="foreign")).own


def test_a_comment_of_nobody_or_of_our_bot_is_our_own() -> None:
    nobody = comment()
    del nobody["sender"]
    heard = created(nobody)
    assert (heard.own, heard.author.external_id) == (True, f"max:chat:{CHANNEL}")
    assert created(comment() | {"sender": None}).own
    assert created(comment(sender=user(BOT, is_bot=True)), bot=str(BOT)).own
    other = created(comment(sender=user(5, is_bot=True)), bot=str(BOT))
    assert (other.own, other.author.is_community) == (False, True)


def test_a_direct_message_is_told_to_our_bot() -> None:
    heard = created(message())
    assert (heard.external_id, heard.thread, heard.place) == (f"max:{TALK}:{COMMENT}", f"max:{TALK}", Place.DIRECT)
    assert (heard.community, heard.url, heard.closed, heard.own) == (f"max:user:{BOT}", "", "", False)
    answered = {"type": "reply", "message": {"mid": ANSWERED, "seq": 1, "text": "?"}}
    assert created(message(link=answered)).parent == f"max:{TALK}:{ANSWERED}"
    ours = message(sender=user(BOT, is_bot=True), recipient={"chat_id": TALK, "chat_type": "dialog", "user_id": 5})
    assert only(parse({"messages": [ours]}, "messages", bot=str(BOT))).own


def test_a_group_chat_says_why_it_cannot_be_answered() -> None:
    heard = created(message(recipient={"chat_id": -5, "chat_type": "chat"}))
    assert (heard.place, heard.community) == (Place.DIRECT, "")
    assert "общий чат" in heard.closed


def test_the_sandboxs_pages_stand_under_its_own_base() -> None:
    assert created(comment(), site="http://s/max").url.startswith(f"http://s/max/c/{CHANNEL}/")
    assert created(message(), site="http://s/max").url == f"http://s/max/im/{TALK}"


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
    heard = created(message(body={"mid": COMMENT, "seq": 1, "text": None, "attachments": attached}))
    kinds = ["PHOTO", "VIDEO", "FILE", "LINK", "AUDIO", "STICKER", "OTHER"]
    assert [each.kind for each in heard.attachments] == [MediaKind[kind] for kind in kinds]
    assert (heard.attachments[1].preview, heard.attachments[2].title) == ("https://a/2.jpg", "акт.pdf")
    assert (heard.attachments[3].preview, heard.attachments[5].height) == ("https://b/1.jpg", 20)
    assert "+7" not in heard.attachments[6].title
    assert (heard.latitude, heard.longitude, heard.text) == (55.5, 37.25, "")


def test_what_a_message_forwards_is_an_attachment_and_never_its_own_words() -> None:
    image = {"type": "image", "payload": {"url": "https://a/1.jpg"}}
    inside = {"mid": ANSWERED, "seq": 1, "text": "Чужие слова", "attachments": [image]}
    link = {"type": "forward", "sender": user(5), "chat_id": 7, "message": inside}
    heard = created(message(text="Смотрите", link=link))
    assert (heard.text, heard.parent) == ("Смотрите", "")
    shown = [(each.kind, each.title) for each in heard.attachments]
    assert shown == [(MediaKind.OTHER, "Чужие слова"), (MediaKind.PHOTO, "")]
    assert parse(update("message_created", message(link=link) | {"body": None})) == []


def test_a_list_of_updates_is_told_one_by_one() -> None:
    updates = [update("comment_created", comment()), update("bot_started"), update("message_created", message())]
    assert len(parse({"updates": updates, "marker": 5})) == 2


def bare(mid: str = "mid.a", **recipient: Any) -> dict[str, Any]:
    """A message of which nobody remembers how it was asked for."""
    sender = {"user_id": 5, "first_name": "Ира"}
    return {"sender": sender, "recipient": recipient, "timestamp": 1775026671403, "body": {"mid": mid, "text": "Яма"}}


def test_a_text_is_found_alone_wrapped_and_in_lists() -> None:
    alone = bare(chat_id=-7, chat_type="channel")
    pushed = update("message_created", alone)
    for body in (alone, {"message": alone}, {"messages": [alone]}, [alone], {"updates": [pushed]}, pushed, [pushed]):
        heard = only(parse(body))
        assert (heard.place, heard.external_id, heard.text) == (Place.POST, "max:-7:mid.a", "Яма")
        assert heard.author.name == "Ира"


@pytest.mark.parametrize(
    ("number", "thread", "parent"), [("mid.p", "max:-7:mid.p", "max:-7:mid.p"), (12, "max:-7:mid.a", "")]
)
def test_a_comment_is_known_by_the_post_it_names_and_else_is_its_own_thread(
    number: Any, thread: str, parent: str
) -> None:
    heard = only(parse({"comments": [bare(chat_id=-7, chat_type="channel", post_id=number)]}))
    assert (heard.place, heard.thread, heard.parent) == (Place.COMMENT, thread, parent)


def test_a_text_that_does_not_tell_its_chat_is_not_lost() -> None:
    assert only(parse(bare())).thread == "max:0:mid.a"
    assert only(parse(bare("mid.fffffffffffffff9019d47d58f2b3d9e", chat_type="channel"))).community == "-7"
