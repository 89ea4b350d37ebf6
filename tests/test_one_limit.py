"""One limit per token, whoever calls: slots are taken one after the other by any number of threads."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from otklik.networks.models import Account, Token, reserve

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def token(per_second: float) -> Token:
    account = Account.objects.create(network="vk", external_id="1", title="x", sandbox=True)
    return Token.objects.create(account=account, kind="service", secret="s" * 20, per_second=per_second)


@pytest.mark.django_db
def test_slots_follow_each_other_at_the_tokens_pace() -> None:
    one = token(2)
    waits = [reserve(one, NOW).total_seconds() for _ in range(4)]
    assert waits == [0, 0.5, 1.0, 1.5]
    assert reserve(one, NOW + timedelta(minutes=1)).total_seconds() == 0, "what was not used is not saved up"


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_one_limit() -> None:
    one, waits = token(10), list[float]()

    def call() -> None:
        for _ in range(10):
            waits.append(reserve(one, NOW).total_seconds())
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(round(wait * 10) for wait in waits) == list(range(40)), "every slot is given once"
