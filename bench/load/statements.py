"""How many statements several processes have sent, in a file that all of them map and anybody may read."""

import mmap
import os
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

SLOTS = 512
"""One a process, by its number: those of one run lie near each other."""
WIDTH = struct.calcsize("Q")


def begin(file: Path) -> None:
    file.write_bytes(bytes(SLOTS * WIDTH))


def sent(file: Path) -> int:
    """By all processes that count there."""
    return sum(struct.unpack(f"{SLOTS}Q", file.read_bytes()))


def count_into(file: Path) -> None:
    """From here on this process and those that are forked from it count. Django's statements, savepoints among them;
    neither COMMIT nor PostgreSQL's BEGIN."""
    with file.open("r+b") as opened:
        shared = mmap.mmap(opened.fileno(), SLOTS * WIDTH)
    lock = threading.Lock()

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        at = os.getpid() % SLOTS * WIDTH
        with lock:
            struct.pack_into("Q", shared, at, struct.unpack_from("Q", shared, at)[0] + 1)
        return execute(sql, params, many, context)

    def on_connection(connection: Any, **_: Any) -> None:
        if count not in connection.execute_wrappers:
            connection.execute_wrappers.append(count)

    connection_created.connect(on_connection, weak=False)
