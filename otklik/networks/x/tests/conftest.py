"""The scripted server."""

from collections.abc import Iterator

import pytest

from otklik.networks.x.tests.scripted import Script, serve


@pytest.fixture
def script() -> Iterator[Script]:
    played = Script()
    server = serve(played)
    yield played
    server.shutdown()
    server.server_close()
