"""The published schema and recorded answers: what is there must be understood or left alone, never stumbled over."""

import json

import pytest

from otklik.networks.base import Deletion, Edit, Origin, Post, Raw
from otklik.networks.vk.failures import failure
from otklik.networks.vk.network import VK
from otklik.networks.vk.parse import EVENTS
from otklik.networks.vk.tests.contract import PAYLOADS
from otklik.networks.vk.tests.reference import ABSENT, SCHEMA, methods

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)


def test_recorded_events_that_we_handle_are_understood() -> None:
    heard: dict[str | None, set[type]] = {}
    for body in PAYLOADS.recorded():
        envelope = json.loads(body)
        kind = envelope.get("type") if isinstance(envelope, dict) else None
        if kind in EVENTS:
            heard.setdefault(kind, set()).update(type(event) for event in VK().parse(Raw(Origin.PUSH, body)))
    assert heard["wall_reply_new"] == {Post}
    assert heard["wall_reply_edit"] == {Edit}
    assert heard["photo_comment_new"] == heard["video_comment_new"] == heard["board_post_new"] == {Post}
    assert heard["photo_comment_edit"] == heard["video_comment_restore"] == heard["board_post_edit"] == {Edit}
    assert heard["video_comment_delete"] == heard["board_post_delete"] == {Deletion}
    assert heard["message_new"] == {Post}
    assert heard["message_reply"] == {Post}
    assert heard["message_edit"] == {Edit}


def test_every_event_that_is_switched_on_can_be_switched_on() -> None:
    for method in ("groups.setCallbackSettings", "groups.setLongPollSettings"):
        known = {parameter["name"] for parameter in methods()[method]["parameters"]}
        assert set(EVENTS) <= known


def test_every_code_of_the_published_table_has_a_class_and_a_sentence() -> None:
    table = json.loads((SCHEMA / "errors.json").read_bytes())
    codes = [each["code"] for each in table["errors"].values() if isinstance(each, dict) and "code" in each]
    assert len(codes) > 200
    assert all(str(failure(code, token="community", write=True)) for code in codes)
