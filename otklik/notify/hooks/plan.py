"""When a call is made again, and what an answer means. Pure; chance is handed in."""

from collections.abc import Callable
from datetime import timedelta
from enum import Enum

PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
)
PATIENCE = timedelta(days=3)
"""How long a call is tried, from the event on."""
HOLDS = 4
"""After so many refusals of one call by a program that is alive, those behind it are no longer held up."""
ALARM = timedelta(days=1)
"""After so long without a single success the administrators are told."""
JITTER = 0.2


class Meaning(Enum):
    """DONE: heard. GONE: never again. REFUSED: the program is there and does not want this. AWAY: it is not there."""

    DONE = "done"
    GONE = "gone"
    REFUSED = "refused"
    AWAY = "away"


# «Too early», «too many», and what stands before a program and says that it is not there.
_AWAY = frozenset({408, 425, 429, 502, 503, 504})


def pause_after(misses: int, chance: Callable[[], float]) -> timedelta:
    """How long to wait after so many misses in a row, one at least. `chance` gives 0..1: up to a fifth is added, so
    that calls that failed together do not come again together."""
    pause = PAUSES[min(max(misses, 1), len(PAUSES)) - 1]
    return pause + pause * (JITTER * chance())


def meaning_of(status: int) -> Meaning:
    """What an HTTP status says. A redirect is a refusal: nobody is told where he did not ask to be told."""
    if 200 <= status < 300:
        return Meaning.DONE
    if status == 410:
        return Meaning.GONE
    return Meaning.AWAY if status in _AWAY else Meaning.REFUSED
