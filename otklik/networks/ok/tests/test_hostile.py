"""Broken and malicious payloads: `parse`, `authentic`, `answer_to` and `raw` never raise."""

import json
import random
from typing import Any

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Deletion, Edit, Incoming, Origin, Post, Raw
from otklik.networks.ok.network import OK
from otklik.networks.ok.parse import READERS
from otklik.networks.ok.tests.test_parse import comment, message, topic

ACCESS = Access("53038939046008", "http://127.0.0.1:1", Door(), lambda kind: None)
BODIES = [
    b"",
    b"null",
    b"[]",
    b"12",
    b'"text"',
    b"\xff\xfe\x00",
    b"\x00" * 50,
    b"[" * 100_000,
    b'{"message":' * 100_000,
    b'{"recipient":{"chat_id":"chat:C1"},"sender":{},"timestamp":' + b"9" * 5000 + b"}",
    b'{"recipient":{"chat_id":"chat:C1"},"sender":{},"message":{"mid":"mid:1"},"timestamp":NaN}',
    b'{"comments":[{"id":"QUJD","author_id":1e999,"date":-Infinity}]}',
    b'{"comments":' + b'{"comments":[' * 400 + b"1" + b"]}" * 400 + b"}",
    b'{"webhookType":"\\ud800","message":{}}',
    b'{"error_code":' + b"7" * 400 + b"}",
]


def request(body: bytes) -> Incoming:
    return Incoming("POST", {"gid": "\ud800"}, {}, body, "\ud800")


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_broken_body_raises_nowhere(body: bytes) -> None:
    network = OK()
    for method in (*READERS, "users.getInfo"):
        context = {"method": method, "topic": "x", "group": "--1", "place": "?", "asked": "1 \ud800", "closed": "\x00"}
        for event in network.parse(Raw(Origin.PUSH, body, context=context)):
            assert isinstance(event, Post | Edit | Deletion)
    assert network.authentic(request(body), ACCESS) is False
    assert network.answer_to(request(body), ACCESS).status == 200
    assert isinstance(network.raw(request(body)).key, str)


@pytest.mark.parametrize("deep", [b"[" * 900 + b"]" * 900, b'{"a":' * 400 + b"1" + b"}" * 400])
def test_deep_values_where_plain_ones_belong_raise_nothing(deep: bytes) -> None:
    body = (
        b'{"sender":{"user_id":"user:5"},"recipient":{"chat_id":"chat:C1"},"message":{"mid":"mid:1","text":"x",'
        b'"attachments":' + deep + b'},"timestamp":' + deep + b"}"
    )
    assert isinstance(OK().raw(request(body)).key, str)
    (found,) = OK().parse(Raw(Origin.PUSH, body))
    assert isinstance(found, Post)
    assert found.posted_at is None


@pytest.mark.parametrize("word", ["\ud800", "a\x00b", "\udfff\ud800"])
def test_text_that_no_database_takes_is_made_storable(word: str) -> None:
    body = json.dumps({"comments": [comment(text=word, author_type="GROUP", author_name=word)]}).encode()
    (found,) = OK().parse(Raw(Origin.WATCH, body, context={"method": "discussions.getComments", "topic": "5"}))
    assert isinstance(found, Post)
    assert "\x00" not in found.text + found.author.name
    assert (found.text + found.author.name).encode()


@pytest.mark.parametrize("field", ["id", "author_id"])
@pytest.mark.parametrize("value", [None, "", 0, -7, 1.0, True, [], {}, 2**70, "x" * 300, "два слова", "drop"])
def test_a_comment_without_a_true_number_is_not_a_message(field: str, value: Any) -> None:
    told = comment(**{field: value})
    if value == "drop":
        del told[field]
    body = json.dumps({"comments": [told]}).encode()
    assert OK().parse(Raw(Origin.WATCH, body, context={"method": "discussions.getComments", "topic": "5"})) == []


def mutate(value: Any, dice: random.Random) -> Any:
    if dice.random() < 0.08:
        odd: list[Any] = [None, True, "12", "\ud800", -1, 2**64, 1e308, [], {}, [[]], {"count": []}, "x" * 50, 10**4000]
        return dice.choice(odd)
    if isinstance(value, dict):
        return {key: mutate(each, dice) for key, each in value.items() if dice.random() > 0.05}
    if isinstance(value, list):
        return [mutate(each, dice) for each in value] * dice.choice([1, 1, 1, 0, 3])
    return value


def seed_payload() -> dict[str, Any]:
    photo = {"id": "95", "ref": "group_photo:95", "pic640x480": "https://a.example/m", "standard_width": 640}
    blocks = [
        {"type": "text", "text": "слово {group:5}Город{group}"},
        {"type": "photo", "photo_refs": ["group_photo:95"]},
        {"type": "movie", "movies": [{"title": "Двор", "thumbnail_url": "https://a.example/t"}]},
        {"type": "link", "url": "https://a.example"},
    ]
    attached = [{"type": "PHOTO", **photo}, "95", {"id": "95"}, {"type": "MOVIE", "title": "x"}]
    return {
        **message(),
        "webhookType": "MESSAGE_CREATED",
        "media_topics": [topic(media=blocks)],
        "comments": [comment(attachments=attached, reply_to_comment_id="QUJD")],
        "messages": [message()],
        "discussion": {
            "object_id": "5",
            "object_type": "GROUP_TOPIC",
            "title": "Тема",
            "ref_objects": [{"id": "7", "type": "GROUP"}],
            "attrs": {"flags": "c,l,s"},
            "creation_date": "2013-10-12 14:29:26",
        },
        "entities": {"users": [{"uid": "5", "name": "Анна"}], "groups": [{"uid": "7"}], "group_photos": [photo]},
        "resources": {"photos": [photo]},
    }


def test_thousands_of_damaged_payloads_raise_nowhere_and_some_are_understood() -> None:
    dice = random.Random(20260921)
    understood = 0
    for _ in range(3000):
        written = json.dumps(mutate(seed_payload(), dice)).encode()
        context = {"method": dice.choice([*READERS]), "topic": "5", "group": "7", "place": "7", "closed": "5"}
        for event in OK().parse(Raw(Origin.PUSH, written, context=context)):
            assert isinstance(event, Post | Deletion)
            assert len(event.external_id) <= 250
            understood += 1
            if isinstance(event, Post):
                assert len(event.author.external_id) <= 120
                event.text.encode()
                assert all(each.url.encode() is not None for each in event.attachments)
        OK().raw(request(written))
        OK().authentic(request(written), ACCESS)
    assert understood > 1500
