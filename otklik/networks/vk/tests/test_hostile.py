"""Broken and malicious payloads: `parse`, `authentic`, `answer_to` and `raw` never raise."""

import json
import random
from typing import Any

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Deletion, Edit, Incoming, Origin, Post, Raw
from otklik.networks.vk import beside
from otklik.networks.vk.network import VK

METHODS = ("wall.get", "wall.getById", "wall.getComments", "messages.getHistory", "users.get", "", *beside.METHODS)
EVENTS = (
    *("wall_post_new", "wall_reply_new", "wall_reply_delete", "message_new", "message_reply", "message_edit"),
    *beside.EVENTS,
)
ACCESS = Access("12", "http://127.0.0.1:1", Door(), lambda kind: None, secret="s3cret", confirmation="c0de")

BODIES = [
    b"",
    b"null",
    b"[]",
    b"12",
    b"\xff\xfe\x00",
    b"\x00" * 50,
    b"[" * 100_000,
    b'{"object":' * 100_000,
    b'{"type":"wall_reply_new","group_id":12,"object":{"id":' + b"9" * 5000 + b"}}",
    b'{"type":"wall_reply_new","group_id":12,"object":{"id":1e999,"from_id":NaN,"post_id":-Infinity}}',
    b'{"type":"wall_reply_new","group_id":NaN,"object":{"id":1,"from_id":5,"post_id":3,"owner_id":-12}}',
    b'{"type":"message_new","type":"wall_post_new","group_id":12,"object":[],"object":{"id":true}}',
    b'{"response":' + b'{"items":[' * 400 + b"1" + b"]}" * 400 + b"}",
    b'{"type":"\\ud800","group_id":12,"object":{}}',
]


def request(body: bytes) -> Incoming:
    return Incoming("POST", {}, {}, body)


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_broken_body_raises_nowhere(body: bytes) -> None:
    network = VK()
    for method in METHODS:
        context = {"method": method, "owner_id": "x", "post_id": "--1", "group_id": "?"}
        for event in network.parse(Raw(Origin.PUSH, body, context=context)):
            assert isinstance(event, Post | Edit | Deletion)
    assert network.authentic(request(body), ACCESS) is False
    assert network.answer_to(request(body), ACCESS).body == b"ok"
    assert isinstance(network.raw(request(body)).key, str)


@pytest.mark.parametrize("word", ["\ud800", "a\x00b", "\udfff\ud800"])
def test_text_that_no_database_takes_is_made_storable(word: str) -> None:
    thing = {"id": 1, "from_id": 5, "post_id": 3, "owner_id": -12, "date": 1, "text": word, "attachments": []}
    body = json.dumps({"type": "wall_reply_new", "group_id": 12, "object": thing}).encode()
    (found,) = VK().parse(Raw(Origin.PUSH, body))
    assert isinstance(found, Post)
    assert "\x00" not in found.text
    assert found.text.encode()


@pytest.mark.parametrize("date", [10**30, -1, 0, "1790000000", 1.5, True, None, [], 32_503_680_001])
def test_a_time_that_is_none_is_none(date: Any) -> None:
    thing = {"id": 1, "from_id": 5, "post_id": 3, "owner_id": -12, "date": date, "text": "x"}
    body = json.dumps({"type": "wall_reply_new", "group_id": 12, "object": thing}).encode()
    (found,) = VK().parse(Raw(Origin.PUSH, body))
    assert isinstance(found, Post)
    assert found.posted_at is None


@pytest.mark.parametrize("missing", ["id", "from_id", "post_id", "owner_id"])
@pytest.mark.parametrize("value", [None, "56", 0, 1.0, True, [], {}, 2**70, "drop"])
def test_a_comment_without_a_true_number_is_not_a_message(missing: str, value: Any) -> None:
    thing: dict[str, Any] = {"id": 56, "from_id": 5, "post_id": 34, "owner_id": -12, "date": 1, "text": "x"}
    if value == "drop":
        del thing[missing]
    else:
        thing[missing] = value
    body = json.dumps({"type": "wall_reply_new", "group_id": 12, "object": thing}).encode()
    assert VK().parse(Raw(Origin.PUSH, body)) == []


def seed_payload() -> dict[str, Any]:
    photo = {"sizes": [{"type": "x", "url": "https://a.example/1", "width": 3, "height": 4}], "lat": 1.0, "long": 2.0}
    comment: dict[str, Any] = {
        "id": 56,
        "from_id": 5,
        "date": 1_790_000_000,
        "text": "слово",
        "post_id": 34,
        "owner_id": -12,
        "peer_id": 5,
        "conversation_message_id": 4,
        "parents_stack": [40],
        "reply_to_comment": 40,
        "attachments": [{"type": "photo", "photo": photo}, {"type": "video", "video": {"owner_id": 1, "id": 2}}],
        "geo": {"coordinates": "1 2"},
        "likes": {"count": 1},
        "copy_history": [{"id": 1, "owner_id": 2, "text": "x"}],
        "fwd_messages": [{"text": "y"}],
        "reply_message": {"conversation_message_id": 2},
    }
    comment["thread"] = {"count": 1, "items": [dict(comment)]}
    return comment


def mutate(value: Any, dice: random.Random) -> Any:
    if dice.random() < 0.08:
        odd: list[Any] = [
            None,
            True,
            "12",
            "\ud800",
            -1,
            2**64,
            1e308,
            [],
            {},
            [[]],
            {"count": []},
            "x" * 50,
            10**4000,
        ]
        return dice.choice(odd)
    if isinstance(value, dict):
        return {key: mutate(each, dice) for key, each in value.items() if dice.random() > 0.05}
    if isinstance(value, list):
        return [mutate(each, dice) for each in value] * dice.choice([1, 1, 1, 0, 3])
    return value


def test_thousands_of_damaged_payloads_raise_nowhere_and_some_are_understood() -> None:
    dice = random.Random(20260921)
    understood = 0
    for turn in range(3000):
        thing = mutate(seed_payload(), dice)
        if turn % 2:
            body: Any = {"response": mutate({"items": [thing], "profiles": [{"id": 5}], "groups": [thing]}, dice)}
        else:
            shape = {"message": thing} if turn % 4 else thing
            body = mutate({"type": dice.choice(EVENTS), "group_id": 12, "object": shape}, dice)
        context = {"method": dice.choice(METHODS), "owner_id": "-12", "post_id": "34", "group_id": "12"}
        written = json.dumps(body).encode()
        for event in VK().parse(Raw(Origin.PUSH, written, context=context)):
            post = event.post if isinstance(event, Edit) else event
            assert len(post.external_id) < 80
            understood += 1
            if isinstance(post, Post):
                post.text.encode()
                assert all(each.url.encode() is not None for each in post.attachments)
        VK().raw(request(written))
    assert understood > 500
