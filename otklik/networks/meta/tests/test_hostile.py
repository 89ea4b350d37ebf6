"""Broken and malicious payloads: nothing that is pure raises, whatever it is given."""

import json
import random
from typing import Any

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Deletion, Edit, Incoming, Origin, Post, Raw
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram

NETWORKS = (Facebook(), Instagram())
VIEWS = ("posts", "comments", "messages", "gone", "")
ACCESS = Access("100", "http://127.0.0.1:1", Door(), lambda kind: None, tokens={"app_secret": "s"}, secret="w")
BODIES = [
    b"",
    b"null",
    b"[]",
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"entry":' * 100_000,
    b'{"object":"page","entry":{"id":1}}',
    b'{"object":"page","entry":[1,null,{"id":' + b"9" * 5000 + b"}]}",
    b'{"object":"page","entry":[{"id":NaN,"changes":[{"field":"feed","value":[]}],"messaging":5}]}',
    b'{"object":"instagram","entry":[{"id":"1","changes":[{"field":"comments","value":{"id":-1,"media":{}}}]}]}',
    b'{"data":' + b'[{"parent":' * 400 + b"1" + b"}]" * 400 + b"}",
    b'{"object":"\\ud800","entry":[{"id":"\\ud800"}]}',
]


def every_context() -> list[dict[str, str]]:
    odd = {"place": "\ud800", "post": "--1", "peer": "x" * 500, "guest": "1", "site": "", "permalink": "\x00"}
    fine = {
        "place": "100",
        "voice": "100",
        "post": "100_200",
        "peer": "555",
        "username": "us",
        "permalink": "https://a",
    }
    return [{}] + [{**context, "view": view} for context in (odd, fine) for view in VIEWS]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_broken_body_raises_nowhere(network: Facebook | Instagram, body: bytes) -> None:
    for context in every_context():
        for event in network.parse(Raw(Origin.PUSH, body, context=context)):
            assert isinstance(event, Post | Edit | Deletion)
    request = Incoming("POST", {}, {}, body)
    assert network.authentic(request, ACCESS) is False
    assert network.answer_to(request, ACCESS).status == 200
    assert isinstance(network.raw(request).key, str)


def comment(dice: random.Random) -> dict[str, Any]:
    """A comment, post and message in one, with every field that any reading looks at."""
    number = dice.choice(["200_300", "17841452691600098", 12345, 2**62])
    return {
        "id": number,
        "comment_id": number,
        "post_id": "100_200",
        "parent_id": "200_299",
        "parent": {"id": "200_299"},
        "from": {"id": "555", "name": "Анна", "username": "anna"},
        "message": {"mid": "m_1", "text": "x"} if dice.random() < 0.3 else "слово",
        "text": "слово",
        "item": dice.choice(["comment", "post", "photo"]),
        "verb": dice.choice(["add", "edited", "remove", "hide"]),
        "created_time": dice.choice([1_790_000_000, "2026-09-21T14:13:20+0000"]),
        "timestamp": "2026-09-21T14:13:20+0000",
        "media": {"id": "18000000000000001"},
        "attachments": {"data": [{"type": "photo", "media": {"image": {"src": "https://a", "width": 1}}}]},
        "attachment": {"type": "video", "media": {"source": "https://b"}},
        "place": {"location": {"latitude": 1.5, "longitude": 2}},
        "comments": {"summary": {"total_count": 3, "can_comment": True}},
        "children": {"data": [{"media_url": "https://c", "media_type": "VIDEO"}]},
        "username": "anna",
        "photos": ["https://d"],
    }


def mutate(value: Any, dice: random.Random) -> Any:
    if dice.random() < 0.08:
        odd: list[Any] = [None, True, "12", "\ud800", -1, 2**64, 1e308, [], {}, [[]], {"data": []}, "x" * 50, 10**4000]
        return dice.choice(odd)
    if isinstance(value, dict):
        return {key: mutate(each, dice) for key, each in value.items() if dice.random() > 0.05}
    if isinstance(value, list):
        return [mutate(each, dice) for each in value] * dice.choice([1, 1, 1, 0, 3])
    return value


@pytest.mark.parametrize("network", NETWORKS)
def test_thousands_of_damaged_payloads_raise_nowhere_and_some_are_understood(network: Facebook | Instagram) -> None:
    dice = random.Random(20260921)
    contexts = every_context()
    understood = 0
    for turn in range(3000):
        thing = mutate(comment(dice), dice)
        if turn % 2:
            body: Any = mutate({"data": [thing]}, dice)
        else:
            sides = {"sender": {"id": "555"}, "recipient": {"id": "100"}, "timestamp": 1_790_000_000_000}
            change = {"field": dice.choice(["feed", "comments", "mention"]), "value": thing}
            entry = {"id": "100", "time": 1, "changes": [change], "messaging": [{**sides, "message": thing}]}
            body = mutate({"object": dice.choice(["page", "instagram"]), "entry": [entry]}, dice)
        written = json.dumps(body).encode()
        for event in network.parse(Raw(Origin.PUSH, written, context=dice.choice(contexts) if turn % 2 else {})):
            post = event.post if isinstance(event, Edit) else event
            assert 0 < len(post.external_id) <= 250
            understood += 1
            if isinstance(post, Post):
                post.text.encode()
                post.url.encode()
                assert len(post.author.external_id) <= 120
                assert post.thread
                assert len(post.thread) <= 250
        network.raw(Incoming("POST", {}, {}, written))
    assert understood > 400


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("typed", ["", "\ud800", "x" * 100_000, "http://[::1", "fb:", "ig:dm:1:2:" + "z" * 5000, "٣"])
def test_whatever_is_pasted_raises_nothing(network: Facebook | Instagram, typed: str) -> None:
    assert network.account_id(typed) == ""
    assert network.address_of(typed) is None
