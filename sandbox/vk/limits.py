"""Requests a second per token: 3 for user and service tokens, 20 for community tokens."""

import collections
import threading
from collections.abc import Callable

PER_SECOND = {"user": 3, "service": 3, "group": 20}


class Limiter:
    """A sliding window of one second. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[str, collections.deque[float]] = {}

    def allows(self, token: str, kind: str) -> bool:
        """Count this call in and say whether it fits. A refused call is not counted."""
        with self._lock:
            now = self._clock()
            calls = self._calls.setdefault(token, collections.deque())
            while calls and calls[0] <= now - 1:
                calls.popleft()
            if len(calls) >= PER_SECOND[kind]:
                return False
            calls.append(now)
            return True
