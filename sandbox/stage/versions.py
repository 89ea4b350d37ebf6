"""Numbers by which an open page knows whether a thread has changed since it was shown."""

import collections
import secrets
import threading
import time
from collections.abc import Sequence

from sandbox.acts import Item
from sandbox.state import State

MOST = 10_000  # threads remembered; a forgotten one only costs a page one look more
_run = secrets.token_hex(4)
_lock = threading.Lock()
_seen: collections.OrderedDict[tuple[str, str], tuple[int, int]] = collections.OrderedDict()


def version(kind: str, thread: Sequence[Item]) -> int:
    """Grows whenever the thread is seen to have changed, also over a restart: milliseconds of the real clock."""
    key, digest = (kind, thread[0].address), hash(tuple(thread))
    with _lock:
        known, number = _seen.pop(key, (0, 0))
        if known != digest or not number:
            number = max(number + 1, int(time.time() * 1000))
        _seen[key] = (digest, number)
        if len(_seen) > MOST:
            _seen.popitem(last=False)
    return number


def moment(state: State) -> str:
    """A word that stays the same while nothing at all changes in the sandbox."""
    return f"{_run}-{state.version}"
