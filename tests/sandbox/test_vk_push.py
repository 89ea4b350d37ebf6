"""VK's Callback API, beside what all pushes have in common: confirmation, kinds of events, counters and pauses."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.pushing import subscribe_vk, vk_receiver, vk_status
from tests.sandbox.receiver import ConfirmingReceiver, Reply, listening
from tests.sandbox.town import Town, until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def receiver(town: Town) -> Iterator[ConfirmingReceiver]:
    with listening(vk_receiver(town)) as receiver:
        yield receiver


def test_a_server_that_answers_wrongly_gets_nothing(town: Town) -> None:
    with listening(ConfirmingReceiver("wrong")) as receiver:
        town.good("groups.addCallbackServer", group_id=town.group, url=receiver.url, title="Отклик")
        until(lambda: vk_status(town) == "failed", "the confirmation fails")
        town.comment("Слышно?")
        assert receiver.of("wall_reply_new") == []


def test_every_change_of_a_comment_is_told_in_order(town: Town, receiver: ConfirmingReceiver) -> None:
    subscribe_vk(town, receiver)
    number = town.comment("Яма")
    town.control(f"comments/{town.wall}_{number}/edit", text="Две ямы")
    town.control(f"comments/{town.wall}_{number}/delete")
    town.control(f"comments/{town.wall}_{number}/restore")
    until(lambda: bool(receiver.of("wall_reply_restore")), "the last event comes")
    kinds = [event["type"] for event in receiver.events()]
    assert kinds == ["confirmation", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore"]
    new = receiver.of("wall_reply_new")[0]
    assert (new["group_id"], new["secret"], new["v"]) == (town.group, "s3cret", "5.199")
    assert (new["object"]["post_owner_id"], new["object"]["post_id"]) == (town.wall, town.post)
    gone = receiver.of("wall_reply_delete")[0]["object"]
    assert gone == {"owner_id": town.wall, "id": number, "deleter_id": town.anna, "post_id": town.post}


def test_our_own_reply_comes_back_only_while_echo_is_on(town: Town, receiver: ConfirmingReceiver) -> None:
    subscribe_vk(town, receiver)
    town.reply("Слышно")
    town.switch(echo=False)
    town.reply("Не слышно")
    town.comment("Конец")
    until(lambda: len(receiver.of("wall_reply_new")) == 2, "two events come")
    assert [event["object"]["from_id"] for event in receiver.of("wall_reply_new")] == [-town.group, town.anna]


def test_private_messages_are_told_in_both_directions(town: Town, receiver: ConfirmingReceiver) -> None:
    subscribe_vk(town, receiver)
    town.control("messages", group_id=town.group, person_id=town.anna, text="Лично", lat=55.0, long=37.0)
    town.good("messages.send", peer_id=town.anna, random_id=77, message="Ответ")
    until(lambda: bool(receiver.of("message_reply")), "the reply is told")
    new, reply = receiver.of("message_new")[0]["object"], receiver.of("message_reply")[0]["object"]
    assert (new["message"]["text"], new["message"]["out"], new["message"]["from_id"]) == ("Лично", 0, town.anna)
    assert new["message"]["geo"]["coordinates"] == {"latitude": 55.0, "longitude": 37.0}
    assert (reply["text"], reply["out"], reply["random_id"], reply["from_id"]) == ("Ответ", 1, 77, -town.group)


def test_a_refused_push_comes_again_with_a_counter(town: Town, receiver: ConfirmingReceiver) -> None:
    town.switch(push_delays=[0.05, 0.05, 0.05])
    subscribe_vk(town, receiver)
    receiver.replies = [Reply(500), Reply(200, "OK"), Reply(503, headers={"Retry-After": "0"})]
    town.comment("Яма")
    until(lambda: len(receiver.of("wall_reply_new")) == 4, "four tries are made")
    assert receiver.headers("X-Retry-Counter")[1:] == [None, "1", "2", "3"]
    assert len({event["event_id"] for event in receiver.of("wall_reply_new")}) == 1


def test_a_server_that_asks_to_wait_is_left_alone(town: Town, receiver: ConfirmingReceiver) -> None:
    town.switch(push_delays=[0.01, 0.01])
    subscribe_vk(town, receiver)
    receiver.replies = [Reply(429, headers={"Retry-After": "600"})]
    town.comment("Яма")

    def waits() -> bool:
        pushes = town.inspect("deliveries")["deliveries"]
        return any((push["tries"], push["state"], push["last"][:3]) == (1, "due", "429") for push in pushes)

    until(waits, "the push waits for its time")
    town.comment("Другая яма")
    until(lambda: len(receiver.of("wall_reply_new")) == 2, "the next event is told meanwhile")
    assert [event["object"]["text"] for event in receiver.of("wall_reply_new")] == ["Яма", "Другая яма"]


def test_a_push_that_is_given_up_is_counted(town: Town, receiver: ConfirmingReceiver) -> None:
    town.switch(push_delays=[])
    subscribe_vk(town, receiver)
    receiver.replies = [Reply(500)]
    town.comment("Яма")
    until(lambda: town.count("pushes_given_up") == 1, "the push is given up")


def test_a_server_that_answers_remove_no_longer_hears_that_kind(town: Town, receiver: ConfirmingReceiver) -> None:
    subscribe_vk(town, receiver)
    receiver.replies = [Reply(200, "remove")]
    town.comment("Последнее")
    until(lambda: bool(receiver.of("wall_reply_new")), "the event comes")

    def wanted() -> int:
        return int(town.good("groups.getCallbackSettings", group_id=town.group)["events"]["wall_reply_new"])

    until(lambda: wanted() == 0, "the subscription ends")


def test_a_changed_address_gets_events_only_after_its_confirmation(town: Town, receiver: ConfirmingReceiver) -> None:
    where: dict[str, Any] = {"group_id": town.group, "server_id": subscribe_vk(town, receiver)}
    with listening(ConfirmingReceiver("wrong")) as stranger:
        town.good("groups.editCallbackServer", **where, url=stranger.url, title="Чужой")
        until(lambda: bool(stranger.of("confirmation")), "the stranger is asked")
        town.comment("Не для него")
        town.good("groups.editCallbackServer", **where, url=receiver.url, title="Отклик")
        until(lambda: len(receiver.of("confirmation")) == 2, "our own is asked again")
        until(lambda: vk_status(town) == "ok", "our own is confirmed")
        town.comment("Для нас")
        until(lambda: bool(receiver.of("wall_reply_new")), "the event comes")
        assert [event["object"]["text"] for event in receiver.of("wall_reply_new")] == ["Для нас"]
        assert stranger.of("wall_reply_new") == []


def test_an_eleventh_server_is_refused(town: Town) -> None:
    given: dict[str, Any] = {"group_id": town.group, "url": "http://127.0.0.1:9/hook", "title": "Отклик"}
    first, *_ = [town.good("groups.addCallbackServer", **given)["server_id"] for _ in range(10)]
    assert town.code("groups.addCallbackServer", **given) == 2000
    gone: dict[str, Any] = {"group_id": town.group, "server_id": first}
    assert town.good("groups.deleteCallbackServer", **gone) == 1
    assert town.code("groups.deleteCallbackServer", **gone) == 104
