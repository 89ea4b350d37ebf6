"""The threads of one lane while they have nothing to do, and what they are given to do next."""

import threading

from otklik.flow.steps import Step


class Crew:
    """Safe for threads. A thread says that it is `free` and then asks for work by `take`; both belong together."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self._condition = threading.Condition()
        self._free = 0
        self._given: list[Step] = []
        self._closed = False

    def free(self) -> None:
        with self._condition:
            self._free += 1

    def take(self) -> list[Step]:
        """Waits for steps that have work; [] when there will be none any more."""
        with self._condition:
            self._condition.wait_for(lambda: self._given or self._closed)
            self._free -= 1
            given, self._given = self._given, []
            return [] if self._closed else given

    @property
    def may_take(self) -> bool:
        """Whether somebody here has nothing to do, and nothing is given to him yet."""
        return self._free > 0 and not self._given

    def give(self, steps: list[Step]) -> None:
        """Steps of this lane for one of those who are free."""
        with self._condition:
            self._given = steps
            self._condition.notify()

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify_all()
