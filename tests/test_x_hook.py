"""X's webhook through the product: the network's check, a signed event that becomes a message, a forged one."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from otklik.inbox.models import Message
from otklik.networks.models import Account, RawEvent, Source, Token
from tests.region import build_people, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]
SECRET = "consumer-secret"
ME, ANNA = "1700000000000000001", "222222222"
ASKED, NEWER = "2080765813578191303", "2080765999999999999"
HEADER = "x-twitter-webhooks-signature"


@pytest.fixture
def account() -> Account:
    people = build_people()
    made = Account.objects.create(network="x", external_id=ME, title="Город", sandbox=True)
    Token.objects.create(account=made, kind="consumer_secret", secret=SECRET)
    Source.objects.create(network="x", kind="own", external_id=ME, title="Город", account=made, place=people["place"])
    return made


def mention(words: str, *chain: str, event: str = "-12") -> bytes:
    """Anna's text that names us, in the version that the last number of its chain stands for."""
    payload: dict[str, Any] = {
        "id": chain[-1],
        "edit_history_tweet_ids": list(chain),
        "author_id": ANNA,
        "text": words,
        "conversation_id": chain[0],
        "created_at": "2026-07-24T21:23:23.000Z",
        "entities": {"mentions": [{"start": 0, "end": 8, "username": "rechnoy", "id": ME}]},
    }
    data = {"event_uuid": event, "filter": {"user_id": ME}, "event_type": "post.mention.create", "payload": payload}
    return json.dumps({"data": data}, ensure_ascii=False).encode()


def signed(body: bytes) -> str:
    return "sha256=" + base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()


def push(account: Account, body: bytes, told: str = "") -> int:
    client = Client(headers={HEADER: told or signed(body)})
    answer = client.post(f"/hooks/x/{account.hook_key}/", data=body, content_type="application/json")
    return int(answer.status_code)


def test_the_networks_check_is_answered_and_not_kept(account: Account) -> None:
    answer = Client().get(f"/hooks/x/{account.hook_key}/", {"crc_token": "challenge-token"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == {"response_token": "sha256=VZK9B1kCyurInvXeJ+LoGXGP568O3i5YIWthXZNE0QA="}
    body = mention("@rechnoy a", ASKED).decode()
    assert Client().get(f"/hooks/x/{account.hook_key}/", {"crc_token": body}).status_code == 400
    assert Client().get(f"/hooks/x/{account.hook_key}/").status_code == 400
    assert not RawEvent.objects.exists()


def test_a_signed_event_becomes_a_message_and_its_edit_changes_it(account: Account) -> None:
    first = mention("@rechnoy Нет света", ASKED)
    assert [push(account, first), push(account, first)] == [200, 200]
    assert push(account, mention("@rechnoy Нет воды", ASKED, NEWER, event="13")) == 200
    assert RawEvent.objects.count() == 2
    settle()
    (message,) = Message.objects.filter(network="x")
    assert (message.external_id, message.text) == (f"x:{ASKED}", "@rechnoy Нет воды")
    assert message.author.external_id == ANNA


def test_a_forged_event_is_refused(account: Account) -> None:
    body = mention("@rechnoy Нет света", ASKED)
    assert push(account, body, "sha256=" + "A" * 43 + "=") == 403
    assert push(account, body + b" ", signed(body)) == 403
    Token.objects.filter(account=account).delete()
    assert push(account, body) == 403
    assert not RawEvent.objects.exists()
