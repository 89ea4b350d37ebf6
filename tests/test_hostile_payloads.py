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

pytestmark = pytest.mark.usefixtures("switched_on")
SECRET, KEY = "hook-secret_for-tests", "signing-key-for-tests"
IDS = {"max": "229229229", "telegram": "123456789"}


def _hmac(body: bytes) -> bytes:
    return hmac.new(KEY.encode(), body, hashlib.sha256).digest()


SIGNED: dict[str, Callable[[bytes], dict[str, str]]] = {
    "telegram": lambda body: {"X-Telegram-Bot-Api-Secret-Token": SECRET},
    "max": lambda body: {"X-Max-Bot-Api-Secret": SECRET},
    **dict.fromkeys(("facebook", "instagram"), lambda body: {"X-Hub-Signature-256": f"sha256={_hmac(body).hex()}"}),
    "x": lambda body: {"x-twitter-webhooks-signature": f"sha256={base64.b64encode(_hmac(body)).decode()}"},
}
BROKEN = (
    *(b"", b"null", b"[]", b'"text"', b"{", b"\xff\xfe\x00"),
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"object":' + b"9" * 5_000 + b"}",
    json.dumps({"object": "page", "entry": [{"id": 2**80, "changes": [{"field": "feed", "value": 5}]}]}).encode(),
    json.dumps({"update_id": -(2**70), "message": {"message_id": "x", "chat": []}}).encode(),
    json.dumps({"data": {"event_type": ["post.create"], "payload": "no"}}).encode(),
    json.dumps({"update_type": {}, "timestamp": "later", "message": [[[]]]}).encode(),
)


def push(made: Account, body: bytes, headers: dict[str, str]) -> int:
    address = f"/hooks/{made.network}/{made.hook_key}/"
    return Client().post(address, body, content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize("network", SIGNED)
def test_a_wrong_signature_is_refused_and_a_broken_body_under_a_good_one_tells_nothing(network: str) -> None:
    kinds = {key.kind for key in NETWORKS[network].keys} & {"app_secret", "consumer_secret"}
    number = IDS.get(network, "1700000000000000001")
    made = inbox.account(network, number, dict.fromkeys(kinds, KEY), hook_secret=SECRET)
    body = b'{"object": "page", "entry": []}'
    headers = SIGNED[network](body)
    name, value = next(iter(headers.items()))
    wrong = [{}, {name: ""}, {name: value[:-2]}, {name: value + "0"}, {name: value.swapcase()}, {name: "\u00e9" * 20}]
    if "sha256" in value:
        assert push(made, body + b" ", headers) == 403
        wrong.append({name: value.replace("sha256=", "sha1=")})
    assert [push(made, body, each) for each in wrong] == [403] * len(wrong)
    large = b'{"a": "' + b"x" * settings.WEBHOOK_MAX_BYTES + b'"}'
    assert push(made, large, SIGNED[network](large)) == 413, "too much, whoever signs it"
    assert not RawEvent.objects.exists()
    for body in BROKEN:
        assert push(made, body, SIGNED[network](body)) in (200, 400, 403), body[:60]
    drain()
    assert not Message.objects.exists()
    assert not RawEvent.objects.filter(set_aside_at__isnull=False).exists()
