"""What the emulator refuses, and with which error: the network's own status and {code, message}."""

from typing import Any

import pytest

from otklik.sandbox.max.limits import Limiter
from tests.max_account import PIXEL
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
NOBODY = "mid.00000000000000000000000000000000"


def comments(town: MaxTown, comment: str = "") -> str:
    return f"/messages/{town.post_mid}/comments" + (f"/{comment}" if comment else "")


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "expected"),
    [
        ("GET", "/mee", {}, None, (404, "not.found")),
        ("DELETE", "/me", {}, None, (405, "method.not.allowed")),
        ("PATCH", "/messages", {}, {}, (405, "method.not.allowed")),
        ("GET", "/me", {"colour": "red"}, None, (400, "proto.payload")),
        ("GET", "/me", {}, {"colour": "red"}, (400, "proto.payload")),
        ("GET", "/chats", {"count": 101}, None, (400, "proto.payload")),
        ("GET", "/chats", {"count": "many"}, None, (400, "proto.payload")),
        ("GET", "/chats/-5", {}, None, (404, "chat.not.found")),
        ("GET", "/chats/nobody", {}, None, (404, "chat.not.found")),
        ("GET", "/messages", {}, None, (400, "proto.payload")),
        ("GET", f"/messages/{NOBODY}", {}, None, (404, "not.found")),
        ("GET", f"/messages/{NOBODY}/comments", {}, None, (404, "not.found")),
        ("POST", f"/messages/{NOBODY}/comments", {}, {"text": "Да"}, (404, "not.found")),
        ("POST", "/messages", {}, {"text": "Да"}, (400, "proto.payload")),
        ("POST", "/messages", {"user_id": 5}, {"text": "Да"}, (404, "chat.not.found")),
        ("POST", "/uploads", {"type": "song"}, None, (400, "proto.payload")),
        ("POST", "/uploads", {}, None, (400, "proto.payload")),
        ("GET", "/updates", {"timeout": 91}, None, (400, "proto.payload")),
        ("GET", "/updates", {"limit": 0}, None, (400, "proto.payload")),
        ("DELETE", "/subscriptions", {}, None, (400, "proto.payload")),
        ("POST", "/subscriptions", {}, {"secret": "long-enough"}, (400, "proto.payload")),
        ("POST", "/subscriptions", {}, {"url": "https://a.ru", "secret": "four"}, (400, "proto.payload")),
        ("POST", "/subscriptions", {}, {"url": "https://a.ru", "secret": "секрет-секрет"}, (400, "proto.payload")),
        ("POST", "/subscriptions", {}, {"url": "https://a.ru", "update_types": "all"}, (400, "proto.payload")),
    ],
)
def test_a_wrong_call_gets_the_networks_own_error(
    max_town: MaxTown, method: str, path: str, query: dict[str, Any], body: Any, expected: tuple[int, str]
) -> None:
    answer = max_town.call(method, path, json=body, **query)
    assert (answer.status_code, answer.json()["code"]) == expected


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "ю" * 4001},
        {"text": 5},
        {"text": "Да", "attachments": []},
        {"text": "Да", "notify": True},
        {"text": "Да", "format": "rtf"},
        {"text": "Да", "link": {"type": "reply"}},
        {"text": "Да", "link": {"type": "forward", "mid": NOBODY}},
        {"text": "Смотрите https://mos.ru"},
        {"text": "[тут](https://mos.ru)", "format": "markdown"},
        {"text": "Спросите @anna_m"},
        ["text"],
    ],
)
def test_a_comment_takes_text_and_a_reply_and_nothing_else(max_town: MaxTown, body: Any) -> None:
    answer = max_town.call("POST", comments(max_town), json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "proto.payload")
    assert max_town.texts() == ["Что нового?"]


def test_the_token_is_taken_bare_in_the_header_and_nowhere_else(max_town: MaxTown) -> None:
    for wrong in (f"Bearer {max_town.token}", "stolen"):
        answer = max_town.call("GET", "/me", token=wrong)
        assert (answer.status_code, answer.json()) == (401, {"code": "verify.token", "message": "Invalid access_token"})
    bare = max_town.sandbox.http.get("/max/me", params={"access_token": max_town.token})
    assert (bare.status_code, bare.json()["code"]) == (401, "verify.token")
    assert max_town.call("GET", "/me", v="0.0.30").json()["user_id"] == max_town.bot


