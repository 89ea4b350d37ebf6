"""Events and listings of Instagram as messages, written from the published shapes."""

from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Deletion, Event, MediaKind, Place, Post
from otklik.networks.instagram.network import Instagram
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only

ACCOUNT, MEDIA, COMMENT = "17841400000000001", "18000000000000001", "17900000000000001"
SECONDS, AT = 1_790_000_000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


def pushed(*changes: dict[str, Any], **entry: Any) -> list[Event]:
    body = {"id": ACCOUNT, "time": SECONDS, "changes": list(changes), **entry}
    return Instagram().parse(polled({"object": "instagram", "entry": [body]}))


def comment(**value: Any) -> dict[str, Any]:
    defaults = {"id": COMMENT, "text": "Темно", "from": {"id": "555", "username": "anna"}, "media": {"id": MEDIA}}
    return {"field": "comments", "value": defaults | value}


def listed(view: str, *items: Any, **context: str) -> list[Event]:
    asked = {"view": view, "place": ACCOUNT, "post": MEDIA, "username": "us", "permalink": "https://s.example/p/Abc/"}
    return Instagram().parse(polled({"data": list(items)}, asked | context))


def test_a_comment_and_a_reply_have_their_addresses_and_a_listing_tells_links_times_and_who_is_ours() -> None:
    heard = only(pushed(comment()))
    assert (heard.external_id, heard.thread, heard.parent) == (f"ig:{COMMENT}", f"ig:{MEDIA}", f"ig:{MEDIA}")
    assert (heard.place, heard.community, heard.posted_at, heard.own) == (Place.COMMENT, ACCOUNT, AT, False)
    reply = only(pushed(comment(id="17900000000000002", parent_id=COMMENT)))
    assert reply.parent == heard.external_id
    assert only(pushed({**comment(), "field": "live_comments"})).external_id == heard.external_id
    item = {"id": "17900000000000002", "text": "Темно", "timestamp": "2026-09-21T14:13:20+0000", "username": "anna"}
    heard = only(listed("comments", {**item, "parent_id": COMMENT, "hidden": True}))
    assert heard.url == f"https://s.example/p/Abc/c/{COMMENT}/r/17900000000000002/"
    assert (heard.author.external_id, heard.posted_at) == ("@anna", AT)
    assert heard.closed
    for ours in ({"username": "us"}, {"user": {"id": ACCOUNT}}, {"from": {"id": ACCOUNT, "username": "us"}}):
        own = only(listed("comments", {**item, **ours}))
        assert (own.own, own.author.external_id) == (True, ACCOUNT)


def test_a_mention_without_its_text_stays_raw_and_publications_of_ours_and_of_others_are_told_apart() -> None:
    assert pushed({"field": "mentions", "value": {"media_id": MEDIA, "comment_id": COMMENT}}) == []
    assert pushed({"field": "story_insights", "value": {}}) == []
    assert pushed(comment(text="")) == []
    assert pushed(comment(media=None)) == []
    assert listed("gone", {"id": COMMENT}) == [Deletion(f"ig:{COMMENT}")]
    children = {"data": [{"media_type": "VIDEO", "media_url": "https://a/v", "thumbnail_url": "https://a/t"}]}
    item = {"id": MEDIA, "caption": "Парк", "username": "us", "children": children, "is_comment_enabled": False}
    heard = only(listed("posts", item))
    assert (heard.own, heard.author.external_id, heard.community) == (True, ACCOUNT, ACCOUNT)
    assert [(each.kind, each.preview) for each in heard.attachments] == [(MediaKind.VIDEO, "https://a/t")]
    assert heard.closed
    theirs = only(listed("posts", {"id": MEDIA, "caption": "Спасибо @us", "username": "sosedi"}))
    assert (theirs.own, theirs.community) == (False, "@sosedi")
    assert "вручную" in theirs.closed


def test_a_private_message_and_its_echo_stand_in_one_dialogue() -> None:
    def say(sender: str, recipient: str, **message: Any) -> Post:
        item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": SECONDS * 1000}
        return only(pushed(messaging=[{**item, "message": {"mid": "aWdf1", "text": "x", **message}}]))

    heard, echo = say("555", ACCOUNT), say(ACCOUNT, "555", is_echo=True)
    assert heard.external_id == f"ig:dm:{ACCOUNT}:555:aWdf1"
    assert (heard.thread, heard.own, echo.own) == (echo.thread, False, True)
