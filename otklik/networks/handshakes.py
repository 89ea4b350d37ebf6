"""How often a hook proves itself. Whoever asks for proofs by the thousand is not the network.

X signs its challenge with the key that signs its events, so nobody may have as many signatures as he likes.
"""

import threading
from collections import deque

A_MINUTE = 20
MOST_ADDRESSES = 10_000
_lock = threading.Lock()
_asked: dict[str, deque[float]] = {}


def too_many(key: str, now: float) -> bool:
    """Count one more for this address; whether it is over the limit. `now` is in seconds. In this process alone."""
    with _lock:
        if len(_asked) >= MOST_ADDRESSES:
            _asked.clear()
        asked = _asked.setdefault(key, deque())
        while asked and asked[0] <= now - 60:
            asked.popleft()
        if len(asked) >= A_MINUTE:
            return True
        asked.append(now)
        return False
