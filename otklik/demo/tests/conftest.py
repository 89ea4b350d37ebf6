"""A demonstration region, made once for all tests of a module and rolled back after them."""

from collections.abc import Iterator
from contextlib import contextmanager
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
LIVES = 300


def make_region() -> None:
    """Everything but the history."""
    load_reference(NOW, lambda done, total: None)
    make_users(NOW)
    make_networks(NOW)


@contextmanager
def rolled_back(blocker: DjangoDbBlocker) -> Iterator[None]:
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of one's own, and a hasher that does not take a quarter of a second a password."""
    folder = tmp_path_factory.mktemp("data")
    cheap = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(DATA=folder, PASSWORD_HASHERS=cheap):
        yield folder


@pytest.fixture(scope="module")
def region(django_db_setup: None, django_db_blocker: DjangoDbBlocker, data_folder: Path) -> Iterator[None]:
    with rolled_back(django_db_blocker):
        make_region()
        yield


@pytest.fixture(scope="module")
def lives() -> int:
    """How many cards the history has: test_whole.py alone asks for all sixteen thousand."""
    return LIVES


@pytest.fixture(scope="module")
def history(django_db_blocker: DjangoDbBlocker, region: None, lives: int) -> Iterator[None]:
    with rolled_back(django_db_blocker):
        load_history(NOW, count=lives)
        yield
