from collections.abc import Iterator

import pytest

from otklik.networks.ok.signature import session_secret, sign
from otklik.networks.ok.tests.scripted import TOKENS, Script, serve


@pytest.fixture
def script() -> Iterator[Script]:
    """The scripted server. Every signed call that reached it must carry the right signature and no secret key."""
    played = Script()
    server = serve(played)
    yield played
    server.shutdown()
    server.server_close()
    session = session_secret(TOKENS["access"], TOKENS["secret_key"])
    for asked in played.asked:
        assert TOKENS["secret_key"].encode() not in asked.body
        if "method" in asked.given:
            assert asked.given["sig"] == sign(asked.given, session)
