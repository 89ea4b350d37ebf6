"""Many pushes at once: one commit, and each answered for itself."""

import json
from typing import Any

import pytest
from django.test import Client

from otklik.lib import clock
from otklik.networks.base import Incoming
from otklik.networks.legal import decide, seen
from otklik.networks.models import Account, RawEvent
from otklik.networks.views import Knock, _answer_all
from tests.at_once import at_once
from tests.make import inbox
from tests.make.people import person

SECRET = "the-secret-of-the-hook"


def body(account: Account, number: int, secret: str = SECRET) -> bytes:
    thing = {"id": number, "post_id": 5, "owner_id": -12, "from_id": 7, "text": "Нет воды", "date": 1790000000}
    event = {"type": "wall_reply_new", "group_id": int(account.external_id), "secret": secret}
    return json.dumps({**event, "event_id": f"event-{number}", "object": thing}).encode()


def knock(account: Account, number: int, secret: str = SECRET) -> Knock:
    return Knock("vk", account.hook_key, Incoming("POST", {}, {}, body(account, number, secret)))


@pytest.mark.django_db
def test_each_of_many_gets_his_own_answer_by_a_few_statements(django_assert_max_num_queries: Any) -> None:
    first = inbox.account("vk", "12", hook_secret=SECRET)
    second = inbox.account("vk", "13", hook_secret="another-secret")
    away = inbox.account("vk", "14", hook_secret=SECRET, active=False)
    place = inbox.source(first, "12")
    good = [knock(first, number) for number in range(20)]
    bad = [knock(first, 1, "no"), knock(second, 2), knock(away, 3), Knock("vk", first.hook_key, None)]
    with django_assert_max_num_queries(5):
        answers = _answer_all([*good, *bad, knock(second, 4, "another-secret"), knock(first, 7)])
    with django_assert_max_num_queries(3):
        _answer_all([knock(first, number, "no" if number > 40 else SECRET) for number in range(30, 50)])
    RawEvent.objects.filter(pk__in=RawEvent.objects.order_by("-pk")[:11]).delete()
    assert [answer.status_code for answer in answers] == [*[200] * 20, 403, 403, 404, 413, 200, 200]
    kept = RawEvent.objects.order_by("pk")
    assert [(row.account_id, row.source_id) for row in kept] == [(first.pk, place.pk)] * 20 + [(second.pk, None)]
    assert all(row.due_at for row in kept)


@pytest.mark.django_db
def test_a_changed_secret_and_a_network_switched_off_count_from_the_next_push_on() -> None:
    account, admin = inbox.account("vk", "12", hook_secret=SECRET), person()
    address = f"/hooks/vk/{account.hook_key}/"

    def push(number: int) -> int:
        return Client().post(address, body(account, number), content_type="application/json").status_code

    assert push(1) == 200
    Account.objects.update(hook_secret="another-one")
    assert push(2) == 403
    Account.objects.update(hook_secret=SECRET)
    assert push(3) == 200
    decide("vk", False, False, "", seen("vk"), admin, clock.now())
    assert push(4) == 503


@pytest.mark.django_db(transaction=True)
def test_the_same_event_from_many_at_one_moment_is_stored_once() -> None:
    account = inbox.account("vk", "12", hook_secret=SECRET)
    address = f"/hooks/vk/{account.hook_key}/"

    def push(number: int) -> int:
        return Client().post(address, body(account, number), content_type="application/json").status_code

    assert at_once(push, [1, 1, 1, 2, 2, 3, 3, 4]) == [200] * 8
    assert RawEvent.objects.count() == 4


@pytest.mark.django_db
def test_a_push_goes_past_what_only_people_need_and_past_nothing_that_keeps_it_safe() -> None:
    account = inbox.account("vk", "12", hook_secret=SECRET)
    address = f"/hooks/vk/{account.hook_key}/"

    def push(to: str, **more: Any) -> Any:
        return Client().post(to, body(account, 1), content_type="application/json", **more)

    taken = push(address)
    assert (taken.status_code, taken.content) == (200, b"ok")
    assert not hasattr(taken.wsgi_request, "session")
    assert {"X-Request-Id", "Content-Security-Policy", "X-Content-Type-Options", "Content-Length"} <= set(taken.headers)
    assert push(address, headers={"host": "elsewhere.example"}).status_code == 400
    assert push(f"{address}?a=%00").status_code == 400
    assert push("/hooks/vk/short/").status_code == 404
    assert RawEvent.objects.count() == 1
