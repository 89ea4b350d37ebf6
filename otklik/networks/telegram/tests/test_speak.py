import json
from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Photo, Published, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.scripted import BOT, DROP, TOKEN, Bytes, Script, error, ok
from otklik.networks.telegram.tests.updates import COPY, GROUP, PUBLIC

pytestmark = pytest.mark.enable_socket
REPLY = Speech("Свет дадут к шести", "tg:-1002222222222:12", "tg:-1002222222222:10")
DIRECT = Speech("Здравствуйте!", f"tg:im:{BOT}:5:8", f"tg:im:{BOT}:5", direct=True)
PHOTO = Photo("акт.jpg", b"\xff\xd8picture", "image/jpeg")
SAID = {"message_id": 57, "chat": GROUP, "date": 1, "message_thread_id": 10}


def test_a_reply_hangs_under_that_very_message_in_plain_words(script: Script) -> None:
    script.say("sendMessage", ok(SAID))
    said = Telegram().publish(script.access(), REPLY, "delivery-1")
    assert said == Published("tg:-1002222222222:57", "https://t.me/c/2222222222/57?thread=10")
    (asked,) = script.asked
    assert asked.given == {
        "chat_id": -1002222222222,
        "reply_parameters": {"message_id": 12, "allow_sending_without_reply": False},
        "text": "Свет дадут к шести",
        "link_preview_options": {"is_disabled": True},
    }
    assert script.turns == ["bot"]


def test_a_reply_in_a_public_group_has_its_link(script: Script) -> None:
    script.say("sendMessage", ok({"message_id": 57, "chat": PUBLIC, "date": 1}))
    speech = replace(REPLY, reply_to="tg:-1003333333333:12")
    assert Telegram().publish(script.access(), speech, "k").url == "https://t.me/sosedi/57"


def test_a_reply_to_the_post_itself_is_seen_under_the_post(script: Script) -> None:
    script.say("sendMessage", ok({**SAID, "reply_to_message": COPY}))
    speech = replace(REPLY, reply_to="tg:-1002222222222:10")
    assert Telegram().publish(script.access(), speech, "k").url == "https://t.me/gorod/5?comment=57"


def test_a_private_answer_goes_to_the_author_even_if_he_removed_his_words(script: Script) -> None:
    script.say("sendMessage", ok({"message_id": 9, "chat": {"id": 5, "type": "private"}, "date": 1}))
    assert Telegram().publish(script.access(), DIRECT, "k") == Published(f"tg:im:{BOT}:5:9", "")
    assert script.asked[0].given["chat_id"] == 5
    assert script.asked[0].given["reply_parameters"] == {"message_id": 8, "allow_sending_without_reply": True}
    Telegram().publish(script.access(), replace(DIRECT, reply_to=""), "k")
    assert "reply_parameters" not in script.asked[1].given


@pytest.mark.parametrize(
    "answer",
    [
        DROP,
        Bytes(b"", 500),
        Bytes(b"<html>", 502),
        Bytes(b"<html>"),
        Bytes(b"[]"),
        Bytes(b'{"ok":1}'),
        Bytes(b'{"ok":false,"error_code":500,"description":"Internal Server Error"}', 500),
        error(418),
    ],
)
@pytest.mark.parametrize("speech", [REPLY, DIRECT, replace(REPLY, photos=(PHOTO,))])
def test_a_write_without_a_clear_answer_is_of_unknown_outcome(script: Script, speech: Speech, answer: Any) -> None:
    script.say("sendMessage", answer)
    script.say("sendPhoto", answer)
    with pytest.raises(OutcomeUnknown) as caught:
        Telegram().publish(script.access(), speech, "k")
    assert len(script.asked) == 1
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "result",
    [None, True, {}, [], {"message_id": 0, "chat": GROUP}, {"message_id": "5", "chat": GROUP}, {"message_id": 5}],
)
def test_an_answer_without_a_number_is_of_unknown_outcome(script: Script, result: Any) -> None:
    script.say("sendMessage", ok(result))
    with pytest.raises(OutcomeUnknown):
        Telegram().publish(script.access(), REPLY, "k")


