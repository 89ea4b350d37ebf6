"""How often somebody may ask: a window that slides, in this process alone. Pure; seconds come from outside."""

import threading
from collections import deque

MOST_KEYS = 10_000
"""More who ask at once than a machine serves: beyond that everybody begins anew."""


class Often:
    """`most` asks within `seconds` for each key."""

    def __init__(self, seconds: float = 60) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asked: dict[str, deque[float]] = {}

    def wait(self, key: str, most: int, now: float) -> float:
        """Count one more for this key, 0.0 if it may; else it is not counted: how many seconds until the next may."""
        with self._lock:
            if key not in self._asked and len(self._asked) >= MOST_KEYS:
                self._asked.clear()
            asked = self._asked.setdefault(key, deque())
            while asked and asked[0] <= now - self._seconds:
                asked.popleft()
            if len(asked) >= most:
                return asked[0] + self._seconds - now if asked else self._seconds
            asked.append(now)
            return 0.0

    def forget(self) -> None:
        """Everybody begins anew."""
        with self._lock:
            self._asked.clear()
