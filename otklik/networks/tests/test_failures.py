from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from otklik.networks import errors
from otklik.networks.errors import (
    AuthLost,
    Broken,
    Cause,
    NeedsPerson,
    NetworkError,
    OutcomeUnknown,
    Permanent,
    RetryAt,
)
from otklik.networks.max import failures as max_
from otklik.networks.meta import failures as meta
from otklik.networks.ok import failures as ok
from otklik.networks.telegram import failures as telegram
from otklik.networks.vk import failures as vk
from otklik.networks.x import failures as x

Kind = type[NetworkError]
Make = Callable[..., NetworkError]
WORDS = "words of the network"
PROBLEM = "https://api.x.com/2/problems/"


def of_vk(code: int, write: bool = True) -> NetworkError:
    return vk.failure(code, token="community", write=write)


def of_ok(code: int, write: bool = True) -> NetworkError:
    return ok.failure(code, write=write)


def of_meta(code: int, subcode: int = 0, write: bool = True) -> NetworkError:
    return meta.failure(code, subcode, write=write)


def of_max(status: int, code: str, write: bool = True) -> NetworkError:
    return max_.failure(status, {"code": code, "message": WORDS}, write=write)


def of_telegram(status: int, words: str, write: bool = True) -> NetworkError:
    return telegram.failure({"ok": False, "error_code": status, "description": words}, status, write=write)


def of_x(status: int, body: Any = None, write: bool = True) -> NetworkError:
    return x.failure(status, body, token="user", write=write)


def problem(kind: str) -> dict[str, Any]:
    return {"title": "T", "detail": WORDS, "type": PROBLEM + kind}


def old(*codes: Any) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": WORDS} for code in codes]}


def blank(detail: str = WORDS) -> dict[str, Any]:
    return {"type": "about:blank", "title": WORDS, "detail": detail}


