"""Webhooks and long polling of the emulator: the secret, the repeats, the end of a subscription, the marker."""

import json
import threading
from collections.abc import Iterator
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
    """A webhook that answers 200, or as its `replies` tell."""
    with listening("") as receiver:
        yield receiver


def kinds(hook: Receiver) -> list[str]:
    return [event["update_type"] for event, _ in hook.heard]


def raws(hook: Receiver) -> list[Raw]:
    """What our own webhook would keep of what came."""
    found = []
    for event, headers in hook.heard:
        body = json.dumps(event, ensure_ascii=False).encode()
        request = Incoming("POST", {}, {name.lower(): value for name, value in headers.items()}, body)
        found.append(MAX.raw(request))
    return found


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
    _event, headers = hook.heard[0]
    lower = {name.lower(): value for name, value in headers.items()}
    request = Incoming("POST", {}, lower, b"{}")
    assert MAX.authentic(request, access)
    assert not MAX.authentic(Incoming("POST", {}, lower | {"x-max-bot-api-secret": "forged"}, b"{}"), access)
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


def test_what_is_not_answered_with_200_is_pushed_again(max_town: MaxTown, hook: Receiver) -> None:
    max_town.switch(push_delays=[0.05, 0.1, 0.1])
    MAX.subscribe(account(max_town), hook.url)
    hook.replies = [(500, "", {}), (204, "", {}), (302, "", {"Location": "/"})]
    max_town.write("Темно")
    until(lambda: [push["state"] for push in max_town.pushes()] == ["done"], "the fourth try arrives")
    assert kinds(hook) == ["comment_created"] * 4
    assert len({raw.key for raw in raws(hook)}) == 1


def test_after_the_last_repeat_an_event_is_given_up_and_the_next_comes(max_town: MaxTown, hook: Receiver) -> None:
    max_town.switch(push_delays=[0.05])
    MAX.subscribe(account(max_town), hook.url)
    hook.replies = [(500, "", {}), (500, "", {})]
    max_town.write("Пропадёт")
    max_town.write("Дойдёт")
    until(lambda: len(hook.heard) == 3, "the second event arrives")
    assert [event["message"]["body"]["text"] for event, _ in hook.heard] == ["Пропадёт", "Пропадёт", "Дойдёт"]


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


def test_a_doubled_event_is_one_and_a_late_one_is_still_heard(max_town: MaxTown, hook: Receiver) -> None:
    MAX.subscribe(account(max_town), hook.url)
    max_town.fault("duplicate", "comment_created")
    max_town.write("Дважды")
    until(lambda: len(hook.heard) == 2, "the event comes twice")
    assert len({raw.key for raw in raws(hook)}) == 1
    max_town.fault("reorder", "comment_created")
    address = max_town.write("Опоздает")
    max_town.edit(address, "Раньше")
    until(lambda: len(hook.heard) == 4, "both events come")
    assert kinds(hook)[2:] == ["comment_edited", "comment_created"]


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
    threading.Timer(0.3, max_town.write, ["Темно"]).start()
    told = max_town.call("GET", "/updates", timeout=15, marker=marker).json()
    assert [update["update_type"] for update in told["updates"]] == ["comment_created"]


def test_any_event_at_all_can_be_sent_and_is_kept_raw(max_town: MaxTown, hook: Receiver) -> None:
    MAX.subscribe(account(max_town), hook.url)
    strange = {"update_type": "comment_sung", "timestamp": 1, "message": {"body": {"mid": 5}}}
    max_town.sandbox.control("max/events", bot=max_town.bot, update=strange)
    until(lambda: len(hook.heard) == 1, "the event is pushed")
    (raw,) = raws(hook)
    assert MAX.parse(raw) == []
    assert raw.key


def test_a_change_of_rights_is_pushed_only(max_town: MaxTown, hook: Receiver) -> None:
    MAX.subscribe(account(max_town), hook.url)
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages")
    until(lambda: kinds(hook) == ["bot_admin_permissions_changed"], "the change is pushed")
    max_town.call("DELETE", "/subscriptions", url=hook.url)
    told = max_town.call("GET", "/updates", timeout=0).json()["updates"]
    assert "bot_admin_permissions_changed" not in [update["update_type"] for update in told]
