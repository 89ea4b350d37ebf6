"""The Callback API: confirmation, events, repeats, and pushes that survive a kill."""

import pathlib
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox import vk_schema
from tests.sandbox.process import running
from tests.sandbox.receiver import Receiver, listening
from tests.sandbox.town import Town, build, until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WANTED = ["wall_post_new", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore"]
WANTED += ["message_new", "message_reply", "message_allow", "message_deny"]


def subscribe(town: Town, receiver: Receiver) -> int:
    """Register the receiver and wait until the network has confirmed it."""
    group = {"group_id": town.group}
    answer = town.sandbox.vk(
        "groups.addCallbackServer", town.token, **group, url=receiver.url, title="Отклик", secret_key="s3cret"
    )
    server = int(answer["response"]["server_id"])

    def status() -> str:
        found = town.sandbox.vk("groups.getCallbackServers", town.token, **group, server_ids=server)["response"]
        return str(found["items"][0]["status"])

    until(lambda: status() == "ok", "the server is confirmed")
    flags: dict[str, Any] = dict.fromkeys(WANTED, 1)
    town.sandbox.vk("groups.setCallbackSettings", town.token, **group, server_id=server, **flags)
    return server


@pytest.fixture
def receiver(town: Town) -> Iterator[Receiver]:
    code = town.sandbox.vk("groups.getCallbackConfirmationCode", town.token, group_id=town.group)["response"]["code"]
    with listening(code) as ours:
        yield ours
        if vk_schema.PRESENT:
            for event, _ in ours.heard:
                vk_schema.check_event(event)


def test_a_server_that_answers_wrongly_gets_nothing(town: Town) -> None:
    with listening("wrong") as receiver:
        given = {"group_id": town.group, "url": receiver.url, "title": "Отклик"}
        town.sandbox.vk("groups.addCallbackServer", town.token, **given)

        def status() -> str:
            listed = town.sandbox.vk("groups.getCallbackServers", town.token, group_id=town.group)["response"]
            return str(listed["items"][0]["status"])

        until(lambda: status() == "failed", "the confirmation fails")
        town.comment("Слышно?")
        assert receiver.events("wall_reply_new") == []


def test_every_change_of_a_comment_is_told_in_order(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver)
    number = town.comment("Яма")
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/edit", text="Две ямы")
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/delete")
    town.sandbox.control(f"vk/comments/{town.wall}_{number}/restore")
    until(lambda: bool(receiver.events("wall_reply_restore")), "the last event comes")
    kinds = [event["type"] for event, _ in receiver.heard]
    assert kinds == ["confirmation", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore"]
    told = receiver.events("wall_reply_new")[0]
    assert (told["group_id"], told["secret"], told["v"]) == (town.group, "s3cret", "5.199")
    assert (told["object"]["post_owner_id"], told["object"]["post_id"]) == (town.wall, town.post)
    gone = receiver.events("wall_reply_delete")[0]["object"]
    assert gone == {"owner_id": town.wall, "id": number, "deleter_id": town.anna, "post_id": town.post}


def test_our_own_reply_comes_back_only_while_echo_is_on(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver)
    town.reply("Слышно")
    town.switch(echo=False)
    town.reply("Не слышно")
    town.comment("Конец")
    until(lambda: len(receiver.events("wall_reply_new")) == 2, "two events come")
    assert [event["object"]["from_id"] for event in receiver.events("wall_reply_new")] == [-town.group, town.anna]


def test_private_messages_are_told_in_both_directions(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver)
    town.sandbox.control("vk/messages", group_id=town.group, person_id=town.anna, text="Лично", lat=55.0, long=37.0)
    town.sandbox.vk("messages.send", town.token, peer_id=town.anna, random_id=77, message="Ответ")
    until(lambda: bool(receiver.events("message_reply")), "the reply is told")
    new, reply = receiver.events("message_new")[0]["object"], receiver.events("message_reply")[0]["object"]
    assert (new["message"]["text"], new["message"]["out"], new["message"]["from_id"]) == ("Лично", 0, town.anna)
    assert new["message"]["geo"]["coordinates"] == {"latitude": 55.0, "longitude": 37.0}
    assert (reply["text"], reply["out"], reply["random_id"], reply["from_id"]) == ("Ответ", 1, 77, -town.group)


def test_a_refused_push_comes_again_with_a_counter(town: Town, receiver: Receiver) -> None:
    town.switch(push_delays=[0.05, 0.05, 0.05])
    subscribe(town, receiver)
    receiver.replies = [(500, "", {}), (200, "OK", {}), (503, "", {"Retry-After": "0"})]
    town.comment("Яма")
    until(lambda: len(receiver.events("wall_reply_new")) == 4, "four tries are made")
    tries = [(event["event_id"], headers.get("X-Retry-Counter")) for event, headers in receiver.heard[1:]]
    assert [counter for _, counter in tries] == [None, "1", "2", "3"]
    assert len({event_id for event_id, _ in tries}) == 1


def test_a_server_that_asks_to_wait_is_left_alone(town: Town, receiver: Receiver) -> None:
    town.switch(push_delays=[0.01, 0.01])
    server = subscribe(town, receiver)
    receiver.replies = [(429, "", {"Retry-After": "600"})]
    town.comment("Яма")
    until(lambda: bool(receiver.events("wall_reply_new")), "the first try is made")

    def waiting() -> bool:
        pushes = town.sandbox.inspect("vk/deliveries")["deliveries"]
        push = next(p for p in pushes if p["server_id"] == server and p["type"] == "wall_reply_new")
        return bool(push["tries"] == 1 and push["state"] == "due" and push["last"].startswith("429"))

    until(waiting, "the push waits for its time")
    town.comment("Другая яма")
    until(lambda: len(receiver.events("wall_reply_new")) == 2, "the next event is told meanwhile")
    assert [event["object"]["text"] for event in receiver.events("wall_reply_new")] == ["Яма", "Другая яма"]


def test_a_push_is_given_up_after_the_last_delay(town: Town, receiver: Receiver) -> None:
    town.switch(push_delays=[0.01])
    subscribe(town, receiver)
    receiver.replies = [(500, "", {})] * 2
    town.comment("Яма")
    until(lambda: town.sandbox.inspect("counts")["vk"]["pushes_given_up"] == 1, "the push is given up")
    assert len(receiver.events("wall_reply_new")) == 2


def test_a_server_that_answers_remove_no_longer_hears_that_kind(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver)
    receiver.replies = [(200, "remove", {})]
    town.comment("Последнее")
    until(lambda: bool(receiver.events("wall_reply_new")), "the event comes")

    def left() -> int:
        settings = town.sandbox.vk("groups.getCallbackSettings", town.token, group_id=town.group)["response"]
        return int(settings["events"]["wall_reply_new"])

    until(lambda: left() == 0, "the subscription ends")


def test_duplicates_and_changed_order_can_be_planned(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver)
    town.fault("duplicate", "wall_reply_new")
    town.comment("Дважды")
    until(lambda: len(receiver.events("wall_reply_new")) == 2, "the event comes twice")
    twice = receiver.events("wall_reply_new")
    assert twice[0]["event_id"] == twice[1]["event_id"]
    town.fault("reorder", "wall_reply_new")
    town.comment("Первое")
    town.comment("Второе")
    until(lambda: len(receiver.events("wall_reply_new")) == 4, "both events come")
    assert [event["object"]["text"] for event in receiver.events("wall_reply_new")[2:]] == ["Второе", "Первое"]


def test_a_changed_address_gets_events_only_after_its_confirmation(town: Town, receiver: Receiver) -> None:
    server = subscribe(town, receiver)
    with listening("wrong") as stranger:
        given = {"group_id": town.group, "server_id": server, "url": stranger.url, "title": "Чужой"}
        town.sandbox.vk("groups.editCallbackServer", town.token, **given)
        until(lambda: bool(stranger.events("confirmation")), "the stranger is asked")
        town.comment("Не для него")
        town.sandbox.vk("groups.editCallbackServer", town.token, **given | {"url": receiver.url, "title": "Отклик"})
        until(lambda: len(receiver.events("confirmation")) == 2, "our own is asked again")

        def confirmed() -> bool:
            listed = town.sandbox.vk("groups.getCallbackServers", town.token, group_id=town.group)["response"]
            return bool(listed["items"][0]["status"] == "ok")

        until(confirmed, "our own is confirmed")
        town.comment("Для нас")
        until(lambda: bool(receiver.events("wall_reply_new")), "the event comes")
        assert [event["object"]["text"] for event in receiver.events("wall_reply_new")] == ["Для нас"]
        assert stranger.events("wall_reply_new") == []


def test_an_eleventh_server_is_refused(town: Town) -> None:
    given = {"group_id": town.group, "url": "http://127.0.0.1:9/hook", "title": "Отклик"}
    answers = [town.sandbox.vk("groups.addCallbackServer", town.token, **given) for _ in range(11)]
    assert answers[10]["error"]["error_code"] == 2000
    first = answers[0]["response"]["server_id"]
    gone = {"group_id": town.group, "server_id": first}
    assert town.sandbox.vk("groups.deleteCallbackServer", town.token, **gone) == {"response": 1}
    assert town.sandbox.vk("groups.deleteCallbackServer", town.token, **gone)["error"]["error_code"] == 104


def test_a_push_survives_a_kill_of_the_sandbox(tmp_path: pathlib.Path) -> None:
    with running(tmp_path) as sandbox:
        town = build(sandbox)
        town.switch(push_delays=[0.3] * 100)
        code = sandbox.vk("groups.getCallbackConfirmationCode", town.token, group_id=town.group)["response"]["code"]
        with listening(code) as receiver:
            subscribe(town, receiver)
            receiver.replies = [(500, "", {})] * 1000
            number = town.comment("Переживёт")
            until(lambda: bool(receiver.events("wall_reply_new")), "the first try is made")
            sandbox.stop(signal.SIGKILL)
            receiver.replies = []
            receiver.heard.clear()
            sandbox.restart()
            until(lambda: bool(receiver.events("wall_reply_new")), "the push comes after the restart")
            assert receiver.events("wall_reply_new")[0]["object"]["id"] == number
        assert [item["id"] for item in town.thread()] == [number]
