"""Who opened which card: once an hour for a person and a card, apart from the sealed journal, and forgotten after the
days of `OTKLIK_KEEP_LOOKS`.

A look changes nothing and so has no entry; it is written before the page is given out, and a page whose look cannot be
written is not given out.
"""

from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from django.db import connection

from otklik.journal.models import Look


class _Noted:
    """What this process has written down in the hour that runs, so that an open card costs one statement an hour."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.begin(None)

    def begin(self, hour: datetime | None) -> None:
        self._hour, self._known = hour, set[tuple[str, int, int]]()

    def knows(self, hour: datetime, look: tuple[str, int, int]) -> bool:
        with self._lock:
            if hour != self._hour:
                self.begin(hour)
            return look in self._known

    def add(self, hour: datetime, look: tuple[str, int, int]) -> None:
        with self._lock:
            if hour == self._hour:
                self._known.add(look)


_noted = _Noted()


def note(user: int, incident: int, at: datetime) -> None:
    """This person opened this card. At most one statement, and none when he has done so within the hour before."""
    note_all(user, [incident], at)


def note_all(user: int, incidents: Iterable[int], at: datetime) -> None:
    """The same for many cards that were given out at once; one statement for all that are new within the hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    looks = {(connection.settings_dict["NAME"], user, incident) for incident in incidents}
    fresh = sorted(look for look in looks if not _noted.knows(hour, look))
    if not fresh:
        return
    rows = [Look(user=user, incident=incident, hour=hour, at=at) for _database, user, incident in fresh]
    Look.objects.bulk_create(rows, ignore_conflicts=True)
    for look in fresh:
        _noted.add(hour, look)


def forget_noted() -> None:
    """For a database that has lost what this process wrote there: a test's, rolled back."""
    _noted.begin(None)
