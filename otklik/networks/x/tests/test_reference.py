"""Recorded answers and the published samples: what is there is understood or left alone, never stumbled over."""

import json

import pytest

from otklik.networks.base import Deletion, Edit, Event, Origin, Post, Raw
from otklik.networks.x.network import X
from otklik.networks.x.tests.reference import ABSENT, FIXTURES, events, recorded

pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason=ABSENT)


def parsed(body: bytes) -> list[Event]:
    found = X().parse(Raw(Origin.PUSH, body))
    for method in ("posts", "lookup", "messages"):
        found += X().parse(Raw(Origin.POLL, body, context={"method": method, "account": "1111111111111111111"}))
    return found


def test_every_recorded_answer_is_parsed_without_a_stumble() -> None:
    bodies = list(recorded())
    found = [each for body in bodies for each in parsed(body)]
    assert len(bodies) > 100
    assert sum(isinstance(each, Post) for each in found) > 20


def test_every_published_sample_of_an_event_is_understood_or_nothing() -> None:
    heard: dict[str, list[Event]] = {}
    for title, body in events():
        heard.setdefault(title, []).extend(X().parse(Raw(Origin.PUSH, body)))
    expected = {
        "post.create": Post,
        "post.mention.create": Post,
        "post.reply.create": Post,
        "post.quote.create": Post,
        "post.delete": Deletion,
        "dm.received": Post,
        "dm.sent": Post,
    }
    for title, kind in expected.items():
        assert [type(each) for each in heard[title]] == [kind], title
    known = {title for title, found in heard.items() if found}
    assert known == set(expected)


def test_what_the_samples_say_is_what_is_told() -> None:
    told = {title: X().parse(Raw(Origin.PUSH, body)) for title, body in events()}
    for title in ("post.create", "dm.sent"):
        (own,) = told[title]
        assert isinstance(own, Post)
        assert own.own
    for title in ("post.mention.create", "post.reply.create", "post.quote.create", "dm.received"):
        (theirs,) = told[title]
        assert isinstance(theirs, Post)
        assert not theirs.own
        assert theirs.closed == ""
        assert theirs.posted_at is not None
        assert theirs.community == "1111111111111111111"


def test_the_same_sample_has_the_same_key_and_others_have_others() -> None:
    from otklik.networks.base import Incoming

    keys = [X().raw(Incoming("POST", {}, {}, body)).key for _, body in events() if b"event_uuid" in body]
    numbered = {json.dumps(json.loads(body)["data"].get("event_uuid")) for _, body in events() if b"event_uuid" in body}
    assert len(set(keys)) >= len(numbered) - 1
    assert all(isinstance(each, Post | Edit | Deletion) for _, body in events() for each in parsed(body))
