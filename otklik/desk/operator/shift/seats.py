"""Who sits at which card, by the pulse of the pages: an open one need not say «I am here» again and again.

A page says so itself when it opens and when its reader writes (`table_page.here`); from then on its questions after
news are enough. What this process has heard goes to the database every quarter of a minute, all of it at once, and what
all processes have heard is read from there.
"""

import time
import zlib
from datetime import datetime
from functools import cache
from threading import Lock

from django.db import IntegrityError, connection, transaction

from otklik.desk.models import Presence
from otklik.desk.operator.shift.presence import HERE, is_writing, present
from otklik.lib import clock
from otklik.lib.kept import LONG_AGO, Kept, keep, moment

FRESH = 1.0  # seconds: however many pages ask, who is where is read once a second
LEFT_FOR = 5.0  # seconds: a question that was on its way when the page was closed does not bring him back
WRITTEN_EVERY = 15.0  # seconds: two writings may be lost before somebody counts as gone


class Seats:
    """As this process knows them. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: set[tuple[int, int]] = set()
        self._left: dict[tuple[int, int], float] = {}
        self._company: dict[int, dict[int, bool]] = {}
        self._read_at = -FRESH
        self._written_at = time.monotonic()

    def sit(self, card: int, user: int) -> None:
        """His page has just asked."""
        with self._lock:
            if self._left.get((card, user), 0.0) <= time.monotonic():
                self._heard.add((card, user))

    def leave(self, card: int, user: int) -> None:
        """The page was closed and has reported that itself."""
        with self._lock:
            self._heard.discard((card, user))
            self._left[card, user] = time.monotonic() + LEFT_FOR

    def look(self) -> None:
        """Write down who was heard and read who is there, unless that was just now."""
        with self._lock:
            at = time.monotonic()
            if at - self._read_at < FRESH:
                return
            self._read_at, now = at, clock.now()
            heard: set[tuple[int, int]] = set()
            if at - self._written_at >= WRITTEN_EVERY:
                heard, self._heard, self._written_at = self._heard, set(), at
                self._left = {seat: until for seat, until in self._left.items() if until > at}
        _write(heard, now)
        company: dict[int, dict[int, bool]] = {}
        for card, user, wrote_at in _there(connection.vendor).ask({moment(LONG_AGO): moment(now - HERE)}):
            company.setdefault(card, {})[user] = is_writing(wrote_at, now)
        self._company = company

    def company(self, card: int, but: int) -> str:
        """A mark that changes when somebody else comes to this card, goes, or begins or stops to write; "" for nobody.

        It names nobody: whoever wants to know asks with his session.
        """
        others = sorted((user, writes) for user, writes in self._company.get(card, {}).items() if user != but)
        return f"{zlib.crc32(repr(others).encode()):x}" if others else ""


@cache
def _there(_vendor: str) -> Kept:
    return keep(present(LONG_AGO).values_list("incident", "user", "wrote_at"))


def _write(heard: set[tuple[int, int]], now: datetime) -> None:
    if not heard:
        return
    rows = [Presence(incident_id=card, user_id=user, seen_at=now) for card, user in sorted(heard)]
    try:
        with transaction.atomic():
            Presence.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["incident", "user"], update_fields=["seen_at"]
            )
    except IntegrityError:  # a card or a person of another database under the same name: they are heard again, or not
        return
