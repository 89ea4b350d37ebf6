from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import Published
from otklik.networks.errors import AuthLost, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests import contract
from otklik.networks.ok.tests.contract import DIRECT, METHOD, REPLY, talk
from otklik.networks.ok.tests.scripted import GROUP, TOKENS, discussion, error
from tests.make.scripted import DROP, Answer, Script

pytestmark = pytest.mark.enable_socket
KEY = "TkVXQ09NTUVOVA=="
PUBLISHED = Published(f"ok:topic:5?comment={KEY}", f"https://ok.ru/group/{GROUP}/topic/5?comment=TkVXQ09NTUVOVA%3D%3D")


@pytest.fixture
def ready(script: Script) -> Script:
    contract.ready(script)
    script.say(METHOD, {"id": KEY})
    script.say("messages/chat:C1", {"success": True, "message_id": "mid:C1.3"})
    return script


def test_a_reply_is_said_as_the_group_and_elsewhere_as_the_person_whose_key_it_is(ready: Script) -> None:
    assert OK().publish(ready.access(), REPLY, "delivery-1") == PUBLISHED
    (call,) = ready.calls(METHOD)
    assert {name: value for name, value in call.values.items() if name not in ("sig", "access_token")} == (
        {"application_key": TOKENS["application_key"], "format": "json", "method": METHOD, "as_admin": "true"}
        | {"entityId": "5", "entityType": "GROUP_TOPIC", "reply_to_comment_id": "QUJDREVGR0g="}
        | {"comment": "Свет дадут к шести"}
    )
    assert ready.turns == ["access", "access"]
    ready.say("discussions.get", discussion("7"))
    OK().publish(ready.access(), REPLY, "k")
    assert "as_admin" not in ready.calls(METHOD)[1].values
    ready.say("discussions.get", discussion("7"))
    ready.say(METHOD, error(10))
    with pytest.raises(Permanent):  # a group that refuses us stops no account
        OK().publish(ready.access(), REPLY, "k")


@pytest.mark.parametrize(
    "answer", [{"id": KEY}, {"comment": {"id": KEY}}, {"comment_id": KEY}, KEY, Answer(KEY.encode())]
)
def test_the_new_comment_is_found_in_every_answer_that_may_come(ready: Script, answer: Any) -> None:
    ready.say(METHOD, answer)
    assert OK().publish(ready.access(), REPLY, "k") == PUBLISHED


def test_the_method_that_is_gone_sends_a_person_to_the_topic(ready: Script) -> None:
    ready.say(METHOD, error(3))
    with pytest.raises(NeedsPerson, match=rf"вручную.*https://ok.ru/group/{GROUP}/topic/5"):
        OK().publish(ready.access(), REPLY, "k")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (discussion(comment_as_admin_allowed=False), Permanent),
        (discussion(attrs={"flags": "l,s"}), Permanent),
        (discussion("7", comment_allowed=False), Permanent),
        ({"discussion": {"object_id": "5"}}, NeedsPerson),
        *((error(300), Permanent), (error(102), AuthLost), (error(2), RetryAt), (DROP, RetryAt)),
    ],
)
def test_what_a_topic_says_against_it_is_heard_beforehand(ready: Script, answer: Any, kind: type[Exception]) -> None:
    ready.say("discussions.get", answer)
    with pytest.raises(kind):
        OK().publish(ready.access(), REPLY, "k")
    assert ready.calls(METHOD) == []


def test_the_limit_of_a_comment_is_a_setting(ready: Script) -> None:
    OK().publish(ready.access(options={"text_limit": 5000}), replace(REPLY, text="я" * 4500), "k")
    with pytest.raises(NeedsPerson):
        OK().publish(ready.access(options={"text_limit": 100}), replace(REPLY, text="я" * 101), "k")


def test_a_message_is_json_of_the_kind_that_the_network_wants(ready: Script) -> None:
    assert OK().publish(ready.access(), DIRECT, "k") == Published("ok:chat:C1?mid=C1.3", "https://ok.ru/messages/C1")
    (call,) = ready.asked
    assert (call.verb, call.kind) == ("POST", "application/json;charset=utf-8")
    assert call.body == {"recipient": {"chat_id": "chat:C1"}, "message": {"text": "Здравствуйте!"}}
    assert (call.query, ready.turns) == ({"access_token": TOKENS["group"]}, ["group"])


@pytest.mark.parametrize("answer", [{"success": False}, {"success": [False], "chat_ids": [None]}, error(2001)])
def test_who_allows_no_messages_gets_none(ready: Script, answer: Any) -> None:
    ready.say("messages/chat:C1", answer)
    with pytest.raises(Permanent):
        OK().publish(ready.access(), DIRECT, "k")


def test_a_message_that_the_answer_does_not_name_is_the_newest_of_ours_with_these_words(ready: Script) -> None:
    group = f"group:{GROUP}"
    there = [talk(number, sender, DIRECT.text) for number, sender in ((9, group), (8, group), (7, "user:5"))]
    ready.say("messages/chat:C1", {"success": True}, {"messages": there})
    assert OK().publish(ready.access(), DIRECT, "k").external_id == "ok:chat:C1?mid=C1.9"
    ready.say("messages/chat:C1", {"success": True}, error(2))
    with pytest.raises(OutcomeUnknown):
        OK().publish(ready.access(), DIRECT, "k")
