"""Photos, boards and videos of the emulator, strict where the published schema is."""

from typing import Any

import pytest

from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WAYS = {
    "photo": ("photos.createComment", "photos.getComments"),
    "topic": ("board.createComment", "board.getComments"),
    "video": ("video.createComment", "video.getComments"),
}


def thing(town: Town, kind: str, **more: Any) -> dict[str, Any]:
    """The parameters that name a new thing of the town's."""
    number = town.control("things", kind=kind, owner_id=town.wall, title="Двор", **more)["id"]
    owner = {"group_id": town.group} if kind == "topic" else {"owner_id": town.wall}
    return owner | {f"{kind}_id": number}


@pytest.fixture(params=WAYS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_token_but_a_users_writes_and_only_a_board_is_shown_to_a_service(town: Town, kind: str) -> None:
    create, read = WAYS[kind]
    where = thing(town, kind)
    assert town.code(create, town.token, **where, message="Да", from_group=1) == 27
    assert town.code(create, town.service, **where, message="Да") == 28
    assert town.code(read, town.token, **where) == 27
    assert town.code(read, town.service, **where) == (0 if kind == "topic" else 28)


def test_a_person_speaks_for_himself_and_an_administrator_for_the_owner(town: Town, kind: str) -> None:
    create, read = WAYS[kind]
    where = thing(town, kind)
    assert town.code(create, town.citizen, **where, message="Да", from_group=1) == 15
    town.good(create, town.citizen, **where, message="Темно")
    town.good(create, town.admin, **where, message="Починят", from_group=1)
    items = town.good(read, town.admin, **where, sort="desc", extended=1)["items"]
    assert [(item["from_id"], item["text"]) for item in items] == [(town.wall, "Починят"), (town.anna, "Темно")]


def test_a_repeated_guid_says_it_once(town: Town, kind: str) -> None:
    create, _ = WAYS[kind]
    given = {**thing(town, kind), "message": "Да", "guid": "g"}
    first, second = (town.good(create, town.citizen, **given) for _ in range(2))
    assert first == second
    town.switch(guid="refused")
    assert town.code(create, town.citizen, **given) == 100


def test_what_makes_no_sense_is_refused(town: Town, kind: str) -> None:
    create, read = WAYS[kind]
    where = thing(town, kind)
    gone = where | {f"{kind}_id": 99}
    assert town.code(create, town.citizen, **where) == 100
    assert town.code(create, town.citizen, **where, message="Да", from_groups=1) == 100
    assert town.code(create, town.citizen, **gone, message="Да") == 100
    assert town.code(read, town.admin, **gone) == 100
    if kind != "topic":
        assert town.code(create, town.citizen, **where, message="Да", reply_to_comment=99) == 100


def test_comments_of_all_photos_come_newest_first_and_name_their_photo(town: Town) -> None:
    for number in range(3):
        where = thing(town, "photo")
        town.good("photos.createComment", town.citizen, **where, message=f"н {number}")
    told = town.good("photos.getAllComments", town.admin, owner_id=town.wall, count=2, offset=1)
    assert [item["text"] for item in told["items"]] == ["н 1", "н 0"]
    assert told["items"][0]["pid"] == where["photo_id"] - 1


def test_the_board_shows_first_what_moved_last(town: Town) -> None:
    first, second = thing(town, "topic"), thing(town, "topic")
    town.sandbox.control("clock", offset=60)
    town.good("board.createComment", town.citizen, **first, message="Темно")
    items = town.good("board.getTopics", town.service, group_id=town.group, order=1)["items"]
    assert [(item["id"], item["comments"]) for item in items] == [(first["topic_id"], 1), (second["topic_id"], 0)]
