"""A line to the database's server that tests cut and mend: for the processes it is the server that goes and comes."""

import socket
import threading
from contextlib import suppress

import pytest
from django.db import connection

from tests.processes import database_url
from tests.sandbox.process import free_port


class Line:
    """A line to the database that can be cut: whoever holds it loses it, nobody gets a new one until it is mended."""

    def __init__(self, host: str, port: int) -> None:
        self.far = (host, port)
        self.port = free_port()
        self._held: list[socket.socket] = []

    @property
    def database_url(self) -> str:
        """The test's own database by way of this line."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database_url().rsplit('/', 1)[1]}"

    def mend(self) -> None:
        self._held = [socket.create_server(("127.0.0.1", self.port))]
        threading.Thread(target=self._let_in, args=self._held[:1], daemon=True).start()

    def cut(self) -> None:
        for one in self._held:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _let_in(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, far = listener.accept()[0], socket.create_connection(self.far)
                self._held += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        """What one side says goes to the other; when it hangs up, both do."""
        with suppress(OSError):
            while chunk := one.recv(65536):
                other.sendall(chunk)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


def line_to_server() -> Line:
    """Not mended yet: nobody listens there."""
    if connection.vendor != "postgresql":
        pytest.skip("a file does not go away: only a server does")
    wanted = connection.settings_dict
    return Line(wanted["HOST"] or "127.0.0.1", int(wanted["PORT"] or 5432))
