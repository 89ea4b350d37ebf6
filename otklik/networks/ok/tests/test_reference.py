"""Recorded answers of the real network, where they stand beside the project."""

import json

import pytest

from otklik.networks.base import Origin, Post, Raw
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.reference import ABSENT, FIXTURES

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason=ABSENT)


def test_the_recorded_comment_is_understood() -> None:
    body = (FIXTURES / "comment.json").read_bytes()
    told = json.loads(body)
    context = {"method": "discussions.getComment", "topic": "62503929662320", "place": "5"}
    (found,) = OK().parse(Raw(Origin.WATCH, body, context=context))
    assert isinstance(found, Post)
    assert found.external_id == f"ok:topic:62503929662320?comment={told['id']}"
    assert found.parent == f"ok:topic:62503929662320?comment={told['reply_to_comment_id']}"
    assert (found.text, found.author.external_id) == (told["text"], f"user:{told['author_id']}")
    assert found.posted_at is not None
    # The id holds the moment in milliseconds: it agrees with Moscow's time of that year.
    assert (found.posted_at.hour, found.posted_at.minute) == (8, 53)
    assert len(found.external_id) <= 250


def test_the_recorded_discussion_is_understood() -> None:
    body = (FIXTURES / "discussion.json").read_bytes()
    told = json.loads(body)["discussion"]
    (found,) = OK().parse(Raw(Origin.WATCH, body, context={"method": "discussions.get"}))
    assert isinstance(found, Post)
    assert found.external_id == f"ok:topic:{told['object_id']}"
    assert found.community == f"group:{told['ref_objects'][0]['id']}"
    assert found.author.external_id == f"user:{told['owner_uid']}"
    assert found.author.name
    assert (found.text, found.closed) == (told["title"], "")