def test_a_photo_is_named_by_its_token_or_by_what_the_upload_answered_and_not_by_both(max_town: MaxTown) -> None:
    def uploaded() -> dict[str, Any]:
        door = max_town.call("POST", "/uploads", type="image").json()["url"]
        photos: dict[str, Any] = max_town.sandbox.http.post(door, files={"data": ("a", PIXEL)}).json()["photos"]
        return photos

    def say(**payload: Any) -> tuple[int, int]:
        body = {"attachments": [{"type": "image", "payload": payload}]}
        answer = max_town.call("POST", "/messages", json=body, chat_id=max_town.channel)
        told = answer.json()["message"]["body"]["attachments"] if answer.status_code == 200 else ()
        return answer.status_code, len(told)

    photos = uploaded()
    (token,) = [photo["token"] for photo in photos.values()]
    assert say(photos=photos | uploaded()) == (200, 2)
    assert say(photos=photos, token=None) == (200, 1)
    assert say(token=token) == (200, 1)
    wrong: tuple[dict[str, Any], ...] = (
        {"token": token, "photos": photos},
        {"photos": {"1": token}},
        {"photos": {"1": {"token": "no-such"}}},
        {"photos": {}},
        {"photos": [token]},
        {"url": "https://example.ru/a.png"},
        {},
    )
    assert [say(**payload) for payload in wrong] == [(400, 0)] * len(wrong)


