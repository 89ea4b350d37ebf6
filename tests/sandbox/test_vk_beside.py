"""Photos, boards and videos of the emulator: strict where the published schema is, and like what was recorded."""

import json
import pathlib
from typing import Any

import pytest

from otklik.sandbox.vk.beside import EVENT
from tests.sandbox.receiver import listening
from tests.sandbox.test_vk_push import subscribe
from tests.sandbox.test_vk_recorded import EVENTS
from tests.sandbox.town import Town, until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
HOW = ("new", "edit", "restore", "delete")
WAYS = {
    "photo": ("photos.createComment", "photos.getComments"),
    "topic": ("board.createComment", "board.getComments"),
    "video": ("video.createComment", "video.getComments"),
}


def thing(town: Town, kind: str, **more: Any) -> dict[str, Any]:
    """The parameters that name a new thing of the town's."""
    number = town.sandbox.control("vk/things", kind=kind, owner_id=town.wall, title="Двор", **more)["id"]
    return (
        {"group_id": town.group, "topic_id": number}
        if kind == "topic"
        else {
            "owner_id": town.wall,
            f"{kind}_id": number,
        }
    )


def code(answer: Any) -> int:
    return int(answer["error"]["error_code"]) if "error" in answer else 0


@pytest.fixture(params=WAYS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_token_but_a_users_writes_and_only_a_board_is_shown_to_a_service(town: Town, kind: str) -> None:
    create, read = WAYS[kind]
    where = thing(town, kind)
    assert code(town.sandbox.vk(create, town.token, **where, message="Да", from_group=1)) == 27
    assert code(town.sandbox.vk(create, town.service, **where, message="Да")) == 28
    assert code(town.sandbox.vk(read, town.token, **where)) == 27
    assert code(town.sandbox.vk(read, town.service, **where)) == (0 if kind == "topic" else 28)


def test_a_person_speaks_for_himself_and_an_administrator_for_the_owner(town: Town, kind: str) -> None:
    create, read = WAYS[kind]
    where = thing(town, kind)
    assert code(town.sandbox.vk(create, town.citizen, **where, message="Да", from_group=1)) == 15
    town.sandbox.vk(create, town.citizen, **where, message="Темно")
    town.sandbox.vk(create, town.admin, **where, message="Починят", from_group=1)
    items = town.sandbox.vk(read, town.admin, **where, sort="desc", extended=1)["response"]["items"]
    assert [(item["from_id"], item["text"]) for item in items] == [(town.wall, "Починят"), (town.anna, "Темно")]


def test_a_repeated_guid_says_it_once(town: Town, kind: str) -> None:
    create, _ = WAYS[kind]
    given = {**thing(town, kind), "message": "Да", "guid": "g"}
    first, second = (town.sandbox.vk(create, town.citizen, **given)["response"] for _ in range(2))
    assert first == second
    town.switch(guid="refused")
    assert code(town.sandbox.vk(create, town.citizen, **given)) == 100


def test_what_makes_no_sense_is_refused(town: Town, kind: str) -> None:
    create, read = WAYS[kind]
    where = thing(town, kind)
    gone = where | {f"{kind}_id": 99}
    assert code(town.sandbox.vk(create, town.citizen, **where)) == 100
    assert code(town.sandbox.vk(create, town.citizen, **where, message="Да", from_groups=1)) == 100
    assert code(town.sandbox.vk(create, town.citizen, **gone, message="Да")) == 100
    assert code(town.sandbox.vk(read, town.admin, **gone)) == 100
    if kind != "topic":
        assert code(town.sandbox.vk(create, town.citizen, **where, message="Да", reply_to_comment=99)) == 100


def test_comments_of_all_photos_come_newest_first_and_name_their_photo(town: Town) -> None:
    for number in range(3):
        where = thing(town, "photo")
        town.sandbox.vk("photos.createComment", town.citizen, **where, message=f"н {number}")
    told = town.sandbox.vk("photos.getAllComments", town.admin, owner_id=town.wall, count=2, offset=1)["response"]
    assert [item["text"] for item in told["items"]] == ["н 1", "н 0"]
    assert told["items"][0]["pid"] == where["photo_id"] - 1


def test_the_board_shows_first_what_moved_last(town: Town) -> None:
    first, second = thing(town, "topic"), thing(town, "topic")
    town.sandbox.control("clock", offset=60)
    town.sandbox.vk("board.createComment", town.citizen, **first, message="Темно")
    items = town.sandbox.vk("board.getTopics", town.service, group_id=town.group, order=1)["response"]["items"]
    assert [(item["id"], item["comments"]) for item in items] == [(first["topic_id"], 1), (second["topic_id"], 0)]


@pytest.mark.skipif(not EVENTS.is_dir(), reason="reference pack ../shared/networks not found")
def test_our_events_carry_every_field_of_the_recorded_ones(town: Town) -> None:
    told = town.sandbox.vk("groups.getCallbackConfirmationCode", town.token, group_id=town.group)["response"]["code"]
    with listening(told) as receiver:
        server = subscribe(town, receiver)
        wanted = dict.fromkeys((f"{name}_{how}" for name in EVENT.values() for how in HOW), 1)
        town.sandbox.vk("groups.setCallbackSettings", town.token, group_id=town.group, server_id=server, **wanted)
        for kind in WAYS:
            address = town.sandbox.control("vk/things", kind=kind, owner_id=town.wall)["address"]
            said = town.sandbox.control("vk/texts", under=address, text="Темно", person=str(town.anna))["address"]
            town.sandbox.control("vk/texts/edit", address=said, text="Светло")
            town.sandbox.control("vk/texts/delete", address=said)
            town.sandbox.control("vk/restore", address=said)
        until(lambda: len(receiver.heard) == 13, "all events come")
        for path in recorded():
            theirs = json.loads(path.read_text(encoding="utf-8"))
            ours = receiver.events(theirs["type"])[0]
            assert set(theirs["object"]) <= set(ours["object"]), path.name


def recorded() -> list[pathlib.Path]:
    found = [path for part in ("PhotoComment", "VideoComment", "BoardPost") for path in EVENTS.glob(f"*_{part}*")]
    assert len(found) > 8
    return found
