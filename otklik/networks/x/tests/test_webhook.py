"""Signatures, the check of our address, and what is kept of a push."""

import json

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Incoming, Origin
from otklik.networks.x.network import X
from otklik.networks.x.tests.shapes import ME, event, text
from otklik.networks.x.webhook import HEADER, signature

SECRET = "consumer-secret"
ACCESS = Access(ME, "http://127.0.0.1:1", Door(), lambda kind: None, tokens={"consumer_secret": SECRET})
BARE = Access(ME, "http://127.0.0.1:1", Door(), lambda kind: None, secret="another")
BODY = b'{"data":{"event_uuid":"1","event_type":"post.mention.create"}}'
SIGNED = "sha256=ww8aItKfo9qtWS9dhKdiEw74nxatgYOJ3IDDUq0S+1A="


def push(body: bytes = BODY, told: str = SIGNED) -> Incoming:
    return Incoming("POST", {}, {HEADER: told}, body)


def check(word: str) -> Incoming:
    return Incoming("GET", {"crc_token": word}, {}, b"")


def test_the_known_check_is_answered_with_the_known_word() -> None:
    answer = X().answer_to(check("challenge-token"), ACCESS)
    assert (answer.status, answer.store, answer.content_type) == (200, False, "application/json")
    assert json.loads(answer.body) == {"response_token": "sha256=VZK9B1kCyurInvXeJ+LoGXGP568O3i5YIWthXZNE0QA="}
    assert X().authentic(check("challenge-token"), ACCESS)


def test_the_known_body_has_the_known_signature() -> None:
    assert signature(BODY, SECRET) == SIGNED
    assert X().authentic(push(), ACCESS)
    answer = X().answer_to(push(), ACCESS)
    assert (answer.status, answer.body, answer.store) == (200, b"", True)


@pytest.mark.parametrize(
    "request_",
    [
        push(told=""),
        push(told="sha256="),
        push(told=SIGNED.upper()),
        push(told=SIGNED[:-1]),
        push(told="sha1=" + SIGNED[7:]),
        push(body=BODY + b" "),
        push(body=b""),
        push(told="\ud800"),
        Incoming("POST", {"crc_token": "abc"}, {}, BODY),
        Incoming("PUT", {}, {HEADER: "x"}, BODY),
        Incoming("", {}, {}, b""),
    ],
    ids=range(11),
)
def test_anything_else_is_not_the_network(request_: Incoming) -> None:
    assert not X().authentic(request_, ACCESS)


def test_without_the_consumer_secret_nobody_is_believed() -> None:
    assert not X().authentic(push(), BARE)
    assert not X().authentic(check("abc"), BARE)
    assert X().answer_to(check("abc"), BARE).status == 400


@pytest.mark.parametrize(
    "word",
    [
        "",
        '{"data":{"event_type":"post.delete"}}',
        BODY.decode(),
        "a b",
        "a\n",
        "слово",
        "a" * 129,
        "a.b",
        '"a"',
        "٣",
        "a%00",
    ],
)
def test_nothing_that_could_be_an_event_is_ever_signed(word: str) -> None:
    answer = X().answer_to(check(word), ACCESS)
    assert (answer.status, answer.store) == (400, False)
    assert b"sha256" not in answer.body


@pytest.mark.parametrize("word", ["a", "a" * 128, "AZaz09+/=_-", "YW55IGNhcm5hbCBwbGVhc3VyZQ=="])
def test_a_word_of_base64_signs_is_signed(word: str) -> None:
    assert X().answer_to(check(word), ACCESS).status == 200


def test_a_check_without_a_word_is_refused() -> None:
    assert X().answer_to(Incoming("GET", {}, {}, b""), ACCESS).status == 400


def test_a_push_is_kept_as_it_came_and_knows_its_event() -> None:
    body = json.dumps(event("post.mention.create", text())).encode()
    raw = X().raw(push(body))
    assert (raw.origin, raw.body, raw.context) == (Origin.PUSH, body, {"account": ME})
    again = X().raw(push(body.replace(b"https", b"http ")))
    assert again.key == raw.key
    other = X().raw(push(body.replace(b"-2781149976877970683", b"2781149976877970683")))
    assert other.key != raw.key


def test_a_push_without_a_number_is_known_by_its_bytes() -> None:
    assert X().raw(push(b"{broken")).key == X().raw(push(b"{broken")).key != X().raw(push(b"{broken!")).key
    assert X().raw(push(b'{"data":{"event_uuid":12}}')).key != ""
