"""What the tests of «Аккаунты» have in common: a town with accounts, and a network that finds keys in order."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from otklik.desk.tests.pages import journal_verbs
from otklik.networks.access import http_client
from otklik.networks.models import Account, Source, Token
from otklik.networks.vk.tests.scripted import DIALECT, ok
from otklik.publishing.models import Delivery
from tests.make.scripted import Script, serving
from tests.make.town import Town

OLD = "vk1.a.OLD-CANARY-OLD-CANARY"
NEW = "vk1.a.NEW-CANARY-NEW-CANARY"
RIGHTS = ("manage", "messages", "photos", "wall")


@pytest.fixture
def network(settings: Settings) -> Iterator[Script]:
    """VKontakte of a training installation, which finds every key of community 12 in order."""
    with serving(replace(DIALECT, check=lambda script: None)) as script:  # the keys here are others than the dialect's
        settings.SANDBOX_ADDRESS = script.base
        http_client.cache_clear()
        script.say("groups.getById", ok({"groups": [{"id": 12, "name": "Город"}]}))
        script.say("groups.getTokenPermissions", ok({"permissions": [{"name": name} for name in RIGHTS]}))
        script.say("wall.get", ok({"count": 0, "items": []}))
        yield script
    http_client.cache_clear()


def an_account(town: Town, **changed: Any) -> Account:
    fields = {"network": "vk", "external_id": "12", "title": "Город отвечает", "sandbox": True, **changed}
    account = Account.objects.create(agency=town.water, hook_secret="HOOK-CANARY", **fields)
    Token.objects.create(account=account, kind="community", secret=OLD, per_second=1000)
    return account


def waiting(town: Town, account: Account, state: str = "queued") -> Delivery:
    delivery = town.approved()
    Delivery.objects.filter(pk=delivery.pk).update(account=account, state=state)
    return delivery


def source(account: Account, number: int = 1, active: bool = True) -> Source:
    return Source.objects.create(
        network="vk", kind="own", external_id=f"s{number}", title="Стена", account=account, active=active
    )


def fresh(**changed: str) -> dict[str, str]:
    return {"network": "vk", "number": "club12", "title": "Город", "agency": "", "community": NEW} | changed


def verbs() -> list[str]:
    return journal_verbs(subject__startswith="account:")
