"""The webhook: there is no signature, so the shape, our own address and, if asked for, the sender decide."""

import json
from dataclasses import replace
from typing import Any

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Incoming, Origin, Post
from otklik.networks.ok.network import OK

ACCESS = Access("53038939046008", "http://127.0.0.1:1", Door(), lambda kind: None)
EVENT: dict[str, Any] = {
    "sender": {"user_id": "user:5", "name": "Анна Иванова"},
    "recipient": {"chat_id": "chat:C3ecb"},
    "message": {"text": "Яма", "seq": 98_211_023_614_189_660, "mid": "mid:C3ecb.15ce"},
    "timestamp": 1_498_581_292_941,
}


def request(body: Any = EVENT, gid: str = "53038939046008", sender: str = "", method: str = "POST") -> Incoming:
    told = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Incoming(method, {"gid": gid} if gid else {}, {}, told, sender)


def test_a_message_for_our_group_is_authentic() -> None:
    assert OK().authentic(request(), ACCESS)
    assert OK().authentic(request(gid=""), ACCESS)


@pytest.mark.parametrize(
    "event", [{"webhookType": "CHAT_SYSTEM", "x": 1}, {"recipient": {"chat_id": "chat:C1"}, "chat_control": {}}]
)
def test_an_event_of_a_kind_that_we_do_not_know_is_taken_and_kept(event: dict[str, Any]) -> None:
    assert OK().authentic(request(event), ACCESS)
    assert OK().answer_to(request(event), ACCESS).store
    assert OK().parse(OK().raw(request(event))) == []


NO_EVENTS: list[Any] = [b"", b"{", b"[]", b"null", b"7", {}, {"webhookType": 5}, {"message": {"text": "x"}}]
NO_EVENTS += [{**EVENT, "recipient": {"chat_id": 5}, "sender": None}, {"recipient": "chat:C1", "sender": "user:5"}]


@pytest.mark.parametrize("body", NO_EVENTS)
def test_what_has_not_the_shape_of_an_event_is_refused(body: Any) -> None:
    assert not OK().authentic(request(body), ACCESS)


def test_another_groups_address_and_another_verb_are_refused() -> None:
    assert not OK().authentic(request(gid="1"), ACCESS)
    assert not OK().authentic(request(method="GET"), ACCESS)


@pytest.mark.parametrize(
    ("options", "sender", "good"),
    [
        ({}, "", True),
        ({}, "10.0.0.1", True),
        ({"check_sender": True}, "217.20.145.200", True),
        ({"check_sender": True}, "::ffff:217.20.153.50", True),
        ({"check_sender": True}, "217.20.145.191", False),
        ({"check_sender": True}, "", False),
        ({"check_sender": True}, "nonsense", False),
        ({"allow": ["10.0.0.0/8", "broken", 5]}, "10.1.2.3", True),
        ({"allow": ["10.0.0.0/8"]}, "217.20.145.200", False),
        ({"allow": ["fd00::/8"]}, "fd00::5", True),
        ({"allow": []}, "10.1.2.3", False),
    ],
)
def test_where_senders_are_checked_only_the_listed_ones_may_push(options: Any, sender: str, good: bool) -> None:
    assert OK().authentic(request(sender=sender), replace(ACCESS, options=options)) is good


def test_the_answer_is_an_empty_200_and_the_event_is_kept() -> None:
    answer = OK().answer_to(request(), ACCESS)
    assert (answer.status, answer.body, answer.store) == (200, b"", True)
    kept = OK().raw(request())
    assert (kept.origin, kept.body, kept.context) == (Origin.PUSH, request().body, {"group": "53038939046008"})
    (post,) = OK().parse(kept)
    assert isinstance(post, Post)
    assert (post.external_id, post.community) == ("ok:chat:C3ecb?mid=C3ecb.15ce", "group:53038939046008")


def test_the_same_event_has_the_same_key_and_another_one_another() -> None:
    typed = {"webhookType": "MESSAGE_CREATED", **EVENT}
    assert OK().raw(request()).key == OK().raw(request(typed)).key
    changed = {**EVENT, "message": {**EVENT["message"], "text": "Две ямы"}}
    assert OK().raw(request(changed)).key != OK().raw(request()).key
    assert OK().raw(request({"webhookType": "X"})).key != OK().raw(request({"webhookType": "Y"})).key


def test_an_address_that_carries_a_stranger_in_place_of_our_group_tells_nothing() -> None:
    assert OK().raw(request(gid="'; drop")).context == {}
