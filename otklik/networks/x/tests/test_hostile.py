"""Broken and malicious payloads: `parse`, `authentic`, `answer_to` and `raw` never raise."""

import json
import random
from typing import Any

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Deletion, Edit, Incoming, Origin, Post, Raw
from otklik.networks.x.network import X
from otklik.networks.x.tests.shapes import ANNA, ME, MINE, answer, direct, event, only, parsed, reply, text, user
from otklik.networks.x.webhook import HEADER

METHODS = ("posts", "lookup", "messages", "", "что-то")
EVENTS = ("post.create", "post.mention.create", "post.reply.create", "post.delete", "dm.received", "dm.sent")
ACCESS = Access(ME, "http://127.0.0.1:1", Door(), lambda kind: None, tokens={"consumer_secret": "s3cret"})
BODIES = [
    b"",
    b"null",
    b"[]",
    b"12",
    b"\xff\xfe\x00",
    b"\x00" * 50,
    b"[" * 100_000,
    b'{"data":' * 100_000,
    b'{"data":[{"id":' + b"9" * 5000 + b"}]}",
    b'{"data":[{"id":"1","author_id":"2","created_at":NaN,"geo":{"coordinates":{"coordinates":[1e999,-Infinity]}}}]}',
    b'{"data":{"event_type":"post.create","filter":{"user_id":true},"payload":[]}}',
    b'{"data":{"event_type":"dm.received","filter":{"user_id":"5"},"payload":{"users":[1],"direct_message_events":{}}}}',
    b'{"data":{"event_type":{},"filter":[],"payload":7,"includes":"x"}}',
    b'{"data":' + b'{"data":[' * 400 + b"1" + b"]}" * 400 + b"}",
    b'{"data":"\\ud800","includes":{"users":"\\ud800"}}',
    b'{"errors":[{"resource_id":"../x","type":"/problems/resource-not-found","resource_type":"tweet"}]}',
]


def request(body: bytes) -> Incoming:
    return Incoming("POST", {}, {HEADER: "sha256=no"}, body)


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_broken_body_raises_nowhere(body: bytes) -> None:
    for method in METHODS:
        context = {"method": method, "account": ME, "place": "x", "site": "http://a"}
        for found in X().parse(Raw(Origin.PUSH, body, context=context)):
            assert isinstance(found, Post | Edit | Deletion)
        for found in X().parse(Raw(Origin.PUSH, body)):
            assert isinstance(found, Post | Edit | Deletion)
    assert X().authentic(request(body), ACCESS) is False
    assert X().answer_to(request(body), ACCESS).status == 200
    assert isinstance(X().raw(request(body)).key, str)


@pytest.mark.parametrize("word", ["\ud800", "a\x00b", "\udfff\ud800"])
def test_text_that_no_database_takes_is_made_storable(word: str) -> None:
    found = only(parsed(answer(text(text=word), users=[user(name=word)])))
    assert "\x00" not in found.text + found.author.name
    assert found.text.encode()


@pytest.mark.parametrize("field", ["id", "author_id"])
@pytest.mark.parametrize("value", [None, 12, "0", "-5", "1.0", True, [], {}, "9" * 20, "٣", "1 ", "drop"])
def test_a_text_without_a_true_number_is_not_a_message(field: str, value: Any) -> None:
    item = text(**{field: ... if value == "drop" else value})
    item["edit_history_tweet_ids"] = []
    assert parsed(answer(item)) == []


@pytest.mark.parametrize(
    "told", ["", "yesterday", "2026-07-24", "2026-07-24T21:23:23", 1790000000, None, [], "9999-01-01T00:00:00Z"]
)
def test_a_time_that_is_none_is_taken_from_the_number(told: Any) -> None:
    found = only(parsed(answer(text(created_at=told))))
    assert found.posted_at is not None
    assert found.posted_at.year == 2026
    old = text(id="20", created_at=told, edit_history_tweet_ids=["20"], conversation_id="20")
    assert only(parsed(answer(old))).posted_at is None


def test_numbers_beyond_a_double_stay_what_they_are() -> None:
    number = str(2**63 - 1)
    found = only(parsed(answer(text(id=number, edit_history_tweet_ids=[number], conversation_id=number))))
    assert found.external_id == f"x:{number}"


def seed() -> list[Any]:
    full = reply(
        attachments={"media_keys": ["3_1"]},
        geo={"coordinates": {"coordinates": [1, 2]}, "place_id": "p"},
        note_tweet={"text": "долго", "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://b"}]}},
    )
    includes = {
        "users": [user(), {"data": user(ME)}],
        "tweets": [text(id=MINE, author_id=ME)],
        "media": [
            {
                "media_key": "3_1",
                "type": "video",
                "variants": [{"content_type": "video/mp4", "bit_rate": 1, "url": "u"}],
            }
        ],
        "places": [{"id": "p", "geo": {"bbox": [1, 2, 1.01, 2.01]}}],
    }
    message = {
        "id": "77",
        "event_type": "MessageCreate",
        "sender_id": ANNA,
        "dm_conversation_id": f"{ANNA}-{ME}",
        "text": "a",
    }
    gone = {"resource_id": "5", "resource_type": "tweet", "type": "https://api.x.com/2/problems/resource-not-found"}
    return [
        answer(full, text(), **includes) | {"errors": [gone]},
        event("post.reply.create", full, includes=includes),
        event("dm.received", direct()),
        answer(message, **includes),
    ]


def mutate(value: Any, dice: random.Random) -> Any:
    if dice.random() < 0.06:
        odd: list[Any] = [None, True, "12", "\ud800", -1, 2**64, 1e308, [], {}, [[]], {"data": []}, "x" * 50, 10**400]
        return dice.choice(odd)
    if isinstance(value, dict):
        return {key: mutate(each, dice) for key, each in value.items() if dice.random() > 0.04}
    if isinstance(value, list):
        return [mutate(each, dice) for each in value] * dice.choice([1, 1, 1, 0, 3])
    return value


def test_thousands_of_damaged_payloads_raise_nowhere_and_some_are_understood() -> None:
    dice = random.Random(20260921)
    understood = 0
    for turn in range(4000):
        body = mutate(seed()[turn % 4], dice)
        method = "" if turn % 4 in (1, 2) else "messages" if turn % 4 == 3 else dice.choice(METHODS[:2])
        context = {"method": method, "account": ME} | ({"summons": "named"} if turn % 5 else {})
        written = json.dumps(body).encode()
        for found in X().parse(Raw(Origin.PUSH, written, context=context)):
            understood += 1
            post = found.post if isinstance(found, Edit) else found
            assert len(post.external_id) < 90
            if isinstance(post, Post):
                assert all(isinstance(each.url, str) and each.url.encode() is not None for each in post.attachments)
                post.text.encode()
                post.author.name.encode()
        X().raw(request(written))
    assert understood > 1000
