"""Limits of fifteen minutes for each token and operation, by the real clock, and the headers that tell of them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

WINDOW = 15 * 60
UNTOLD = 900  # where the network's page tells no number


@dataclass(frozen=True)
class Left:
    """What stands in the headers; `fits` says whether this call is within the limit."""

    limit: int
    remaining: int
    reset: int
    fits: bool

    def headers(self) -> Mapping[str, str]:
        return {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(self.remaining),
            "x-rate-limit-reset": str(self.reset),
        }


class Limiter:
    """`clock` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, str], tuple[int, int]] = {}

    def count(self, token: str, operation: str, limit: int, *, enforced: bool) -> Left:
        """Count this call in. One that does not fit is not counted. Not enforced: something always remains."""
        with self._lock:
            now = int(self._clock())
            reset, used = self._windows.get((token, operation), (0, 0))
            if reset <= now:
                reset, used = now + WINDOW, 0
            fits = used < limit or not enforced
            used += fits
            self._windows[token, operation] = reset, used
            return Left(limit, max(limit - used, 0 if enforced else 1), reset, fits)
