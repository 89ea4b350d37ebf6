"""Meta's webhooks, beside what all pushes have in common: the handshake, the signature, what is told to whom."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from otklik.sandbox.meta.events import signature
from tests.sandbox.meta_town import SECRET, MetaTown
from tests.sandbox.pushing import install_meta as install
from tests.sandbox.pushing import subscribe_meta as subscribe
from tests.sandbox.receiver import MetaReceiver as Receiver
from tests.sandbox.receiver import Reply
from tests.sandbox.receiver import listening as listening_with
from tests.sandbox.town import until

__all__ = ["WORD", "Receiver", "install", "listening", "subscribe"]
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WORD = Receiver.word


def listening() -> AbstractContextManager[Receiver]:
    return listening_with(Receiver())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


def test_the_address_is_asked_before_it_is_kept(meta_town: MetaTown, receiver: Receiver) -> None:
    assert subscribe(meta_town, receiver, verify_token="wrong")["error"]["code"] == 2200
    receiver.challenge = "something else"
    assert subscribe(meta_town, receiver)["error"]["code"] == 2200
    assert subscribe(meta_town, receiver, callback_url="http://127.0.0.1:1/no")["error"]["code"] == 2200
    receiver.challenge = None
    assert meta_town.call("GET", "app/subscriptions", meta_town.app).json() == {"data": []}
    assert subscribe(meta_town, receiver) == {"success": True}
    assert receiver.asked[-1]["hub.mode"] == "subscribe"
    assert receiver.asked[-1]["hub.challenge"].isdigit()
    (kept,) = meta_town.call("GET", "app/subscriptions", meta_town.app).json()["data"]
    assert (kept["object"], kept["active"]) == ("page", True)
    assert meta_town.call("DELETE", "app/subscriptions", meta_town.app, object="page").json() == {"success": True}
    assert meta_town.call("GET", "app/subscriptions", meta_town.app).json() == {"data": []}


def test_every_act_is_told_and_signed_over_its_own_bytes(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    install(meta_town)
    comment = meta_town.write("Яма")
    meta_town.edit(comment, "Большая яма")
    meta_town.control("hidden", address=comment, hidden=True)
    meta_town.control("hidden", address=comment, hidden=False)
    meta_town.delete(comment)
    until(lambda: len(receiver.heard) == 5, "all five are told")
    for body, headers in receiver.heard:
        assert headers["x-hub-signature-256"] == signature(body, SECRET)
        assert body.isascii()
    verbs = [value["verb"] for value in receiver.values("feed")]
    assert verbs == ["add", "edited", "hide", "unhide", "remove"]
    assert "message" not in receiver.values("feed")[-1]


def test_what_was_given_up_is_told_with_the_number_of_tries(meta_town: MetaTown, receiver: Receiver) -> None:
    meta_town.switch(push_delays=[0, 0])
    subscribe(meta_town, receiver)
    install(meta_town)
    receiver.replies = [Reply(status) for status in (500, 404, 302)]
    meta_town.write("Яма")
    until(lambda: meta_town.pushes()[0]["state"] == "lost", "the event is given up")
    assert meta_town.pushes()[0]["tries"] == 3


def test_only_what_the_page_chose_is_told(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    meta_town.write("Никому")
    install(meta_town, "messages")
    meta_town.write("И это никому")
    meta_town.write("Привет", to=meta_town.page)
    until(lambda: len(receiver.heard) == 1, "the message is told")
    assert receiver.items()[0]["message"]["text"] == "Привет"
    assert receiver.items()[0]["timestamp"] > 10**12


def test_a_mention_is_told_without_its_author(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    install(meta_town, "mention")
    there = meta_town.put("А @rechnoy?", place=meta_town.other)
    until(lambda: len(receiver.heard) == 1, "the mention is told")
    (value,) = receiver.values("mention")
    assert value["post_id"] == there[3:]
    assert "from" not in value


def test_instagram_tells_new_comments_and_bare_mentions_and_no_changes(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver, "instagram")
    install(meta_town, "feed")
    top = meta_town.write("Темно", under=meta_town.media)
    below = meta_town.write("И у нас", under=top)
    deeper = meta_town.write("Да", under=below)
    meta_town.edit(top, "Светло")
    meta_town.delete(deeper)
    theirs = meta_town.control("places", name="Соседи", kind="instagram", username="sosedi")["id"]
    media = meta_town.put("Парк", place=theirs)
    named = meta_town.write("Спасибо @rechnoy_city", under=media)
    until(lambda: len(receiver.heard) == 4, "four are told")
    assert [value.get("parent_id") for value in receiver.values("comments")] == [None, top[3:], top[3:]]
    assert receiver.values("mentions") == [{"media_id": media[3:], "comment_id": named[3:]}]


def test_messages_are_changed_and_taken_back(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver, fields="messages,message_edits,message_echoes")
    install(meta_town, "messages,message_edits,message_echoes")
    said = meta_town.write("Привет", to=meta_town.page, lat=55.5, long=37.5)
    meta_town.edit(said, "Здравствуйте")
    meta_town.delete(said)
    recipient, message = json.dumps({"id": meta_town.anna}), json.dumps({"text": "Ответ"})
    given = {"recipient": recipient, "message": message, "messaging_type": "RESPONSE"}
    meta_town.call("POST", f"{meta_town.page}/messages", **given)
    until(lambda: len(receiver.heard) == 4, "four are told")
    written, changed, removed, echo = receiver.items()
    assert written["message"]["attachments"][0]["payload"]["coordinates"] == {"lat": 55.5, "long": 37.5}
    assert changed["message_edit"]["text"] == "Здравствуйте"
    assert removed["message"]["is_deleted"] is True
    assert (echo["sender"]["id"], echo["message"]["is_echo"]) == (meta_town.page, True)


def test_events_come_forged_or_broken_when_planned(meta_town: MetaTown, receiver: Receiver) -> None:
    subscribe(meta_town, receiver)
    install(meta_town)
    meta_town.fault("wrong_signature", "feed")
    meta_town.write("Раз")
    until(lambda: len(receiver.heard) == 1, "the forged one comes")
    body, headers = receiver.heard[0]
    assert headers["x-hub-signature-256"] != signature(body, SECRET)
    meta_town.control("events", object="page", raw="not json")
    until(lambda: len(receiver.heard) == 2, "any body comes")
    assert receiver.heard[1][0] == b"not json"
