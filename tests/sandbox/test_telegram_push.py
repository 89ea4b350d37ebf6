"""Telegram's webhooks, beside what all pushes have in common: the secret, what waits, one way of hearing at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.pushing import TELEGRAM_SECRET, subscribe_telegram
from tests.sandbox.receiver import Receiver, Reply, listening
from tests.sandbox.telegram_town import Town
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WEBHOOK_IS_ON = "can't use getUpdates method while webhook is active"


@pytest.fixture
def hook(telegram: Town) -> Iterator[Receiver]:
    with listening(Receiver()) as receiver:
        yield receiver


def texts(hook: Receiver) -> list[str]:
    return [update["message"].get("text", "") for update in hook.events() if "message" in update]


def test_updates_come_with_the_secret_and_numbered(telegram: Town, hook: Receiver) -> None:
    subscribe_telegram(telegram, hook)
    for text in ("раз", "два", "три"):
        telegram.write(text)
    until(lambda: len(hook.heard) == 3, "three updates come")
    assert set(hook.headers("X-Telegram-Bot-Api-Secret-Token")) == {TELEGRAM_SECRET}
    numbers = [update["update_id"] for update in hook.events()]
    assert numbers == sorted(set(numbers))


def test_a_pause_that_was_asked_for_is_kept_and_the_trouble_is_told(telegram: Town, hook: Receiver) -> None:
    hook.replies = [Reply(503, headers={"Retry-After": "3000"})]
    telegram.switch(push_delays=[0.01])
    subscribe_telegram(telegram, hook)
    telegram.write("раз")
    until(lambda: "last_error_message" in telegram.call("getWebhookInfo"), "the trouble is written down")
    info = telegram.call("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], len(hook.heard)) == (hook.url, 1, 1)
    assert "503" in info["last_error_message"]


def test_a_webhook_and_asking_exclude_each_other_and_take_along_what_waits(telegram: Town, hook: Receiver) -> None:
    telegram.catch_up()
    telegram.write("до вебхука")
    subscribe_telegram(telegram, hook, drop_pending_updates=False)
    until(lambda: texts(hook) == ["до вебхука"], "what waited is pushed")
    assert WEBHOOK_IS_ON in telegram.refusal("getUpdates")[1]
    hook.replies = [Reply(503, headers={"Retry-After": "60"})]
    telegram.write("после")
    until(lambda: len(hook.heard) == 2, "it is tried")
    assert telegram.call("deleteWebhook") is True
    assert telegram.call("getWebhookInfo")["url"] == ""
    assert [update["message"]["text"] for update in telegram.call("getUpdates")] == ["после"]


def test_what_waits_can_be_dropped(telegram: Town, hook: Receiver) -> None:
    telegram.write("старое")
    subscribe_telegram(telegram, hook)
    telegram.write("новое")
    until(lambda: texts(hook) == ["новое"], "only the new one comes")
    assert telegram.call("deleteWebhook", drop_pending_updates=True) is True
    assert telegram.call("getUpdates") == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "ftp://example.org/"}, "invalid webhook URL"),
        ({"url": "https://"}, "invalid webhook URL"),
        ({"url": "http://example.org/"}, "An HTTPS URL must be provided"),
        ({"url": "https://example.org:99/"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https://example.org/", "secret_token": "кто там"}, "unallowed characters"),
    ],
)
def test_a_senseless_webhook_is_refused(telegram: Town, given: dict[str, Any], words: str) -> None:
    telegram.switch(hook_address="https")
    assert words in telegram.refusal("setWebhook", **given)[1]
    assert telegram.call("getWebhookInfo")["url"] == ""


def test_a_held_line_ends_when_a_webhook_is_set(telegram: Town, hook: Receiver) -> None:
    telegram.catch_up()
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(telegram.refusal, "getUpdates", timeout=50)
        subscribe_telegram(telegram, hook)
        assert held.result()[0] == 409


def test_a_bot_hears_that_it_was_let_in_thrown_out_and_stopped(telegram: Town, hook: Receiver) -> None:
    subscribe_telegram(telegram, hook)
    telegram.sit(telegram.group, telegram.bot.number, "kicked")
    telegram.write("/start", to=str(telegram.bot.number))
    telegram.control("blocked", bot=telegram.bot.number, person=telegram.anna, blocked=True)
    until(lambda: len(hook.heard) == 3, "three updates come")
    changes = [update["my_chat_member"] for update in hook.events() if "my_chat_member" in update]
    assert [(change["chat"]["id"], change["new_chat_member"]["status"]) for change in changes] == [
        (telegram.group, "kicked"),
        (int(telegram.anna), "kicked"),
    ]


def test_a_body_that_is_no_update_is_sent_with_the_secret_too(telegram: Town, hook: Receiver) -> None:
    subscribe_telegram(telegram, hook)
    telegram.control("events", bot=telegram.bot.number, body='{"test": 1}')
    until(lambda: bool(hook.heard), "it comes")
    assert hook.events() == [{"test": 1}]
    assert hook.headers("X-Telegram-Bot-Api-Secret-Token") == [TELEGRAM_SECRET]
