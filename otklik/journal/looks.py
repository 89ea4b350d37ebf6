"""Who opened which card: once an hour for a person and a card, apart from the sealed journal, and kept for a year.

A look changes nothing and so has no entry; it is written before the page is given out, and a page whose look cannot be
written is not given out.
"""

from datetime import datetime, timedelta
from threading import Lock

from django.db import connection

from otklik.journal.models import Look

KEPT = timedelta(days=365)


class _Noted:
    """What this process has written down in the hour that runs, so that an open card costs one statement an hour."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.begin(None)

    def begin(self, hour: datetime | None) -> None:
        self._hour, self._known = hour, set[tuple[object, int, int]]()

    def knows(self, hour: datetime, look: tuple[object, int, int]) -> bool:
        with self._lock:
            if hour != self._hour:
                self.begin(hour)
            return look in self._known

    def add(self, hour: datetime, look: tuple[object, int, int]) -> None:
        with self._lock:
            if hour == self._hour:
                self._known.add(look)


_noted = _Noted()


def note(user: int, incident: int, at: datetime) -> None:
    """This person opened this card. At most one statement, and none when he has done so within the hour before."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    look = (connection.settings_dict["NAME"], user, incident)
    if _noted.knows(hour, look):
        return
    Look.objects.bulk_create([Look(user=user, incident=incident, hour=hour, at=at)], ignore_conflicts=True)
    _noted.add(hour, look)


def forget_noted() -> None:
    """For a database that has lost what this process wrote there: a test's, rolled back."""
    _noted.begin(None)


def forget(now: datetime) -> None:
    """Looks that are older than they are kept."""
    Look.objects.filter(at__lt=now - KEPT).delete()
