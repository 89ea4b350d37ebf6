"""`town` has its people and no card yet, `card` is a new one; `operator` and `admin` are browsers of its people."""

import ipaddress
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from otklik.incidents.models import Incident
from tests.make.people import signed_in
from tests.make.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def card(town: Town) -> Incident:
    return town.card()


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


@pytest.fixture
def admin(town: Town) -> Client:
    return signed_in(town.admin)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names resolve as on a machine of the region's: two lead inside."""
    known = {"127.0.0.1": "127.0.0.1", "inside.example.ru": "10.20.1.2"}

    def resolved(host: str, _port: int, _flags: int) -> list[ipaddress.IPv4Address]:
        return [ipaddress.IPv4Address(known.get(host, "93.184.216.34"))]

    monkeypatch.setattr("otklik.lib.guard.resolved", resolved)


@pytest.fixture
def patience(db: None) -> Iterator[None]:
    """Nobody has tried a key too often, before and after."""
    cache.clear()
    yield
    cache.clear()
