"""What the real network refuses, the emulator refuses, in the network's own words."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from otklik.sandbox.telegram.methods import METHODS
from tests.sandbox.telegram_town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
NOT_THERE = (400, "Bad Request: message to be replied not found")


def number(address: str) -> int:
    return int(address.rpartition(":")[2])


@pytest.mark.parametrize(
    ("token", "code", "words"),
    [
        ("", 404, "Not Found"),
        ("nonsense", 404, "Not Found"),
        ("1:short", 404, "Not Found"),
        ("123456:AAunknown-but-well-formed-token-0001", 401, "Unauthorized"),
    ],
)
def test_a_wrong_token_is_refused(telegram: Town, token: str, code: int, words: str) -> None:
    response = telegram.sandbox.http.get(f"/telegram/bot{token}/getMe")
    assert (response.status_code, response.json()) == (code, {"ok": False, "error_code": code, "description": words})


def test_a_method_is_known_whatever_its_capitals_and_others_are_not(telegram: Town) -> None:
    assert telegram.call("GETME")["id"] == telegram.bot.number
    assert telegram.refusal("getHistory") == (404, "Not Found: method not found")
    assert telegram.sandbox.http.put(f"/telegram/bot{telegram.bot.token}/getMe").status_code == 405


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "Да"}, "chat_id is empty"),
        ({"chat_id": "channel"}, "message text is empty"),
        ({"chat_id": "channel", "text": "   "}, "message text is empty"),
        ({"chat_id": "channel", "text": 5}, "can't parse text: expected String"),
        ({"chat_id": "channel", "text": "Да", "disable_notification": "perhaps"}, "can't parse disable_notification"),
        ({"chat_id": "channel", "text": "Да", "reply_to": 5}, "unknown parameter 'reply_to'"),
        ({"chat_id": "channel", "text": "Да", "reply_parameters": 5}, "can't parse reply_parameters"),
        ({"chat_id": "channel", "text": "Да", "reply_parameters": "{"}, "can't parse reply_parameters"),
        ({"chat_id": "channel", "text": "Да", "reply_parameters": {}}, "field 'message_id' must be specified"),
        ({"chat_id": "channel", "text": "Да", "reply_parameters": {"message_id": 1, "x": 1}}, "unknown field 'x'"),
        ({"chat_id": -5, "text": "Да"}, "chat not found"),
        ({"chat_id": "@nobody_at_all", "text": "Да"}, "chat not found"),
        ({"chat_id": "rechnoy", "text": "Да"}, "chat not found"),
        ({"chat_id": 99, "text": "Да"}, "chat not found"),
        ({"chat_id": 2**70, "text": "Да"}, "can't parse chat_id"),
        ({"chat_id": "channel", "text": "я" * 4097}, "message is too long"),
    ],
)
def test_a_senseless_message_is_refused(telegram: Town, given: dict[str, Any], words: str) -> None:
    chosen = {**given, "chat_id": telegram.channel} if given.get("chat_id") == "channel" else given
    code, told = telegram.refusal("sendMessage", **chosen)
    assert code == 400
    assert words in told
    assert [item["text"] for item in telegram.thread()] == ["Что нового?"]


def test_an_unknown_parameter_is_ignored_where_the_switch_says_so(telegram: Town) -> None:
    telegram.switch(unknown_parameters="ignored")
    assert telegram.call("getMe", nonsense=5)["is_bot"] is True


ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**62, -(2**62), 2**80, 1.5, "", "x", "\ud800", "\x00", "@", "@rechnoy", "-5", "true"),
    *([], {}, [[]], [{}], [None], {"message_id": None}, {"message_id": 2**62}, "[" * 2000, [{"type": "photo"}]),
    *([{"type": "photo", "media": "attach://a", "caption": 5}] * 2, {"is_disabled": []}, {"chat_id": "@nobody"}),
)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_no_senseless_call_breaks_the_server(telegram: Town, name: str) -> None:
    dice = random.Random(name)
    known = [param.name for param in METHODS[name].params]
    sane = {"chat_id": telegram.discussion, "text": "Да", "message_id": 1, "user_id": telegram.bot.number}
    for _ in range(60):
        given = {key: value for key, value in sane.items() if key in known and dice.random() < 0.7}
        given |= {key: dice.choice(ODD) for key in known if dice.random() < 0.3}
        given |= {"timeout": 0} if name == "getupdates" else {}
        body = json.dumps(given).encode()
        response = telegram.sandbox.http.post(
            f"/telegram/bot{telegram.bot.token}/{name}", content=body, headers={"Content-Type": "application/json"}
        )
        assert response.status_code in (200, 400, 403, 409), (given, response.text)
        if name == "leavechat":
            telegram.sit(telegram.discussion, telegram.bot.number, "administrator")


@pytest.mark.parametrize("way", ["query", "form", "multipart", "json", "get"])
def test_parameters_are_read_from_everywhere(telegram: Town, way: str) -> None:
    asked = telegram.write("Когда?")
    reply = {"message_id": number(asked), "allow_sending_without_reply": False}
    given = {"chat_id": str(telegram.discussion), "text": "Завтра", "reply_parameters": json.dumps(reply)}
    address, http = f"/telegram/bot{telegram.bot.token}/sendMessage", telegram.sandbox.http
    if way == "query":
        response = http.post(address, params=given)
    elif way == "get":
        response = http.get(address, params=given)
    elif way == "form":
        response = http.post(address, data=given)
    elif way == "multipart":
        response = http.post(address, data=given, files={"unused": ("a.txt", b"x")})
    else:
        response = http.post(address, json={**given, "chat_id": telegram.discussion, "reply_parameters": reply})
    told = response.json()["result"]
    assert told["reply_to_message"]["message_id"] == number(asked)
    assert told["message_thread_id"] == number(telegram.post)


def test_a_body_of_another_kind_is_not_read(telegram: Town) -> None:
    response = telegram.sandbox.http.post(
        f"/telegram/bot{telegram.bot.token}/getChat", content=b"<chat_id/>", headers={"Content-Type": "text/xml"}
    )
    assert response.json()["description"] == "Bad Request: chat_id is empty"
    for body in (b"[1]", b"{", b"[" * 5000):
        response = telegram.sandbox.http.post(
            f"/telegram/bot{telegram.bot.token}/getMe", content=body, headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 400


def test_a_message_that_is_gone_cannot_be_replied_to(telegram: Town) -> None:
    asked = telegram.write("Когда?")
    telegram.sandbox.control("telegram/texts/delete", address=asked)
    given: dict[str, Any] = {"chat_id": telegram.discussion, "text": "Завтра"}
    for named in (number(asked), 999, 2**40):
        assert telegram.refusal("sendMessage", **given, reply_parameters={"message_id": named}) == NOT_THERE
    there = {"message_id": number(telegram.post), "chat_id": telegram.group}
    assert telegram.refusal("sendMessage", **given, reply_parameters=there) == NOT_THERE
    loose = {"message_id": number(asked), "allow_sending_without_reply": True}
    assert "reply_to_message" not in telegram.call("sendMessage", **given, reply_parameters=loose)


def test_the_thread_follows_from_the_reply_and_not_from_a_parameter(telegram: Town) -> None:
    told = telegram.call(
        "sendMessage", chat_id=telegram.discussion, text="Всем", message_thread_id=number(telegram.post)
    )
    assert "message_thread_id" not in told


def test_who_sits_where_decides_who_may_write(telegram: Town) -> None:
    given: dict[str, Any] = {"token": telegram.other.token, "chat_id": telegram.group, "text": "Да"}
    assert telegram.refusal("sendMessage", **given) == (400, "Bad Request: chat not found")
    telegram.sit(telegram.group, telegram.other.number, "member")
    assert telegram.call("sendMessage", **given)["chat"]["id"] == telegram.group
    assert telegram.call("leaveChat", telegram.other.token, chat_id=telegram.group) is True
    assert telegram.refusal("sendMessage", **given)[1] == "Forbidden: bot is not a member of the supergroup chat"
    telegram.sit(telegram.group, telegram.other.number, "kicked")
    assert telegram.refusal("sendMessage", **given)[1] == "Forbidden: bot was kicked from the supergroup chat"
    posting: dict[str, Any] = {**given, "chat_id": "@rechnoy"}
    assert telegram.refusal("sendMessage", **posting)[1] == "Forbidden: bot is not a member of the channel chat"
    telegram.sit(telegram.channel, telegram.other.number, "member")
    assert "administrator rights" in telegram.refusal("sendMessage", **posting)[1]


def test_a_bot_does_not_speak_first_nor_to_bots_nor_to_whoever_stopped_it(telegram: Town) -> None:
    given: dict[str, Any] = {"chat_id": int(telegram.boris), "text": "Да"}
    assert telegram.refusal("sendMessage", **given)[1] == "Forbidden: bot can't initiate conversation with a user"
    telegram.write("/start", to=str(telegram.bot.number), person=telegram.boris)
    assert telegram.call("sendMessage", **given)["chat"]["id"] == int(telegram.boris)
    telegram.sandbox.control("telegram/blocked", bot=telegram.bot.number, person=telegram.boris, blocked=True)
    assert telegram.refusal("sendMessage", **given) == (403, "Forbidden: bot was blocked by the user")
    bots: dict[str, Any] = {"chat_id": telegram.other.number, "text": "Да"}
    assert telegram.refusal("sendMessage", **bots)[1] == "Forbidden: bots can't send messages to bots"


def test_chats_and_members_are_told_to_whoever_may_know(telegram: Town) -> None:
    told = telegram.call("getChat", chat_id="@rechnoy")
    assert (told["id"], told["linked_chat_id"]) == (telegram.channel, telegram.discussion)
    member = telegram.call("getChatMember", chat_id=telegram.channel, user_id=telegram.bot.number)
    assert member["status"] == "administrator"
    hidden: dict[str, Any] = {"token": telegram.other.token, "chat_id": "@rechnoy", "user_id": int(telegram.anna)}
    assert telegram.refusal("getChatMember", **hidden)[1] == "Bad Request: member list is inaccessible"
    assert telegram.refusal("getChatMember", chat_id=telegram.group, user_id=1)[0] == 400
    before = telegram.call("getChatMemberCount", chat_id=telegram.discussion)
    telegram.write("Темно")
    assert telegram.call("getChatMemberCount", chat_id=telegram.discussion) == before + 1
    assert telegram.call("getChatAdministrators", chat_id=telegram.group)[0]["user"]["id"] == telegram.bot.number
    assert telegram.refusal("getChat", chat_id=int(telegram.boris))[1] == "Bad Request: chat not found"


def test_own_messages_are_edited_and_deleted_and_others_only_by_an_administrator(telegram: Town) -> None:
    telegram.sit(telegram.group, telegram.other.number, "member")
    asked = telegram.write("Темно", place=str(telegram.group))
    theirs: dict[str, Any] = {"chat_id": telegram.group, "message_id": number(asked)}
    ours = telegram.call("sendMessage", telegram.other.token, chat_id=telegram.group, text="Да")["message_id"]
    own: dict[str, Any] = {"token": telegram.other.token, "chat_id": telegram.group, "message_id": ours}
    assert telegram.call("editMessageText", **own, text="Нет")["text"] == "Нет"
    assert "is not modified" in telegram.refusal("editMessageText", **own, text="Нет")[1]
    assert "can't be edited" in telegram.refusal("editMessageText", telegram.other.token, **theirs, text="x")[1]
    assert "can't be deleted" in telegram.refusal("deleteMessage", telegram.other.token, **theirs)[1]
    assert telegram.call("deleteMessage", **theirs) is True
    assert telegram.refusal("deleteMessage", **theirs)[1] == "Bad Request: message to delete not found"
    telegram.sandbox.control("clock", offset=48 * 3600)
    assert "for everyone" in telegram.refusal("deleteMessage", **own)[1]
    telegram.sandbox.control("clock")


def test_files_belong_to_the_bot_that_heard_of_them(telegram: Town) -> None:
    assert telegram.refusal("getFile", file_id="AgACAgIAAxnonsense")[0] == 400
    response = telegram.sandbox.http.get(f"/telegram/file/bot{telegram.bot.token}/photos/file_9_y.jpg")
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "there is no photo in the request"),
        ({"photo": "https://example.org/a.jpg"}, "wrong remote file identifier"),
        ({"photo": "attach://nothing"}, "there is no photo in the request"),
        ({"photo": "attach://photo", "caption": "я" * 1025}, "message caption is too long"),
    ],
)
def test_a_photo_that_is_none_is_refused(telegram: Town, given: dict[str, Any], words: str) -> None:
    assert words in telegram.refusal("sendPhoto", chat_id=telegram.group, **given)[1]


def test_an_album_has_two_to_ten_pictures(telegram: Town) -> None:
    one = {"type": "photo", "media": "attach://a"}
    for media in ([], [one], [one] * 11):
        assert "as an album" in telegram.refusal("sendMediaGroup", chat_id=telegram.group, media=media)[1]
    odd = [one, {"type": "video", "media": "attach://a"}]
    assert telegram.refusal("sendMediaGroup", chat_id=telegram.group, media=odd)[0] == 400


def test_the_pace_is_one_message_a_second_in_a_chat(telegram: Town) -> None:
    telegram.switch(rate_limits=True)
    telegram.call("sendMessage", chat_id=telegram.group, text="1")
    told = telegram.answer("sendMessage", chat_id=telegram.group, text="2").json()
    assert told["error_code"] == 429
    assert told["description"] == f"Too Many Requests: retry after {told['parameters']['retry_after']}"
    assert telegram.call("sendMessage", chat_id=telegram.discussion, text="3")["text"] == "3"


def test_updates_are_forgotten_when_passed_and_after_a_day(telegram: Town) -> None:
    telegram.call("getUpdates", offset=-1)
    for text in ("раз", "два", "три"):
        telegram.write(text, place=str(telegram.group))
    got = telegram.call("getUpdates", limit=2, offset=telegram.call("getUpdates", offset=-3)[0]["update_id"])
    assert [update["message"]["text"] for update in got] == ["раз", "два"]
    assert telegram.call("getUpdates", limit=1)[0] == got[0]
    assert len(telegram.call("getUpdates", offset=got[1]["update_id"])) == 2
    assert [update["message"]["text"] for update in telegram.call("getUpdates", offset=-1)] == ["три"]
    assert len(telegram.call("getUpdates")) == 1
    telegram.sandbox.control("clock", offset=24 * 3600 + 5)
    assert telegram.call("getUpdates") == []
    telegram.sandbox.control("clock")


def test_only_the_wanted_kinds_come_and_the_wish_is_remembered(telegram: Town) -> None:
    telegram.call("getUpdates", allowed_updates=["edited_message"], offset=-1)
    address = telegram.write("Темно", place=str(telegram.group))
    telegram.sandbox.control("telegram/texts/edit", address=address, text="Светло")
    assert [set(update) for update in telegram.call("getUpdates")][1:] == [{"update_id", "edited_message"}]


def test_a_line_is_held_until_something_comes(telegram: Town) -> None:
    telegram.call("getUpdates", offset=telegram.call("getUpdates", offset=-1)[0]["update_id"] + 1)
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        held = pool.submit(telegram.call, "getUpdates", timeout=15)
        time.sleep(0.3)
        telegram.write("Темно", place=str(telegram.group))
        assert [update["message"]["text"] for update in held.result()] == ["Темно"]
    assert time.monotonic() - began < 10


def test_a_second_reader_ends_the_first_one(telegram: Town) -> None:
    telegram.call("getUpdates", offset=telegram.call("getUpdates", offset=-1)[0]["update_id"] + 1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(telegram.refusal, "getUpdates", timeout=15)
        time.sleep(0.3)
        assert telegram.call("getUpdates") == []
        code, words = first.result()
    assert code == 409
    assert words.startswith("Conflict: terminated by other getUpdates request")


def test_a_group_that_grew_up_says_where_it_went(telegram: Town) -> None:
    group = telegram.sandbox.control("telegram/places", name="Подъезд", kind="group")["id"]
    telegram.sit(group, telegram.bot.number, "member")
    grown = telegram.sandbox.control("telegram/migrate", place=group)["id"]
    told = telegram.answer("sendMessage", chat_id=group, text="Да").json()
    assert (told["error_code"], told["parameters"]) == (400, {"migrate_to_chat_id": grown})
    assert told["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    said = [update["message"] for update in telegram.call("getUpdates", offset=-2)]
    assert [message.get("migrate_to_chat_id") or message.get("migrate_from_chat_id") for message in said] == [
        grown,
        group,
    ]
