"""A hook proves itself as often as a network asks, and not as often as anybody likes."""

import json

import pytest
from django.test import Client

from otklik.networks.handshakes import A_MINUTE, too_many
from otklik.networks.models import Account


@pytest.mark.django_db
def test_proofs_are_given_for_a_minute_only_so_often() -> None:
    account = Account.objects.create(network="vk", external_id="12", title="Город", confirmation="c0ffee")
    client, body = Client(), json.dumps({"type": "confirmation", "group_id": 12})
    address = f"/hooks/vk/{account.hook_key}/"
    told = [client.post(address, body, content_type="application/json") for _ in range(A_MINUTE + 1)]
    assert [one.status_code for one in told] == [200] * A_MINUTE + [429]
    assert told[-1]["Retry-After"] == "60"


def test_the_minute_goes_by() -> None:
    assert not any(too_many("one", 1000.0) for _ in range(A_MINUTE))
    assert too_many("one", 1059.0)
    assert not too_many("two", 1059.0)
    assert not too_many("one", 1061.0)
