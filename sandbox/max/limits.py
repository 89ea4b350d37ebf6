"""How often a bot may call: 30 a second over all, 2 a second that write in one chat, 2 a second of GET /updates."""

import collections
import threading
from collections.abc import Callable

PER_SECOND = {"bot": 30, "chat": 2, "updates": 2}


class Limiter:
    """A sliding window of one second. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[tuple[str, str], collections.deque[float]] = {}

    def allows(self, kind: str, name: str) -> bool:
        """Count this call in and say whether it fits. A refused call is not counted."""
        with self._lock:
            now = self._clock()
            calls = self._calls.setdefault((kind, name), collections.deque())
            while calls and calls[0] <= now - 1:
                calls.popleft()
            if len(calls) >= PER_SECOND[kind]:
                return False
            calls.append(now)
            return True
