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
from otklik.networks.ok.failures import as_guest, failure

READ = {
    RetryAt: [1, 2, 8, 11, 30, 31, 9999],
    NeedsPerson: [454],
    AuthLost: [9, 10, 50, 101, 102, 103, 104, 200, 453],
    Permanent: [100, 140, 141, 160, 300, 455, 456, 457, 458, 700, 701, 702, 704, 705, 706, 2001],
    Broken: [3, 4],
}
UNSURE_WRITES = {1, 2, 30, 31, 9999}


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in READ.items() for code in codes])
def test_every_code_has_its_class(code: int, kind: type[NetworkError]) -> None:
    read, write = failure(code, write=False), failure(code, write=True)
    assert type(read) is kind
    assert type(write) is (OutcomeUnknown if code in UNSURE_WRITES else kind)
    assert read.code == write.code == str(code)
    assert any("а" <= letter <= "я" for letter in str(read))


def test_an_unknown_code_is_tried_again_on_a_read_and_looked_up_on_a_write() -> None:
    read = failure(424_242, write=False)
    assert isinstance(read, RetryAt)
    assert read.after >= timedelta(minutes=1)
    assert isinstance(failure(424_242, write=True), OutcomeUnknown)
    assert "424242" in str(read)


def test_a_lost_key_is_named() -> None:
    assert str(failure(102, key="ключ группы", write=False)).endswith("(ключ группы)")


def test_a_closed_door_of_another_group_is_not_the_loss_of_our_key() -> None:
    assert isinstance(as_guest(failure(10, write=True)), Permanent)
    assert isinstance(as_guest(failure(102, write=True)), AuthLost)
    assert isinstance(as_guest(failure(2, write=False)), RetryAt)
