"""The scripted server plays the network whose contract a test is for."""

from collections.abc import Iterator

import pytest

from tests.make.scripted import Script, serving


@pytest.fixture
def script(request: pytest.FixtureRequest) -> Iterator[Script]:
    with serving(request.node.callspec.params["contract"].dialect) as played:
        yield played
