"""The contracts of all networks, and a test for each of something that they declare."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from otklik.networks.max.tests.contract import CONTRACT as MAX
from otklik.networks.meta.tests.contract import FACEBOOK, INSTAGRAM
from otklik.networks.ok.tests.contract import CONTRACT as OK
from otklik.networks.telegram.tests.contract import CONTRACT as TELEGRAM
from otklik.networks.tests.contract import Contract
from otklik.networks.vk.tests.contract import CONTRACT as VK
from otklik.networks.x.tests.contract import CONTRACT as X

CONTRACTS = (VK, OK, MAX, TELEGRAM, FACEBOOK, INSTAGRAM, X)
every = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.network.kind)


def each(cases: Callable[[Contract], Iterable[Any]]) -> pytest.MarkDecorator:
    """A test with `contract` and one `case` of it."""
    rows = [
        pytest.param(contract, case, id=f"{contract.network.kind}-{number}")
        for contract in CONTRACTS
        for number, case in enumerate(cases(contract))
    ]
    return pytest.mark.parametrize(("contract", "case"), rows)
