from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.pushing import subscribe_vk, vk_status
from tests.sandbox.receiver import ConfirmingReceiver, Reply, listening
from tests.sandbox.town import Town, until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_a_server_that_answers_wrongly_gets_nothing(town: Town) -> None:
    with listening(ConfirmingReceiver("wrong")) as receiver:
        town.good("groups.addCallbackServer", group_id=town.group, url=receiver.url, title="Отклик")
        until(lambda: vk_status(town) == "failed", "the confirmation fails")
        town.comment("Слышно?")
        assert receiver.of("wall_reply_new") == []


def test_every_change_is_told_in_order_and_our_own_while_echo_is_on(town: Town, vk_hook: ConfirmingReceiver) -> None:
    subscribe_vk(town, vk_hook)
    number = town.comment("Яма")
    town.control(f"comments/{town.wall}_{number}/edit", text="Две ямы")
    town.control(f"comments/{town.wall}_{number}/delete")
    town.control(f"comments/{town.wall}_{number}/restore")
    until(lambda: bool(vk_hook.of("wall_reply_restore")), "the last event comes")
    kinds = [event["type"] for event in vk_hook.events()]
    assert kinds == ["confirmation", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore"]
    new = vk_hook.of("wall_reply_new")[0]
    assert (new["group_id"], new["secret"], new["v"]) == (town.group, "s3cret", "5.199")
    assert (new["object"]["post_owner_id"], new["object"]["post_id"]) == (town.wall, town.post)
    gone = vk_hook.of("wall_reply_delete")[0]["object"]
    assert gone == {"owner_id": town.wall, "id": number, "deleter_id": town.anna, "post_id": town.post}
    vk_hook.heard.clear()
    town.reply("Слышно")
    town.switch(echo=False)
    town.reply("Не слышно")
    town.comment("Конец")
    until(lambda: len(vk_hook.of("wall_reply_new")) == 2, "two events come")
    assert [event["object"]["from_id"] for event in vk_hook.of("wall_reply_new")] == [-town.group, town.anna]
    town.control("messages", group_id=town.group, person_id=town.anna, text="Лично", lat=55.0, long=37.0)
    town.good("messages.send", peer_id=town.anna, random_id=77, message="Ответ")
    until(lambda: bool(vk_hook.of("message_reply")), "the reply is told")
    message_event, reply = vk_hook.of("message_new")[0]["object"], vk_hook.of("message_reply")[0]["object"]
    assert (message_event["message"]["text"], message_event["message"]["out"], message_event["message"]["from_id"]) == (
        "Лично",
        0,
        town.anna,
    )
    assert message_event["message"]["geo"]["coordinates"] == {"latitude": 55.0, "longitude": 37.0}
    assert (reply["text"], reply["out"], reply["random_id"], reply["from_id"]) == ("Ответ", 1, 77, -town.group)


def test_a_refused_push_comes_again_unless_asked_to_wait_or_to_remove(town: Town, vk_hook: ConfirmingReceiver) -> None:
    town.switch(push_delays=[0.05, 0.05, 0.05])
    subscribe_vk(town, vk_hook)
    vk_hook.replies = [Reply(500), Reply(200, "OK"), Reply(503, headers={"Retry-After": "0"})]
    town.comment("Яма")
    until(lambda: len(vk_hook.of("wall_reply_new")) == 4, "four tries are made")
    assert vk_hook.headers("X-Retry-Counter")[1:] == [None, "1", "2", "3"]
    assert len({event["event_id"] for event in vk_hook.of("wall_reply_new")}) == 1
    town.switch(push_delays=[])
    vk_hook.replies = [Reply(500)]
    town.comment("Яма")
    until(lambda: town.count("pushes_given_up") == 1, "the push is given up")
    town.switch(push_delays=[0.01, 0.01])
    vk_hook.heard.clear()
    vk_hook.replies = [Reply(429, headers={"Retry-After": "600"})]
    town.comment("Яма")

    def waits() -> bool:
        pushes = town.inspect("deliveries")["deliveries"]
        return any((push["tries"], push["state"], push["last"][:3]) == (1, "due", "429") for push in pushes)

    until(waits, "the push waits for its time")
    town.comment("Другая яма")
    until(lambda: len(vk_hook.of("wall_reply_new")) == 2, "the next event is told meanwhile")
    assert [event["object"]["text"] for event in vk_hook.of("wall_reply_new")] == ["Яма", "Другая яма"]
    vk_hook.replies = [Reply(200, "remove")]
    town.comment("Последнее")

    def wanted() -> int:
        return int(town.good("groups.getCallbackSettings", group_id=town.group)["events"]["wall_reply_new"])

    until(lambda: wanted() == 0, "the subscription ends")


def test_a_changed_address_gets_events_only_after_its_confirmation(town: Town, vk_hook: ConfirmingReceiver) -> None:
    where: dict[str, Any] = {"group_id": town.group, "server_id": subscribe_vk(town, vk_hook)}
    with listening(ConfirmingReceiver("wrong")) as stranger:
        town.good("groups.editCallbackServer", **where, url=stranger.url, title="Чужой")
        until(lambda: bool(stranger.of("confirmation")), "the stranger is asked")
        town.comment("Не для него")
        town.good("groups.editCallbackServer", **where, url=vk_hook.url, title="Отклик")
        until(lambda: len(vk_hook.of("confirmation")) == 2, "our own is asked again")
        until(lambda: vk_status(town) == "ok", "our own is confirmed")
        town.comment("Для нас")
        until(lambda: bool(vk_hook.of("wall_reply_new")), "the event comes")
        assert [event["object"]["text"] for event in vk_hook.of("wall_reply_new")] == ["Для нас"]
        assert stranger.of("wall_reply_new") == []


def test_an_eleventh_server_is_refused(town: Town) -> None:
    params: dict[str, Any] = {"group_id": town.group, "url": "http://127.0.0.1:9/hook", "title": "Отклик"}
    first, *_ = [town.good("groups.addCallbackServer", **params)["server_id"] for _ in range(10)]
    assert town.code("groups.addCallbackServer", **params) == 2000
    gone: dict[str, Any] = {"group_id": town.group, "server_id": first}
    assert town.good("groups.deleteCallbackServer", **gone) == 1
    assert town.code("groups.deleteCallbackServer", **gone) == 104


def server(town: Town) -> Any:
    return town.good("groups.getLongPollServer", group_id=town.group)


def check(town: Town, server: dict[str, Any], wait: int = 0, **other: str) -> Any:
    query = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": str(wait)} | other
    return town.sandbox.http.get(server["server"], params=query, timeout=60).json()


def texts(answer: Any) -> list[str]:
    return [event["object"]["text"] for event in answer["updates"]]


def test_long_poll_is_switched_on_tells_news_of_the_wanted_kinds_once_and_wakes_who_waits(town: Town) -> None:
    assert town.code("groups.getLongPollServer", group_id=town.group) == 100
    polled = town.long_poll("wall_reply_new")
    settings = town.good("groups.getLongPollSettings", group_id=town.group)
    assert settings["is_enabled"] is True
    assert (settings["events"]["wall_reply_new"], settings["events"]["message_new"]) == (1, 0)
    town.comment("Раз")
    town.control("posts", owner_id=town.wall, text="Не про это")
    town.comment("Два")
    answer = check(town, polled)
    assert texts(answer) == ["Раз", "Два"]
    assert answer["ts"] == str(int(polled["ts"]) + 2)
    assert check(town, polled, ts=answer["ts"])["updates"] == []
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(check, town, polled, wait=25, ts=answer["ts"])
        town.comment("Проснись")
        assert texts(held.result()) == ["Проснись"]


def test_there_are_three_ways_to_fail_and_to_go_on(town: Town) -> None:
    polled = town.long_poll("wall_reply_new")
    for ts in ("999", "-1", "abc", ""):
        assert check(town, polled, ts=ts) == {"failed": 1, "ts": int(polled["ts"])}
    town.comment("До смены ключа")
    town.control(f"longpoll/{town.group}/forget", lost=False)
    assert check(town, polled) == {"failed": 2}
    assert texts(check(town, polled, key=server(town)["key"])) == ["До смены ключа"]
    polled = server(town)
    town.comment("Пропадёт")
    town.fault("failed3", "longpoll")
    assert check(town, polled) == {"failed": 3}
    fresh = server(town)
    assert check(town, polled, key=fresh["key"]) == {"failed": 1, "ts": int(fresh["ts"])}
    assert check(town, fresh)["updates"] == []