def test_a_call_that_never_left_may_be_made_again(script: Script) -> None:
    with pytest.raises(RetryAt) as caught:
        Telegram().publish(script.access(base="http://127.0.0.1:9"), REPLY, "k")
    assert TOKEN not in str(caught.value)


def test_a_wait_that_was_told_holds_for_the_token(script: Script) -> None:
    script.say("sendMessage", error(429, retry_after=31))
    with pytest.raises(RetryAt):
        Telegram().publish(script.access(), REPLY, "k")
    ((kind, time),) = script.rests
    assert (kind, time.total_seconds()) == ("bot", 31)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(400, "Bad Request: message to be replied not found"), Permanent),
        (error(401, "Unauthorized"), AuthLost),
        (error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005), NeedsPerson),
    ],
)
def test_a_refusal_comes_as_its_class_and_is_not_repeated(script: Script, answer: Any, kind: type[Exception]) -> None:
    script.say("sendMessage", answer)
    with pytest.raises(kind) as caught:
        Telegram().publish(script.access(), REPLY, "k")
    assert len(script.asked) == 1
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("speech", "kind"),
    [
        (replace(REPLY, text=""), Broken),
        (replace(REPLY, text="я" * 4097), NeedsPerson),
        (replace(REPLY, text="🌙" * 2049), NeedsPerson),
        (replace(REPLY, text="я" * 1025, photos=(PHOTO,)), NeedsPerson),
        (replace(REPLY, photos=(PHOTO,) * 11), NeedsPerson),
        (replace(REPLY, photos=(replace(PHOTO, content=b"x" * (10 * 1024 * 1024 + 1)),)), NeedsPerson),
        (replace(REPLY, reply_to="tg:-5"), Broken),
        (replace(REPLY, reply_to="wall-1_2"), Broken),
        (replace(REPLY, reply_to="tg:5:6"), Broken),
        (replace(DIRECT, reply_to="", thread=""), Broken),
        (replace(DIRECT, reply_to="tg:im:9:5:8"), Permanent),
    ],
)
def test_what_can_be_refused_is_refused_before_a_byte_leaves(
    script: Script, speech: Speech, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        Telegram().publish(script.access(), speech, "k")
    assert script.asked == []


@pytest.mark.parametrize(
    ("token", "kind"), [("", NeedsPerson), ("1:a/../x", AuthLost), ("1:a b", AuthLost), ("x", AuthLost)]
)
def test_a_token_that_is_none_never_becomes_an_address(script: Script, token: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        Telegram().publish(script.access(token=token), REPLY, "k")
    assert script.asked == []


def test_one_photo_goes_with_its_caption(script: Script) -> None:
    script.say("sendPhoto", ok(SAID))
    assert Telegram().publish(script.access(), replace(REPLY, photos=(PHOTO,)), "k").external_id.endswith(":57")
    (asked,) = script.asked
    assert asked.kind.startswith("multipart/form-data")
    assert PHOTO.content in asked.body
    for part in ('name="caption"', 'name="photo"; filename=', "allow_sending_without_reply", "-1002222222222"):
        assert part.encode() in asked.body


def test_several_photos_go_as_an_album_with_one_caption(script: Script) -> None:
    script.say("sendMediaGroup", ok([SAID, {**SAID, "message_id": 58}]))
    said = Telegram().publish(script.access(), replace(REPLY, photos=(PHOTO, PHOTO)), "k")
    assert said.external_id == "tg:-1002222222222:57"
    (asked,) = script.asked
    start = asked.body.index(b"[{")
    media = json.loads(asked.body[start : asked.body.index(b"}]", start) + 2])
    assert [each["media"] for each in media] == ["attach://photo0", "attach://photo1"]
    assert [each.get("caption") for each in media] == ["Свет дадут к шести", None]


def test_nobody_can_look_whether_it_stands_there(script: Script) -> None:
    assert isinstance(Telegram().find(script.access(), REPLY), CannotTell)
    assert Telegram().replies(script.access(), REPLY) == frozenset()
    assert script.asked == []
