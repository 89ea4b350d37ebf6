import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.telegram.methods import METHODS
from tests.sandbox.telegram_town import Town, number
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
NOT_THERE = (400, "Bad Request: message to be replied not found")


def test_wrong_tokens_verbs_and_methods_are_refused(telegram: Town) -> None:
    unknown = "123456:AAunknown-but-well-formed-token-0001"
    for token, code, words in (
        *((each, 404, "Not Found") for each in ("", "nonsense", "1:short")),
        (unknown, 401, "Unauthorized"),
    ):
        answer = telegram.sandbox.http.get(f"/telegram/bot{token}/getMe")
        assert (answer.status_code, answer.json()) == (code, {"ok": False, "error_code": code, "description": words})
    assert telegram.call("GETME")["id"] == telegram.bot.number
    assert telegram.refusal("getHistory") == (404, "Not Found: method not found")
    assert telegram.sandbox.http.put(f"/telegram/bot{telegram.bot.token}/getMe").status_code == 405


SENSELESS: list[tuple[dict[str, Any], str]] = [
    ({"text": "Да"}, "chat_id is empty"),
    ({"chat_id": -5, "text": "Да"}, "chat not found"),
    ({"chat_id": "@nobody_at_all", "text": "Да"}, "chat not found"),
    ({"chat_id": "rechnoy", "text": "Да"}, "chat not found"),
    ({"chat_id": 99, "text": "Да"}, "chat not found"),
    ({"chat_id": 2**70, "text": "Да"}, "can't parse chat_id"),
]
SENSELESS_IN_A_CHANNEL: list[tuple[dict[str, Any], str]] = [
    ({}, "message text is empty"),
    ({"text": "   "}, "message text is empty"),
    ({"text": 5}, "can't parse text: expected String"),
    ({"text": "я" * 4097}, "message is too long"),
    ({"text": "Да", "disable_notification": "perhaps"}, "can't parse disable_notification"),
    ({"text": "Да", "reply_to": 5}, "unknown parameter 'reply_to'"),
    ({"text": "Да", "reply_parameters": 5}, "can't parse reply_parameters"),
    ({"text": "Да", "reply_parameters": "{"}, "can't parse reply_parameters"),
    ({"text": "Да", "reply_parameters": {}}, "field 'message_id' must be specified"),
    ({"text": "Да", "reply_parameters": {"message_id": 1, "x": 1}}, "unknown field 'x'"),
]
SENSELESS_PHOTOS: list[tuple[dict[str, Any], str]] = [
    ({}, "there is no photo in the request"),
    ({"photo": "https://example.org/a.jpg"}, "wrong remote file identifier"),
    ({"photo": "attach://nothing"}, "there is no photo in the request"),
    ({"photo": "attach://photo", "caption": "я" * 1025}, "message caption is too long"),
]


