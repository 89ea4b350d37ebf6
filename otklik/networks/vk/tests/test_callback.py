import json
from dataclasses import replace
from typing import Any

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Incoming, Origin
from otklik.networks.vk.callback import event_raw
from otklik.networks.vk.network import VK

ACCESS = Access("12", "http://127.0.0.1:1", Door(), lambda kind: None, secret="s3cret-77", confirmation="c0de")


def request(**body: Any) -> Incoming:
    return Incoming("POST", {}, {}, json.dumps(body, ensure_ascii=False).encode())


def test_the_right_secret_of_the_right_community_is_authentic() -> None:
    assert VK().authentic(request(type="wall_reply_new", group_id=12, secret="s3cret-77", object={}), ACCESS)


@pytest.mark.parametrize(
    "changes",
    [{"secret": "other"}, {"secret": None}, {"secret": ["s3cret-77"]}, {"group_id": 13}, {"group_id": "12"}],
)
def test_anything_else_is_not(changes: dict[str, Any]) -> None:
    body = {"type": "wall_reply_new", "group_id": 12, "secret": "s3cret-77", "object": {}} | changes
    assert not VK().authentic(request(**body), ACCESS)


def test_an_account_without_a_secret_hears_nobody() -> None:
    assert not VK().authentic(request(type="x", group_id=12, secret=""), replace(ACCESS, secret=""))


def test_the_confirmation_is_answered_with_the_bare_code_and_not_kept() -> None:
    asked = request(type="confirmation", group_id=12)
    answer = VK().answer_to(asked, ACCESS)
    assert VK().authentic(asked, ACCESS)
    assert (answer.status, answer.body, answer.store) == (200, b"c0de", False)


def test_a_confirmation_with_a_wrong_secret_or_of_another_community_is_refused() -> None:
    assert not VK().authentic(request(type="confirmation", group_id=12, secret="wrong"), ACCESS)
    assert not VK().authentic(request(type="confirmation", group_id=13), ACCESS)


def test_without_a_code_the_confirmation_fails_and_nothing_is_kept() -> None:
    answer = VK().answer_to(request(type="confirmation", group_id=12), replace(ACCESS, confirmation=""))
    assert (answer.status, answer.store) == (503, False)


def test_every_other_event_is_answered_exactly_ok_and_kept() -> None:
    answer = VK().answer_to(request(type="never_heard_of", group_id=12), ACCESS)
    assert (answer.status, answer.body, answer.store) == (200, b"ok", True)


def test_what_is_kept_has_no_secret_and_the_networks_own_key() -> None:
    body = {"type": "message_new", "event_id": "ab12", "group_id": 12, "secret": "s3cret-77", "object": {"text": "Я"}}
    kept = VK().raw(request(**body))
    assert b"s3cret-77" not in kept.body
    assert json.loads(kept.body)["object"] == {"text": "Я"}
    assert (kept.origin, kept.key, kept.context) == (Origin.PUSH, "ab12", {"group_id": "12"})


def test_a_body_that_is_not_json_is_kept_with_its_secret_blanked() -> None:
    kept = VK().raw(Incoming("POST", {}, {}, b'{"secret" : "s3cret-\\"77", "type": broken'))
    assert kept.body == b'{"secret" : "", "type": broken'


def test_without_an_event_id_the_same_event_has_the_same_key_and_an_edit_another() -> None:
    def key(text: str, secret: str) -> str:
        thing = {"id": 1, "post_owner_id": -12, "text": text}
        return VK().raw(request(type="wall_reply_edit", group_id=12, secret=secret, object=thing)).key

    assert key("a", "s3cret-77") == key("a", "changed")
    assert key("a", "s3cret-77") != key("b", "s3cret-77")


def test_the_same_event_pushed_and_polled_has_one_key() -> None:
    event: dict[str, Any] = {"type": "message_new", "event_id": "ab12", "group_id": 12, "object": {}}
    assert VK().raw(request(**event, secret="s3cret-77")).key == event_raw(event, Origin.POLL).key
