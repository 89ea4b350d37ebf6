"""REST calls a second per token. The network publishes no figure, so it is a switch."""

import collections
import threading
from collections.abc import Callable


class Limiter:
    """A sliding window of one second. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[str, collections.deque[float]] = {}

    def allows(self, token: str, most: int) -> bool:
        """Count this call in and say whether it fits; `most` 0 is any number. A refused call is not counted."""
        if not most:
            return True
        with self._lock:
            now = self._clock()
            calls = self._calls.setdefault(token, collections.deque())
            while calls and calls[0] <= now - 1:
                calls.popleft()
            if len(calls) >= most:
                return False
            calls.append(now)
            return True
