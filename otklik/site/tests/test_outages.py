import errno
import io
import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError

from otklik.lib.outages import OncePerMinute
from otklik.lib.redact import RedactingHandler
from otklik.networks.errors import AuthLost, RetryAt

AWAY = OperationalError("connection refused")
SOON = timedelta(seconds=9)


class Log:
    """The log of one process, and a clock that tests wind."""

    def __init__(self) -> None:
        self._written = io.StringIO()
        self._handler = RedactingHandler(self._written)
        self._handler.addFilter(OncePerMinute())

    def say(self, at: float, message: str, *words: object, raised: Exception | None = None) -> list[str]:
        """What the log has written about it."""
        caught = (type(raised), raised, None) if raised else None
        record = logging.LogRecord("otklik.flow", logging.ERROR, "f", 1, message, words, caught)
        record.created = 1_000_000_000 + at
        self._handler.handle(record)
        lines = self._written.getvalue().splitlines()
        self._written.seek(0)
        self._written.truncate()
        return lines


def test_an_hour_without_a_database_is_sixty_lines_and_one_traceback() -> None:
    log, lines = Log(), list[str]()
    for tick in range(20 * 3600):
        requested = {"raised": AWAY} if tick % 2 else {}
        words = () if tick % 2 else (InterfaceError("the connection is closed"),)
        lines += log.say(tick / 20, "no answer: %s" if words else "Service Unavailable: /queue/", *words, **requested)
    assert len(lines) == 60
    assert lines[1].endswith("(and 1199 lines like it)")
    assert log.say(9000, "after a quiet hour", raised=AWAY)[0].endswith("(and 1199 lines like it)")
    assert log.say(99000, "another day", raised=AWAY)[1:], "a new outage has its traceback"


def test_each_outage_has_lines_of_its_own_and_what_is_none_is_said_each_time() -> None:
    log = Log()
    full, elsewhere = OSError(errno.ENOSPC, "No space left on device"), OSError(errno.ENOENT, "no such file")
    message = "%s: row %s: RetryAt: %s"
    assert log.say(0, "it failed: %s", AWAY)
    assert log.say(1, "it failed: %s", full)
    assert log.say(2, message, "fetch", 7, RetryAt("VK is silent", SOON))
    assert not log.say(3, message, "fetch", 8, RetryAt("VK is silent", SOON)), "of another source, and the same outage"
    assert log.say(4, message, "fetch", 9, RetryAt("OK is silent", SOON))
    assert log.say(5, message, "send", 9, RetryAt("VK is silent", SOON))
    for error in (elsewhere, ValueError("ours"), AuthLost("dead"), "words"):
        assert log.say(6, "it failed: %s", error)
        assert log.say(7, "it failed: %s", error)
