import json
from dataclasses import replace
from typing import Any

from otklik.networks.base import HttpAnswer, Incoming, Origin
from otklik.networks.vk.callback import event_raw
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.contract import CONFIRMATION, push
from otklik.networks.vk.tests.scripted import DIALECT, SECRET


def test_without_a_code_the_confirmation_fails_and_what_is_kept_has_no_secret_and_the_networks_own_key() -> None:
    answer = VK().answer_to(CONFIRMATION, replace(DIALECT.account, confirmation=""))
    assert (answer.status, answer.store) == (503, False)
    assert VK().answer_to(push(type="never_heard_of"), DIALECT.account) == HttpAnswer(200, b"ok")
    kept = VK().raw(push(type="message_new", event_id="ab12", object={"text": "Я"}))
    assert SECRET.encode() not in kept.body
    assert json.loads(kept.body)["object"] == {"text": "Я"}
    assert (kept.key, kept.context) == ("ab12", {"group_id": "12"})
    kept = VK().raw(Incoming("POST", {}, {}, b'{"secret" : "s3cret-\\"77", "type": broken'))
    assert kept.body == b'{"secret" : "", "type": broken'
    event: dict[str, Any] = {"type": "wall_reply_edit", "object": {"id": 1, "post_owner_id": -12, "text": "a"}}
    assert VK().raw(push(**event)).key == VK().raw(push("changed", **event)).key
    numbered: dict[str, Any] = {"type": "message_new", "event_id": "ab12", "group_id": 12, "object": {}}
    assert VK().raw(push(type="message_new", event_id="ab12")).key == event_raw(numbered, Origin.POLL).key
