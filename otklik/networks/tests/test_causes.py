"""Each network's codes come to one of a few causes, by which a person's next step differs."""

from typing import Any

import pytest

from otklik.networks import errors
from otklik.networks.errors import Cause
from otklik.networks.max import failures as max_
from otklik.networks.meta import failures as meta
from otklik.networks.ok import failures as ok
from otklik.networks.telegram import failures as telegram
from otklik.networks.vk import failures as vk
from otklik.networks.x import failures as x


def of_vk(code: int) -> errors.NetworkError:
    return vk.failure(code, token="community", write=True)


def of_ok(code: int) -> errors.NetworkError:
    return ok.failure(code, write=True)


def of_max(code: str, status: int = 400) -> errors.NetworkError:
    return max_.failure(status, {"code": code}, write=True)


def of_meta(code: int, subcode: int = 0) -> errors.NetworkError:
    return meta.failure(code, subcode, write=True)


def of_telegram(words: str, status: int = 400) -> errors.NetworkError:
    return telegram.failure({"ok": False, "error_code": status, "description": words}, status, write=True)


def of_x(status: int, body: Any = None) -> errors.NetworkError:
    return x.failure(status, body or {}, token="user", write=True)


DELETED = [
    of_vk(104),
    of_ok(700),
    of_max("message.not.found", 404),
    of_meta(100, 33),
    of_telegram("Bad Request: message to be replied not found"),
    of_x(404),
]
CLOSED = [of_vk(213), of_ok(457), of_max("comments.disabled"), of_meta(551), of_x(403)]
BANNED = [
    of_vk(203),
    ok.as_guest(of_ok(10)),
    of_max("chat.denied", 403),
    of_meta(368),
    of_telegram("Forbidden: bot was kicked from the supergroup chat", 403),
]
CENSORED = [of_ok(454), of_meta(1446036)]
CAPTCHAS = [of_vk(14), of_vk(3300), of_x(403, {"errors": [{"code": 326}]})]
USED_UP = [of_vk(29), of_ok(11), of_meta(4), of_x(402), of_x(429)]
DEAD_KEYS = [
    of_vk(5),
    of_ok(103),
    of_max("verify.token", 401),
    of_meta(190),
    of_telegram("Unauthorized", 401),
    of_x(401),
]
UNSURE = [of_vk(10), of_ok(9999), of_max("internal.error", 500), of_meta(2), of_telegram("?", 502), of_x(503)]
RESHAPE = [of_vk(222), of_max("proto.payload"), of_meta(324), of_telegram("Bad Request: message is too long")]


@pytest.mark.parametrize(
    ("cause", "failures"),
    [
        (Cause.GONE, DELETED),
        (Cause.CLOSED, CLOSED),
        (Cause.BANNED, BANNED),
        (Cause.CENSOR, CENSORED),
        (Cause.CAPTCHA, CAPTCHAS),
        (Cause.BUDGET, USED_UP),
        (Cause.TOKEN, DEAD_KEYS),
        (Cause.UNKNOWN, UNSURE),
        (Cause.TEXT, RESHAPE),
    ],
)
def test_the_same_trouble_has_the_same_cause_on_every_network(
    cause: Cause, failures: list[errors.NetworkError]
) -> None:
    assert [str(failure) for failure in failures if failure.cause is not cause] == []


def test_a_refusal_that_tells_nothing_more_claims_nothing_more() -> None:
    assert [failure.cause for failure in (of_vk(30), of_vk(777_777), of_telegram("?"))] == [
        Cause.OTHER,
        Cause.UNKNOWN,
        Cause.OTHER,
    ]


def test_what_the_law_has_switched_off_says_so() -> None:
    assert errors.SwitchedOff("выключено").cause is Cause.LEGAL
