import json
from dataclasses import replace

import pytest

from otklik.networks.base import HttpAnswer, Incoming
from otklik.networks.x.network import X
from otklik.networks.x.tests.contract import BODY, check, push
from otklik.networks.x.tests.scripted import DIALECT
from otklik.networks.x.tests.shapes import ME, event, text
from otklik.networks.x.webhook import signature

SECRET = "consumer-secret"
ACCESS = replace(DIALECT.account, tokens={"consumer_secret": SECRET})
BARE = replace(DIALECT.account, tokens={}, secret="another")


def test_the_known_words_are_signed_as_known_a_push_is_kept_as_it_came_and_a_bare_check_refused() -> None:
    assert signature(BODY, SECRET) == "sha256=ww8aItKfo9qtWS9dhKdiEw74nxatgYOJ3IDDUq0S+1A="
    answer = X().answer_to(check("challenge-token"), ACCESS)
    word = "sha256=VZK9B1kCyurInvXeJ+LoGXGP568O3i5YIWthXZNE0QA="
    assert json.loads(answer.body) == {"response_token": word}
    assert X().answer_to(push(), ACCESS) == HttpAnswer(200, b"")
    assert X().answer_to(Incoming("GET", {}, {}, b""), ACCESS).status == 400
    assert X().answer_to(check("abc"), BARE).status == 400
    assert not X().authentic(check("abc"), BARE)
    body = json.dumps(event("post.mention.create", text())).encode()
    raw = X().raw(push(body))
    assert (raw.body, raw.context) == (body, {"account": ME})
    assert X().raw(push(body.replace(b"https", b"http "))).key == raw.key
    other = X().raw(push(body.replace(b"-2781149976877970683", b"2781149976877970683")))
    assert other.key != raw.key


@pytest.mark.parametrize(
    "word",
    [
        *("", '{"data":{"event_type":"post.delete"}}', BODY.decode(), "a b", "a\n", "слово", "a" * 129, "a.b", '"a"'),
        *("٣", "a%00"),
    ],
)
def test_nothing_that_could_be_an_event_is_ever_signed(word: str) -> None:
    answer = X().answer_to(check(word), ACCESS)
    assert (answer.status, answer.store) == (400, False)
    assert b"sha256" not in answer.body
