"""Work in a process of its own: the memory that it took goes back when it has ended.

A process may fork before it has threads or the sentence model (`triage/theme/embedding.py`), and so only where it
begins.
"""

import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from django.db import connections

from otklik.site.processes import die_with_parent

Value = TypeVar("Value")
LOOK_EVERY = 0.3
"""Seconds between two looks whether to stop."""


class Stopped(Exception):
    """`stop` was set before the work had ended."""


def apart(work: Callable[[], Value], stop: threading.Event) -> Value:
    """What `work` returns or raises, done by a child. When `stop` is set the child is ended, and Stopped is raised;
    ChildProcessError when it was ended by somebody else.

    What the work keeps in its process's memory is lost: only files, the database and the value remain.
    """
    connections.close_all()  # a line of the database must not be in two processes
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_do, args=(work, sending))
    child.start()
    sending.close()
    try:
        value, error = _received(receiving, child.sentinel, stop)
    except EOFError:
        child.join()
        raise ChildProcessError(f"the child has ended with {child.exitcode}") from None
    except BaseException:
        child.terminate()
        raise
    finally:
        receiving.close()
        child.join()
    if error is not None:
        raise error
    outcome: Value = value
    return outcome


def _received(receiving: Connection, ended: int, stop: threading.Event) -> tuple[Any, Exception | None]:
    """Raises EOFError when the child has ended without a word."""
    while not wait([receiving, ended], LOOK_EVERY):
        if stop.is_set():
            raise Stopped
    outcome: tuple[Any, Exception | None] = receiving.recv()
    return outcome


def _do(work: Callable[[], Any], sending: Connection) -> None:
    # Ctrl-C comes to both of them: the parent stops the child.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent()
    outcome: tuple[Any, Exception | None]
    try:
        outcome = work(), None
    except Exception as error:
        outcome = None, _sendable(error)
    connections.close_all()
    sending.send(outcome)


def _sendable(error: Exception) -> Exception:
    """The error with the words of its traceback, which does not go over to another process."""
    try:
        same = type(error)(*error.args)
    except TypeError:
        same = RuntimeError(f"{type(error).__name__}: {error}")
    same.add_note("".join(traceback.format_tb(error.__traceback__)))
    return same
