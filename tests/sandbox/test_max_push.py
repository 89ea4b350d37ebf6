"""MAX's webhooks, beside what all pushes have in common, and long polling: the secret, the key, the end, the marker."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Incoming, Post, Raw, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent
from tests.max_account import MAX, account
from tests.sandbox.max_town import MaxTown
from tests.sandbox.receiver import Receiver, listening
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with listening(Receiver()) as receiver:
        yield receiver


def kinds(hook: Receiver) -> list[str]:
    return [event["update_type"] for event in hook.events()]


def raws(hook: Receiver) -> list[Raw]:
    """What our own webhook would keep of what came."""
    return [MAX.raw(Incoming("POST", {}, headers, body)) for body, headers in hook.heard]


def test_a_subscription_brings_events_with_its_secret(max_town: MaxTown, hook: Receiver) -> None:
    access = account(max_town)
    MAX.subscribe(access, hook.url)
    MAX.subscribe(access, hook.url)
    listed = max_town.call("GET", "/subscriptions").json()["subscriptions"]
    assert [item["url"] for item in listed] == [hook.url]
    address = max_town.write("Сообщение по вызову")
    max_town.edit(address, "Исправлено")
    max_town.delete(address)
    until(lambda: len(hook.heard) == 3, "three events are pushed")
    assert kinds(hook) == ["comment_created", "comment_edited", "comment_removed"]
    _, headers = hook.heard[0]
    assert MAX.authentic(Incoming("POST", {}, headers, b"{}"), access)
    assert not MAX.authentic(Incoming("POST", {}, headers | {"x-max-bot-api-secret": "forged"}, b"{}"), access)
    assert not MAX.authentic(Incoming("POST", {}, {}, b"{}"), access)
    created, edited, removed = [MAX.parse(raw)[0] for raw in raws(hook)]
    assert isinstance(created, Post)
    assert isinstance(edited, Edit)
    assert isinstance(removed, Deletion)
    assert created.external_id == edited.post.external_id == removed.external_id == address


def test_the_same_update_has_the_same_key_pushed_and_polled(max_town: MaxTown, hook: Receiver) -> None:
    MAX.subscribe(account(max_town), hook.url)
    max_town.write("Темно")
    max_town.write("Лично", to=max_town.bot)
    until(lambda: len(hook.heard) == 3, "comment, start and message are pushed")
    max_town.call("DELETE", "/subscriptions", url=hook.url)
    polled = MAX.fetch(account(max_town), ReadPlace("own", "", {}), datetime.now(UTC)).raws
    pushed = {raw.key: MAX.parse(raw) for raw in raws(hook)}
    same = [raw for raw in polled if raw.key in pushed]
    assert len(same) == 3
    told = [event.external_id for raw in same for event in MAX.parse(raw) if isinstance(event, Post)]
    assert told == [event.external_id for events in pushed.values() for event in events if isinstance(event, Post)]
    assert len(told) == 2


def test_a_dead_hook_is_unsubscribed_and_polling_goes_on_from_there(max_town: MaxTown) -> None:
    max_town.switch(push_delays=[0.1] * 100, unsubscribe_after=1)
    MAX.subscribe(account(max_town), "http://127.0.0.1:9/nobody")
    assert max_town.call("GET", "/updates", timeout=0).status_code == 405
    max_town.write("Темно")
    until(lambda: not max_town.call("GET", "/subscriptions").json()["subscriptions"], "the hook is taken away")
    told = max_town.call("GET", "/updates", timeout=0).json()
    assert "comment_created" in [update["update_type"] for update in told["updates"]]
    (line,) = [right for right in MAX.rights(account(max_town, options={"push": True})) if not right.ok]
    assert "Подпишитесь снова" in line.advice


@pytest.mark.parametrize("url", ["http://example.ru/hook", "https://example.ru:8443/hook", "ftp://a.ru", "hook"])
def test_only_https_on_443_is_subscribed(max_town: MaxTown, url: str) -> None:
    with pytest.raises(Permanent):
        MAX.subscribe(account(max_town), url)
    assert max_town.call("POST", "/subscriptions", json={"url": url}).json()["success"] is False


@pytest.mark.parametrize("secret", ["", "four", "секретный-ключ", "a" * 257])
def test_a_secret_that_max_does_not_take_is_refused_in_words(max_town: MaxTown, secret: str) -> None:
    with pytest.raises(NeedsPerson, match="от 5 до 256"):
        MAX.subscribe(replace(account(max_town), secret=secret), "https://example.ru/hook")


def test_a_marker_commits_what_was_before_it(max_town: MaxTown) -> None:
    def updates(**query: Any) -> tuple[list[str], int]:
        told = max_town.call("GET", "/updates", timeout=0, **query).json()
        return [update["message"]["body"]["text"] for update in told["updates"] if "message" in update], told["marker"]

    max_town.write("первое")
    max_town.write("второе")
    texts, marker = updates(types="comment_created")
    assert texts == ["первое", "второе"]
    assert updates(types="comment_created")[0] == texts  # nothing is committed yet
    max_town.write("третье")
    assert updates(marker=marker)[0] == ["третье"]
    assert updates()[0] == ["третье"]
    max_town.write("четвёртое")
    max_town.switch(without_marker="last_only")
    assert updates()[0] == ["четвёртое"]
    assert updates(marker=marker)[0] == ["третье", "четвёртое"]
    assert updates(marker=marker, limit=1)[0] == ["третье"]
    max_town.sandbox.control("clock", offset=25 * 3600)
    assert updates(marker=marker)[0] == []  # kept for a day


def test_a_long_poll_ends_when_something_happens(max_town: MaxTown) -> None:
    marker = max_town.call("GET", "/updates", timeout=0).json()["marker"]
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(max_town.call, "GET", "/updates", timeout=15, marker=marker)
        max_town.write("Темно")
        assert [update["update_type"] for update in held.result().json()["updates"]] == ["comment_created"]


def test_a_change_of_rights_is_pushed_only(max_town: MaxTown, hook: Receiver) -> None:
    MAX.subscribe(account(max_town), hook.url)
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages")
    until(lambda: kinds(hook) == ["bot_admin_permissions_changed"], "the change is pushed")
    max_town.call("DELETE", "/subscriptions", url=hook.url)
    told = max_town.call("GET", "/updates", timeout=0).json()["updates"]
    assert "bot_admin_permissions_changed" not in [update["update_type"] for update in told]
