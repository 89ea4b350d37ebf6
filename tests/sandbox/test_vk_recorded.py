import json
from typing import Any

import jsonschema
import pytest

from sandbox.vk.beside import EVENT
from tests.sandbox import outgoing, vk_schema
from tests.sandbox.pushing import subscribe_vk
from tests.sandbox.receiver import ConfirmingReceiver
from tests.sandbox.town import Town, until

FOLDER = outgoing.NETWORKS / "vk" / "fixtures" / "vknet-testdata" / "VkNet.Tests" / "TestData" / "Categories"
EVENTS = FOLDER / "BotsLongPoll"
pytestmark = [
    pytest.mark.processes,
    pytest.mark.enable_socket,
    pytest.mark.skipif(not EVENTS.is_dir(), reason=outgoing.MISSING),
]


def recorded(pattern: str) -> list[Any]:
    events = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EVENTS.glob(pattern))]
    assert events
    return events


def test_our_events_carry_every_recorded_field(town: Town, vk_hook: ConfirmingReceiver) -> None:
    server = subscribe_vk(town, vk_hook)
    number = town.comment("Проба")
    town.control(f"comments/{town.wall}_{number}/edit", text="Проба 2")
    town.control("messages", group_id=town.group, person_id=town.anna, text="Лично")
    town.good("messages.send", town.admin, group_id=town.group, peer_id=town.anna, random_id=1, message="Ответ")
    until(lambda: bool(vk_hook.of("message_reply")), "the last event comes")
    for name in ("WallReplyNewTest", "WallReplyEditTest", "MessageNewTest", "MessageReplyTest"):
        (theirs,) = recorded(f"GetBotsLongPollHistory_{name}.json")
        ours = vk_hook.of(theirs["type"])[0]
        assert set(theirs) <= set(ours)
        assert set(theirs["object"]) <= set(ours["object"])
        if theirs["type"] == "message_new":
            assert set(theirs["object"]["message"]) <= set(ours["object"]["message"])
    vk_hook.heard.clear()
    kinds = [f"{name}_{how}" for name in EVENT.values() for how in ("new", "edit", "restore", "delete")]
    flags: dict[str, Any] = dict.fromkeys(kinds, 1)
    town.good("groups.setCallbackSettings", group_id=town.group, server_id=server, **flags)
    for kind in ("photo", "topic", "video"):
        address = town.control("things", kind=kind, owner_id=town.wall)["address"]
        comment_address = town.put("Темно", under=address, person=str(town.anna))
        town.edit(comment_address, "Светло")
        town.delete(comment_address)
        town.control("restore", address=comment_address)
    until(lambda: len(vk_hook.heard) == 12, "all events come")
    beside = [event for part in ("PhotoComment", "VideoComment", "BoardPost") for event in recorded(f"*_{part}*")]
    assert len(beside) > 8
    for event in beside:
        assert set(event["object"]) <= set(vk_hook.of(event["type"])[0]["object"]), event["type"]


def test_a_recorded_event_of_any_kind_can_be_replayed(town: Town, vk_hook: ConfirmingReceiver) -> None:
    subscribe_vk(town, vk_hook)
    whole = [event for event in recorded("*Test.json") if "type" in event and "object" in event]
    for event in whole:
        town.control(f"events/{town.group}", type=event["type"], object=event["object"])
    until(lambda: len(vk_hook.heard) == len(whole) + 1, "all events come")
    events = [(event["type"], event["object"]) for event in vk_hook.events()[1:]]
    assert events == [(event["type"], event["object"]) for event in whole]
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
