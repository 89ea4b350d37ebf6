from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import Photo, Published, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.vk.network import VK
from otklik.networks.vk.speak import random_id
from otklik.networks.vk.tests.scripted import DROP, TOKENS, Bytes, Script, error, listing, ok

pytestmark = pytest.mark.enable_socket
REPLY = Speech("Свет дадут к шести", "wall-12_34?reply=56", "wall-12_34")
DIRECT = Speech("Здравствуйте!", "vk:im:12:5:8", "vk:im:12:5", direct=True)
PHOTO = Photo("акт.jpg", b"\xff\xd8picture", "image/jpeg")


def test_a_reply_is_said_once_with_the_key_as_guid(script: Script) -> None:
    script.say("wall.createComment", ok({"comment_id": 57, "parents_stack": [56]}))
    said = VK().publish(script.access(), REPLY, "delivery-1")
    assert said == Published("wall-12_34?reply=57", "https://vk.com/wall-12_34?reply=57&thread=56")
    (asked,) = script.asked
    told = {key: value for key, value in asked.form.items() if key not in ("v", "lang")}
    assert told == {
        "owner_id": "-12",
        "post_id": "34",
        "from_group": "12",
        "message": "Свет дадут к шести",
        "reply_to_comment": "56",
        "guid": "delivery-1",
    }
    assert asked.token == TOKENS["community"]
    assert script.turns == ["community"]


def test_a_reply_to_a_post_replies_to_no_comment(script: Script) -> None:
    script.say("wall.createComment", ok({"comment_id": 57, "parents_stack": []}))
    VK().publish(script.access(), replace(REPLY, reply_to="wall-12_34"), "k")
    assert "reply_to_comment" not in script.asked[0].form


@pytest.mark.parametrize(
    ("kinds", "option", "used"),
    [
        (("community", "service", "user"), None, "user"),
        (("community", "service"), None, "community"),
        (("community", "user"), "community", "community"),
    ],
)
def test_a_guest_speaks_with_the_key_that_is_chosen(
    script: Script, kinds: tuple[str, ...], option: str | None, used: str
) -> None:
    script.say("wall.createComment", ok({"comment_id": 57}))
    access = script.access(*kinds, options={"guest_token": option} if option else {})
    VK().publish(access, replace(REPLY, reply_to="wall-30_7?reply=9"), "k")
    assert script.asked[0].token == TOKENS[used]
    assert script.asked[0].form["from_group"] == "12"


@pytest.mark.parametrize(
    "answer",
    [
        DROP,
        Bytes(b"", 500),
        Bytes(b'{"error":{"error_code":15}}', 502),
        Bytes(b"<html>"),
        error(10),
        error(1),
        error(36),
        error(4242),
    ],
)
@pytest.mark.parametrize("speech", [REPLY, DIRECT])
def test_a_write_without_a_clear_answer_is_of_unknown_outcome(script: Script, speech: Speech, answer: Any) -> None:
    script.say("wall.createComment", answer)
    script.say("messages.send", answer)
    with pytest.raises(OutcomeUnknown):
        VK().publish(script.access(), speech, "k")
    assert len(script.asked) == 1


@pytest.mark.parametrize("response", [None, {}, {"comment_id": "57"}, {"comment_id": 0}, [], 57, {"comment_id": -1}])
def test_an_answer_without_a_number_is_of_unknown_outcome(script: Script, response: Any) -> None:
    script.say("wall.createComment", ok(response))
    with pytest.raises(OutcomeUnknown):
        VK().publish(script.access(), REPLY, "k")


def test_a_call_that_never_left_may_be_made_again(script: Script) -> None:
    with pytest.raises(RetryAt):
        VK().publish(script.access(base="http://127.0.0.1:1"), REPLY, "k")


@pytest.mark.parametrize(
    ("code", "kind"), [(213, Permanent), (222, NeedsPerson), (14, NeedsPerson), (27, AuthLost), (9, RetryAt)]
)
def test_a_refusal_tells_what_to_do_and_quotes_nothing(script: Script, code: int, kind: type[Exception]) -> None:
    script.say("wall.createComment", error(code))
    with pytest.raises(kind) as caught:
        VK().publish(script.access(), REPLY, "k")
    assert TOKENS["community"] not in str(caught.value)
    assert "тайна" not in str(caught.value)


@pytest.mark.parametrize(
    "speech",
    [
        replace(REPLY, text="я" * 4001),
        replace(DIRECT, text="я" * 9001),
        replace(REPLY, photos=(PHOTO,) * 3),
        replace(DIRECT, photos=(PHOTO,) * 11),
        replace(DIRECT, thread="vk:im:12:2000000001", reply_to="vk:im:12:2000000001:4"),
    ],
)
def test_what_would_be_refused_is_refused_before_a_byte_leaves(script: Script, speech: Speech) -> None:
    with pytest.raises(NeedsPerson):
        VK().publish(script.access("community", "service", "user"), speech, "k")
    assert script.asked == []


def test_the_limit_of_a_comment_is_a_setting(script: Script) -> None:
    script.say("wall.createComment", ok({"comment_id": 57}))
    VK().publish(script.access(options={"text_limit": 5000}), replace(REPLY, text="я" * 4500), "k")
    with pytest.raises(NeedsPerson):
        VK().publish(script.access(options={"text_limit": 100}), replace(REPLY, text="я" * 101), "k")