def test_a_form_instead_of_json_is_refused(max_town: MaxTown) -> None:
    path, headers = f"/max{comments(max_town)}", {"Authorization": max_town.token}
    form = max_town.sandbox.http.post(path, data={"text": "Да"}, headers=headers)
    assert (form.status_code, form.json()["code"]) == (415, "unsupported.media.type")
    broken = max_town.sandbox.http.post(path, content="{", headers=headers | {"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (400, "proto.payload")


def test_each_right_opens_its_own_door(max_town: MaxTown) -> None:
    asked = max_town.write("Когда?").rpartition("=")[2]
    said = max_town.call("POST", comments(max_town), json={"text": "Завтра"}).json()["message"]["body"]["mid"]
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages")
    assert max_town.call("GET", comments(max_town)).status_code == 200
    assert max_town.call("POST", comments(max_town), json={"text": "Нет"}).status_code == 403
    assert max_town.call("DELETE", comments(max_town), comment_id=asked).status_code == 403
    assert max_town.call("DELETE", comments(max_town), comment_id=said).json() == {"success": True}
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages", "delete")
    assert max_town.call("DELETE", comments(max_town), comment_id=asked).json() == {"success": True}
    max_town.admit(max_town.bot, max_town.channel, "write")
    assert max_town.call("GET", comments(max_town)).status_code == 403
    assert max_town.call("GET", "/messages", chat_id=max_town.channel).status_code == 403
    assert max_town.texts() == ["Что нового?"]


def test_a_stranger_sees_and_says_nothing(max_town: MaxTown) -> None:
    theirs = max_town.other_token
    assert max_town.call("GET", f"/chats/{max_town.channel}", token=theirs).status_code == 403
    assert max_town.call("GET", comments(max_town), token=theirs).status_code == 403
    assert max_town.call("POST", comments(max_town), token=theirs, json={"text": "Я"}).status_code == 403
    max_town.write("Лично", to=max_town.bot)
    assert max_town.call("GET", "/chats").status_code == 404
    max_town.switch(chats_listed=True)
    chat = max_town.call("GET", "/chats").json()["chats"][0]
    assert chat["type"] == "dialog"
    assert max_town.call("GET", "/messages", token=theirs, chat_id=chat["chat_id"]).status_code == 403
    assert (
        max_town.call("POST", "/messages", token=theirs, json={"text": "Я"}, chat_id=chat["chat_id"]).status_code == 403
    )


def test_a_comment_is_edited_within_26_hours_and_not_later(max_town: MaxTown) -> None:
    mid = max_town.call("POST", comments(max_town), json={"text": "Завтра"}).json()["message"]["body"]["mid"]
    max_town.sandbox.control("clock", offset=25 * 3600)
    assert max_town.call("PUT", comments(max_town), json={"text": "В среду"}, comment_id=mid).json() == {
        "success": True
    }
    max_town.sandbox.control("clock", offset=27 * 3600)
    late = max_town.call("PUT", comments(max_town), json={"text": "Никогда"}, comment_id=mid)
    assert (late.status_code, late.json()["code"]) == (422, "comments.timeout_exceeded")
    assert max_town.texts() == ["Что нового?", "В среду"]
    others = max_town.write("Спасибо").rpartition("=")[2]
    assert max_town.call("PUT", comments(max_town), json={"text": "?"}, comment_id=others).status_code == 403


@pytest.mark.parametrize(("switch", "status"), [("refused", 404), ("accepted", 200)])
def test_a_reply_to_a_deleted_comment_goes_as_the_switch_says(max_town: MaxTown, switch: str, status: int) -> None:
    asked = max_town.write("Когда?")
    max_town.delete(asked)
    max_town.switch(link_to_deleted=switch)
    body = {"text": "Завтра", "link": {"type": "reply", "mid": asked.rpartition("=")[2]}}
    assert max_town.call("POST", comments(max_town), json=body).status_code == status


def test_who_never_started_or_stopped_the_bot_gets_no_message(max_town: MaxTown) -> None:
    def send() -> tuple[int, str]:
        answer = max_town.call("POST", "/messages", json={"text": "Здравствуйте"}, user_id=max_town.anna)
        return answer.status_code, str(answer.json().get("code", ""))

    assert send() == (404, "chat.not.found")
    max_town.sandbox.control("max/dialogues", bot=max_town.bot, person=max_town.anna)
    assert send() == (200, "")
    max_town.sandbox.control("max/dialogues", bot=max_town.bot, person=max_town.anna, started=False)
    assert send() == (403, "dialog.suspended")


def test_comments_are_listed_as_the_switches_say_and_seq_is_beyond_double_precision(max_town: MaxTown) -> None:
    for number in range(3):
        max_town.write(f"№ {number}")
    listed = max_town.call("GET", comments(max_town)).json()["messages"]
    assert [item["body"]["text"] for item in listed] == ["№ 0", "№ 1", "№ 2"]
    assert all(item["body"]["seq"] > 2**53 for item in listed)
    middle = listed[1]["timestamp"]
    assert len(max_town.call("GET", comments(max_town), after=middle).json()["messages"]) == 1
    max_town.switch(comment_order="desc", comment_edges="inclusive")
    newest = max_town.call("GET", comments(max_town), after=middle).json()["messages"]
    assert [item["body"]["text"] for item in newest] == ["№ 2", "№ 1"]
    wanted = f"{listed[2]['body']['mid']},{NOBODY}"
    named = max_town.call("GET", comments(max_town), comment_ids=wanted, count=1).json()["messages"]
    assert [item["body"]["text"] for item in named] == ["№ 2"]


@pytest.mark.parametrize(("how", "kind"), [("string", str), ("number", int), ("null", type(None))])
def test_a_comment_tells_its_post_as_the_switch_says(max_town: MaxTown, how: str, kind: type) -> None:
    max_town.switch(post_id=how)
    max_town.write("Когда?")
    (item,) = max_town.call("GET", comments(max_town)).json()["messages"]
    assert type(item["recipient"]["post_id"]) is kind


def test_the_limits_are_as_told() -> None:
    now = [0.0]
    limiter = Limiter(lambda: now[0])
    assert [limiter.allows("chat", "1") for _ in range(3)] == [True, True, False]
    assert [limiter.allows("bot", "1") for _ in range(31)].count(True) == 30
    now[0] = 1.5
    assert limiter.allows("chat", "1")


def test_too_many_calls_are_refused(max_town: MaxTown) -> None:
    max_town.switch(rate_limits=True)
    answers = [max_town.call("POST", comments(max_town), json={"text": f"№ {number}"}) for number in range(6)]
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 429]
    assert refused
    assert set(refused) == {"too.many.requests"}
    assert len(max_town.texts()) == 1 + len(answers) - len(refused)


def test_a_citizen_cannot_do_what_people_cannot(max_town: MaxTown) -> None:
    def refused(path: str, **given: Any) -> str:
        headers = {"X-Sandbox-Token": "control-for-tests"}
        answer = max_town.sandbox.http.post(f"/control/{path}", json=given, headers=headers)
        assert answer.status_code == 400, answer.text
        return str(answer.json()["error"])

    assert "administrators" in refused("max/texts", text="Пост", place=max_town.channel, person=max_town.anna)
    assert "no text" in refused("max/texts", text="?", under=f"max:{max_town.channel}:{NOBODY}", person=max_town.anna)
    assert "no address" in refused("max/texts", text="?", under="wall-1_2", person=max_town.anna)
    assert "negative" in refused("max/places", name="Канал", id=5)
    assert "rights are" in refused("max/tokens", kind="bot", place=max_town.channel, rights=["fly"])
    assert "only tokens of bots" in refused("max/tokens", kind="user")
    assert "object" in refused("max/events", bot=max_town.bot, update="all")
