"""The official samples: each is understood or left alone, never stumbled over."""

import pytest

from otklik.networks.base import Event, Incoming, Origin, Post, Raw
from otklik.networks.max.network import Max
from otklik.networks.max.tests.reference import ABSENT, STABS

pytestmark = pytest.mark.skipif(not STABS.exists(), reason=ABSENT)
SAID = {"webhook.message_created.json": 1, "get-pin-message.json": 1}
METHODS = ("", "messages", "comments", "message", "comment")


def test_every_sample_gives_the_events_it_tells_and_no_others() -> None:
    paths = sorted(STABS.rglob("*.json"))
    assert len(paths) > 10
    for path in paths:
        found = Max().parse(Raw(Origin.POLL, path.read_bytes()))
        assert len(found) == SAID.get(path.name, 0), path.name
        assert Max().raw(Incoming("POST", {}, {}, path.read_bytes())).key


def test_a_sample_read_as_any_answer_is_survived() -> None:
    for path in STABS.rglob("*.json"):
        for method in METHODS:
            found: list[Event] = Max().parse(Raw(Origin.WATCH, path.read_bytes(), context={"method": method}))
            assert all(isinstance(event, Post) for event in found)


def test_the_recorded_message_is_told_whole() -> None:
    (found,) = Max().parse(Raw(Origin.PUSH, (STABS / "webhook.message_created.json").read_bytes()))
    assert isinstance(found, Post)
    assert found.external_id.startswith("max:-70801090403050:mid.ffff")
    assert found.author.name
    assert found.posted_at is not None
    assert found.posted_at.year == 2026
    assert len(found.attachments) == 1  # the forwarded words
    assert "общий чат" in found.closed
