"""Bots Long Poll: news, waiting, and the three ways to fail."""

import threading
from typing import Any

import pytest

from tests.sandbox import vk_schema
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def switch_on(town: Town, *events: str) -> dict[str, Any]:
    """Turn long poll on; its server."""
    flags = dict.fromkeys(events or ("wall_reply_new", "wall_post_new", "message_new"), 1)
    town.sandbox.vk("groups.setLongPollSettings", town.token, group_id=town.group, enabled=1, **flags)
    server: dict[str, Any] = town.sandbox.vk("groups.getLongPollServer", town.token, group_id=town.group)["response"]
    return server


def check(town: Town, server: dict[str, Any], wait: int = 1) -> Any:
    query = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": str(wait)}
    answer = town.sandbox.http.get(server["server"], params=query, timeout=30).json()
    if vk_schema.PRESENT:
        for event in answer.get("updates", []):
            vk_schema.check_event(event)
    return answer


def test_long_poll_has_to_be_switched_on(town: Town) -> None:
    refused = town.sandbox.vk("groups.getLongPollServer", town.token, group_id=town.group)
    assert refused["error"]["error_code"] == 100
    switch_on(town, "wall_reply_new")
    settings = town.sandbox.vk("groups.getLongPollSettings", town.token, group_id=town.group)["response"]
    assert (settings["is_enabled"], settings["events"]["wall_reply_new"], settings["events"]["message_new"]) == (
        True,
        1,
        0,
    )


def test_news_is_told_once_and_only_of_the_wanted_kinds(town: Town) -> None:
    server = switch_on(town, "wall_reply_new")
    town.comment("Раз")
    town.sandbox.control("vk/posts", owner_id=town.wall, text="Не про это")
    town.comment("Два")
    answer = check(town, server)
    assert [event["object"]["text"] for event in answer["updates"]] == ["Раз", "Два"]
    assert answer["ts"] == str(int(server["ts"]) + 2)
    assert check(town, server | {"ts": answer["ts"]}, wait=0)["updates"] == []


def test_a_waiting_reader_is_woken_by_news(town: Town) -> None:
    server = switch_on(town)
    heard: list[Any] = []
    reader = threading.Thread(target=lambda: heard.append(check(town, server, wait=25)))
    reader.start()
    town.comment("Проснись")
    reader.join(20)
    assert [event["object"]["text"] for event in heard[0]["updates"]] == ["Проснись"]


@pytest.mark.parametrize("ts", ["999", "-1", "abc", ""])
def test_a_ts_out_of_history_gives_a_number_to_go_on_from(town: Town, ts: str) -> None:
    server = switch_on(town)
    assert check(town, server | {"ts": ts}) == {"failed": 1, "ts": int(server["ts"])}


def test_an_old_key_must_be_renewed(town: Town) -> None:
    server = switch_on(town)
    town.comment("До смены ключа")
    town.sandbox.control(f"vk/longpoll/{town.group}/forget", lost=False)
    assert check(town, server) == {"failed": 2}
    fresh = town.sandbox.vk("groups.getLongPollServer", town.token, group_id=town.group)["response"]
    kept = check(town, server | {"key": fresh["key"]})
    assert [event["object"]["text"] for event in kept["updates"]] == ["До смены ключа"]


def test_lost_history_costs_the_events(town: Town) -> None:
    server = switch_on(town)
    town.comment("Пропадёт")
    town.fault("failed3", "longpoll")
    assert check(town, server) == {"failed": 3}
    fresh = town.sandbox.vk("groups.getLongPollServer", town.token, group_id=town.group)["response"]
    assert check(town, server | {"key": fresh["key"]}) == {"failed": 1, "ts": int(fresh["ts"])}
    assert check(town, fresh, wait=0)["updates"] == []
