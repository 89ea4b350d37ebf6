from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.errors import AuthLost, NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.x.failures import OLD, PROBLEMS, STATUSES, failure

TYPES = "https://api.x.com/2/problems/"


def of(status: int, body: Any = None, *, write: bool = True) -> NetworkError:
    return failure(status, body, token="user", write=write)


def problem(kind: str, **more: Any) -> dict[str, Any]:
    return {"title": "T", "detail": "D", "type": TYPES + kind} | more


@pytest.mark.parametrize(
    ("status", "body", "written", "read"),
    [
        (429, None, RetryAt, RetryAt),
        (429, problem("invalid-request"), RetryAt, RetryAt),
        (429, {"errors": [{"code": 88, "message": "m"}]}, RetryAt, RetryAt),
        (401, None, AuthLost, AuthLost),
        (402, None, AuthLost, AuthLost),
        (403, problem("client-forbidden"), AuthLost, AuthLost),
        (403, problem("usage-capped"), AuthLost, AuthLost),
        (403, problem("unsupported-authentication"), AuthLost, AuthLost),
        (403, problem("not-authorized-for-resource"), Permanent, Permanent),
        (403, {"type": "about:blank", "detail": "not mentioned"}, Permanent, Permanent),
        (403, {"type": "about:blank", "detail": "no DUPLICATE CONTENT please"}, OutcomeUnknown, Permanent),
        (403, {"errors": [{"code": 187}]}, OutcomeUnknown, Permanent),
        (403, {"errors": [{"code": 326}]}, AuthLost, AuthLost),
        (403, {"errors": [{"code": 349}]}, Permanent, Permanent),
        (400, problem("invalid-request"), Permanent, Permanent),
        (404, problem("resource-not-found"), Permanent, Permanent),
        (409, problem("streaming-connection"), RetryAt, RetryAt),
        (500, problem("resource-not-found"), OutcomeUnknown, RetryAt),
        (502, None, OutcomeUnknown, RetryAt),
        (503, [], OutcomeUnknown, RetryAt),
        (504, "", OutcomeUnknown, RetryAt),
        (418, {"type": "about:blank"}, OutcomeUnknown, RetryAt),
        (302, None, OutcomeUnknown, RetryAt),
        (400, {"errors": [{"code": True}, {"code": "x"}, 7]}, Permanent, Permanent),
    ],
)
def test_each_refusal_is_its_class(status: int, body: Any, written: type, read: type) -> None:
    assert type(of(status, body)) is written
    assert type(of(status, body, write=False)) is read


def test_the_wait_that_the_headers_tell_is_kept() -> None:
    told = failure(429, None, token="user", write=True, wait=timedelta(seconds=77))
    assert isinstance(told, RetryAt)
    assert told.after == timedelta(seconds=77)
    untold = of(429)
    assert isinstance(untold, RetryAt)
    assert untold.after == timedelta(minutes=15)


def test_the_networks_words_are_never_quoted() -> None:
    told = of(403, {"type": "about:blank", "title": "secret-token", "detail": "secret-token"})
    assert "secret" not in str(told)
    assert told.code == "403"


def test_every_known_refusal_has_a_sentence_for_a_person() -> None:
    for kind in PROBLEMS:
        assert len(str(of(403, problem(kind)))) > 10
    for code in OLD:
        assert len(str(of(403, {"errors": [{"code": code}]}))) > 10
    for status in STATUSES:
        assert len(str(of(status))) > 10
