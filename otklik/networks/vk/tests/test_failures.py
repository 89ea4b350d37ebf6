from datetime import timedelta

import pytest

from otklik.networks.errors import (
    AuthLost,
    Broken,
    NeedsPerson,
    NetworkError,
    OutcomeUnknown,
    Permanent,
    RetryAt,
)
from otklik.networks.vk.failures import failure

READ = {
    RetryAt: [1, 6, 9, 10, 29, 36, 43, 223],
    NeedsPerson: [14, 222, 3300],
    AuthLost: [4, 5, 17, 20, 21, 24, 25, 27, 28, 42, 1114, 1116, 1117, 1118, 3301, 3302, 3303, 3304, 3609, 3610],
    Permanent: [7, 15, 18, 19, 30, 37, 38, 39, 40, 100, 104, 113, 200, 203, 210, 211, 212, 213, 214, 260, 801],
    Broken: [3, 8, 11, 12, 13, 34, 35, 101, 125, 9999],
}
MESSAGES = [900, 901, 902, 909, 910, 911, 912, 913, 914, 917, 932, 936, 945, 950, 1401]  # all permanent
UNSURE_WRITES = {1, 10, 36}
CASES = [(code, kind) for kind, codes in READ.items() for code in codes] + [(code, Permanent) for code in MESSAGES]


@pytest.mark.parametrize(("code", "kind"), CASES)
def test_every_code_has_its_class(code: int, kind: type[NetworkError]) -> None:
    read = failure(code, token="community", write=False)
    write = failure(code, token="community", write=True)
    assert type(read) is kind
    assert type(write) is (OutcomeUnknown if code in UNSURE_WRITES else kind)
    assert read.code == write.code == str(code)
    assert any("а" <= letter <= "я" for letter in str(read))


def test_an_unknown_code_is_tried_again_on_a_read_and_looked_up_on_a_write() -> None:
    assert type(failure(777_777, token="service", write=False)) is RetryAt
    assert type(failure(777_777, token="service", write=True)) is OutcomeUnknown


def test_a_quota_and_a_flood_are_waited_out_for_long() -> None:
    waits = {}
    for code in (6, 9, 29):
        error = failure(code, token="community", write=True)
        assert isinstance(error, RetryAt)
        waits[code] = error.after
    assert waits[6] <= timedelta(seconds=1)
    assert waits[9] >= timedelta(minutes=30)
    assert waits[29] >= timedelta(hours=1)


def test_a_lost_key_is_named() -> None:
    assert "сервисный ключ" in str(failure(5, token="service", write=False))
