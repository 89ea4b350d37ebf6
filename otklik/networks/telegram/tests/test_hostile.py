"""Broken and malicious payloads: `parse`, `authentic`, `answer_to` and `raw` never raise."""

import json
import random
from typing import Any

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Edit, Incoming, Origin, Post, Raw
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.updates import ANNA, CHANNEL, COPY, GROUP, OURS, PHOTO, comment, parsed, update

ACCESS = Access("7100000001", "http://127.0.0.1:1", Door(), lambda kind: None, secret="s3cret")
BODIES = [
    b"",
    b"null",
    b"[]",
    b"12",
    b"\xff\xfe\x00",
    b"\x00" * 50,
    b"[" * 100_000,
    b'{"message":' * 100_000,
    b'{"update_id":1,"message":{"message_id":' + b"9" * 5000 + b"}}",
    b'{"update_id":1,"message":{"message_id":1e999,"date":NaN,"chat":{"id":-Infinity}}}',
    b'{"update_id":NaN,"message":[],"message":{"message_id":true,"chat":true}}',
    b'{"updates":' + b'{"updates":[' * 400 + b"1" + b"]}" * 400 + b"}",
    b'{"message":{"rich_message":{"blocks":' + b"[" * 400 + b'"x"' + b"]" * 400 + b"}}}",
    b'{"message":{"text":"\\ud800","chat":{"id":-5},"message_id":1,"from":{"id":1}}}',
]
ODD: list[Any] = [None, True, "12", "\ud800", -1, 2**64, 1e308, [], {}, [[]], {"id": []}, "x" * 50, 10**4000]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_broken_body_raises_nowhere(body: bytes) -> None:
    network = Telegram()
    context = {"bot": "x", "site": "", "posts": "copies", "ours": "--1,,-"}
    for event in network.parse(Raw(Origin.PUSH, body, context=context)):
        assert isinstance(event, Post | Edit)
    request = Incoming("POST", {"bot": "\ud800"}, {}, body)
    assert network.authentic(request, ACCESS) is False
    assert network.answer_to(request, ACCESS).body == b""
    assert isinstance(network.raw(request).key, str)


@pytest.mark.parametrize("word", ["\ud800", "a\x00b", "\udfff\ud800"])
def test_text_that_no_database_takes_is_made_storable(word: str) -> None:
    found = parsed(update(comment(text=word, reply_to_message=None, **{"from": {**ANNA, "first_name": word}})))[0]
    assert isinstance(found, Post)
    assert "\x00" not in found.text + found.author.name
    assert found.text.encode()


@pytest.mark.parametrize("date", [10**30, -1, 0, "1790000000", 1.5, True, None, [], 32_503_680_001])
def test_a_time_that_is_none_is_none(date: Any) -> None:
    found = parsed(update({**comment(reply_to_message=None), "date": date}))[0]
    assert isinstance(found, Post)
    assert found.posted_at is None


@pytest.mark.parametrize("missing", ["message_id", "chat", "from"])
@pytest.mark.parametrize("value", [None, "56", 0, 1.0, True, [], {}, 2**70, {"id": "5"}, {"id": 0}])
def test_a_message_without_true_numbers_is_none(missing: str, value: Any) -> None:
    assert parsed(update({**comment(reply_to_message=None), missing: value})) == []


def seed() -> dict[str, Any]:
    ours = {"message_id": 11, "chat": GROUP, "date": 1, "from": OURS, "text": "Завтра"}
    return comment(
        photo=PHOTO,
        caption="подпись",
        location={"latitude": 1.0, "longitude": 2.0},
        venue={"location": {"latitude": 1.0, "longitude": 2.0}, "title": "т", "address": "а"},
        sender_chat=CHANNEL,
        entities=[{"type": "text_link", "url": "https://a.example"}],
        document={"file_id": "d", "thumbnail": PHOTO[0]},
        media_group_id="7",
        rich_message={"blocks": [{"text": ["x", {"text": "y"}]}]},
        reply_to_message=random.Random(1).choice([COPY, ours]),
        forward_origin=COPY["forward_origin"],
    )


def mutate(value: Any, dice: random.Random) -> Any:
    if dice.random() < 0.06:
        return dice.choice(ODD)
    if isinstance(value, dict):
        return {key: mutate(each, dice) for key, each in value.items() if dice.random() > 0.05}
    if isinstance(value, list):
        return [mutate(each, dice) for each in value] * dice.choice([1, 1, 1, 0, 3])
    return value


def test_thousands_of_damaged_payloads_raise_nowhere_and_some_are_understood() -> None:
    dice, understood = random.Random(20260921), 0
    for turn in range(3000):
        kind = dice.choice(["message", "edited_message", "channel_post"])
        body = mutate(update(seed(), kind), dice)
        if turn % 3 == 0:
            body = {"updates": [body, mutate(update(seed(), "message"), dice)]}
        written = json.dumps(body).encode()
        for event in Telegram().parse(Raw(Origin.PUSH, written, context={"bot": "7100000001"})):
            post = event.post if isinstance(event, Edit) else event
            assert isinstance(post, Post)
            assert len(post.external_id) < 80
            post.text.encode()
            assert all(each.url.encode() is not None for each in post.attachments)
            understood += 1
        Telegram().raw(Incoming("POST", {}, {}, written))
    assert understood > 500
