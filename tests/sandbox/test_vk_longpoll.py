"""Bots Long Poll: news, waiting, and the three ways to fail."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def switch_on(town: Town, *events: str) -> dict[str, Any]:
    """Turn long poll on; its server."""
    flags: dict[str, Any] = dict.fromkeys(events or ("wall_reply_new", "wall_post_new", "message_new"), 1)
    town.good("groups.setLongPollSettings", group_id=town.group, enabled=1, **flags)
    return server(town)


def server(town: Town) -> dict[str, Any]:
    told: dict[str, Any] = town.good("groups.getLongPollServer", group_id=town.group)
    return told


def check(town: Town, server: dict[str, Any], wait: int = 0, **other: str) -> Any:
    query = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": str(wait)} | other
    return town.sandbox.http.get(server["server"], params=query, timeout=60).json()


def texts(answer: Any) -> list[str]:
    return [event["object"]["text"] for event in answer["updates"]]


def test_long_poll_has_to_be_switched_on(town: Town) -> None:
    assert town.code("groups.getLongPollServer", group_id=town.group) == 100
    switch_on(town, "wall_reply_new")
    settings = town.good("groups.getLongPollSettings", group_id=town.group)
    assert settings["is_enabled"] is True
    assert (settings["events"]["wall_reply_new"], settings["events"]["message_new"]) == (1, 0)


def test_news_is_told_once_and_only_of_the_wanted_kinds(town: Town) -> None:
    polled = switch_on(town, "wall_reply_new")
    town.comment("Раз")
    town.control("posts", owner_id=town.wall, text="Не про это")
    town.comment("Два")
    answer = check(town, polled)
    assert texts(answer) == ["Раз", "Два"]
    assert answer["ts"] == str(int(polled["ts"]) + 2)
    assert check(town, polled, ts=answer["ts"])["updates"] == []


def test_a_waiting_reader_is_woken_by_news(town: Town) -> None:
    polled = switch_on(town)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(check, town, polled, wait=25)
        town.comment("Проснись")
        assert texts(held.result()) == ["Проснись"]


@pytest.mark.parametrize("ts", ["999", "-1", "abc", ""])
def test_a_ts_out_of_history_gives_a_number_to_go_on_from(town: Town, ts: str) -> None:
    polled = switch_on(town)
    assert check(town, polled, ts=ts) == {"failed": 1, "ts": int(polled["ts"])}


def test_an_old_key_must_be_renewed(town: Town) -> None:
    polled = switch_on(town)
    town.comment("До смены ключа")
    town.control(f"longpoll/{town.group}/forget", lost=False)
    assert check(town, polled) == {"failed": 2}
    assert texts(check(town, polled, key=server(town)["key"])) == ["До смены ключа"]


def test_lost_history_costs_the_events(town: Town) -> None:
    polled = switch_on(town)
    town.comment("Пропадёт")
    town.fault("failed3", "longpoll")
    assert check(town, polled) == {"failed": 3}
    fresh = server(town)
    assert check(town, polled, key=fresh["key"]) == {"failed": 1, "ts": int(fresh["ts"])}
    assert check(town, fresh)["updates"] == []
