"""Django's cache as rows: what is counted against guessing has to be one figure for every process and machine.

Users have no Redis. Django's own table of a cache keeps pickles, so that whoever writes to the database would run code
here; these values are JSON. What has ended is passed over at once and forgotten by a chore.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction

from otklik.lib import clock
from otklik.people.models import Counter

FOR_EVER = timedelta(days=36500)


class Rows(BaseCache):
    """A cache backend. Keys of any length and letters; values that JSON holds."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        alive = Counter.objects.filter(key=self._name(key, version), until__gt=clock.now())
        stored_value = alive.values_list("value", flat=True).first()
        return default if stored_value is None else stored_value

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:  # fmt: skip
        columns = {"value": value, "until": self._until(timeout)}
        Counter.objects.update_or_create(key=self._name(key, version), defaults=columns)

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:  # fmt: skip
        """Whether there was none: of several who ask at once one gets True. allauth locks with this."""
        name, until = self._name(key, version), self._until(timeout)
        if Counter.objects.filter(key=name, until__lte=clock.now()).update(value=value, until=until):
            return True
        try:
            with transaction.atomic():
                Counter.objects.create(key=name, value=value, until=until)
        except IntegrityError:
            return False
        return True

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        alive = Counter.objects.filter(key=self._name(key, version), until__gt=clock.now())
        return bool(alive.update(until=self._until(timeout)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(Counter.objects.filter(key=self._name(key, version)).delete()[0])

    def clear(self) -> None:
        Counter.objects.all().delete()

    def _name(self, key: Any, version: int | None) -> str:
        """A digest: a key holds what somebody typed as his name, which may well be his password."""
        return hashlib.sha256(self.make_key(key, version).encode("utf-8", "surrogatepass")).hexdigest()

    def _until(self, timeout: float | None) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return clock.now() + (FOR_EVER if seconds is None else timedelta(seconds=float(seconds)))


def forget(now: datetime) -> None:
    """Delete what has ended."""
    Counter.objects.filter(until__lte=now).delete()
