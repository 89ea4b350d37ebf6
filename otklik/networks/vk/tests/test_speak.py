from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.base import Published
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.vk.network import VK
from otklik.networks.vk.speak import random_id
from otklik.networks.vk.tests.contract import DIRECT, PICTURE, REPLY
from otklik.networks.vk.tests.payloads import message
from otklik.networks.vk.tests.scripted import ALL, TOKENS, error, listing, ok
from tests.make.scripted import DROP, Answer, Script

pytestmark = pytest.mark.enable_socket
WITH_PICTURE = replace(REPLY, photos=(PICTURE,))


def test_a_reply_is_said_once_with_the_key_as_guid_up_to_the_limit_that_is_a_setting(script: Script) -> None:
    script.say("wall.createComment", ok({"comment_id": 57, "parents_stack": [56]}))
    published = VK().publish(script.access(), REPLY, "delivery-1")
    assert published == Published("wall-12_34?reply=57", "https://vk.com/wall-12_34?reply=57&thread=56")
    (call,) = script.asked
    assert {name: value for name, value in call.values.items() if name not in ("v", "lang")} == (
        {"owner_id": "-12", "post_id": "34", "from_group": "12", "message": "Свет дадут к шести"}
        | {"reply_to_comment": "56", "guid": "delivery-1"}
    )
    assert (call.token, script.turns) == (TOKENS["community"], ["community"])
    script.asked.clear()
    script.say("wall.createComment", ok({"comment_id": 57, "parents_stack": []}))
    VK().publish(script.access(), replace(REPLY, reply_to="wall-12_34"), "k")
    assert "reply_to_comment" not in script.asked[0].values
    script.say("wall.createComment", ok({"comment_id": 57}))
    VK().publish(script.access(options={"text_limit": 5000}), replace(REPLY, text="я" * 4500), "k")
    with pytest.raises(NeedsPerson):
        VK().publish(script.access(options={"text_limit": 100}), replace(REPLY, text="я" * 101), "k")


@pytest.mark.parametrize(
    ("kinds", "option", "used"),
    [
        (ALL, {}, "user"),
        (("community", "service"), {}, "community"),
        (("community", "user"), {"guest_token": "community"}, "community"),
    ],
)
def test_a_guest_speaks_with_that_key(
    script: Script, kinds: tuple[str, ...], option: dict[str, Any], used: str
) -> None:
    script.say("wall.createComment", ok({"comment_id": 57}))
    VK().publish(script.access(*kinds, options=option), replace(REPLY, reply_to="wall-30_7?reply=9"), "k")
    assert (script.asked[0].token, script.asked[0].values["from_group"]) == (TOKENS[used], "12")


def test_a_limit_of_the_key_lets_it_rest_and_a_limit_of_one_action_does_not(script: Script) -> None:
    for code, rests in ((9, []), (29, []), (6, [("community", timedelta(seconds=1))])):
        script.say("wall.createComment", error(code))
        with pytest.raises(RetryAt):
            VK().publish(script.access(), REPLY, "k")
        assert script.rests == rests


def test_a_private_message_has_the_address_of_its_event_and_one_taken_for_an_older_is_a_persons(script: Script) -> None:
    script.say("messages.send", ok(901))
    script.say("messages.getHistory", listing([message(901, 9), message(900, 8)]))
    assert VK().publish(script.access(), DIRECT, "delivery-1").external_id == "vk:im:12:5:9"
    sent = script.calls("messages.send")[0].values
    assert (sent["peer_id"], sent["random_id"]) == ("5", str(random_id("delivery-1")))
    script.asked.clear()
    script.say("messages.send", ok([{"peer_id": 5, "message_id": 901, "conversation_message_id": 9}]))
    assert VK().publish(script.access(), DIRECT, "k").external_id == "vk:im:12:5:9"
    assert script.calls("messages.getHistory") == []
    script.say("messages.send", ok(500))
    script.say("messages.getHistory", listing([message(500, 4)]))
    with pytest.raises(NeedsPerson, match="повтор"):
        VK().publish(script.access(), replace(DIRECT, seen=frozenset({"vk:im:12:5:4"})), "k")


@pytest.mark.parametrize("answer", [DROP, error(15), error(5), listing([])])
def test_a_look_that_fails_does_not_make_a_message_unsaid(script: Script, answer: Any) -> None:
    script.say("messages.send", ok(901))
    script.say("messages.getHistory", answer)
    assert VK().publish(script.access(), DIRECT, "k").external_id == "vk:im:12:5:901"


def test_random_id_is_stable_positive_and_fits_int32() -> None:
    numbers = {random_id(f"delivery-{n}") for n in range(2000)}
    assert len(numbers) == 2000
    assert all(0 < number < 2**31 for number in numbers)
    assert random_id("delivery-1") == 186781169


def uploads(script: Script, server: str, save: str) -> None:
    script.say(server, ok({"upload_url": f"{script.base}/upload", "album_id": 1, "user_id": 1}))
    script.say("upload", {"server": 7, "photo": '[{"a":1}]', "hash": "h"})
    script.say(save, ok([{"id": 70, "owner_id": -12, "access_key": "ak"}]))


def test_a_photo_goes_with_the_users_key_under_a_comment_and_with_the_communitys_in_a_message(script: Script) -> None:
    with pytest.raises(NeedsPerson, match="ключом пользователя"):
        VK().publish(script.access(), WITH_PICTURE, "k")
    assert script.asked == []
    uploads(script, "photos.getWallUploadServer", "photos.saveWallPhoto")
    script.say("wall.createComment", ok({"comment_id": 57}))
    VK().publish(script.access("community", "user"), WITH_PICTURE, "k")
    assert script.calls("wall.createComment")[0].values["attachments"] == "photo-12_70_ak"
    assert script.turns == ["user", "user", "user"]
    assert script.calls("photos.saveWallPhoto")[0].values["server"] == "7"
    uploads(script, "photos.getMessagesUploadServer", "photos.saveMessagesPhoto")
    script.say("messages.send", ok(901))
    script.say("messages.getHistory", listing([message(901, 9)]))
    VK().publish(script.access("community"), replace(DIRECT, photos=(PICTURE, PICTURE)), "k")
    assert script.calls("messages.send")[0].values["attachment"] == "photo-12_70_ak,photo-12_70_ak"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        *((answer, RetryAt) for answer in (DROP, Answer(b"x", 500), Answer(b"<html>"))),
        *((answer, NeedsPerson) for answer in ({"photo": "[]"}, {"photo": ["x"]})),
    ],
)
def test_a_photo_that_is_not_taken_stops_the_reply(script: Script, answer: Any, kind: type[Exception]) -> None:
    uploads(script, "photos.getWallUploadServer", "photos.saveWallPhoto")
    script.say("upload", answer)
    with pytest.raises(kind):
        VK().publish(script.access(*ALL), WITH_PICTURE, "k")
    assert script.calls("wall.createComment") == []


def test_an_upload_address_inside_our_network_is_not_gone_to(script: Script) -> None:
    script.say("photos.getWallUploadServer", ok({"upload_url": "http://127.0.0.1:9/steal"}))
    with pytest.raises(Permanent, match="недопустимый адрес"):
        VK().publish(script.access(*ALL), WITH_PICTURE, "k")
