"""Events and listings of Instagram as messages, written from the published shapes; and links as people paste them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Address, Deletion, Event, MediaKind, Origin, Place, Post, Raw
from otklik.networks.errors import NotSupported
from otklik.networks.instagram.network import Instagram

ACCOUNT, MEDIA, COMMENT = "17841400000000001", "18000000000000001", "17900000000000001"
SECONDS, AT = 1_790_000_000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
SITE = "http://127.0.0.1:8100/meta"


def pushed(*changes: dict[str, Any], **entry: Any) -> list[Event]:
    told = {"id": ACCOUNT, "time": SECONDS, "changes": list(changes), **entry}
    return Instagram().parse(Raw(Origin.PUSH, json.dumps({"object": "instagram", "entry": [told]}).encode()))


def comment(**value: Any) -> dict[str, Any]:
    given = {"id": COMMENT, "text": "Темно", "from": {"id": "555", "username": "anna"}, "media": {"id": MEDIA}}
    return {"field": "comments", "value": given | value}


def listed(view: str, *items: Any, **context: str) -> list[Event]:
    told = {"view": view, "place": ACCOUNT, "post": MEDIA, "username": "us", "permalink": "https://s.example/p/Abc/"}
    raw = Raw(Origin.BACKFILL, json.dumps({"data": list(items)}).encode(), context=told | context)
    return Instagram().parse(raw)


def only(events: list[Event]) -> Post:
    (event,) = events
    assert isinstance(event, Post)
    return event


def test_a_comment_and_a_reply_have_their_addresses() -> None:
    found = only(pushed(comment()))
    assert (found.external_id, found.thread, found.parent) == (f"ig:{COMMENT}", f"ig:{MEDIA}", f"ig:{MEDIA}")
    assert (found.place, found.community, found.posted_at, found.own) == (Place.COMMENT, ACCOUNT, AT, False)
    reply = only(pushed(comment(id="17900000000000002", parent_id=COMMENT)))
    assert reply.parent == found.external_id
    assert only(pushed({**comment(), "field": "live_comments"})).external_id == found.external_id


def test_a_listing_tells_links_times_and_who_is_ours() -> None:
    item = {"id": "17900000000000002", "text": "Темно", "timestamp": "2026-09-21T14:13:20+0000", "username": "anna"}
    found = only(listed("comments", {**item, "parent_id": COMMENT, "hidden": True}))
    assert found.url == f"https://s.example/p/Abc/c/{COMMENT}/r/17900000000000002/"
    assert (found.author.external_id, found.posted_at) == ("@anna", AT)
    assert found.closed
    for ours in ({"username": "us"}, {"user": {"id": ACCOUNT}}, {"from": {"id": ACCOUNT, "username": "us"}}):
        own = only(listed("comments", {**item, **ours}))
        assert (own.own, own.author.external_id) == (True, ACCOUNT)


def test_a_mention_without_its_text_and_what_is_unknown_stay_raw() -> None:
    assert pushed({"field": "mentions", "value": {"media_id": MEDIA, "comment_id": COMMENT}}) == []
    assert pushed({"field": "story_insights", "value": {}}) == []
    assert pushed(comment(text="")) == []
    assert pushed(comment(media=None)) == []


def test_what_is_gone_from_a_listing_is_a_deletion() -> None:
    assert listed("gone", {"id": COMMENT}) == [Deletion(f"ig:{COMMENT}")]


def test_a_publication_of_ours_and_of_others_are_told_apart() -> None:
    children = {"data": [{"media_type": "VIDEO", "media_url": "https://a/v", "thumbnail_url": "https://a/t"}]}
    item = {"id": MEDIA, "caption": "Парк", "username": "us", "children": children, "is_comment_enabled": False}
    found = only(listed("posts", item))
    assert (found.own, found.author.external_id, found.community) == (True, ACCOUNT, ACCOUNT)
    assert [(each.kind, each.preview) for each in found.attachments] == [(MediaKind.VIDEO, "https://a/t")]
    assert found.closed
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


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://www.instagram.com/p/Abc_-1/c/123/", Address("ig:123")),
        ("https://www.instagram.com/rechnoy/p/Abc/c/123/r/456/?igsh=x", Address("ig:456")),
        ("instagram.com/reel/Abc/c/123", Address("ig:123")),
        (f"{SITE}/p/Abc/c/123/", Address("ig:123")),
        (f"{SITE}/direct/t/555/?account=12", Address("", "ig:dm:12:555")),
        *(
            (url, None)
            for url in ("", "https://www.instagram.com/rechnoy/", "https://instagram.com.evil.example/p/A/c/1")
        ),
        *((url, None) for url in ("http://[", "x" * 100_000, f"{SITE}/direct/t/555/?account=x")),
    ],
)
def test_a_link_is_read_or_left(url: str, told: Address | None) -> None:
    assert Instagram().address_of(url, SITE) == told


def test_a_link_to_a_publication_alone_does_not_tell_its_number() -> None:
    with pytest.raises(NotSupported):
        Instagram().address_of("https://www.instagram.com/p/Abc/")
    assert Instagram().account_id(" 17841400000000001 ") == ACCOUNT
    assert Instagram().account_id("instagram.com/rechnoy") == ""
