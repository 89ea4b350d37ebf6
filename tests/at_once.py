"""Several people at one moment, each with a line of his own to the database."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import TypeVar

from django.db import connection

Who = TypeVar("Who")
What = TypeVar("What")


def at_once(work: Callable[[Who], What], people: Sequence[Who]) -> list[What]:
    """What each gets who does it when all the others do. For transactional tests."""
    start = Barrier(len(people))

    def one(who: Who) -> What:
        start.wait()
        try:
            return work(who)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


@contextmanager
def meanwhile(*works: Callable[[int], object]) -> Iterator[list[int]]:
    """Each is done over and over, with the number of its turn, as long as the block lasts; how many turns there were,
    once it has ended. What one of them raises is raised then."""
    stop, turns = Event(), list[int]()

    def repeat(work: Callable[[int], object]) -> int:
        turn = 0
        try:
            while not stop.is_set():
                work(turn)
                turn += 1
        finally:
            connection.close()
        return turn

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(repeat, work) for work in works]
        try:
            yield turns
        finally:
            stop.set()
    turns += [one.result() for one in running]
