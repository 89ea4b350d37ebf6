"""The figures as this process worked them out last, and what was printed of them: a visitor costs no question of cards.

Many who come at the moment when they are old find the old ones; one of them works them out anew.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from otklik.desk.public.facts import Facts, facts
from otklik.reports.public import Told

LIVES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Printed:
    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Figures under one word of the administrator's, and what has been printed of them, by its name."""

    under: Told
    facts: Facts
    _printed: dict[str, Printed] = field(default_factory=dict)

    def printed(self, name: str, make: Callable[[], str]) -> Printed:
        """Made by whoever asks first."""
        if name not in self._printed:
            body = make().encode()
            self._printed[name] = Printed(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        return self._printed[name]


class Memory:
    """One edition. Threads may ask at once."""

    def __init__(self) -> None:
        self._last: Edition | None = None
        self._making = Lock()

    def edition(self, under: Told, now: datetime) -> Edition:
        """Not older than five minutes, unless somebody is just making the next one; and of this word in any case."""
        last = self._of(under)
        if last is not None and self._is_fresh(last, now):
            return last
        if last is not None and self._making.locked():
            return last
        with self._making:
            last = self._of(under)  # somebody may have made it while we waited
            if last is None or not self._is_fresh(last, now):
                last = self._last = Edition(under, facts(under.least, now))
            return last

    def _of(self, under: Told) -> Edition | None:
        return self._last if self._last is not None and self._last.under == under else None

    def _is_fresh(self, edition: Edition, now: datetime) -> bool:
        return timedelta(0) <= now - edition.facts.at < LIVES

    def forget(self) -> None:
        self._last = None


MEMORY = Memory()
