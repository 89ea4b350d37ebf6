"""Facebook and Instagram in the product: one message however it was heard, one card, our own words open none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from otklik.inbox.models import Message
from otklik.lib import clock
from otklik.networks.access import access_to, door
from otklik.networks.base import Speech
from otklik.networks.models import Account, RawEvent, Source, Token
from otklik.networks.registry import NETWORKS
from tests.region import build_people, listen, only_card, settle
from tests.sandbox.conftest import meta_town
from tests.sandbox.meta_town import SECRET, MetaTown
from tests.sandbox.test_meta_push import WORD, Receiver, install, listening, subscribe

__all__ = ["meta_town"]
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.usefixtures("switched_on")]


@pytest.fixture
def accounts(meta_town: MetaTown, db: None) -> Iterator[dict[str, Account]]:
    """The Page and its Instagram account, each with its source, in a region with people and themes."""
    kept = settings.SANDBOX_ADDRESS
    settings.SANDBOX_ADDRESS = meta_town.sandbox.base
    door.cache_clear()
    place = build_people()["place"]
    found = {}
    for network, external_id in (("facebook", meta_town.page), ("instagram", meta_town.account)):
        own = Account.objects.create(
            network=network, external_id=external_id, title="Город Речной", sandbox=True, hook_secret=WORD
        )
        for kind, secret in (("page", meta_town.token), ("app_secret", SECRET)):
            Token.objects.create(account=own, kind=kind, secret=secret, per_second=1000)
        Source.objects.create(
            network=network, kind="own", external_id=external_id, title=own.title, account=own, place=place,
            due_at=clock.now(),
        )  # fmt: skip
        found[network] = own
    yield found
    settings.SANDBOX_ADDRESS = kept
    door.cache_clear()


def bring(receiver: Receiver, account: Account, client: Client) -> list[int]:
    """What was pushed to the receiver is brought to our own hook, byte for byte; the statuses."""
    address = f"/hooks/{account.network}/{account.hook_key}/"
    return [
        client.post(
            address,
            body,
            content_type="application/json",
            headers={"X-Hub-Signature-256": headers["x-hub-signature-256"]},
        ).status_code
        for body, headers in receiver.heard
    ]


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_a_complaint_heard_by_push_and_by_asking_is_one_message_on_one_card(
    meta_town: MetaTown, accounts: dict[str, Account], client: Client, network: str
) -> None:
    under, kind = (meta_town.post, "page") if network == "facebook" else (meta_town.media, "instagram")
    with listening() as receiver:
        subscribe(meta_town, receiver, kind)
        install(meta_town, "feed")
        address = meta_town.write("Во дворе темно, не горит фонарь", under=under)
        while not receiver.heard:
            listen()
        assert bring(receiver, accounts[network], client) == [200]
        assert bring(receiver, accounts[network], client) == [200]
    settle()
    listen()
    (message,) = Message.objects.filter(own=False)
    assert (message.external_id, message.text) == (address, "Во дворе темно, не горит фонарь")
    assert only_card().messages.get() == message
    assert RawEvent.objects.filter(origin="push").count() == 1
    own = Account.objects.prefetch_related("tokens").get(pk=accounts[network].pk)
    speech = Speech("Починили", address, message.thread.external_id, attempted_at=datetime.now(UTC))
    said = NETWORKS[network].publish(access_to(own), speech, "key")
    listen()
    assert Message.objects.get(external_id=said.external_id).own
    assert only_card().messages.count() == 1


def test_a_forged_event_is_refused_and_the_handshake_answered(
    meta_town: MetaTown, accounts: dict[str, Account], client: Client
) -> None:
    page = accounts["facebook"]
    address = f"/hooks/facebook/{page.hook_key}/"
    asked = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "123"}
    shaken = client.get(address, asked)
    assert (shaken.status_code, shaken.content, shaken.headers["Content-Type"]) == (200, b"123", "text/plain")
    assert client.get(address, {**asked, "hub.verify_token": "other"}).status_code == 403
    assert client.get(address, {**asked, "hub.challenge": "<b>"}).status_code == 400
    body = json.dumps({"object": "page", "entry": []})
    forged = client.post(address, body, content_type="application/json", headers={"X-Hub-Signature-256": "sha256=0"})
    assert forged.status_code == 403
    assert not RawEvent.objects.exists()
