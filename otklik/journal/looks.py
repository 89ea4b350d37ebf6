"""Who opened which card: once a quarter of an hour for a person and a card, apart from the sealed journal. Forgotten
after the days of `OTKLIK_KEEP_LOOKS`.

A look changes nothing and so has no entry; it is written before the page is given out, and a page whose look cannot be
written is not given out.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from threading import Lock

from django.db import connection

from otklik.journal.models import Look


class _Noted:
    """What this process has written down in the quarter that runs, so that an open card costs one statement in it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.begin(None)

    def begin(self, quarter: datetime | None) -> None:
        self._quarter, self._known = quarter, set[tuple[str, int, int]]()

    def knows(self, quarter: datetime, look: tuple[str, int, int]) -> bool:
        with self._lock:
            if quarter != self._quarter:
                self.begin(quarter)
            return look in self._known

    def add(self, quarter: datetime, looks: Iterable[tuple[str, int, int]]) -> None:
        with self._lock:
            if quarter == self._quarter:
                self._known.update(looks)


_noted = _Noted()


_shown: ContextVar[set[int]] = ContextVar("shown")


@contextmanager
def showing() -> Iterator[set[int]]:
    """The ids of the cards that are shown inside, for whoever answers a request to write down before he answers."""
    cards = set[int]()
    before = _shown.set(cards)
    try:
        yield cards
    finally:
        _shown.reset(before)


def show(incidents: Iterable[int]) -> None:
    """These cards are given out. Raises LookupError outside of `showing`: nobody would write it down."""
    _shown.get().update(incidents)


def note(user: int, incident: int, at: datetime) -> None:
    """This person opened this card. At most one statement, and none when he has done so within the same
    quarter of an hour."""
    note_all(user, [incident], at)


def note_all(user: int, incidents: Iterable[int], at: datetime) -> None:
    """The same for many cards that were given out at once; one statement for all that are new within the
    quarter. Outside of transactions, since what is undone would not be written again."""
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    looks = {(connection.settings_dict["NAME"], user, incident) for incident in incidents}
    fresh = sorted(look for look in looks if not _noted.knows(quarter, look))
    if not fresh:
        return
    rows = [Look(user=user, incident=incident, quarter=quarter, at=at) for _database, user, incident in fresh]
    Look.objects.bulk_create(rows, ignore_conflicts=True)
    _noted.add(quarter, fresh)


def forget_noted() -> None:
    """For a database that has lost what this process wrote there: a test's, rolled back."""
    _noted.begin(None)
