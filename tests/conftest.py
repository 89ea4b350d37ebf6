"""Fixtures of the end-to-end tests: the sandbox's process, its town, and a region joined to it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from otklik.lib import clock
from otklik.networks.access import door
from otklik.networks.models import LegalSwitch
from otklik.networks.registry import NETWORKS
from tests.region import Region, build
from tests.sandbox.conftest import max_town, ok_town, sandbox, town
from tests.sandbox.town import Town
from tests.story import account, people, stage, way

__all__ = ["account", "max_town", "ok_town", "people", "sandbox", "stage", "town", "way"]


@contextmanager
def joined(town: Town) -> Iterator[Region]:
    """A region on the town, with answers that leave at once."""
    kept = settings.SANDBOX_ADDRESS, settings.UNDO_HOLD
    settings.UNDO_HOLD = 0
    yield build(town)
    settings.SANDBOX_ADDRESS, settings.UNDO_HOLD = kept
    door.cache_clear()


@pytest.fixture
def region(town: Town, db: None) -> Iterator[Region]:
    """A region whose own community is the town's, inside one transaction that is rolled back."""
    with joined(town) as built:
        yield built


@pytest.fixture
def committed_region(town: Town, transactional_db: None) -> Iterator[Region]:
    """The same with committed rows, so that other threads and processes see them."""
    with joined(town) as built:
        yield built


@pytest.fixture
def switched_on(db: None) -> None:
    """An administrator has switched every network on, those that the law keeps off too."""
    for network in NETWORKS:
        LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now(), reason="для испытаний")
