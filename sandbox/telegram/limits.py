"""Send limits as people know them from the real network: 30 a second of a bot, 1 a second and 20 a minute in a chat."""

import collections
import threading
from collections.abc import Callable

BOT_PER_SECOND = 30
GROUP_PER_MINUTE = 20


class Limiter:
    """Remembers when was sent; safe to share between threads. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._sent: dict[tuple[int, int], collections.deque[float]] = collections.defaultdict(collections.deque)

    def wait(self, bot: int, chat: int) -> int:
        """Whole seconds until this may be sent; 0 = now, and then it counts as sent."""
        now = self._clock()
        rules = [((bot, 0), BOT_PER_SECOND, 1.0), ((bot, chat), 1, 1.0)]
        if chat < 0:
            rules.append(((bot, chat), GROUP_PER_MINUTE, 60.0))
        with self._guard:
            waits = [self._left(key, most, within, now) for key, most, within in rules]
            if max(waits) > 0:
                return int(max(waits)) + 1
            for key in ((bot, 0), (bot, chat)):
                self._sent[key].append(now)
        return 0

    def _left(self, key: tuple[int, int], most: int, within: float, now: float) -> float:
        sent = self._sent[key]
        while sent and sent[0] <= now - 60.0:
            sent.popleft()
        inside = [moment for moment in sent if moment > now - within]
        return inside[-most] + within - now if len(inside) >= most else 0.0
