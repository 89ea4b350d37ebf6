"""Fixtures of the end-to-end tests: the sandbox's process, its town, and a region joined to it."""

from collections.abc import Iterator

import pytest

from otklik.lib import clock
from otklik.networks.models import LegalSwitch
from otklik.networks.registry import NETWORKS
from tests.region import Region, build, joined
from tests.sandbox.conftest import max_town, meta_town, ok_town, sandbox, telegram, town, x
from tests.sandbox.town import Town
from tests.story import account, asking, people, stage, way

__all__ = ["account", "asking", "max_town", "meta_town", "ok_town", "people", "sandbox", "stage", "telegram", "town"]
__all__ += ["way", "x"]


@pytest.fixture
def region(town: Town, db: None) -> Iterator[Region]:
    """A region whose own community is the town's, inside one transaction that is rolled back."""
    with joined(town.sandbox):
        yield build(town)


@pytest.fixture
def committed_region(town: Town, transactional_db: None) -> Iterator[Region]:
    """The same with committed rows, so that other threads and processes see them."""
    with joined(town.sandbox):
        yield build(town)


@pytest.fixture
def switched_on(db: None) -> None:
    """An administrator has switched every network on, those that the law keeps off too."""
    for network in NETWORKS:
        LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now(), reason="для испытаний")
