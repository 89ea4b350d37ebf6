"""Recorded events of the real network beside ours: whatever field they carry, ours carry too."""

import json
import pathlib
from typing import Any

import jsonschema
import pytest

from tests.sandbox import vk_schema
from tests.sandbox.receiver import listening
from tests.sandbox.test_vk_push import subscribe
from tests.sandbox.town import Town, until

FOLDER = pathlib.Path(__file__).parents[2] / ".." / "shared" / "networks" / "vk" / "fixtures" / "vknet-testdata"
EVENTS = FOLDER / "VkNet.Tests" / "TestData" / "Categories" / "BotsLongPoll"
pytestmark = [
    pytest.mark.processes,
    pytest.mark.enable_socket,
    pytest.mark.skipif(not EVENTS.is_dir(), reason="reference pack ../shared/networks not found"),
]


def recorded(name: str) -> Any:
    return json.loads((EVENTS / f"GetBotsLongPollHistory_{name}.json").read_text(encoding="utf-8"))


def test_our_events_carry_every_field_of_the_recorded_ones(town: Town) -> None:
    code = town.sandbox.vk("groups.getCallbackConfirmationCode", town.token, group_id=town.group)["response"]["code"]
    with listening(code) as receiver:
        subscribe(town, receiver)
        number = town.comment("Проба")
        town.sandbox.control(f"vk/comments/{town.wall}_{number}/edit", text="Проба 2")
        town.sandbox.control("vk/messages", group_id=town.group, person_id=town.anna, text="Лично")
        given = {"group_id": town.group, "peer_id": town.anna, "random_id": 1, "message": "Ответ"}
        town.sandbox.vk("messages.send", town.admin, **given)
        until(lambda: bool(receiver.events("message_reply")), "the last event comes")
        for name in ("WallReplyNewTest", "WallReplyEditTest", "MessageNewTest", "MessageReplyTest"):
            theirs = recorded(name)
            ours = receiver.events(theirs["type"])[0]
            assert set(theirs) <= set(ours)
            assert set(theirs["object"]) <= set(ours["object"])
            if theirs["type"] == "message_new":
                assert set(theirs["object"]["message"]) <= set(ours["object"]["message"])


def test_a_recorded_event_of_any_kind_can_be_replayed(town: Town) -> None:
    code = town.sandbox.vk("groups.getCallbackConfirmationCode", town.token, group_id=town.group)["response"]["code"]
    theirs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EVENTS.glob("*Test.json"))]
    whole = [event for event in theirs if "type" in event and "object" in event]
    with listening(code) as receiver:
        subscribe(town, receiver)
        for event in whole:
            town.sandbox.control(f"vk/events/{town.group}", type=event["type"], object=event["object"])
        until(lambda: len(receiver.heard) == len(whole) + 1, "all events come")
        told = [(event["type"], event["object"]) for event, _ in receiver.heard[1:]]
    assert told == [(event["type"], event["object"]) for event in whole]
    town.sandbox.control("reset")  # old recordings do not all fit the schema that the town is judged by


@vk_schema.needed
def test_the_judge_refuses_a_wrong_answer_and_a_wrong_event() -> None:
    with pytest.raises(AssertionError):
        vk_schema.check_answer("wall.createComment", False, {"response": {"comment_id": "5"}})
    with pytest.raises(AssertionError):
        vk_schema.check_answer("users.get", False, {"error": {"error_code": 901, "error_msg": "?"}})
    wrong = {"group_id": 1, "event_id": "a", "v": "5.199", "type": "wall_reply_new", "object": {"id": 1}}
    with pytest.raises(jsonschema.ValidationError):
        vk_schema.check_event(wrong)
