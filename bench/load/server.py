"""A PostgreSQL server that one run has for itself, and may therefore stop and start."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.chaos.cluster import NAME, Cluster

WITHIN = 60.0
"""Seconds in which it answers."""


class Server:
    """Not started yet; `address` is how the programs of PostgreSQL are told of it by the environment."""

    def __init__(self, folder: Path) -> None:
        self._cluster = Cluster(folder, folder)
        self._service = self._cluster.service
        self.address = {"PGHOST": "127.0.0.1", "PGPORT": str(self._cluster.port), "PGUSER": NAME}

    def start(self) -> None:
        """RuntimeError when it does not answer."""
        import psycopg

        self._service.start()
        end = time.monotonic() + WITHIN
        while True:
            try:
                psycopg.connect("dbname=postgres").close()
            except psycopg.OperationalError as error:
                if time.monotonic() > end:
                    raise RuntimeError("the server does not answer") from error
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """As an administrator does it who does not wait for people to leave."""
        self._service.kill(signal.SIGINT)


@contextmanager
def own_server() -> Iterator[Server]:
    """From here on `postgresql:///NAME` means this one, here and to all that is started. It ends with the block.
    Raises CannotStart where the programs are not there."""
    with tempfile.TemporaryDirectory(prefix="otklik-bench-server-") as name:
        Path(name).chmod(0o711)
        server = Server(Path(name))
        os.environ |= server.address
        try:
            server.start()
            yield server
        finally:
            server.stop()
