"""The published schema and recorded answers: what is there must be understood or left alone, never stumbled over."""

import json
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Origin, Post, Raw
from otklik.networks.vk.failures import failure
from otklik.networks.vk.network import VK
from otklik.networks.vk.parse import EVENTS
from otklik.networks.vk.tests.contract import PAYLOADS
from otklik.networks.vk.tests.reference import ABSENT, SCHEMA, load, methods

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


OBJECTS = {
    "wall_post_new": ("callback", "callback_wall_post_new", Post),
    "wall_reply_new": ("wall", "wall_wall_comment", Post),
    "wall_reply_edit": ("wall", "wall_wall_comment", Edit),
    "wall_reply_restore": ("wall", "wall_wall_comment", Edit),
    "wall_reply_delete": ("callback", "callback_wall_comment_delete", Deletion),
    "photo_comment_new": ("callback", "callback_photo_comment", Post),
    "photo_comment_edit": ("callback", "callback_photo_comment", Edit),
    "photo_comment_delete": ("callback", "callback_photo_comment_delete", Deletion),
    "video_comment_new": ("callback", "callback_video_comment", Post),
    "video_comment_restore": ("callback", "callback_video_comment", Edit),
    "video_comment_delete": ("callback", "callback_video_comment_delete", Deletion),
    "board_post_delete": ("callback", "callback_board_post_delete", Deletion),
    "message_new": ("callback", "callback_message_object", Post),
    "message_reply": ("callback", "callback_message", Post),
    "message_edit": ("callback", "callback_message", Edit),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_an_event_object_with_every_field_of_the_schema_is_understood(kind: str) -> None:
    folder, name, shape = OBJECTS[kind]
    thing = sample(folder, {"$ref": f"#/definitions/{name}"}, 6)
    body = {"type": kind, "group_id": 12, "event_id": "e", "v": "5.199", "object": thing}
    (found,) = VK().parse(Raw(Origin.PUSH, json.dumps(body).encode()))
    assert isinstance(found, shape)


def sample(folder: str, schema: dict[str, Any], depth: int) -> Any:
    """A value with every property that a definition names, down to a depth."""
    if "$ref" in schema:
        path, _, pointer = schema["$ref"].partition("#/definitions/")
        folder = path.split("/")[-2] if path else folder
        return sample(folder, load(folder, "objects.json")["definitions"][pointer], depth)
    if "allOf" in schema:
        parts = [sample(folder, part, depth) for part in schema["allOf"]]
        return {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
    if "oneOf" in schema:
        return sample(folder, schema["oneOf"][0], depth)
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {}) if depth else {}
        return {name: sample(folder, each, depth - 1) for name, each in properties.items()}
    if kind == "array":
        return [sample(folder, schema.get("items", {}), depth - 1)] if depth else []
    plain: dict[str, Any] = {"integer": 7, "number": 7.5, "boolean": False, "string": "слово"}
    return plain[kind if isinstance(kind, str) else kind[0]]


def test_every_event_that_is_switched_on_can_be_switched_on() -> None:
    for method in ("groups.setCallbackSettings", "groups.setLongPollSettings"):
        known = {parameter["name"] for parameter in methods()[method]["parameters"]}
        assert set(EVENTS) <= known


def test_every_code_of_the_published_table_has_a_class_and_a_sentence() -> None:
    table = json.loads((SCHEMA / "errors.json").read_bytes())
    codes = [each["code"] for each in table["errors"].values() if isinstance(each, dict) and "code" in each]
    assert len(codes) > 200
    assert all(str(failure(code, token="community", write=True)) for code in codes)
