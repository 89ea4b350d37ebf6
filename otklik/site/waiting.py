"""A start that waits for its database: after a power cut the server may come up last, or on another machine."""

import logging
import re
import signal
import threading
from collections.abc import Callable
from itertools import chain, repeat
from types import FrameType

from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
PAUSES = (0.5, 1, 2, 4, 8)
LONGEST = 15
"""Seconds, for ever after those."""
# The server says these in its own language, and libpq gives no code of an error before there is a session.
_WRONG = re.compile(
    r"authentication failed|не про[шй]\w* проверк|does not exist|не существует|pg_hba\.conf|no password supplied"
    r"|unable to open database file|no such (?:table|column)"
)


def stopping() -> threading.Event:
    """Set by SIGTERM and Ctrl-C from now on."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    return stop


def when_it_answers(begin: Callable[[], None], stop: threading.Event) -> bool:
    """Do `begin`, again and again until the database has answered all of it; False when `stop` was set before.

    Raises what `begin` raises of itself, and OperationalError for what no waiting mends: it is a wrong setting.
    """
    for pause in chain(PAUSES, repeat(LONGEST)):
        try:
            begin()
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if _WRONG.search(str(error)):
                raise
            log.warning("waiting for the database: %s", error)
        else:
            return True
        if stop.wait(pause):
            break
    return False
