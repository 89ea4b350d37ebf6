import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from otklik.lib.batching import Batcher


class Desk:
    """Doubles numbers, and the first group only when it is let go: meanwhile the others gather."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def work(self, asked: Sequence[int]) -> list[int]:
        self.groups.append(list(asked))
        self.begun.set()
        self.go.wait()
        if 13 in asked:
            raise ValueError("13 is bad luck")
        if 99 in asked:
            raise OSError("nothing goes")
        return [2 * one for one in asked]


def gathered(numbers: Sequence[int], most: int = 64) -> tuple[Desk, list[int | str]]:
    """What each gets who asks while the first is at work, an error by its class; and the desk."""
    desk = Desk()
    together = Batcher(desk.work, most, (OSError,))
    with ThreadPoolExecutor(len(numbers)) as pool:
        first = pool.submit(together.do, numbers[0])
        desk.begun.wait()
        others = [pool.submit(together.do, number) for number in numbers[1:]]
        while len(together._waiting) < len(others):
            pass
        desk.go.set()
        return desk, [_heard(one) for one in (first, *others)]


def _heard(one: "Future[int]") -> int | str:
    error = one.exception()
    return type(error).__name__ if error else one.result()


def test_those_who_come_while_one_is_at_work_are_done_at_once_and_each_gets_his_own() -> None:
    desk, heard = gathered([1, 2, 3, 4])
    assert heard == [2, 4, 6, 8]
    assert [len(group) for group in desk.groups] == [1, 3]


def test_no_group_is_larger_than_it_may_be() -> None:
    desk, heard = gathered([1, 2, 3, 4, 5], most=2)
    assert heard == [2, 4, 6, 8, 10]
    assert [len(group) for group in desk.groups] == [1, 2, 2]


def test_the_error_of_one_is_nobody_elses_and_what_is_nobodys_fault_is_tried_once() -> None:
    desk, heard = gathered([1, 2, 13, 4])
    assert heard == [2, 4, "ValueError", 8]
    assert sorted(len(group) for group in desk.groups) == [1, 1, 1, 1, 3]
    desk, heard = gathered([1, 2, 99, 4])
    assert heard == [2, "OSError", "OSError", "OSError"]
    assert [len(group) for group in desk.groups] == [1, 3]


def test_who_leads_and_is_ended_leaves_the_others_waiting_for_another() -> None:
    done: list[Sequence[int]] = []

    def work(asked: Sequence[int]) -> list[int]:
        if not done:
            done.append(asked)
            raise KeyboardInterrupt
        return list(asked)

    together = Batcher(work, 64)
    with pytest.raises(KeyboardInterrupt):
        together.do(1)
    assert together.do(2) == 2
