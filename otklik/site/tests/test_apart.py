"""Work in a process of its own: what it returns and raises comes over, and it is ended with whoever waits for it."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from otklik.site.apart import Stopped, apart
from otklik.site.safety import Unsafe

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


class Peculiar(Exception):
    """It cannot be made of its words alone."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def refuse() -> None:
    raise Unsafe("База пуста")


def test_what_it_returns_comes_from_another_process() -> None:
    assert apart(os.getpid, threading.Event()) != os.getpid()


def test_what_it_raises_comes_over_with_where_it_was_raised() -> None:
    with pytest.raises(Unsafe, match=r"^База пуста") as raised:
        apart(refuse, threading.Event())
    assert "in refuse" in raised.value.__notes__[0]


def test_an_error_that_cannot_be_sent_comes_over_by_its_words() -> None:
    def fail() -> None:
        raise Peculiar("нет", "места")

    with pytest.raises(RuntimeError, match="Peculiar: нет места"):
        apart(fail, threading.Event())


def test_a_child_that_was_killed_is_an_error() -> None:
    with pytest.raises(ChildProcessError, match="-9"):
        apart(lambda: os.kill(os.getpid(), signal.SIGKILL), threading.Event())


def test_whoever_is_to_stop_ends_the_child(tmp_path: Path) -> None:
    stop, file = threading.Event(), tmp_path / "pid"

    def work() -> None:
        file.write_text(str(os.getpid()))
        time.sleep(600)

    def stop_once_it_works() -> None:
        while not (file.exists() and file.read_text()):
            time.sleep(0.01)
        stop.set()

    threading.Timer(0.5, stop_once_it_works).start()
    with pytest.raises(Stopped):
        apart(work, stop)
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)
