import io
from typing import Any

import pytest
from PIL import Image

from tests.sandbox.driving import picture
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def message(town: Town, **more: Any) -> dict[str, Any]:
    return {"peer_id": town.anna, "random_id": 0, "message": "Здравствуйте"} | more


def history(town: Town) -> Any:
    return town.good("messages.getHistory", peer_id=town.anna)["items"]


def test_nobody_is_written_to_without_permission(town: Town) -> None:
    where = {"group_id": town.group, "user_id": town.anna}
    assert town.code("messages.send", **message(town)) == 901
    assert town.good("messages.isMessagesFromGroupAllowed", **where)["is_allowed"] == 0
    town.control("messages/allowed", group_id=town.group, person_id=town.anna, allowed=True)
    assert town.good("messages.isMessagesFromGroupAllowed", **where)["is_allowed"] == 1
    assert isinstance(town.good("messages.send", **message(town)), int)


WRONG: list[tuple[dict[str, Any], int]] = [
    ({"random_id": ""}, 100),
    ({"random_id": 2**31}, 100),
    ({"message": ""}, 100),
    ({"message": "ы" * 9001}, 914),
    ({"peer_id": 42}, 936),
    ({"peer_id": 2000000001}, 100),
    ({"keyboard": "[1"}, 100),
    ({"attachment": "photo1_1"}, 100),
]


def test_a_wrong_message_is_refused_and_others_told_apart_by_random_id_recipient_and_writer(town: Town) -> None:
    town.control("messages", group_id=town.group, person_id=town.anna, text="Яма во дворе")
    for change, expected in WRONG:
        assert town.code("messages.send", **message(town, **change)) == expected, change
    unanswered = {"filter": "unanswered", "extended": 1}
    conversations = town.good("messages.getConversations", **unanswered)
    assert (conversations["count"], conversations["items"][0]["last_message"]["text"]) == (1, "Яма во дворе")
    assert conversations["profiles"][0]["id"] == town.anna
    town.good("messages.send", **message(town))
    assert town.good("messages.getConversations", **unanswered)["count"] == 0
    assert town.good("messages.getConversations")["count"] == 1
    town.good("messages.send", town.admin, **message(town, group_id=town.group, random_id=3))
    assert (history(town)[0]["from_id"], history(town)[0]["admin_author_id"]) == (-town.group, town.boris)
    both = {"peer_ids": f"{town.anna},{town.boris}", "random_id": 9, "message": "Всем"}
    anna, boris = town.good("messages.send", **both)
    assert (anna["peer_id"], "error" in anna) == (town.anna, False)
    assert (boris["peer_id"], boris["error"]["code"]) == (town.boris, 901)
    numbers = [town.good("messages.send", **message(town, random_id=random)) for random in (5, 5, 0, 0)]
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 3
    assert [item["random_id"] for item in history(town)][:3] == [0, 0, 5]


def upload(town: Town, upload_url: str, data: bytes) -> Any:
    return town.sandbox.http.post(upload_url, files={"photo": ("p.png", data)}).json()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_travels_from_upload_to_message(town: Town, kind: str) -> None:
    town.control("messages", group_id=town.group, person_id=town.anna, text="Яма во дворе")
    upload_url = town.good("photos.getMessagesUploadServer", peer_id=town.anna)["upload_url"]
    (photo,) = town.good("photos.saveMessagesPhoto", **upload(town, upload_url, picture(kind, 900, 300)))
    name = f"photo{photo['owner_id']}_{photo['id']}_{photo['access_key']}"
    town.good("messages.send", **message(town, attachment=name, message=""))
    shown = history(town)[0]["attachments"][0]["photo"]
    biggest = max(shown["sizes"], key=lambda size: size["width"] * size["height"])
    served = town.sandbox.http.get(biggest["url"])
    assert served.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(served.content)).size == (biggest["width"], biggest["height"]) == (900, 300)


def test_a_wall_photo_needs_a_user_token_and_what_is_no_picture_is_not_taken(town: Town) -> None:
    assert town.code("photos.getWallUploadServer") == 27
    upload_url = town.good("photos.getWallUploadServer", town.admin, group_id=town.group)["upload_url"]
    loaded = upload(town, upload_url, picture())
    assert town.code("photos.saveWallPhoto", town.admin, **loaded | {"hash": "0"}) == 121
    (photo,) = town.good("photos.saveWallPhoto", town.admin, **loaded, group_id=town.group)
    assert town.code("photos.saveWallPhoto", town.admin, **loaded) == 100
    name = f"photo{photo['owner_id']}_{photo['id']}"
    params = {"owner_id": town.wall, "post_id": town.post, "from_group": town.group, "attachments": name}
    town.good("wall.createComment", town.admin, **params)
    assert town.thread()[0]["attachments"][0]["photo"]["id"] == photo["id"]
    assert town.code("wall.createComment", town.guest_token, **params) == 15
    assert town.code("wall.createComment", town.guest_token, **params | {"from_group": town.guest}) == 100
    wide = picture("PNG", 4100, 4000)
    for data in (b"", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", picture()[:200], wide):
        loaded = upload(town, town.good("photos.getMessagesUploadServer")["upload_url"], data)
        assert loaded["photo"] == "[]"
        assert town.code("photos.saveMessagesPhoto", **loaded) == 100
