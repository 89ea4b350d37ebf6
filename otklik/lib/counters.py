"""Numbers that the web processes of one machine count together: one piece of memory that all of them are forked with.

Each process adds in a row of its own, so that none waits for another; whoever is asked adds the rows up. After a
restart of the whole site they begin at nought, as counters may. Pure.
"""

import mmap
import threading
from collections.abc import Iterable, Mapping

ROWS = 64
"""More than there are processes at once: a new one takes the row of one that has ended and adds to it."""
FAILED_SIGN_IN = "failed-sign-in"


class Counters:
    """Sums by name. The names are known before the first is counted; what has another name is not counted."""

    def __init__(self, names: Iterable[str]) -> None:
        self._place: Mapping[str, int] = {name: place for place, name in enumerate(names)}
        self._numbers = memoryview(mmap.mmap(-1, 8 * ROWS * max(len(self._place), 1))).cast("d")
        self._lock = threading.Lock()
        self._row = 0

    def take_row(self, number: int) -> None:
        """For a process that was just forked; `number` is no other living one's."""
        self._row = number % ROWS
        self._lock = threading.Lock()

    def add(self, name: str, value: float = 1) -> None:
        place = self._place.get(name)
        if place is not None:
            with self._lock:
                self._numbers[self._row * len(self._place) + place] += value

    def sums(self) -> dict[str, float]:
        """What is not nought."""
        width = len(self._place)
        rows = [self._numbers[row * width : (row + 1) * width].tolist() for row in range(ROWS)]
        totals = {name: sum(row[place] for row in rows) for name, place in self._place.items()}
        return {name: number for name, number in totals.items() if number}


_here: list[Counters] = []


def begin(names: Iterable[str]) -> None:
    """Everything at nought, for this process and those that it forks."""
    _here[:] = [Counters(names)]


def begun() -> bool:
    return bool(_here)


def take_row(number: int) -> None:
    for one in _here:
        one.take_row(number)


def add(name: str, value: float = 1) -> None:
    """One more, or `value`; nothing where nobody has begun to count."""
    for one in _here:
        one.add(name, value)


def sums() -> dict[str, float]:
    return _here[0].sums() if _here else {}