UNSURE = (RetryAt, OutcomeUnknown)  # asked again when it only reads, looked up when it speaks
VK: Mapping[Any, tuple[int, ...]] = {
    UNSURE: (1, 10, 36, 777_777),
    RetryAt: (6, 9, 29, 43, 223),
    NeedsPerson: (14, 222, 3300),
    AuthLost: (4, 5, 17, 20, 21, 24, 25, 27, 28, 42, 1114, 1116, 1117, 1118, 3301, 3302, 3303, 3304, 3609, 3610),
    Permanent: (
        *(7, 15, 18, 19, 30, 37, 38, 39, 40, 100, 104, 113, 200, 203, 210, 211, 212, 213, 214, 260, 801),
        *(900, 901, 902, 909, 910, 911, 912, 913, 914, 917, 932, 936, 945, 950, 1401),  # of messages
    ),
    Broken: (3, 8, 11, 12, 13, 34, 35, 101, 125, 9999),
}
OK: Mapping[Any, tuple[int, ...]] = {
    UNSURE: (1, 2, 30, 31, 9999, 424_242),
    RetryAt: (8, 11),
    NeedsPerson: (454,),
    AuthLost: (9, 10, 50, 101, 102, 103, 104, 200, 453),
    Permanent: (100, 140, 141, 160, 300, 455, 456, 457, 458, 700, 701, 702, 704, 705, 706, 2001),
    Broken: (3, 4),
}
META: Mapping[Any, tuple[int, ...]] = {
    UNSURE: (1, 2, 506, 777_777),
    RetryAt: (4, 17, 32, 613, 80001, 80002, 80006),
    AuthLost: (10, 102, 104, 190, 200, 210, 299),
    Permanent: (100, 368, 551, 803, 1446036),
    NeedsPerson: (324, 2200),
}
MAX: Mapping[Any, tuple[tuple[int, str], ...]] = {
    UNSURE: ((500, "internal.error"), (502, ""), (503, "service.unavailable"), (504, "verify.token"), (302, "")),
    RetryAt: ((400, "attachment.not.ready"), (200, "attachment.not.ready"), (429, "rate.limit")),
    AuthLost: ((401, "verify.token"), (403, "verify.token")),
    Permanent: (
        *((400, "proto.payload"), (400, "who.knows"), (403, "access.denied"), (403, ""), (404, "not.found")),
        *((405, "anything"), (422, "comments.timeout_exceeded"), (200, "who.knows")),
    ),
    Broken: ((415, ""),),
}
TELEGRAM: Mapping[Any, tuple[tuple[int, str], ...]] = {
    UNSURE: tuple((status, "?") for status in (500, 502, 599, 418, 402, 0)),
    RetryAt: ((409, "Conflict: terminated by other getUpdates request"), (429, "Too Many Requests: retry after 7")),
    AuthLost: ((401, "Unauthorized"), (404, "Not Found")),
    Broken: ((404, "Not Found: method not found"),),
    Permanent: (
        *((400, f"Bad Request: {what} not found") for what in ("message to be replied", "message thread", "chat")),
        *((400, f"Bad Request: {words}") for words in ("TOPIC_CLOSED", "file is too big", "never heard of")),
        (400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        *((403, f"Forbidden: bot {words}") for words in ("was blocked by the user", "can't initiate conversation")),
        *((403, f"Forbidden: bot {words}") for words in ("was kicked from the supergroup", "is not a member")),
        *((403, f"Forbidden: {words}") for words in ("user is deactivated", "the group chat was deleted", "?")),
    ),
    NeedsPerson: (
        *((400, f"Bad Request: not enough rights to send {what} to the chat") for what in ("text messages", "photos")),
        *((400, f"Bad Request: {words}") for words in ("message is too long", "PHOTO_INVALID_DIMENSIONS")),
        *((400, "Bad Request: IMAGE_PROCESS_FAILED"), (413, "Request Entity Too Large")),
        (400, "Bad Request: need administrator rights in the channel chat"),
        (400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        (409, "Conflict: can't use getUpdates method while webhook is active"),
    ),
}
X: Mapping[Any, tuple[tuple[int, Any], ...]] = {
    UNSURE: (*((500, problem("resource-not-found")), (502, None), (503, []), (504, ""), (418, blank()), (302, None)),),
    (Permanent, OutcomeUnknown): ((403, blank("no DUPLICATE CONTENT please")), (403, old(187))),
    RetryAt: ((429, None), (429, problem("invalid-request")), (429, old(88)), (409, problem("streaming-connection"))),
    AuthLost: (
        *((401, None), (402, None), (403, old(326))),
        *((403, problem(kind)) for kind in ("client-forbidden", "usage-capped", "unsupported-authentication")),
    ),
    Permanent: (
        *((403, problem("not-authorized-for-resource")), (403, blank("not mentioned")), (403, old(349))),
        *((400, problem("invalid-request")), (404, problem("resource-not-found")), (400, old(True, "x"))),
    ),
}


def rows() -> Iterator[Any]:
    """A refusal, its class when we only read and its class when we speak."""
    coded: tuple[tuple[Make, Mapping[Any, tuple[Any, ...]]], ...] = ((of_vk, VK), (of_ok, OK), (of_meta, META))
    worded: tuple[tuple[Make, Mapping[Any, tuple[Any, ...]]], ...] = ((of_max, MAX), (of_telegram, TELEGRAM), (of_x, X))
    for make, table in (*coded, *worded):
        for kinds, cases in table.items():
            read, written = kinds if isinstance(kinds, tuple) else (kinds, kinds)
            for case in cases:
                arguments = case if isinstance(case, tuple) else (case,)
                yield pytest.param(make, arguments, read, written, id=f"{make.__name__}-{arguments[0]}")


@pytest.mark.parametrize(("make", "case", "read", "written"), list(rows()))
def test_each_refusal_has_its_class_and_sentence(make: Make, case: tuple[Any, ...], read: Kind, written: Kind) -> None:
    for failure, kind in ((make(*case, write=False), read), (make(*case, write=True), written)):
        assert type(failure) is kind
        assert make is of_max or failure.code == str(case[0])
        assert any("а" <= letter <= "я" for letter in str(failure))
        assert not any(words in str(failure) for words in (WORDS, *case) if isinstance(words, str) and len(words) > 2)


def test_the_tables_of_the_networks_are_tried_whole() -> None:
    assert {code for codes in META.values() for code in codes} - {777_777} | set(range(200, 300)) == set(meta.CODES)
    refusals = [of_x(403, problem(kind)) for kind in x.PROBLEMS]
    refusals += [of_x(403, old(code)) for code in x.OLD] + [of_x(status) for status in x.STATUSES]
    assert all(len(str(refusal)) > 10 for refusal in refusals)
    sentences = {str(of_telegram(*case)) for cases in TELEGRAM.values() for case in cases}
    assert len(sentences) > 20, "a missing comment is told apart from a missing chat"


@pytest.mark.parametrize("body", [None, [], "text", {"code": 5}, {"code": ["a"]}, {"code": {}}, {"error_code": 2**70}])
def test_a_refusal_of_any_shape_has_a_sentence(body: Any) -> None:
    for status in (200, 400, 401, 429, 500, 777):
        assert str(max_.failure(status, body, write=True))
        assert str(x.failure(status, body, token="user", write=True))


@pytest.mark.parametrize("code", meta.SUBCODES)
def test_a_subcode_has_its_own_sentence(code: tuple[int, int]) -> None:
    failure = of_meta(*code)
    assert failure.code == f"{code[0]}/{code[1]}"
    assert isinstance(failure, AuthLost if code[0] == 190 else Permanent)


def test_a_passing_trouble_a_missing_right_a_group_that_moved_and_a_lost_key_are_told_apart() -> None:
    assert type(meta.failure(100, write=True, transient=True)) is OutcomeUnknown
    assert type(meta.failure(4, write=True, transient=True)) is RetryAt
    gone = [case for case in ((100, 33), (100, 0)) if meta.is_gone(of_meta(*case, write=False))]
    missing = [case for case in ((10, 0), (190, 463), (10, 2018278)) if meta.is_right(of_meta(*case, write=False))]
    assert (gone, missing) == ([(100, 33)], [(10, 0)])
    bodies: list[dict[str, Any]] = [
        *({"success": False}, {"error_code": "chat.denied"}, {"success": True}, {"message": {}})
    ]
    assert [max_.refused_softly(body) for body in bodies] == [True, True, False, False]
    answer = {"error_code": 400, "description": "?", "parameters": {"migrate_to_chat_id": -1001234567890}}
    assert telegram.moved_to(answer) == -1001234567890
    failure = telegram.failure(answer, 400, write=True)
    assert (type(failure), str(failure)) == (NeedsPerson, telegram.NO_OLD_MESSAGES)
    assert telegram.moved_to({"parameters": {"migrate_to_chat_id": 5}}) == 0
    kinds = [type(ok.as_guest(of_ok(code, write=False))) for code in (10, 102, 2)]
    assert kinds == [Permanent, AuthLost, RetryAt]
    assert "сервисный ключ" in str(vk.failure(5, token="service", write=False))
    assert str(ok.failure(102, key="ключ группы", write=False)).endswith("(ключ группы)")


def wait(failure: NetworkError) -> timedelta:
    assert isinstance(failure, RetryAt)
    return failure.after


def test_a_quota_and_a_flood_are_waited_out_for_long_and_a_wait_that_the_network_names_is_kept() -> None:
    assert wait(of_vk(6)) <= timedelta(seconds=1)
    assert wait(of_vk(9)) >= timedelta(minutes=30)
    assert wait(of_vk(29)) >= timedelta(hours=1)
    assert wait(of_ok(424_242, write=False)) >= timedelta(minutes=1)
    assert wait(meta.failure(80001, write=True, after=timedelta(minutes=19))) == timedelta(minutes=19)
    assert wait(x.failure(429, None, token="user", write=True, wait=timedelta(seconds=77))) == timedelta(seconds=77)
    assert wait(of_x(429)) == timedelta(minutes=15)
    seconds: list[tuple[Any, int]] = [({"retry_after": 17}, 17), ({"retry_after": 10**9}, 86_400)]
    seconds += [({"retry_after": -1}, 5), ({}, 5), (None, 5), ([], 5)]
    for parameters, after in seconds:
        failure = telegram.failure({"error_code": 429, "parameters": parameters}, 429, write=True)
        assert wait(failure) == timedelta(seconds=after), parameters


CAUSES: Mapping[Cause, tuple[NetworkError, ...]] = {
    Cause.GONE: (
        *(of_vk(104), of_ok(700), of_max(404, "message.not.found"), of_meta(100, 33), of_x(404)),
        of_telegram(400, "Bad Request: message to be replied not found"),
    ),
    Cause.CLOSED: (of_vk(213), of_ok(457), of_max(400, "comments.disabled"), of_meta(551), of_x(403)),
    Cause.BANNED: (
        *(of_vk(203), ok.as_guest(of_ok(10)), of_max(403, "chat.denied"), of_meta(368)),
        of_telegram(403, "Forbidden: bot was kicked from the supergroup chat"),
    ),
    Cause.CENSOR: (of_ok(454), of_meta(1446036)),
    Cause.CAPTCHA: (of_vk(14), of_vk(3300), of_x(403, old(326))),
    Cause.BUDGET: (of_vk(29), of_ok(11), of_meta(4), of_x(402), of_x(429)),
    Cause.TOKEN: (
        *(of_vk(5), of_ok(103), of_max(401, "verify.token"), of_meta(190), of_x(401)),
        of_telegram(401, "Unauthorized"),
    ),
    Cause.UNKNOWN: (
        *(of_vk(10), of_ok(9999), of_max(500, "internal.error"), of_meta(2), of_telegram(502, "?"), of_x(503)),
        of_vk(777_777),
    ),
    Cause.TEXT: (
        *(of_vk(222), of_max(400, "proto.payload"), of_meta(324)),
        of_telegram(400, "Bad Request: message is too long"),
    ),
    Cause.OTHER: (of_vk(30), of_telegram(400, "?")),  # what tells nothing more claims nothing more
    Cause.LEGAL: (errors.SwitchedOff("выключено"),),
}


@pytest.mark.parametrize(
    ("cause", "failures"), CAUSES.items(), ids=lambda value: value.value if isinstance(value, Cause) else ""
)
def test_the_same_trouble_has_the_same_cause_on_every_network(cause: Cause, failures: tuple[NetworkError, ...]) -> None:
    assert [str(failure) for failure in failures if failure.cause is not cause] == []
