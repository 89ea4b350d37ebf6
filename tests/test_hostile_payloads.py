"""What comes to any network's hook or out of its answers, however broken: a clear refusal, or kept and told nothing."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from otklik.flow.loop import drain
from otklik.inbox.models import Message
from otklik.networks.models import Account, RawEvent
from otklik.networks.registry import NETWORKS
from tests.make import inbox

SECRET, KEY = "hook-secret_for-tests", "signing-key-for-tests"
IDS = {"vk": "12", "ok": "53038939046008", "max": "229229229", "telegram": "123456789"}


def _hmac(body: bytes) -> bytes:
    return hmac.new(KEY.encode(), body, hashlib.sha256).digest()


SIGNED: dict[str, Callable[[bytes], dict[str, str]]] = {
    "telegram": lambda body: {"X-Telegram-Bot-Api-Secret-Token": SECRET},
    "max": lambda body: {"X-Max-Bot-Api-Secret": SECRET},
    "facebook": lambda body: {"X-Hub-Signature-256": f"sha256={_hmac(body).hex()}"},
    "instagram": lambda body: {"X-Hub-Signature-256": f"sha256={_hmac(body).hex()}"},
    "x": lambda body: {"x-twitter-webhooks-signature": f"sha256={base64.b64encode(_hmac(body)).decode()}"},
}
BROKEN = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe\x00",
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"object":' + b"9" * 5_000 + b"}",
    json.dumps({"object": "page", "entry": [{"id": 2**80, "changes": [{"field": "feed", "value": 5}]}]}).encode(),
    json.dumps({"update_id": -(2**70), "message": {"message_id": "x", "chat": []}}).encode(),
    json.dumps({"data": {"event_type": ["post.create"], "payload": "no"}}).encode(),
    json.dumps({"update_type": {}, "timestamp": "later", "message": [[[]]]}).encode(),
]


def account(network: str) -> Account:
    kinds = {key.kind for key in NETWORKS[network].keys} & {"app_secret", "consumer_secret"}
    number = IDS.get(network, "1700000000000000001")
    return inbox.account(network, number, dict.fromkeys(kinds, KEY), hook_secret=SECRET)


def push(made: Account, body: bytes, headers: dict[str, str]) -> int:
    address = f"/hooks/{made.network}/{made.hook_key}/"
    return Client().post(address, body, content_type="application/json", headers=headers).status_code


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("network", SIGNED)
@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_body_under_a_good_signature_is_kept_or_refused_and_tells_nothing(network: str, body: bytes) -> None:
    made = account(network)
    assert push(made, body, SIGNED[network](body)) in (200, 400, 403)
    drain()
    assert not Message.objects.exists()
    assert not RawEvent.objects.filter(set_aside_at__isnull=False).exists()


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("network", SIGNED)
def test_a_signature_over_other_bytes_or_none_at_all_is_refused(network: str) -> None:
    made, body = account(network), b'{"object": "page", "entry": []}'
    headers = SIGNED[network](body)
    name, value = next(iter(headers.items()))
    wrong = [{}, {name: ""}, {name: value[:-2]}, {name: value + "0"}, {name: value.swapcase()}, {name: "\u00e9" * 20}]
    if "sha256" in value:
        assert push(made, body + b" ", headers) == 403
        wrong.append({name: value.replace("sha256=", "sha1=")})
    assert [push(made, body, each) for each in wrong] == [403] * len(wrong)
    assert not RawEvent.objects.exists()


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("network", NETWORKS)
def test_five_megabytes_are_too_much(network: str) -> None:
    made, body = account(network), b'{"a": "' + b"x" * (5 * 1024 * 1024) + b'"}'
    headers = SIGNED[network](body) if network in SIGNED else {}
    assert len(body) > settings.WEBHOOK_MAX_BYTES
    assert push(made, body, headers) == 413
    assert not RawEvent.objects.exists()
