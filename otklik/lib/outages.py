"""While the database, the disk or a network is away every thread and every request says so: the log takes one line a
minute of it, from each process. Pure; the moment is the record's own."""

import errno
import logging
import re
import threading
from http import HTTPStatus

EVERY = 60.0
"""Seconds."""
_AWAY = frozenset({"OperationalError", "InterfaceError"})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_MOST = 1000


class OncePerMinute(logging.Filter):
    """Of lines about one outage the first passes, then one a minute that counts the others; one of them has a
    traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._last: dict[str, tuple[float, int, bool]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        outage = outage_of(record)
        if not outage:
            return True
        with self._lock:
            at, silent, traced = self._last.get(outage, (0.0, 0, False))
            if 0 <= record.created - at < EVERY:
                self._last[outage] = (at, silent + 1, traced)
                return False
            if len(self._last) >= _MOST:
                self._last.clear()
            goes_on = silent > 0
            self._last[outage] = (record.created, 0, (traced and goes_on) or bool(record.exc_info))
        if goes_on:
            record.msg, record.args = f"{record.getMessage()} (and {silent} lines like it)", ()
            if traced:
                record.exc_info = record.exc_text = None
        return True


def outage_of(record: logging.LogRecord) -> str:
    """What is away, by the error that the line quotes or was logged with; "" for a line about anything else.

    An error whose class has `passes` (a network's RetryAt) is of one outage with others that say the same.
    """
    words = record.args if isinstance(record.args, tuple) else ()
    for error in (record.exc_info[1] if record.exc_info else None, *words):
        if not isinstance(error, Exception):
            continue
        if any(kind.__module__ == "django.db.utils" and kind.__name__ in _AWAY for kind in type(error).__mro__):
            return "database"
        if isinstance(error, OSError) and error.errno in _FULL:
            return "disk"
        if getattr(error, "passes", False):
            return f"{record.name} {record.msg} {words[:1]} {re.sub('[0-9]+', '', str(error))}"
    # What is answered so waits for the database, mostly, and Django says each of them without the error.
    return "database" if getattr(record, "status_code", 0) == HTTPStatus.SERVICE_UNAVAILABLE else ""
