import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from otklik.networks.models import Token, reserve
from otklik.networks.views import A_MINUTE, too_many
from tests.at_once import at_once
from tests.make import inbox
from tests.processes import ROOT, environment

ADD = "import django; django.setup(); from django.core.cache import cache; print(cache.add('lock', True, 60))"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def token(per_second: float) -> Token:
    return Token.objects.create(account=inbox.account(), kind="service", secret="s" * 20, per_second=per_second)


@pytest.mark.django_db
def test_slots_follow_each_other_at_the_tokens_pace() -> None:
    one = token(2)
    assert [reserve(one, NOW).total_seconds() for _ in range(4)] == [0, 0.5, 1.0, 1.5]
    assert reserve(one, NOW + timedelta(minutes=1)).total_seconds() == 0, "what was not used is not saved up"


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_one_limit() -> None:
    one = token(10)

    def call(_worker: int) -> list[float]:
        return [reserve(one, NOW).total_seconds() for _ in range(10)]

    slots = [round(wait * 10) for waits in at_once(call, range(4)) for wait in waits]
    assert sorted(slots) == list(range(40)), "every slot is given once"


@pytest.mark.django_db
def test_proofs_are_given_only_so_often_until_the_minute_goes_by() -> None:
    account = inbox.account("vk", "12", confirmation="c0ffee")
    client, body = Client(), json.dumps({"type": "confirmation", "group_id": 12})
    address = f"/hooks/vk/{account.hook_key}/"
    responses = [client.post(address, body, content_type="application/json") for _ in range(A_MINUTE + 1)]
    assert [one.status_code for one in responses] == [200] * A_MINUTE + [429]
    assert responses[-1]["Retry-After"] == "60"
    assert not any(too_many("one", 1000.0) for _ in range(A_MINUTE))
    assert too_many("one", 1059.0)
    assert not too_many("two", 1059.0)
    assert not too_many("one", 1061.0)


@pytest.mark.processes
@pytest.mark.enable_socket
def test_what_one_process_counts_the_other_one_sees(transactional_db: None) -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", ADD], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert outputs == ["True", "False"]
