"""Private messages and photos through the API."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#2f6b4f").save(out, kind)
    return out.getvalue()


def send(town: Town, **more: Any) -> Any:
    given = {"peer_id": town.anna, "random_id": 0, "message": "Здравствуйте"} | more
    return town.sandbox.vk("messages.send", town.token, **given)


def history(town: Town) -> list[Any]:
    items: list[Any] = town.sandbox.vk("messages.getHistory", town.token, peer_id=town.anna)["response"]["items"]
    return items


def write(town: Town, text: str = "Яма во дворе") -> int:
    given = {"group_id": town.group, "person_id": town.anna, "text": text}
    return int(town.sandbox.control("vk/messages", **given)["message_id"])


def test_nobody_is_written_to_without_permission(town: Town) -> None:
    assert send(town)["error"]["error_code"] == 901
    asked = {"group_id": town.group, "user_id": town.anna}
    assert town.sandbox.vk("messages.isMessagesFromGroupAllowed", town.token, **asked)["response"]["is_allowed"] == 0
    town.sandbox.control("vk/messages/allowed", group_id=town.group, person_id=town.anna, allowed=True)
    assert town.sandbox.vk("messages.isMessagesFromGroupAllowed", town.token, **asked)["response"]["is_allowed"] == 1
    assert isinstance(send(town)["response"], int)


def test_a_repeated_random_id_sends_nothing_more(town: Town) -> None:
    write(town)
    assert send(town, random_id=5)["response"] == send(town, random_id=5)["response"]
    assert send(town)["response"] != send(town)["response"]
    assert [item["random_id"] for item in history(town)] == [0, 0, 5, 0]


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
def test_a_wrong_message_is_refused(town: Town, change: dict[str, Any], expected: int) -> None:
    write(town)
    assert send(town, **change)["error"]["error_code"] == expected


def test_many_recipients_get_a_result_each(town: Town) -> None:
    write(town)
    both = f"{town.anna},{town.boris}"
    sent = town.sandbox.vk("messages.send", town.token, peer_ids=both, random_id=9, message="Всем")["response"]
    assert [line["peer_id"] for line in sent] == [town.anna, town.boris]
    assert "error" not in sent[0]
    assert sent[1]["error"]["code"] == 901


def test_unanswered_dialogues_are_found_until_answered(town: Town) -> None:
    write(town)
    asked = {"filter": "unanswered", "extended": 1}
    found = town.sandbox.vk("messages.getConversations", town.token, **asked)["response"]
    assert (found["count"], found["items"][0]["last_message"]["text"]) == (1, "Яма во дворе")
    assert found["profiles"][0]["id"] == town.anna
    send(town)
    assert town.sandbox.vk("messages.getConversations", town.token, **asked)["response"]["count"] == 0
    assert town.sandbox.vk("messages.getConversations", town.token)["response"]["count"] == 1


def test_an_administrator_writes_for_the_community(town: Town) -> None:
    write(town)
    given = {"group_id": town.group, "peer_id": town.anna, "random_id": 3, "message": "От имени сообщества"}
    assert isinstance(town.sandbox.vk("messages.send", town.admin, **given)["response"], int)
    assert (history(town)[0]["from_id"], history(town)[0]["admin_author_id"]) == (-town.group, town.boris)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_travels_from_upload_to_message(town: Town, kind: str) -> None:
    write(town)
    door = town.sandbox.vk("photos.getMessagesUploadServer", town.token, peer_id=town.anna)["response"]
    loaded = town.sandbox.http.post(door["upload_url"], files={"photo": ("p", picture(kind))}).json()
    photo = town.sandbox.vk("photos.saveMessagesPhoto", town.token, **loaded)["response"][0]
    send(town, attachment=f"photo{photo['owner_id']}_{photo['id']}_{photo['access_key']}", message="")
    shown = history(town)[0]["attachments"][0]["photo"]
    biggest = max(shown["sizes"], key=lambda size: size["width"] * size["height"])
    served = town.sandbox.http.get(biggest["url"])
    assert served.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(served.content)).size == (biggest["width"], biggest["height"]) == (900, 300)


def test_a_wall_photo_needs_a_user_token_and_is_attached_to_a_comment(town: Town) -> None:
    assert town.sandbox.vk("photos.getWallUploadServer", town.token)["error"]["error_code"] == 27
    door = town.sandbox.vk("photos.getWallUploadServer", town.admin, group_id=town.group)["response"]
    loaded = town.sandbox.http.post(door["upload_url"], files={"photo": ("p.png", picture())}).json()
    assert town.sandbox.vk("photos.saveWallPhoto", town.admin, **loaded | {"hash": "0"})["error"]["error_code"] == 121
    photo = town.sandbox.vk("photos.saveWallPhoto", town.admin, **loaded, group_id=town.group)["response"][0]
    assert town.sandbox.vk("photos.saveWallPhoto", town.admin, **loaded)["error"]["error_code"] == 100
    name = f"photo{photo['owner_id']}_{photo['id']}"
    given = {"owner_id": town.wall, "post_id": town.post, "from_group": town.group, "attachments": name}
    assert "response" in town.sandbox.vk("wall.createComment", town.admin, **given)
    assert town.thread()[0]["attachments"][0]["photo"]["id"] == photo["id"]
    assert town.sandbox.vk("wall.createComment", town.guest_token, **given)["error"]["error_code"] == 15
    stolen = given | {"from_group": town.guest}
    assert town.sandbox.vk("wall.createComment", town.guest_token, **stolen)["error"]["error_code"] == 100


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", picture()[:200]])
def test_what_is_not_a_picture_is_not_taken(town: Town, data: bytes) -> None:
    door = town.sandbox.vk("photos.getMessagesUploadServer", town.token)["response"]["upload_url"]
    loaded = town.sandbox.http.post(door, files={"photo": ("p.png", data)}).json()
    assert loaded["photo"] == "[]"
    assert town.sandbox.vk("photos.saveMessagesPhoto", town.token, **loaded)["error"]["error_code"] == 100
