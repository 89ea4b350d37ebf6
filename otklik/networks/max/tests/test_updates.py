"""The webhook's side of the wire: proof, answer, key."""

import json
from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import Incoming, Origin
from otklik.networks.max.network import Max
from otklik.networks.max.tests.payloads import AT, COMMENT, comment, update
from otklik.networks.max.tests.scripted import SECRET, Script
from otklik.networks.max.updates import HEADER, update_raw

BODY = json.dumps(update("comment_created", comment())).encode()


def incoming(secret: str | None = SECRET, body: bytes = BODY, method: str = "POST") -> Incoming:
    return Incoming(method, {}, {} if secret is None else {HEADER: secret}, body)


def test_the_secret_in_the_header_is_the_proof() -> None:
    access = Script(base="https://platform-api2.max.ru").access()
    assert Max().authentic(incoming(), access)
    for wrong in (None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "секрет", "\ud800"):
        assert not Max().authentic(incoming(wrong), access)
    assert not Max().authentic(incoming(method="GET"), access)
    assert not Max().authentic(incoming(""), replace(access, secret=""))


def test_the_answer_is_200_and_an_empty_call_is_no_event() -> None:
    access = Script(base="https://platform-api2.max.ru").access()
    assert Max().answer_to(incoming(), access).status == 200
    assert Max().answer_to(incoming(), access).store
    assert not Max().answer_to(incoming(body=b" "), access).store


def test_the_same_update_has_the_same_key_and_another_has_another() -> None:
    key = Max().raw(incoming()).key
    polled = update_raw(json.loads(BODY), Origin.POLL, {"bot": "5"})
    assert polled.key == key
    changes: list[dict[str, Any]] = [
        update("comment_edited", comment()),
        update("comment_created", comment(), timestamp=AT),
        update("comment_created", comment("mid.2")),
        update("comment_removed", message_id=COMMENT, chat_id=-70801090403050, user_id=1),
    ]
    keys = {Max().raw(incoming(body=json.dumps(each).encode())).key for each in changes}
    assert len(keys | {key}) == len(changes) + 1


def test_what_is_kept_holds_no_secret_and_no_doubt() -> None:
    kept = Max().raw(incoming())
    assert SECRET.encode() not in kept.body
    assert json.loads(kept.body) == json.loads(BODY)
    assert kept.context == {}


@pytest.mark.parametrize("body", [b"not json", b"[]", b"\xff"])
def test_what_is_no_update_is_kept_as_it_came(body: bytes) -> None:
    assert Max().raw(incoming(body=body)).body == body
