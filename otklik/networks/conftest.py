"""The scripted server plays the network whose contract a test is for, or in whose folder it stands."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.make.scripted import Script, serving


@pytest.fixture
def script(request: pytest.FixtureRequest) -> Iterator[Script]:
    contract = getattr(request.node, "callspec", None) and request.node.callspec.params.get("contract")
    folder = request.path.parents[1].name
    dialect = contract.dialect if contract else import_module(f"otklik.networks.{folder}.tests.scripted").DIALECT
    with serving(dialect) as played:
        yield played