def test_a_senseless_message_and_unless_switched_off_an_unknown_parameter_are_refused(telegram: Town) -> None:
    calls = [("sendMessage", params, words) for params, words in SENSELESS]
    calls += [
        ("sendMessage", {"chat_id": telegram.channel, **params}, words) for params, words in SENSELESS_IN_A_CHANNEL
    ]
    calls += [("sendPhoto", {"chat_id": telegram.group, **params}, words) for params, words in SENSELESS_PHOTOS]
    for method, params, words in calls:
        code, description = telegram.refusal(method, **params)
        assert code == 400
        assert words in description, params
    assert [item["text"] for item in telegram.thread()] == ["Что нового?"]
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
        params = {key: value for key, value in sane.items() if key in known and dice.random() < 0.7}
        params |= {key: dice.choice(ODD) for key in known if dice.random() < 0.3}
        params |= {"timeout": 0} if name == "getupdates" else {}
        body = json.dumps(params).encode()
        address = f"/telegram/bot{telegram.bot.token}/{name}"
        response = telegram.sandbox.http.post(address, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code in (200, 400, 403, 409), (params, response.text)
        if name == "leavechat":
            telegram.sit(telegram.discussion, telegram.bot.number, "administrator")


def test_parameters_are_read_from_everywhere_but_a_body_of_another_kind(telegram: Town) -> None:
    asked = telegram.write("Когда?")
    reply = {"message_id": number(asked), "allow_sending_without_reply": False}
    params = {"chat_id": str(telegram.discussion), "text": "Завтра", "reply_parameters": json.dumps(reply)}
    bot, http = f"/telegram/bot{telegram.bot.token}", telegram.sandbox.http
    address = f"{bot}/sendMessage"
    for answer in (
        http.post(address, params=params),
        http.get(address, params=params),
        http.post(address, data=params),
        http.post(address, data=params, files={"unused": ("a.txt", b"x")}),
        http.post(address, json={**params, "chat_id": telegram.discussion, "reply_parameters": reply}),
    ):
        message = answer.json()["result"]
        assert message["reply_to_message"]["message_id"] == number(asked)
        assert message["message_thread_id"] == number(telegram.post)
    response = http.post(f"{bot}/getChat", content=b"<chat_id/>", headers={"Content-Type": "text/xml"})
    assert response.json()["description"] == "Bad Request: chat_id is empty"
    for body in (b"[1]", b"{", b"[" * 5000):
        response = http.post(f"{bot}/getMe", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 400


def test_a_message_that_is_gone_cannot_be_replied_to_and_a_thread_follows_from_the_reply(telegram: Town) -> None:
    asked = telegram.write("Когда?")
    telegram.delete(asked)
    params: dict[str, Any] = {"chat_id": telegram.discussion, "text": "Завтра"}
    for named in (number(asked), 999, 2**40):
        assert telegram.refusal("sendMessage", **params, reply_parameters={"message_id": named}) == NOT_THERE
    there = {"message_id": number(telegram.post), "chat_id": telegram.group}
    assert telegram.refusal("sendMessage", **params, reply_parameters=there) == NOT_THERE
    loose = {"message_id": number(asked), "allow_sending_without_reply": True}
    assert "reply_to_message" not in telegram.call("sendMessage", **params, reply_parameters=loose)
    thread = number(telegram.post)  # it follows from the reply and not from a parameter
    assert "message_thread_id" not in telegram.call("sendMessage", **params, message_thread_id=thread)


def test_who_sits_where_decides_who_may_write_and_a_bot_does_not_speak_first(telegram: Town) -> None:
    params: dict[str, Any] = {"token": telegram.other.token, "chat_id": telegram.group, "text": "Да"}
    assert telegram.refusal("sendMessage", **params) == (400, "Bad Request: chat not found")
    telegram.sit(telegram.group, telegram.other.number, "member")
    assert telegram.call("sendMessage", **params)["chat"]["id"] == telegram.group
    assert telegram.call("leaveChat", telegram.other.token, chat_id=telegram.group) is True
    assert telegram.refusal("sendMessage", **params)[1] == "Forbidden: bot is not a member of the supergroup chat"
    telegram.sit(telegram.group, telegram.other.number, "kicked")
    assert telegram.refusal("sendMessage", **params)[1] == "Forbidden: bot was kicked from the supergroup chat"
    posting: dict[str, Any] = {**params, "chat_id": "@rechnoy"}
    assert telegram.refusal("sendMessage", **posting)[1] == "Forbidden: bot is not a member of the channel chat"
    telegram.sit(telegram.channel, telegram.other.number, "member")
    assert "administrator rights" in telegram.refusal("sendMessage", **posting)[1]
    private: dict[str, Any] = {"chat_id": int(telegram.boris), "text": "Да"}
    assert telegram.refusal("sendMessage", **private)[1] == "Forbidden: bot can't initiate conversation with a user"
    telegram.write("/start", to=str(telegram.bot.number), person=telegram.boris)
    assert telegram.call("sendMessage", **private)["chat"]["id"] == int(telegram.boris)
    telegram.control("blocked", bot=telegram.bot.number, person=telegram.boris, blocked=True)
    assert telegram.refusal("sendMessage", **private) == (403, "Forbidden: bot was blocked by the user")
    bots: dict[str, Any] = {"chat_id": telegram.other.number, "text": "Да"}
    assert telegram.refusal("sendMessage", **bots)[1] == "Forbidden: bots can't send messages to bots"


def test_chats_and_members_are_told_to_whoever_may_know(telegram: Town) -> None:
    chat = telegram.call("getChat", chat_id="@rechnoy")
    assert (chat["id"], chat["linked_chat_id"]) == (telegram.channel, telegram.discussion)
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


def test_files_belong_to_whoever_heard_of_them_and_albums_and_the_pace_have_bounds(telegram: Town) -> None:
    assert telegram.refusal("getFile", file_id="AgACAgIAAxnonsense")[0] == 400
    response = telegram.sandbox.http.get(f"/telegram/file/bot{telegram.bot.token}/photos/file_9_y.jpg")
    assert response.status_code == 404
    one = {"type": "photo", "media": "attach://a"}
    for media in ([], [one], [one] * 11):
        assert "as an album" in telegram.refusal("sendMediaGroup", chat_id=telegram.group, media=media)[1]
    odd = [one, {"type": "video", "media": "attach://a"}]
    assert telegram.refusal("sendMediaGroup", chat_id=telegram.group, media=odd)[0] == 400
    telegram.switch(rate_limits=True)
    telegram.call("sendMessage", chat_id=telegram.group, text="1")
    body = telegram.answer("sendMessage", chat_id=telegram.group, text="2").json()
    assert body["error_code"] == 429
    assert body["description"] == f"Too Many Requests: retry after {body['parameters']['retry_after']}"
    assert telegram.call("sendMessage", chat_id=telegram.discussion, text="3")["text"] == "3"


def test_updates_are_forgotten_when_passed_and_after_a_day_and_only_the_wanted_kinds_come(telegram: Town) -> None:
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
    telegram.call("getUpdates", allowed_updates=["edited_message"], offset=-1)
    address = telegram.write("Темно", place=str(telegram.group))
    telegram.edit(address, "Светло")
    assert [set(update) for update in telegram.call("getUpdates")] == [{"update_id", "edited_message"}]


def test_a_line_is_held_until_something_comes_or_a_second_reader(telegram: Town) -> None:
    telegram.catch_up()
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(telegram.call, "getUpdates", timeout=50)
        telegram.write("Темно", place=str(telegram.group))
        assert [update["message"]["text"] for update in held.result()] == ["Темно"]
    telegram.catch_up()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(telegram.refusal, "getUpdates", timeout=50)
        until(lambda: telegram.call("getUpdates") == [] and first.done(), "the first one is ended")
        code, words = first.result()
    assert code == 409
    assert words.startswith("Conflict: terminated by other getUpdates request")


def test_a_group_that_grew_up_says_where_it_went(telegram: Town) -> None:
    group, grown = telegram.grown_group()
    body = telegram.answer("sendMessage", chat_id=group, text="Да").json()
    assert (body["error_code"], body["parameters"]) == (400, {"migrate_to_chat_id": grown})
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    messages = [update["message"] for update in telegram.call("getUpdates", offset=-2)]
    assert (messages[0]["migrate_to_chat_id"], messages[1]["migrate_from_chat_id"]) == (grown, group)
