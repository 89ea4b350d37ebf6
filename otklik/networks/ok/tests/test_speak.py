"""What is said and what comes of it, against a server that answers as the test tells it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import Photo, Published, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.scripted import DROP, GROUP, TOKENS, Bytes, Script, error

pytestmark = pytest.mark.enable_socket
METHOD = "discussions.addDiscussionComment"
REPLY = Speech("Свет дадут к шести", "ok:topic:5?comment=QUJDREVGR0g=", "ok:topic:5")
DIRECT = Speech("Здравствуйте!", "ok:chat:C1?mid=C1.2", "ok:chat:C1", direct=True)
SAID = Published(
    "ok:topic:5?comment=TkVXQ09NTUVOVA==", f"https://ok.ru/group/{GROUP}/topic/5?comment=TkVXQ09NTUVOVA%3D%3D"
)


def discussion(group: str = GROUP, **more: Any) -> dict[str, Any]:
    told = {"object_id": "5", "object_type": "GROUP_TOPIC", "ref_objects": [{"id": group, "type": "GROUP"}]}
    return {"discussion": told | more}


@pytest.fixture
def ready(script: Script) -> Script:
    script.say("discussions.get", discussion())
    script.say(METHOD, {"id": "TkVXQ09NTUVOVA=="})
    script.say("messages/chat:C1", {"success": True, "message_id": "mid:C1.3"})
    return script


def test_a_reply_is_said_as_the_group_with_the_names_that_this_method_has(ready: Script) -> None:
    assert OK().publish(ready.access(), REPLY, "delivery-1") == SAID
    (asked,) = ready.calls(METHOD)
    told = {name: value for name, value in asked.given.items() if name not in ("sig", "access_token")}
    assert told == {
        "application_key": TOKENS["application_key"],
        "as_admin": "true",
        "comment": "Свет дадут к шести",
        "entityId": "5",
        "entityType": "GROUP_TOPIC",
        "format": "json",
        "method": METHOD,
        "reply_to_comment_id": "QUJDREVGR0g=",
    }
    assert ready.turns == ["access", "access"]


def test_a_guest_says_it_as_the_person_whose_key_it_is(ready: Script) -> None:
    ready.say("discussions.get", discussion("7"))
    OK().publish(ready.access(), REPLY, "k")
    assert "as_admin" not in ready.calls(METHOD)[0].given


@pytest.mark.parametrize(
    "answer",
    [
        {"id": "TkVXQ09NTUVOVA=="},
        {"comment": {"id": "TkVXQ09NTUVOVA=="}},
        {"comment_id": "TkVXQ09NTUVOVA=="},
        "TkVXQ09NTUVOVA==",
        Bytes(b"TkVXQ09NTUVOVA=="),
    ],
)
def test_the_new_comment_is_found_in_every_answer_that_may_come(ready: Script, answer: Any) -> None:
    ready.say(METHOD, answer)
    assert OK().publish(ready.access(), REPLY, "k") == SAID


@pytest.mark.parametrize(
    "answer", [{}, [], {"id": 5}, {"id": "два слова"}, {"success": True}, True, 0, {"comment": []}]
)
def test_an_answer_without_a_number_is_of_unknown_outcome(ready: Script, answer: Any) -> None:
    ready.say(METHOD, answer)
    with pytest.raises(OutcomeUnknown):
        OK().publish(ready.access(), REPLY, "k")


@pytest.mark.parametrize(
    "answer",
    [
        *(DROP, Bytes(b"", 500), Bytes(b'{"error_code":300}', 502), Bytes(b"<html>"), Bytes(b""), None),
        *(error(2), error(30), error(31), error(9999), error(1), error(4242), {"error_msg": "x", "error_code": "y"}),
    ],
)
@pytest.mark.parametrize("speech", [REPLY, DIRECT])
def test_a_write_without_a_clear_answer_is_of_unknown_outcome(ready: Script, speech: Speech, answer: Any) -> None:
    ready.say(METHOD, answer)
    ready.say("messages/chat:C1", answer)
    with pytest.raises(OutcomeUnknown):
        OK().publish(ready.access(), speech, "k")
    assert len([asked for asked in ready.asked if asked.name in (METHOD, "messages/chat:C1")]) == 1


def test_a_call_that_never_left_may_be_made_again(script: Script) -> None:
    for speech in (REPLY, DIRECT):
        with pytest.raises(RetryAt):
            OK().publish(script.access(base="http://127.0.0.1:1"), speech, "k")


@pytest.mark.parametrize(
    ("code", "kind"),
    [(700, Permanent), (454, NeedsPerson), (102, AuthLost), (8, RetryAt), (11, RetryAt), (50, AuthLost), (4, Broken)],
)
def test_a_refusal_tells_what_to_do_and_quotes_nothing(ready: Script, code: int, kind: type[Exception]) -> None:
    ready.say(METHOD, error(code))
    with pytest.raises(kind) as caught:
        OK().publish(ready.access(), REPLY, "k")
    assert TOKENS["access"] not in str(caught.value)
    assert "тайна" not in str(caught.value)


def test_the_method_that_is_gone_sends_a_person_to_the_topic(ready: Script) -> None:
    ready.say(METHOD, error(3))
    with pytest.raises(NeedsPerson, match=rf"вручную.*https://ok.ru/group/{GROUP}/topic/5"):
        OK().publish(ready.access(), REPLY, "k")


def test_a_closed_door_of_another_group_does_not_stop_the_account(ready: Script) -> None:
    ready.say("discussions.get", discussion("7"))
    ready.say(METHOD, error(10))
    with pytest.raises(Permanent):
        OK().publish(ready.access(), REPLY, "k")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (discussion(comment_as_admin_allowed=False), Permanent),
        (discussion(attrs={"flags": "l,s"}), Permanent),
        (discussion("7", comment_allowed=False), Permanent),
        ({"discussion": {"object_id": "5"}}, NeedsPerson),
        (error(300), Permanent),
        (error(102), AuthLost),
        (error(2), RetryAt),
        (DROP, RetryAt),
    ],
)
def test_what_the_topic_says_against_it_is_heard_before_anything_is_said(
    ready: Script, told: Any, kind: type[Exception]
) -> None:
    ready.say("discussions.get", told)
    with pytest.raises(kind):
        OK().publish(ready.access(), REPLY, "k")
    assert ready.calls(METHOD) == []


@pytest.mark.parametrize(
    ("speech", "kind"),
    [
        (replace(REPLY, text="я" * 3001), NeedsPerson),
        (replace(DIRECT, text="я" * 3001), NeedsPerson),
        (replace(REPLY, photos=(Photo("a.jpg", b"x", "image/jpeg"),)), NeedsPerson),
        (replace(DIRECT, photos=(Photo("a.jpg", b"x", "image/jpeg"),)), NeedsPerson),
        (replace(REPLY, text=" \n"), Broken),
        (replace(REPLY, reply_to="wall-1_2"), Broken),
        (replace(DIRECT, reply_to="", thread="vk:im:1:2"), Broken),
    ],
)
def test_what_would_be_refused_is_refused_before_a_byte_leaves(
    ready: Script, speech: Speech, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        OK().publish(ready.access(), speech, "k")
    assert ready.asked == []


def test_without_its_keys_an_account_says_nothing(ready: Script) -> None:
    with pytest.raises(NeedsPerson, match="три ключа"):
        OK().publish(ready.access(access=TOKENS["access"]), REPLY, "k")
    with pytest.raises(NeedsPerson, match="ключ группы"):
        OK().publish(ready.access(access=TOKENS["access"]), DIRECT, "k")
    assert ready.asked == []


def test_the_limit_of_a_comment_is_a_setting(ready: Script) -> None:
    OK().publish(ready.access(options={"text_limit": 5000}), replace(REPLY, text="я" * 4500), "k")
    with pytest.raises(NeedsPerson):
        OK().publish(ready.access(options={"text_limit": 100}), replace(REPLY, text="я" * 101), "k")


def test_a_message_is_json_of_the_kind_that_the_network_wants(ready: Script) -> None:
    said = OK().publish(ready.access(), DIRECT, "k")
    assert said == Published("ok:chat:C1?mid=C1.3", "https://ok.ru/messages/C1")
    (asked,) = ready.asked
    assert (asked.verb, asked.content_type) == ("POST", "application/json;charset=utf-8")
    assert json.loads(asked.body) == {"recipient": {"chat_id": "chat:C1"}, "message": {"text": "Здравствуйте!"}}
    assert asked.given == {"access_token": TOKENS["group"]}
    assert ready.turns == ["group"]


@pytest.mark.parametrize("answer", [{"success": False}, {"success": [False], "chat_ids": [None]}, error(2001)])
def test_who_allows_no_messages_gets_none(ready: Script, answer: Any) -> None:
    ready.say("messages/chat:C1", answer)
    with pytest.raises(Permanent):
        OK().publish(ready.access(), DIRECT, "k")


def listed(text: str, mid: str = "mid:C1.3", sender: str = f"group:{GROUP}") -> dict[str, Any]:
    return {
        "sender": {"user_id": sender},
        "recipient": {"chat_id": "chat:C1"},
        "message": {"mid": mid, "text": text},
        "timestamp": 1_790_000_000_000,
    }


def test_a_message_that_the_answer_does_not_name_is_the_newest_of_ours_with_these_words(ready: Script) -> None:
    there = [
        listed("Здравствуйте!", "mid:C1.9"),
        listed("Здравствуйте!", "mid:C1.8"),
        listed("Здравствуйте!", "mid:C1.7", "user:5"),
    ]
    ready.say("messages/chat:C1", {"success": True}, {"messages": there})
    assert OK().publish(ready.access(), DIRECT, "k").external_id == "ok:chat:C1?mid=C1.9"
    ready.say("messages/chat:C1", {"success": True}, error(2))
    with pytest.raises(OutcomeUnknown):
        OK().publish(ready.access(), DIRECT, "k")
