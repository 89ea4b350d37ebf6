"""Several people at one moment, each with a line of his own to the database."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
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
