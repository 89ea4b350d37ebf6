"""Broken, deep, huge and ill-typed payloads: nothing is raised, nothing false is told."""

import json
from typing import Any

import pytest

from otklik.networks.base import Incoming, Post
from otklik.networks.max.network import Max
from otklik.networks.max.tests.payloads import COMMENT, POST, comment, message, post, raw, update

METHODS = ("", "messages", "comments", "message", "comment", "nonsense")
NUMBERS: tuple[Any, ...] = (None, True, 0, -1, 2**63, 10**400, 1.5)
JUNK: tuple[Any, ...] = (*NUMBERS, "", "слово", "\ud800", "\x00", [], [[]], {}, {"a": 1}, [1])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"9" * 5000,
        b'{"updates":{"0":1}}',
        b'{"messages":[null,1,"a",[],{}]}',
        b'{"update_type":["comment_created"],"message":{}}',
        b'{"timestamp":NaN}',
    ],
)
def test_what_is_no_payload_gives_no_events(body: bytes) -> None:
    for method in METHODS:
        assert Max().parse(raw(body, method, post=POST, chat="-5", bot="7")) == []
    kept = Max().raw(Incoming("POST", {}, {}, body))
    assert isinstance(kept.body, bytes)
    assert len(kept.key) == 40


def places(thing: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a value stands inside another, all of them."""
    inside = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    return [path, *(deeper for key, value in inside for deeper in places(value, (*path, key)))]


def put(thing: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(thing) if isinstance(thing, dict) else list(thing)
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


LINK = {"type": "reply", "message": {"mid": COMMENT, "seq": 1, "text": "?"}, "sender": {"user_id": 5}}
BODY = {"mid": COMMENT, "seq": 1, "text": "а", "attachments": [{"type": "image", "payload": {"url": "u"}}]}
SHAPES = {
    "comment": update("comment_created", comment(link=LINK, body=BODY)),
    "edit": update("message_edited", message(link=LINK | {"type": "forward"})),
    "removal": update("comment_removed", message_id=COMMENT, chat_id=-5, user_id=1, post_id=POST),
    "place": update("message_created", message(body=BODY | {"attachments": [{"type": "location", "latitude": 1}]})),
}


@pytest.mark.parametrize("name", SHAPES)
def test_any_value_in_any_place_is_survived(name: str) -> None:
    for path in places(SHAPES[name]):
        for junk in JUNK:
            broken = put(SHAPES[name], path, junk)
            for event in Max().parse(raw(json.dumps(broken).encode())):
                address = event.external_id if not hasattr(event, "post") else event.post.external_id
                assert address.startswith("max:")
                assert len(address) <= 250
            assert len(Max().raw(Incoming("POST", {}, {}, json.dumps(broken).encode())).key) == 40


@pytest.mark.parametrize("name", ["messages", "comments"])
def test_any_value_in_a_listing_is_survived(name: str) -> None:
    listing = {"messages": [comment(link=LINK, body=BODY), post()]}
    for path in places(listing):
        for junk in JUNK:
            for event in Max().parse(raw(json.dumps(put(listing, path, junk)).encode(), name, post=POST)):
                assert isinstance(event, Post)


def test_a_number_that_no_column_holds_is_no_id() -> None:
    for chat in (2**63, -(2**63), 10**30, True, "5", 0):
        told = comment()
        told["recipient"] = {"chat_id": chat, "chat_type": "channel", "post_id": POST}
        assert Max().parse(raw(update("comment_created", told))) == []


@pytest.mark.parametrize("mid", ["a b", "a?comment=b", "ж", "m" * 101, "", "5" * 20, "a:b", "a/b", "../.."])
def test_a_mid_that_would_break_an_address_is_none(mid: str) -> None:
    assert Max().parse(raw(update("comment_created", comment(mid)))) == []
    assert Max().parse(raw(update("comment_created", comment(post_id=mid)))) == []


def test_the_longest_address_fits_its_column() -> None:
    told = comment("m" * 100, "p" * 100)
    told["recipient"]["chat_id"] = -(2**63) + 1
    (found,) = Max().parse(raw(update("comment_created", told)))
    assert isinstance(found, Post)
    assert len(found.external_id) <= 250
