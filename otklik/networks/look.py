"""Which of our texts that stand there already is the answer we look for.

Each network lists what stands there in its own way; the choice is the same for all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

from otklik.lib.text import fold
from otklik.networks.base import Access, Published, Speech
from otklik.networks.errors import Permanent

# The local clock is trusted this far only; a server that takes local time for UTC is some hours off.
CLOCKS_DIFFER = timedelta(days=1)


class TooLong(Exception):
    """More stands there than one look may read; nothing certain can be said."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Our own text that stands there. `at` is None where the network gives no time."""

    external_id: str
    url: str
    text: str
    at: datetime | None


def same_text(one: str, other: str) -> bool:
    """Equal but for spaces, case, escaped signs and how links and mentions are wrapped."""
    left, right = fold(unescape(one)), fold(unescape(other))
    if left or right:
        return left == right
    return one.split() == other.split()


def choose(there: Sequence[Reply], speech: Speech, same: Callable[[str, str], bool] = same_text) -> Published | None:
    """The oldest text like ours, of those `there`, newest first, that did not stand there before the first attempt.

    `seen` decides. Only when it is empty are texts left out that are over a day older than the first attempt.
    """
    new = [reply for reply in there if reply.external_id not in speech.seen and _fresh(reply, speech)]
    alike = [reply for reply in new if same(reply.text, speech.text)]
    return Published(alike[-1].external_id, alike[-1].url) if alike else None


def addresses(
    ours: Callable[[Access, Speech], Sequence[Reply] | None], access: Access, speech: Speech
) -> frozenset[str]:
    """What of ours stands there now; empty where there is no way to look, which the network's `find` then says."""
    try:
        return frozenset(reply.external_id for reply in ours(access, speech) or ())
    except (TooLong, Permanent):
        return frozenset()


def _fresh(reply: Reply, speech: Speech) -> bool:
    if speech.seen or speech.attempted_at is None or reply.at is None:
        return True
    return reply.at >= speech.attempted_at - CLOCKS_DIFFER
