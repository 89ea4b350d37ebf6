"""What several threads want done at the same moment is done once for all of them, by whoever comes first.

So while one waits for the disk the others gather, and the next commit is theirs together. Pure.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Done = TypeVar("Done")


class _Place(Generic[Asked, Done]):
    """One who waits: what he asks for, and afterwards what came of it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.done: list[Done] = []
        self.error: Exception | None = None

    @property
    def settled(self) -> bool:
        return bool(self.done) or self.error is not None


class Batcher(Generic[Asked, Done]):
    """`work` gives for many, in their order, what it would give for each alone, or raises and has done nothing.

    Errors of `common` kinds are nobody's own: all hear them. After any other each is done alone.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Asked]], Sequence[Done]],
        most: int,
        common: tuple[type[Exception], ...] = (),
    ) -> None:
        self._work = work
        self._most = most
        self._common = common
        self._waiting: list[_Place[Asked, Done]] = []
        self._turn = threading.Lock()

    def do(self, asked: Asked) -> Done:
        """What came of it, once it is done. Raises what `work` raises for this one alone."""
        mine = _Place[Asked, Done](asked)
        self._waiting.append(mine)
        while not mine.settled:
            with self._turn:
                if not mine.settled:
                    self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.done[0]

    def _lead(self) -> None:
        group = self._waiting[: self._most]
        del self._waiting[: len(group)]  # who came meanwhile stands behind them
        try:
            self._settle(group)
        finally:
            self._waiting[:0] = [one for one in group if not one.settled]  # this thread is being ended

    def _settle(self, group: list[_Place[Asked, Done]]) -> None:
        try:
            done = self._work([one.asked for one in group])
        except Exception as error:
            if len(group) > 1 and not isinstance(error, self._common):
                for one in group:
                    self._settle([one])
                return
            for one in group:
                one.error = error
        else:
            for one, what in zip(group, done, strict=True):
                one.done.append(what)
