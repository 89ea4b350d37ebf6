"""A small demonstration region, loaded once for all tests of a module and rolled back after them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from otklik.demo.history.load import load_history
from otklik.demo.networks import make_networks
from otklik.demo.region import load_reference
from otklik.demo.users import make_users

NOW = datetime(2026, 11, 25, 10, 40, tzinfo=UTC)
CARDS = 300


def furnish(now: datetime = NOW) -> None:
    """Everything but the history."""
    load_reference(now, lambda done, total: None)
    make_users(now)
    make_networks(now)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of one's own, and a hasher that does not take a quarter of a second a password."""
    folder = tmp_path_factory.mktemp("data")
    cheap = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(DATA=folder, PASSWORD_HASHERS=cheap):
        yield folder


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker, quick: Path) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        furnish()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def told(django_db_blocker: DjangoDbBlocker, furnished: None) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_history(NOW, count=CARDS)
        yield
        transaction.set_rollback(True)
