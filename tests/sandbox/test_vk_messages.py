"""Private messages and photos through the API of VK."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.sandbox.driving import picture
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def message(town: Town, **more: Any) -> dict[str, Any]:
    return {"peer_id": town.anna, "random_id": 0, "message": "Здравствуйте"} | more


def history(town: Town) -> list[Any]:
    items: list[Any] = town.good("messages.getHistory", peer_id=town.anna)["items"]
    return items


@pytest.fixture
def asked(town: Town) -> Town:
    """Anna has written to the community."""
    town.control("messages", group_id=town.group, person_id=town.anna, text="Яма во дворе")
    return town


def test_nobody_is_written_to_without_permission(town: Town) -> None:
    where = {"group_id": town.group, "user_id": town.anna}
    assert town.code("messages.send", **message(town)) == 901
    assert town.good("messages.isMessagesFromGroupAllowed", **where)["is_allowed"] == 0
    town.control("messages/allowed", group_id=town.group, person_id=town.anna, allowed=True)
    assert town.good("messages.isMessagesFromGroupAllowed", **where)["is_allowed"] == 1
    assert isinstance(town.good("messages.send", **message(town)), int)


def test_a_repeated_random_id_sends_nothing_more(asked: Town) -> None:
    numbers = [asked.good("messages.send", **message(asked, random_id=random)) for random in (5, 5, 0, 0)]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3
    assert [item["random_id"] for item in history(asked)] == [0, 0, 5, 0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"random_id": ""}, 100),
        ({"random_id": 2**31}, 100),
        ({"message": ""}, 100),
        ({"message": "ы" * 9001}, 914),
        ({"peer_id": 42}, 936),
        ({"peer_id": 2000000001}, 100),
        ({"keyboard": "[1"}, 100),
        ({"attachment": "photo1_1"}, 100),
    ],
)
def test_a_wrong_message_is_refused(asked: Town, change: dict[str, Any], expected: int) -> None:
    assert asked.code("messages.send", **message(asked, **change)) == expected


def test_many_recipients_get_a_result_each(asked: Town) -> None:
    both = {"peer_ids": f"{asked.anna},{asked.boris}", "random_id": 9, "message": "Всем"}
    anna, boris = asked.good("messages.send", **both)
    assert (anna["peer_id"], "error" in anna) == (asked.anna, False)
    assert (boris["peer_id"], boris["error"]["code"]) == (asked.boris, 901)


def test_unanswered_dialogues_are_found_until_answered(asked: Town) -> None:
    unanswered = {"filter": "unanswered", "extended": 1}
    found = asked.good("messages.getConversations", **unanswered)
    assert (found["count"], found["items"][0]["last_message"]["text"]) == (1, "Яма во дворе")
    assert found["profiles"][0]["id"] == asked.anna
    asked.good("messages.send", **message(asked))
    assert asked.good("messages.getConversations", **unanswered)["count"] == 0
    assert asked.good("messages.getConversations")["count"] == 1


def test_an_administrator_writes_for_the_community(asked: Town) -> None:
    asked.good("messages.send", asked.admin, **message(asked, group_id=asked.group, random_id=3))
    assert (history(asked)[0]["from_id"], history(asked)[0]["admin_author_id"]) == (-asked.group, asked.boris)


def upload(town: Town, door: str, data: bytes) -> Any:
    return town.sandbox.http.post(door, files={"photo": ("p.png", data)}).json()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_travels_from_upload_to_message(asked: Town, kind: str) -> None:
    door = asked.good("photos.getMessagesUploadServer", peer_id=asked.anna)["upload_url"]
    (photo,) = asked.good("photos.saveMessagesPhoto", **upload(asked, door, picture(kind, 900, 300)))
    name = f"photo{photo['owner_id']}_{photo['id']}_{photo['access_key']}"
    asked.good("messages.send", **message(asked, attachment=name, message=""))
    shown = history(asked)[0]["attachments"][0]["photo"]
    biggest = max(shown["sizes"], key=lambda size: size["width"] * size["height"])
    served = asked.sandbox.http.get(biggest["url"])
    assert served.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(served.content)).size == (biggest["width"], biggest["height"]) == (900, 300)


def test_a_wall_photo_needs_a_user_token_and_is_attached_to_a_comment(town: Town) -> None:
    assert town.code("photos.getWallUploadServer") == 27
    door = town.good("photos.getWallUploadServer", town.admin, group_id=town.group)["upload_url"]
    loaded = upload(town, door, picture())
    assert town.code("photos.saveWallPhoto", town.admin, **loaded | {"hash": "0"}) == 121
    (photo,) = town.good("photos.saveWallPhoto", town.admin, **loaded, group_id=town.group)
    assert town.code("photos.saveWallPhoto", town.admin, **loaded) == 100
    name = f"photo{photo['owner_id']}_{photo['id']}"
    given = {"owner_id": town.wall, "post_id": town.post, "from_group": town.group, "attachments": name}
    town.good("wall.createComment", town.admin, **given)
    assert town.thread()[0]["attachments"][0]["photo"]["id"] == photo["id"]
    assert town.code("wall.createComment", town.guest_token, **given) == 15
    assert town.code("wall.createComment", town.guest_token, **given | {"from_group": town.guest}) == 100


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", picture()[:200]])
def test_what_is_not_a_picture_is_not_taken(town: Town, data: bytes) -> None:
    loaded = upload(town, town.good("photos.getMessagesUploadServer")["upload_url"], data)
    assert loaded["photo"] == "[]"
    assert town.code("photos.saveMessagesPhoto", **loaded) == 100
