from datetime import timedelta

import pytest

from otklik.networks.errors import AuthLost, Broken, NeedsPerson, NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.telegram.failures import failure, moved_to

CASES: list[tuple[int, str, type[NetworkError]]] = [
    (400, "Bad Request: message to be replied not found", Permanent),
    (400, "Bad Request: message thread not found", Permanent),
    (400, "Bad Request: chat not found", Permanent),
    (400, "Bad Request: TOPIC_CLOSED", Permanent),
    (400, "Bad Request: message is too long", NeedsPerson),
    (400, "Bad Request: not enough rights to send text messages to the chat", NeedsPerson),
    (400, "Bad Request: not enough rights to send photos to the chat", NeedsPerson),
    (400, "Bad Request: need administrator rights in the channel chat", NeedsPerson),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", NeedsPerson),
    (400, "Bad Request: IMAGE_PROCESS_FAILED", NeedsPerson),
    (400, "Bad Request: file is too big", Permanent),
    (400, "Bad Request: wrong file_id or the file is temporarily unavailable", Permanent),
    (400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook", NeedsPerson),
    (400, "Bad Request: never heard of", Permanent),
    (401, "Unauthorized", AuthLost),
    (403, "Forbidden: bot was blocked by the user", Permanent),
    (403, "Forbidden: bot can't initiate conversation with a user", Permanent),
    (403, "Forbidden: user is deactivated", Permanent),
    (403, "Forbidden: bot was kicked from the supergroup chat", Permanent),
    (403, "Forbidden: bot is not a member of the channel chat", Permanent),
    (403, "Forbidden: the group chat was deleted", Permanent),
    (403, "Forbidden: never heard of", Permanent),
    (404, "Not Found", AuthLost),
    (404, "Not Found: method not found", Broken),
    (409, "Conflict: can't use getUpdates method while webhook is active", NeedsPerson),
    (409, "Conflict: terminated by other getUpdates request", RetryAt),
    (413, "Request Entity Too Large", NeedsPerson),
    (429, "Too Many Requests: retry after 7", RetryAt),
]


@pytest.mark.parametrize(("code", "words", "kind"), CASES)
def test_every_refusal_has_its_class_and_a_sentence_of_ours(code: int, words: str, kind: type[NetworkError]) -> None:
    for write in (False, True):
        refusal = failure({"error_code": code, "description": words}, code, write=write)
        assert type(refusal) is kind
        assert refusal.code == str(code)
        assert any("а" <= letter <= "я" for letter in str(refusal))
        assert words not in str(refusal)


def test_a_missing_comment_is_told_apart_from_a_missing_chat() -> None:
    sentences = {str(failure({"error_code": code, "description": words}, code, write=True)) for code, words, _ in CASES}
    assert len(sentences) > 20


@pytest.mark.parametrize("code", [500, 502, 599, 418, 402, 0])
def test_an_unknown_code_is_tried_again_on_a_read_and_a_persons_on_a_write(code: int) -> None:
    answer = {"error_code": code, "description": "?"}
    assert type(failure(answer, code, write=False)) is RetryAt
    assert type(failure(answer, code, write=True)) is OutcomeUnknown


@pytest.mark.parametrize(
    ("parameters", "seconds"),
    [
        ({"retry_after": 17}, 17),
        ({"retry_after": 10**9}, 86_400),
        ({"retry_after": -1}, 5),
        ({}, 5),
        (None, 5),
        ([], 5),
    ],
)
def test_the_wait_that_is_told_is_kept_within_reason(parameters: object, seconds: int) -> None:
    refusal = failure({"error_code": 429, "parameters": parameters}, 429, write=True)
    assert isinstance(refusal, RetryAt)
    assert refusal.after == timedelta(seconds=seconds)


def test_a_group_that_moved_is_known_by_its_parameter() -> None:
    answer = {"error_code": 400, "description": "?", "parameters": {"migrate_to_chat_id": -1001234567890}}
    assert moved_to(answer) == -1001234567890
    assert type(failure(answer, 400, write=True)) is NeedsPerson
    assert moved_to({"parameters": {"migrate_to_chat_id": 5}}) == 0