@pytest.mark.parametrize("speech", [replace(REPLY, reply_to="tg:1:2"), replace(REPLY, text=" \n")])
def test_nothing_to_say_or_nowhere_to_say_it_is_our_own_fault(script: Script, speech: Speech) -> None:
    with pytest.raises(Broken):
        VK().publish(script.access(), speech, "k")
    assert script.asked == []


def test_another_communitys_dialogue_is_not_ours_to_answer_in(script: Script) -> None:
    with pytest.raises(Permanent):
        VK().publish(script.access(), replace(DIRECT, thread="vk:im:13:5"), "k")


def message(number: int, inside: int, **changes: Any) -> dict[str, Any]:
    found = {"id": number, "conversation_message_id": inside, "peer_id": 5, "from_id": -12, "out": 1, "text": "x"}
    return found | changes


def test_a_private_message_has_the_address_that_its_event_will_have(script: Script) -> None:
    script.say("messages.send", ok(901))
    script.say("messages.getHistory", listing([message(901, 9), message(900, 8)]))
    said = VK().publish(script.access(), DIRECT, "delivery-1")
    assert said.external_id == "vk:im:12:5:9"
    sent = script.calls("messages.send")[0].form
    assert (sent["peer_id"], sent["random_id"]) == ("5", str(random_id("delivery-1")))


def test_a_list_of_results_tells_the_number_at_once(script: Script) -> None:
    script.say("messages.send", ok([{"peer_id": 5, "message_id": 901, "conversation_message_id": 9}]))
    assert VK().publish(script.access(), DIRECT, "k").external_id == "vk:im:12:5:9"
    assert script.calls("messages.getHistory") == []


@pytest.mark.parametrize("answer", [DROP, error(15), error(5), listing([])])
def test_a_look_that_fails_does_not_make_a_message_unsaid(script: Script, answer: Any) -> None:
    script.say("messages.send", ok(901))
    script.say("messages.getHistory", answer)
    assert VK().publish(script.access(), DIRECT, "k").external_id == "vk:im:12:5:901"


def test_a_message_taken_for_an_older_one_is_given_to_a_person(script: Script) -> None:
    script.say("messages.send", ok(500))
    script.say("messages.getHistory", listing([message(500, 4)]))
    with pytest.raises(NeedsPerson, match="повтор"):
        VK().publish(script.access(), replace(DIRECT, seen=frozenset({"vk:im:12:5:4"})), "k")


def test_random_id_is_stable_positive_and_fits_int32() -> None:
    numbers = {random_id(f"delivery-{n}") for n in range(2000)}
    assert len(numbers) == 2000
    assert all(0 < number < 2**31 for number in numbers)
    assert random_id("delivery-1") == 186781169


def uploads(script: Script, server: str, save: str) -> None:
    script.say(server, ok({"upload_url": f"{script.base}/upload", "album_id": 1, "user_id": 1}))
    script.say("upload", {"server": 7, "photo": '[{"a":1}]', "hash": "h"})
    script.say(save, ok([{"id": 70, "owner_id": -12, "access_key": "ak"}]))


def test_a_photo_under_a_comment_goes_with_the_users_key(script: Script) -> None:
    uploads(script, "photos.getWallUploadServer", "photos.saveWallPhoto")
    script.say("wall.createComment", ok({"comment_id": 57}))
    VK().publish(script.access("community", "user"), replace(REPLY, photos=(PHOTO,)), "k")
    assert script.calls("wall.createComment")[0].form["attachments"] == "photo-12_70_ak"
    assert script.turns == ["user", "user", "user"]
    assert script.calls("photos.saveWallPhoto")[0].form["server"] == "7"


def test_a_photo_in_a_message_goes_with_the_communitys_key(script: Script) -> None:
    uploads(script, "photos.getMessagesUploadServer", "photos.saveMessagesPhoto")
    script.say("messages.send", ok(901))
    script.say("messages.getHistory", listing([message(901, 9)]))
    VK().publish(script.access("community"), replace(DIRECT, photos=(PHOTO, PHOTO)), "k")
    assert script.calls("messages.send")[0].form["attachment"] == "photo-12_70_ak,photo-12_70_ak"


def test_without_the_users_key_a_photo_needs_a_person_and_nothing_is_said(script: Script) -> None:
    with pytest.raises(NeedsPerson, match="ключом пользователя"):
        VK().publish(script.access(), replace(REPLY, photos=(PHOTO,)), "k")
    assert script.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (DROP, RetryAt),
        (Bytes(b"x", 500), RetryAt),
        (Bytes(b"<html>"), RetryAt),
        ({"photo": "[]"}, NeedsPerson),
        ({"photo": ["x"]}, NeedsPerson),
    ],
)
def test_a_photo_that_is_not_taken_stops_the_reply(script: Script, answer: Any, kind: type[Exception]) -> None:
    uploads(script, "photos.getWallUploadServer", "photos.saveWallPhoto")
    script.say("upload", answer)
    with pytest.raises(kind):
        VK().publish(script.access("community", "user"), replace(REPLY, photos=(PHOTO,)), "k")
    assert script.calls("wall.createComment") == []


def test_an_upload_address_inside_our_network_is_not_gone_to(script: Script) -> None:
    script.say("photos.getWallUploadServer", ok({"upload_url": "http://127.0.0.1:9/steal"}))
    with pytest.raises(Permanent, match="недопустимый адрес"):
        VK().publish(script.access("community", "user"), replace(REPLY, photos=(PHOTO,)), "k")
