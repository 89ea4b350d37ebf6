"""What the emulator of MAX refuses, and with which error: the network's own status and {code, message}."""

import base64
from typing import Any

import pytest

from otklik.sandbox.max.limits import Limiter
from tests.max_account import MAX, PIXEL
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
NOBODY = "mid.00000000000000000000000000000000"
PAYLOAD, NOT_FOUND, NO_CHAT, NO_METHOD = "proto.payload", "not.found", "chat.not.found", "method.not.allowed"


def comments(town: MaxTown) -> str:
    return f"/messages/{town.post_mid}/comments"


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "expected"),
    [
        ("GET", "/mee", {}, None, (404, NOT_FOUND)),
        ("DELETE", "/me", {}, None, (405, NO_METHOD)),
        ("PATCH", "/messages", {}, {}, (405, NO_METHOD)),
        ("GET", "/me", {"colour": "red"}, None, (400, PAYLOAD)),
        ("GET", "/me", {}, {"colour": "red"}, (400, PAYLOAD)),
        ("GET", "/chats", {"count": 101}, None, (400, PAYLOAD)),
        ("GET", "/chats", {"count": "many"}, None, (400, PAYLOAD)),
        ("GET", "/chats/-5", {}, None, (404, NO_CHAT)),
        ("GET", "/chats/nobody", {}, None, (404, NO_CHAT)),
        ("GET", "/messages", {}, None, (400, PAYLOAD)),
        ("GET", f"/messages/{NOBODY}", {}, None, (404, NOT_FOUND)),
        ("GET", f"/messages/{NOBODY}/comments", {}, None, (404, NOT_FOUND)),
        ("POST", f"/messages/{NOBODY}/comments", {}, {"text": "Да"}, (404, NOT_FOUND)),
        ("POST", "/messages", {}, {"text": "Да"}, (400, PAYLOAD)),
        ("POST", "/messages", {"user_id": 5}, {"text": "Да"}, (404, NO_CHAT)),
        ("POST", "/uploads", {"type": "song"}, None, (400, PAYLOAD)),
        ("POST", "/uploads", {}, None, (400, PAYLOAD)),
        ("GET", "/updates", {"timeout": 91}, None, (400, PAYLOAD)),
        ("GET", "/updates", {"limit": 0}, None, (400, PAYLOAD)),
        ("DELETE", "/subscriptions", {}, None, (400, PAYLOAD)),
        ("POST", "/subscriptions", {}, {"secret": "long-enough"}, (400, PAYLOAD)),
        ("POST", "/subscriptions", {}, {"url": "https://a.ru", "secret": "four"}, (400, PAYLOAD)),
        ("POST", "/subscriptions", {}, {"url": "https://a.ru", "secret": "секрет-секрет"}, (400, PAYLOAD)),
        ("POST", "/subscriptions", {}, {"url": "https://a.ru", "update_types": "all"}, (400, PAYLOAD)),
    ],
)
def test_a_wrong_call_gets_the_networks_own_error(
    max_town: MaxTown, method: str, path: str, query: dict[str, Any], body: Any, expected: tuple[int, str]
) -> None:
    assert max_town.outcome(method, path, json=body, **query) == expected


WRONG_COMMENTS: list[Any] = [
    *({}, {"text": ""}, {"text": "ю" * 4001}, {"text": 5}, ["text"]),
    *({"text": "Да", "attachments": []}, {"text": "Да", "notify": True}, {"text": "Да", "format": "rtf"}),
    *({"text": "Да", "link": {"type": "reply"}}, {"text": "Да", "link": {"type": "forward", "mid": NOBODY}}),
    *({"text": "Смотрите https://mos.ru"}, {"text": "Спросите @anna_m"}),
    {"text": "[тут](https://mos.ru)", "format": "markdown"},
]


def test_a_comment_takes_text_and_a_reply_and_nothing_else(max_town: MaxTown) -> None:
    for body in WRONG_COMMENTS:
        assert max_town.outcome("POST", comments(max_town), json=body) == (400, PAYLOAD), body
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
        shown = answer.json()["message"]["body"]["attachments"] if answer.status_code == 200 else ()
        return answer.status_code, len(shown)

    photos = uploaded()
    (token,) = [photo["token"] for photo in photos.values()]
    assert say(photos=photos | uploaded()) == (200, 2)
    assert say(photos=photos, token=None) == (200, 1)
    assert say(token=token) == (200, 1)
    wrong: list[dict[str, Any]] = [{"token": token, "photos": photos}, {"url": "https://example.ru/a.png"}, {}]
    wrong += [{"photos": each} for each in ({"1": token}, {"1": {"token": "no-such"}}, {}, [token])]
    assert [say(**payload) for payload in wrong] == [(400, 0)] * len(wrong)


