"""Signatures and handshakes: vectors computed from the published rule, and every way to get them wrong."""

import pytest

from otklik.lib.http import Door
from otklik.networks.base import Access, Incoming
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from otklik.networks.meta.client import proof
from otklik.networks.meta.hook import signature

NETWORKS = (Facebook(), Instagram())
SECRET, WORD = "app-secret", "verify-word"
BARE = b'{"object":"page","entry":[{"id":"1","time":1}]}'
FEED = '{"object":"page","entry":[{"id":"1","time":1,"changes":[{"field":"feed","value":{"message":"%s"}}]}]}'
PLAIN, ESCAPED = (FEED % "Яма").encode(), (FEED % "\\u042f\\u043c\\u0430").encode()
VECTORS = [
    (BARE, "0c214b95d5a06ac09f5177ea1231c34a3a02ab7ca6135535c1ec13b62c8a6342"),
    (PLAIN, "bab854391478310289eeceb3beba0ddef4d417ae079c992e024eee0b3a1c09aa"),
    (ESCAPED, "d203cc5480f1950851cc4a016e085395effe70185c99bc6d6bc8dd6e798d6d32"),
]


def access(secret: str = SECRET, word: str = WORD) -> Access:
    tokens = {"page": "token", "app_secret": secret}
    return Access("1", "http://127.0.0.1:1", Door(), lambda kind: None, tokens=tokens, secret=word)


def event(body: bytes, told: str, method: str = "POST") -> Incoming:
    return Incoming(method, {}, {"x-hub-signature-256": told}, body)


def handshake(**query: str) -> Incoming:
    told = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}
    return Incoming("GET", told | {f"hub.{name}": value for name, value in query.items()}, {}, b"")


def test_the_proof_of_a_token_is_the_published_one() -> None:
    assert proof("tok", "s") == "352ffbae29705af2fbb062825e8fd09dc9b42711086dad819f3f3644763f7b7d"


@pytest.mark.parametrize(("body", "digest"), VECTORS)
@pytest.mark.parametrize("network", NETWORKS)
def test_a_signature_is_checked_over_the_bytes_as_they_came(
    network: Facebook | Instagram, body: bytes, digest: str
) -> None:
    assert signature(body, SECRET) == f"sha256={digest}"
    assert network.authentic(event(body, f"sha256={digest}"), access())
    assert network.raw(event(body, f"sha256={digest}")).body == body
    answer = network.answer_to(event(body, f"sha256={digest}"), access())
    assert (answer.status, answer.store) == (200, True)


def test_the_same_words_written_otherwise_have_another_signature() -> None:
    assert len(PLAIN) == 105
    assert not Facebook().authentic(event(ESCAPED, signature(PLAIN, SECRET)), access())
    assert Facebook().raw(event(PLAIN, "")).key != Facebook().raw(event(ESCAPED, "")).key


@pytest.mark.parametrize("told", ["", "sha256=", "sha1=" + VECTORS[0][1], VECTORS[0][1], "sha256=\ud800", "x" * 10_000])
def test_what_is_no_signature_is_refused(told: str) -> None:
    assert not Facebook().authentic(event(BARE, told), access())


def test_without_the_applications_secret_nothing_is_believed() -> None:
    assert not Facebook().authentic(event(BARE, signature(BARE, "")), access(secret=""))
    assert not Facebook().authentic(event(BARE, signature(BARE, SECRET), "PUT"), access())
    assert not Facebook().authentic(Incoming("POST", {}, {}, BARE), access())


@pytest.mark.parametrize("network", NETWORKS)
def test_the_right_handshake_gets_its_challenge_back_as_plain_text(network: Facebook | Instagram) -> None:
    assert network.authentic(handshake(), access())
    answer = network.answer_to(handshake(), access())
    assert (answer.status, answer.body, answer.content_type, answer.store) == (200, b"1158201444", "text/plain", False)


@pytest.mark.parametrize(
    "query", [{"verify_token": "other"}, {"verify_token": ""}, {"mode": "unsubscribe"}, {"verify_token": "\ud800"}]
)
def test_a_wrong_handshake_is_not_authentic(query: dict[str, str]) -> None:
    assert not Facebook().authentic(handshake(**query), access())
    assert not Facebook().authentic(handshake(verify_token=""), access(word=""))


@pytest.mark.parametrize("challenge", ["", "<script>", "12 3", "1" * 21, "١٢٣", "-1"])
def test_a_challenge_that_is_no_number_is_not_echoed(challenge: str) -> None:
    answer = Facebook().answer_to(handshake(challenge=challenge), access())
    assert (answer.status, answer.body, answer.store) == (400, b"", False)
