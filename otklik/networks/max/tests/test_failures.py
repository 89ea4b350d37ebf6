"""The network's refusals as classes and sentences."""

from datetime import timedelta

import pytest

from otklik.networks.errors import AuthLost, Broken, NeedsPerson, NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.max.client import ask, tell
from otklik.networks.max.failures import failure, refused_softly
from otklik.networks.max.tests.scripted import DROP, TOKEN, Script, Told, refusal

PATH = "/messages"


@pytest.mark.parametrize(
    ("status", "code", "reading", "writing"),
    [
        (400, "attachment.not.ready", RetryAt, RetryAt),
        (400, "proto.payload", Permanent, Permanent),
        (400, "who.knows", Permanent, Permanent),
        (401, "verify.token", AuthLost, AuthLost),
        (403, "verify.token", AuthLost, AuthLost),
        (403, "access.denied", Permanent, Permanent),
        (403, "", Permanent, Permanent),
        (404, "not.found", Permanent, Permanent),
        (405, "anything", Permanent, Permanent),
        (415, "", Broken, Broken),
        (422, "comments.timeout_exceeded", Permanent, Permanent),
        (429, "rate.limit", RetryAt, RetryAt),
        (500, "internal.error", RetryAt, OutcomeUnknown),
        (502, "", RetryAt, OutcomeUnknown),
        (503, "service.unavailable", RetryAt, OutcomeUnknown),
        (504, "verify.token", RetryAt, OutcomeUnknown),
        (302, "", RetryAt, OutcomeUnknown),
        (200, "attachment.not.ready", RetryAt, RetryAt),
        (200, "who.knows", Permanent, Permanent),
    ],
)
def test_a_refusal_has_its_class(status: int, code: str, reading: type, writing: type) -> None:
    body = {"code": code, "message": "words"}
    assert type(failure(status, body, write=False)) is reading
    assert type(failure(status, body, write=True)) is writing
    assert "words" not in str(failure(status, body, write=True))


@pytest.mark.parametrize("body", [None, [], "text", {"code": 5}, {"code": ["a"]}, {"code": {}}, {"error_code": 2**70}])
def test_a_refusal_of_any_shape_has_a_sentence(body: object) -> None:
    for status in (200, 400, 401, 429, 500, 777):
        assert str(failure(status, body, write=True))


def test_an_answer_of_200_may_be_a_refusal() -> None:
    assert refused_softly({"success": False})
    assert refused_softly({"error_code": "chat.denied"})
    assert not refused_softly({"success": True})
    assert not refused_softly({"message": {}})


@pytest.mark.enable_socket
class TestCalls:
    def test_the_token_is_sent_bare_and_its_turn_is_waited_for(self, script: Script) -> None:
        script.say("GET /me", {"user_id": 5})
        ask(script.access(), "/me")
        (asked,) = script.asked
        assert (asked.token, asked.query, script.turns) == (TOKEN, {}, ["bot"])

    def test_a_limit_keeps_the_token_at_rest_as_long_as_the_network_says(self, script: Script) -> None:
        script.say("GET /me", Told(429, b"{}", {"Retry-After": "7"}), Told(429, b"no json"))
        for seconds in (7, 1):
            with pytest.raises(RetryAt) as refused:
                ask(script.access(), "/me")
            assert refused.value.after == timedelta(seconds=seconds)
        assert script.rests == [("bot", timedelta(seconds=7)), ("bot", timedelta(seconds=1))]

    @pytest.mark.parametrize("answer", [DROP, Told(200, b"<html>"), Told(200, b"[]"), Told(502, b"bad gateway")])
    def test_an_unclear_answer_is_unknown_for_a_write_and_asked_again_for_a_read(
        self, script: Script, answer: object
    ) -> None:
        script.say(f"POST {PATH}", answer)
        script.say(f"GET {PATH}", answer)
        with pytest.raises(OutcomeUnknown):
            tell(script.access(), PATH, {}, {"text": "Да"})
        with pytest.raises(RetryAt):
            ask(script.access(), PATH)

    def test_no_server_at_all_is_certainly_not_done(self, script: Script) -> None:
        nobody = script.access(base="http://127.0.0.1:9")
        with pytest.raises(RetryAt):
            tell(nobody, PATH, {}, {"text": "Да"})

    def test_without_a_token_nothing_is_called(self, script: Script) -> None:
        with pytest.raises(NeedsPerson):
            ask(script.access(token=""), "/me")
        assert script.asked == []

    def test_no_error_repeats_the_networks_words_or_the_token(self, script: Script) -> None:
        for status in (400, 401, 403, 404, 429, 500):
            script.say(f"POST {PATH}", refusal(status, "who.knows"))
            with pytest.raises(NetworkError) as refused:
                tell(script.access(), PATH, {"chat_id": 5}, {"text": "тайна"})
            assert TOKEN not in f"{refused.value} {refused.value.code} {refused.value!r}"
            assert "тайна" not in str(refused.value)
