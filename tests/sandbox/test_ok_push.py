"""The Bot API's webhook, beside what all pushes have in common: its forms, the end of a subscription, the long poll."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.ok_town import OkTown
from tests.sandbox.receiver import Receiver, Reply, listening
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def hook(ok_town: OkTown) -> Iterator[Receiver]:
    """The group's webhook."""
    with listening(Receiver()) as receiver:
        assert ok_town.graph_post("subscribe", {"url": receiver.url}) == {"success": True}
        yield receiver


def texts(hook: Receiver) -> list[str]:
    return [event["message"]["text"] for event in hook.events()]


def test_a_message_is_pushed_as_json_without_any_signature(ok_town: OkTown, hook: Receiver) -> None:
    address = ok_town.message("Яма")
    until(lambda: bool(hook.heard), "the message is pushed")
    _, headers = hook.heard[0]
    (event,) = hook.events()
    assert headers["content-type"] == "application/json;charset=utf-8"
    assert not [name for name in headers if "sign" in name or "secret" in name]
    assert event["sender"] == {"user_id": f"user:{ok_town.anna}", "name": "Анна Пробная"}
    assert address.endswith(event["message"]["mid"].removeprefix("mid:"))
    assert event["message"]["seq"] > 2**53


def test_our_own_words_are_not_pushed(ok_town: OkTown, hook: Receiver) -> None:
    chat = "chat:" + ok_town.message("Первое").partition("?")[0].rpartition(":")[2]
    ok_town.graph_post(f"messages/{chat}", {"recipient": {"chat_id": chat}, "message": {"text": "Ответ"}})
    ok_town.message("Второе")
    until(lambda: len(hook.heard) == 2, "two messages are pushed")
    assert texts(hook) == ["Первое", "Второе"]


def test_the_newer_form_names_the_kind_of_the_event(ok_town: OkTown, hook: Receiver) -> None:
    ok_town.switch(webhook_form="typed")
    ok_town.message("Яма")
    until(lambda: bool(hook.heard), "the message is pushed")
    assert hook.events()[0]["webhookType"] == "MESSAGE_CREATED"


def test_subscribing_twice_is_once_and_unsubscribing_ends_it(ok_town: OkTown, hook: Receiver) -> None:
    ok_town.graph_post("subscribe", {"url": hook.url})
    assert [each["url"] for each in ok_town.graph("subscriptions")["subscriptions"]] == [hook.url]
    ok_town.message("Раз")
    until(lambda: texts(hook) == ["Раз"], "it is pushed once")
    assert ok_town.graph_post("unsubscribe", {"url": hook.url}) == {"success": True}
    ok_town.message("Два")
    assert ok_town.graph("subscriptions") == {"subscriptions": []}
    assert len(ok_town.pushes()) == 1


def test_a_webhook_that_only_fails_is_unsubscribed(ok_town: OkTown, hook: Receiver) -> None:
    ok_town.switch(push_delays=[0.01])
    hook.replies = [Reply(500)] * 10
    ok_town.message("Яма")
    ok_town.message("Другая яма")
    until(lambda: ok_town.graph("subscriptions") == {"subscriptions": []}, "the subscription ends")
    assert texts(hook) == ["Яма", "Яма"]


def test_the_long_poll_tells_the_same_and_waits_for_news(ok_town: OkTown) -> None:
    assert ok_town.graph_post("subscribe", {"types": ["MESSAGE_CREATED"], "longPolling": True}) == {"success": True}
    assert ok_town.graph("updates", timeout=0) == {"updates": [], "marker": 0}
    heard: list[Any] = []
    waiting = threading.Thread(target=lambda: heard.append(ok_town.graph("updates", timeout=15)))
    waiting.start()
    ok_town.message("Яма")
    waiting.join(60)
    assert [each["message"]["text"] for each in heard[0]["updates"]] == ["Яма"]
    assert ok_town.graph("updates", timeout=0, marker=heard[0]["marker"])["updates"] == []
