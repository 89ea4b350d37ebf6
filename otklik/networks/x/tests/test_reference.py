"""The published samples of events, where they stand beside the project."""

import json

import pytest

from otklik.networks.base import Deletion, Event, Post
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only
from otklik.networks.x.network import X
from otklik.networks.x.tests.contract import push
from otklik.networks.x.tests.reference import ABSENT, FIXTURES, events

pytestmark = pytest.mark.skipif(not FIXTURES.exists(), reason=ABSENT)
CREATED = tuple(f"post.{kind}create" for kind in ("", "mention.", "reply.", "quote."))
EXPECTED = dict.fromkeys((*CREATED, "dm.received", "dm.sent"), Post) | {"post.delete": Deletion}


def heard() -> dict[str, list[Event]]:
    return {title: X().parse(polled(body)) for title, body in events()}


def test_every_published_sample_of_an_event_is_understood_or_nothing() -> None:
    kinds = {title: [type(event) for event in found] for title, found in heard().items()}
    assert {title: kind for title, kind in kinds.items() if kind} == {title: [kind] for title, kind in EXPECTED.items()}


def test_what_the_samples_say_is_what_is_told() -> None:
    samples = heard()
    assert only(samples["post.create"]).own
    assert only(samples["dm.sent"]).own
    for title in (*CREATED[1:], "dm.received"):
        theirs = only(samples[title])
        assert (theirs.own, theirs.closed, theirs.community) == (False, "", "1111111111111111111")
        assert theirs.posted_at is not None


def test_the_same_sample_has_the_same_key_and_others_have_others() -> None:
    bodies = [body for _, body in events() if b"event_uuid" in body]
    numbered = {json.dumps(json.loads(body)["data"].get("event_uuid")) for body in bodies}
    assert len({X().raw(push(body)).key for body in bodies}) >= len(numbered) - 1


LISTED = {"tweet", "tweets", "tweets_by_space", "events", "lists_id_tweets"}
FILES = sorted([*FIXTURES.rglob("testdata/**/*.json"), *FIXTURES.rglob("examples/*.json")])


def test_recorded_listings_of_which_nobody_remembers_the_question_are_understood() -> None:
    listings = [path for path in FILES if path.parent.name == "tweet" or path.stem in LISTED]
    for path in listings:
        posts = X().parse(polled(path.read_bytes()))
        assert posts, path.name
        assert all(post.text and post.posted_at for post in posts if isinstance(post, Post)), path.name
    assert listings
