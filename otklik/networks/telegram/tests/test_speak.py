import json
from dataclasses import replace

import pytest

from otklik.networks.base import CannotTell, Published
from otklik.networks.errors import AuthLost, NeedsPerson, RetryAt
from otklik.networks.telegram.network import Telegram
from otklik.networks.telegram.tests.contract import DIRECT, PICTURE, REPLY
from otklik.networks.telegram.tests.scripted import BOT, error, ok
from otklik.networks.telegram.tests.updates import COPY, GROUP, PUBLIC
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket
NEW = {"message_id": 57, "chat": GROUP, "date": 1, "message_thread_id": 10}


def test_a_reply_hangs_under_that_very_message_and_a_private_answer_goes_to_the_author(script: Script) -> None:
    script.say("sendMessage", ok(NEW))
    published = Telegram().publish(script.access(), REPLY, "delivery-1")
    assert published == Published("tg:-1002222222222:57", "https://t.me/c/2222222222/57?thread=10")
    (call,) = script.asked
    assert call.body == {
        "chat_id": -1002222222222,
        "reply_parameters": {"message_id": 12, "allow_sending_without_reply": False},
        "text": "Свет дадут к шести",
        "link_preview_options": {"is_disabled": True},
    }
    assert script.turns == ["bot"]
    assert Telegram().publish(script.access(), replace(REPLY, text="🌙" * 2048), "delivery-2") == published
    script.asked.clear()
    script.say("sendMessage", ok({"message_id": 9, "chat": {"id": 5, "type": "private"}, "date": 1}))
    assert Telegram().publish(script.access(), DIRECT, "k") == Published(f"tg:im:{BOT}:5:9", "")
    Telegram().publish(script.access(), replace(DIRECT, reply_to=""), "k")
    reply, plain = script.asked
    assert reply.body["chat_id"] == 5
    assert reply.body["reply_parameters"] == {"message_id": 8, "allow_sending_without_reply": True}
    assert "reply_parameters" not in plain.body


@pytest.mark.parametrize(
    ("answer", "reply_to", "url"),
    [
        ({"message_id": 57, "chat": PUBLIC, "date": 1}, "tg:-1003333333333:12", "https://t.me/sosedi/57"),
        # A reply to the post itself is seen under the post.
        ({**NEW, "reply_to_message": COPY}, "tg:-1002222222222:10", "https://t.me/gorod/5?comment=57"),
    ],
)
def test_a_reply_has_the_link_under_which_it_is_seen(script: Script, answer: object, reply_to: str, url: str) -> None:
    script.say("sendMessage", ok(answer))
    assert Telegram().publish(script.access(), replace(REPLY, reply_to=reply_to), "k").url == url


def test_a_wait_that_was_told_holds_for_the_token(script: Script) -> None:
    script.say("sendMessage", error(429, retry_after=31))
    with pytest.raises(RetryAt):
        Telegram().publish(script.access(), REPLY, "k")
    ((kind, time),) = script.rests
    assert (kind, time.total_seconds()) == ("bot", 31)


@pytest.mark.parametrize(
    ("token", "kind"), [("", NeedsPerson), ("1:a/../x", AuthLost), ("1:a b", AuthLost), ("x", AuthLost)]
)
def test_a_token_that_is_none_never_becomes_an_address(script: Script, token: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        Telegram().publish(script.access(tokens={"bot": token}), REPLY, "k")
    assert script.asked == []


def test_one_photo_goes_with_its_caption_and_several_as_an_album_with_one(script: Script) -> None:
    script.say("sendPhoto", ok(NEW))
    published = Telegram().publish(script.access(), replace(REPLY, photos=(PICTURE,)), "k")
    assert published.external_id.endswith(":57")
    (call,) = script.asked
    assert call.kind.startswith("multipart/form-data")
    assert PICTURE.content in call.content
    for part in ('name="caption"', 'name="photo"; filename=', "allow_sending_without_reply", "-1002222222222"):
        assert part.encode() in call.content
    script.asked.clear()
    script.say("sendMediaGroup", ok([NEW, {**NEW, "message_id": 58}]))
    published = Telegram().publish(script.access(), replace(REPLY, photos=(PICTURE, PICTURE)), "k")
    assert published.external_id == "tg:-1002222222222:57"
    (call,) = script.asked
    start = call.content.index(b"[{")
    media = json.loads(call.content[start : call.content.index(b"}]", start) + 2])
    assert [each["media"] for each in media] == ["attach://photo0", "attach://photo1"]
    assert [each.get("caption") for each in media] == ["Свет дадут к шести", None]


def test_nobody_can_look_whether_it_stands_there(script: Script) -> None:
    assert isinstance(Telegram().find(script.access(), REPLY), CannotTell)
    assert Telegram().replies(script.access(), REPLY) == frozenset()
    assert script.asked == []
