import json

import pytest

from otklik.networks.base import Deletion, Post
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only
from otklik.networks.tests.reference import ABSENT, events_of_x
from otklik.networks.tests.reference import X as RECORDED
from otklik.networks.x.network import X
from otklik.networks.x.tests.contract import push

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason=ABSENT)
CREATED = tuple(f"post.{kind}create" for kind in ("", "mention.", "reply.", "quote."))
EXPECTED = dict.fromkeys((*CREATED, "dm.received", "dm.sent"), Post) | {"post.delete": Deletion}


def test_every_published_sample_is_understood_or_nothing_and_says_what_is_told_under_its_own_key() -> None:
    samples = {title: X().parse(polled(body)) for title, body in events_of_x()}
    kinds = {title: [type(event) for event in events] for title, events in samples.items()}
    assert {title: kind for title, kind in kinds.items() if kind} == {title: [kind] for title, kind in EXPECTED.items()}

    assert only(samples["post.create"]).own
    assert only(samples["dm.sent"]).own
    for title in (*CREATED[1:], "dm.received"):
        theirs = only(samples[title])
        assert (theirs.own, theirs.closed, theirs.community) == (False, "", "1111111111111111111")
        assert theirs.posted_at is not None
    bodies = [body for _, body in events_of_x() if b"event_uuid" in body]
    numbered = {json.dumps(json.loads(body)["data"].get("event_uuid")) for body in bodies}
    assert len({X().raw(push(body)).key for body in bodies}) >= len(numbered) - 1


LISTED = {"tweet", "tweets", "tweets_by_space", "events", "lists_id_tweets"}
FILES = sorted([*RECORDED.rglob("testdata/**/*.json"), *RECORDED.rglob("examples/*.json")])


def test_recorded_listings_of_which_nobody_remembers_the_question_are_understood() -> None:
    listings = [path for path in FILES if path.parent.name == "tweet" or path.stem in LISTED]
    for path in listings:
        posts = X().parse(polled(path.read_bytes()))
        assert posts, path.name
        assert all(post.text and post.posted_at for post in posts if isinstance(post, Post)), path.name
    assert listings
