"""What comes to any network's hook or out of its answers, however broken: a clear refusal, or kept and told nothing."""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from otklik.flow.loop import drain
from otklik.inbox.models import Message
from otklik.networks.base import Origin, Raw
from otklik.networks.models import Account, RawEvent, Token
from otklik.networks.registry import NETWORKS

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
    made = Account.objects.create(
        network=network, external_id=IDS.get(network, "1700000000000000001"), title="Город", hook_secret=SECRET
    )
    for kind in ("app_secret", "consumer_secret"):
        if any(key.kind == kind for key in NETWORKS[network].keys):
            Token.objects.create(account=made, kind=kind, secret=KEY)
    return made


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


ODD: list[Any] = [None, "", "\x00", "\ud800", -1, 0, 2**53 + 1, -(2**80), 1.5, True, [], {}, [[]], {"id": None}, "AA=="]


def mangled(value: Any, chance: random.Random, depth: int = 0) -> Any:
    """The value with some of its parts replaced by what nobody expects there."""
    if chance.random() < 0.12 or depth > 8:
        return chance.choice(
            [
                None,
                "",
                "\x00",
                "\ud800",
                -1,
                0,
                2**53 + 1,
                -(2**80),
                1.5,
                True,
                [],
                {},
                [[]],
                {"id": None},
                "AAAA==",
                "9" * 40,
            ]
        )
    if isinstance(value, dict):
        return {key: mangled(item, chance, depth + 1) for key, item in value.items() if chance.random() > 0.05}
    return [mangled(item, chance, depth + 1) for item in value] if isinstance(value, list) else value


TEXT = {
    "id": "17_18",
    "text": "Яма",
    "message": "Яма",
    "from": {"id": "5", "name": "Анна"},
    "created_time": 1_790_000_000,
}
GOOD: dict[str, Any] = {
    "vk": {"type": "wall_reply_new", "group_id": 12, "object": {"id": 5, "post_id": 3, "owner_id": -12, "from_id": 7}},
    "ok": {
        "sender": {"user_id": "user:5"},
        "recipient": {"chat_id": "chat:C1"},
        "message": {"text": "Яма", "mid": "mid:1"},
    },
    "max": {
        "update_type": "message_created",
        "timestamp": 1_790_000_000_000,
        "message": {
            "sender": {"user_id": 5, "first_name": "Анна"},
            "recipient": {"chat_id": -7, "chat_type": "channel"},
            "timestamp": 1_790_000_000_000,
            "body": {
                "mid": "mid.1",
                "seq": 2**60,
                "text": "Яма",
                "attachments": [{"type": "location", "latitude": 1.5}],
            },
        },
    },
    "telegram": {
        "update_id": 5,
        "message": {
            "message_id": 9,
            "from": {"id": 2**40, "is_bot": False, "first_name": "Анна"},
            "chat": {"id": -1001234560000, "type": "supergroup", "title": "Соседи"},
            "date": 1_790_000_000,
            "text": "Яма",
            "photo": [{"file_id": "AgAD", "file_unique_id": "q", "width": 9, "height": 9}],
            "reply_to_message": {"message_id": 4, "chat": {"id": -1001234560000}, "is_automatic_forward": True},
        },
    },
    "facebook": {
        "object": "page",
        "entry": [
            {
                "id": "17",
                "time": 1_790_000_000,
                "changes": [{"field": "feed", "value": {**TEXT, "item": "comment", "verb": "add", "post_id": "17_3"}}],
                "messaging": [
                    {"sender": {"id": "5"}, "recipient": {"id": "17"}, "message": {"mid": "m_1", "text": "Яма"}}
                ],
            }
        ],
    },
    "instagram": {
        "object": "instagram",
        "entry": [{"id": "17", "time": 1, "changes": [{"field": "comments", "value": {**TEXT, "media": {"id": "8"}}}]}],
    },
    "x": {
        "data": {
            "event_uuid": "-5",
            "event_type": "post.mention.create",
            "filter": {"user_id": "17"},
            "payload": {"id": "1700000000000000009", "author_id": "5", "text": "@a Яма", "conversation_id": "1"},
        }
    },
}


@pytest.mark.parametrize("network", NETWORKS)
def test_no_mangled_payload_breaks_a_parser(network: str) -> None:
    chance = random.Random(20261126)
    parse = NETWORKS[network].parse
    for origin in (Origin.PUSH, Origin.POLL):
        for _ in range(1500):
            body = json.dumps(mangled(GOOD[network], chance)).encode()
            for event in parse(Raw(origin, body)):
                assert repr(event)
    for body in BROKEN:
        assert parse(Raw(Origin.POLL, body)) == []