def test_a_form_instead_of_json_is_refused(max_town: MaxTown) -> None:
    path, headers = f"/max{comments(max_town)}", {"Authorization": max_town.token}
    form = max_town.sandbox.http.post(path, data={"text": "Да"}, headers=headers)
    assert (form.status_code, form.json()["code"]) == (415, "unsupported.media.type")
    broken = max_town.sandbox.http.post(path, content="{", headers=headers | {"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (400, PAYLOAD)


def said(town: MaxTown, text: str = "Завтра") -> str:
    """The bot's comment; its number."""
    return str(town.call("POST", comments(town), json={"text": text}).json()["message"]["body"]["mid"])


def test_each_right_opens_its_own_door(max_town: MaxTown) -> None:
    where, asked, ours = comments(max_town), max_town.write("Когда?").rpartition("=")[2], said(max_town)
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages")
    assert max_town.outcome("GET", where)[0] == 200
    assert max_town.outcome("POST", where, json={"text": "Нет"})[0] == 403
    assert max_town.outcome("DELETE", where, comment_id=asked)[0] == 403
    assert max_town.call("DELETE", where, comment_id=ours).json() == {"success": True}
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages", "delete")
    assert max_town.call("DELETE", where, comment_id=asked).json() == {"success": True}
    max_town.admit(max_town.bot, max_town.channel, "write")
    assert max_town.outcome("GET", where)[0] == 403
    assert max_town.outcome("GET", "/messages", chat_id=max_town.channel)[0] == 403
    assert max_town.texts() == ["Что нового?"]


def test_a_stranger_sees_and_says_nothing(max_town: MaxTown) -> None:
    max_town.write("Лично", to=max_town.bot)
    assert max_town.outcome("GET", "/chats")[0] == 404
    max_town.switch(chats_listed=True)
    chat = max_town.call("GET", "/chats").json()["chats"][0]
    assert chat["type"] == "dialog"
    calls: list[tuple[str, str, Any, dict[str, Any]]] = [
        ("GET", f"/chats/{max_town.channel}", None, {}),
        ("GET", comments(max_town), None, {}),
        ("POST", comments(max_town), {"text": "Я"}, {}),
        ("GET", "/messages", None, {"chat_id": chat["chat_id"]}),
        ("POST", "/messages", {"text": "Я"}, {"chat_id": chat["chat_id"]}),
    ]
    for method, path, body, query in calls:
        assert max_town.outcome(method, path, token=max_town.other_token, json=body, **query)[0] == 403, path


def test_a_comment_is_edited_within_26_hours_and_not_later(max_town: MaxTown) -> None:
    where, mid = comments(max_town), said(max_town)
    max_town.sandbox.control("clock", offset=25 * 3600)
    assert max_town.call("PUT", where, json={"text": "В среду"}, comment_id=mid).json() == {"success": True}
    max_town.sandbox.control("clock", offset=27 * 3600)
    late = max_town.outcome("PUT", where, json={"text": "Никогда"}, comment_id=mid)
    assert late == (422, "comments.timeout_exceeded")
    assert max_town.texts() == ["Что нового?", "В среду"]
    others = max_town.write("Спасибо").rpartition("=")[2]
    assert max_town.outcome("PUT", where, json={"text": "?"}, comment_id=others)[0] == 403


@pytest.mark.parametrize(("switch", "status"), [("refused", 404), ("accepted", 200)])
def test_a_reply_to_a_deleted_comment_goes_as_the_switch_says(max_town: MaxTown, switch: str, status: int) -> None:
    asked = max_town.write("Когда?")
    max_town.delete(asked)
    max_town.switch(link_to_deleted=switch)
    body = {"text": "Завтра", "link": {"type": "reply", "mid": asked.rpartition("=")[2]}}
    assert max_town.outcome("POST", comments(max_town), json=body)[0] == status


def test_who_never_started_or_stopped_the_bot_gets_no_message(max_town: MaxTown) -> None:
    def send() -> tuple[int, str]:
        return max_town.outcome("POST", "/messages", json={"text": "Здравствуйте"}, user_id=max_town.anna)

    assert send() == (404, NO_CHAT)
    max_town.control("dialogues", bot=max_town.bot, person=max_town.anna)
    assert send() == (200, "")
    max_town.control("dialogues", bot=max_town.bot, person=max_town.anna, started=False)
    assert send() == (403, "dialog.suspended")


def test_comments_are_listed_as_the_switches_say_and_seq_is_beyond_double_precision(max_town: MaxTown) -> None:
    def listed(**query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = max_town.call("GET", comments(max_town), **query).json()["messages"]
        return items

    for number in range(3):
        max_town.write(f"№ {number}")
    items = listed()
    assert [item["body"]["text"] for item in items] == ["№ 0", "№ 1", "№ 2"]
    assert all(item["body"]["seq"] > 2**53 for item in items)
    assert len(listed(after=items[1]["timestamp"])) == 1
    max_town.switch(comment_order="desc", comment_edges="inclusive")
    assert [item["body"]["text"] for item in listed(after=items[1]["timestamp"])] == ["№ 2", "№ 1"]
    named = listed(comment_ids=f"{items[2]['body']['mid']},{NOBODY}", count=1)
    assert [item["body"]["text"] for item in named] == ["№ 2"]
    for how, kind in {"string": str, "number": int, "null": type(None)}.items():
        max_town.switch(post_id=how)
        assert type(listed()[0]["recipient"]["post_id"]) is kind


def test_the_limits_are_as_told() -> None:
    now = [0.0]
    limiter = Limiter(lambda: now[0])
    assert [limiter.allows("chat", "1") for _ in range(3)] == [True, True, False]
    assert [limiter.allows("bot", "1") for _ in range(31)].count(True) == 30
    now[0] = 1.5
    assert limiter.allows("chat", "1")


def test_too_many_calls_are_refused(max_town: MaxTown) -> None:
    max_town.switch(rate_limits=True)
    outcomes = [max_town.outcome("POST", comments(max_town), json={"text": f"№ {number}"}) for number in range(6)]
    refused = [code for status, code in outcomes if status == 429]
    assert set(refused) == {"too.many.requests"}
    assert len(max_town.texts()) == 1 + len(outcomes) - len(refused)


def test_a_citizen_cannot_do_what_people_cannot(max_town: MaxTown) -> None:
    anna = {"text": "?", "person": max_town.anna}
    refusals: list[tuple[str, str, dict[str, Any]]] = [
        ("administrators", "texts", {**anna, "place": max_town.channel}),
        ("no text", "texts", {**anna, "under": f"max:{max_town.channel}:{NOBODY}"}),
        ("no address", "texts", {**anna, "under": "wall-1_2"}),
        ("negative", "places", {"name": "Канал", "id": 5}),
        ("rights are", "tokens", {"kind": "bot", "place": max_town.channel, "rights": ["fly"]}),
        ("only tokens of bots", "tokens", {"kind": "user"}),
        ("object", "events", {"bot": max_town.bot, "update": "all"}),
    ]
    for words, path, given in refusals:
        assert words in max_town.refused(path, **given)


def test_every_text_names_its_page_and_the_page_names_the_text(max_town: MaxTown) -> None:
    comment = max_town.write("Когда?")
    for item in max_town.thread():
        address = MAX.address_of(f"{max_town.sandbox.base}{item['link']}", max_town.base)
        assert address is not None
        assert address.message == item["address"]
    assert f"comment={comment.rpartition('=')[2]}" in max_town.thread()[1]["link"]


def test_a_dialogue_is_shown_and_pictures_in_it(max_town: MaxTown) -> None:
    address = max_town.write("Яма", to=max_town.bot, photos=[base64.b64encode(PIXEL).decode()])
    max_town.call("POST", "/messages", json={"text": "Видим"}, user_id=max_town.anna)
    shown = max_town.dialogue()
    assert [(item["text"], len(item["photos"]), item["official"]) for item in shown] == [
        ("Яма", 1, False),
        ("Видим", 0, True),
    ]
    assert max_town.thread(address) == shown


def test_our_own_words_come_back_where_the_switch_says_so(max_town: MaxTown) -> None:
    max_town.switch(echo=True)
    said(max_town)
    (told,) = max_town.call("GET", "/updates", timeout=0, types="comment_created").json()["updates"]
    assert (told["message"]["body"]["text"], told["message"]["sender"]["is_bot"]) == ("Завтра", True)
