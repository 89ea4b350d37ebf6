import json

import pytest

from otklik.networks.base import Deletion, Edit, Origin, Post, Raw
from otklik.networks.tests.reference import ABSENT, VK_SCHEMA, vk_methods
from otklik.networks.vk.failures import failure
from otklik.networks.vk.network import VK
from otklik.networks.vk.parse import EVENTS
from otklik.networks.vk.tests.contract import PAYLOADS

pytestmark = pytest.mark.skipif(not VK_SCHEMA.exists(), reason=ABSENT)


def test_recorded_events_are_understood_and_every_one_switched_on_can_be() -> None:
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
    for method in ("groups.setCallbackSettings", "groups.setLongPollSettings"):
        known = {parameter["name"] for parameter in vk_methods()[method]["parameters"]}
        assert set(EVENTS) <= known


def test_every_code_of_the_published_table_has_a_class_and_a_sentence() -> None:
    table = json.loads((VK_SCHEMA / "errors.json").read_bytes())
    codes = [each["code"] for each in table["errors"].values() if isinstance(each, dict) and "code" in each]
    assert len(codes) > 200
    assert all(str(failure(code, token="community", write=True)) for code in codes)
