import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.ok.limits import Limiter
from sandbox.ok.methods import METHODS
from tests.sandbox.ok_town import OkTown
from tests.sandbox.receiver import Receiver, Reply, listening
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
HEADERS = {"Content-Type": "application/json;charset=utf-8"}


def refusal(answer: Any) -> int:
    assert set(answer) == {"error_code", "error_msg", "error_data"}
    return int(answer["error_code"])


TOPIC = {"discussionId": "1", "discussionType": "GROUP_TOPIC"}
THEME = {"type": "GROUP_THEME", "gid": "1"}
WRONG_CALLS: list[tuple[str, dict[str, Any], int]] = [
    ("discussions.getCommentz", {}, 3),
    ("", {}, 3),
    ("discussions.getComments", {}, 100),
    ("discussions.getComments", {"entityId": "1", "entityType": "GROUP_TOPIC"}, 100),
    ("discussions.getComments", TOPIC | {"discussionId": "one"}, 100),
    ("discussions.getComments", TOPIC | {"discussionType": "WALL"}, 100),
    ("discussions.getComments", TOPIC, 300),
    ("discussions.getComments", TOPIC | {"discussionType": "GROUP_PHOTO"}, 300),
    ("discussions.getComments", TOPIC | {"colour": "red"}, 100),
    ("discussions.getComments", TOPIC | {"count": "many"}, 100),
    ("discussions.getComments", TOPIC | {"count": 0}, 100),
    ("discussions.getComments", TOPIC | {"mark_as_read": "?"}, 100),
    ("discussions.addDiscussionComment", TOPIC, 100),
    ("mediatopic.getByIds", {"topic_ids": "1,2"}, 100),
    ("mediatopic.getByIds", {"topic_ids": "1", "media_limit": 4}, 100),
    ("mediatopic.post", THEME | {"attachment": "{}"}, 160),
    ("mediatopic.post", THEME | {"attachment": "not json"}, 100),
    ("stream.get", {"gid": "1"}, 160),
    ("group.getUserGroupsByIds", {"group_id": "1", "uids": "1"}, 160),
    ("users.getInfo", {"uids": ",".join("1" * 101)}, 100),
    ("users.getCurrentUser", {"format": "xml"}, 100),
]


def test_keys_tokens_and_signatures_are_checked_in_the_networks_order(ok_town: OkTown) -> None:
    good = {"application_key": ok_town.application_key, "method": "users.getCurrentUser"}
    signed = {**good, "sig": ok_town.sign(good, ok_town.access)}
    complete = {**signed, "access_token": ok_town.access}

    def answer(form: dict[str, str]) -> Any:
        return ok_town.sandbox.http.post("/ok/fb.do", data=form).json()

    for form, expected in (
        ({}, 101),
        ({**good, "application_key": "?"}, 101),
        (signed, 453),
        ({**signed, "access_token": "stolen"}, 103),
        ({**signed, "access_token": ok_town.bot}, 103),
        ({**good, "access_token": ok_town.access}, 104),
        ({**complete, "x": "1"}, 104),
        ({**signed, "access_token": ok_town.citizen}, 104),
    ):
        assert refusal(answer(form)) == expected, form
    assert answer(complete)["name"] == "Вера Админова"
    ok_town.control("tokens", token=ok_town.access, expired=True)
    assert refusal(answer(complete)) == 102


def test_a_call_comes_by_get_by_post_and_by_path_but_not_in_json(ok_town: OkTown) -> None:
    http = ok_town.sandbox.http
    form = {"application_key": ok_town.application_key, "method": "users.getLoggedInUser"}
    signed = {**form, "sig": ok_town.sign(form, ok_town.access), "access_token": ok_town.access}
    bare = {"application_key": ok_town.application_key}
    by_path = {**bare, "sig": ok_town.sign(bare, ok_town.access), "access_token": ok_town.access}
    answers = [
        http.get("/ok/fb.do", params=signed),
        http.post("/ok/fb.do", data=signed),
        http.post("/ok/fb.do", params={"method": "users.getLoggedInUser"}, data=signed),
        http.get("/ok/api/users/getLoggedInUser", params=by_path),
        http.post("/ok/api/users/getLoggedInUser", data=by_path),
    ]
    assert len({answer.text for answer in answers}) == 1
    assert isinstance(answers[0].json(), str)
    assert refusal(http.get("/ok/api/users/getInfo", params=signed).json()) == 3
    answer = http.post("/ok/fb.do", json=bare)
    assert (answer.status_code, refusal(answer.json())) == (200, 101)


def at_topic(town: OkTown) -> dict[str, str]:
    return {"discussionId": town.topic_number, "discussionType": "GROUP_TOPIC"}


def say(town: OkTown, token: str = "", **more: Any) -> Any:
    params = {"entityId": town.topic_number, "entityType": "GROUP_TOPIC", "comment": "Ответ", **more}
    return town.rest("discussions.addDiscussionComment", token, **params)


def test_who_may_comment_and_how(ok_town: OkTown) -> None:
    weak = ok_town.new_token("access", person=ok_town.anna, rights=["VALUABLE_ACCESS"])
    assert refusal(say(ok_town, weak)) == 200
    assert ok_town.rest("users.hasAppPermission", weak, ext_perm="GROUP_CONTENT") is False
    assert ok_town.rest("users.hasAppPermission", ext_perm="GROUP_CONTENT") is True
    number = ok_town.comment("Яма").partition("comment=")[2]
    assert say(ok_town, as_admin="true", reply_to_comment_id=number)["author_type"] == "GROUP"
    assert say(ok_town, ok_town.citizen)["author_id"] == ok_town.anna
    assert refusal(say(ok_town, ok_town.citizen, as_admin="true")) == 50
    assert refusal(say(ok_town, reply_to_comment_id="QUJD")) == 700
    assert refusal(say(ok_town, comment="я" * 3001)) == 100
    ok_town.switch(comment_limit=10)
    assert refusal(say(ok_town, comment="я" * 11)) == 100
    ok_town.delete(f"{ok_town.topic}?comment={number}")
    assert refusal(say(ok_town, reply_to_comment_id=number)) == 702
    ok_town.control("topics/close", address=ok_town.topic, closed=True)
    assert refusal(say(ok_town, as_admin="true")) == 457
    assert "закрыты" in ok_town.refused("texts", under=ok_town.topic, person=ok_town.anna, text="Нельзя")
    ok_town.switch(comment_method=False)
    assert refusal(say(ok_town)) == 3


def test_comments_are_changed_in_time_and_removed_by_the_owner_and_a_group_may_be_closed(ok_town: OkTown) -> None:
    mine = say(ok_town, as_admin="true")["id"]
    at = at_topic(ok_town) | {"comment_id": mine}
    assert refusal(ok_town.rest("discussions.editDiscussionComment", ok_town.citizen, **at, comment="Нет")) == 701
    assert ok_town.rest("discussions.editDiscussionComment", **at, comment="Иначе") == {"success": True}
    assert ok_town.thread()[-1]["text"] == "Иначе"
    ok_town.switch(edit_window=0)
    ok_town.sandbox.control("clock", offset=100)
    assert refusal(ok_town.rest("discussions.editDiscussionComment", **at, comment="Поздно")) == 704
    assert refusal(ok_town.rest("discussions.deleteDiscussionComment", ok_town.citizen, **at)) == 50
    assert ok_town.rest("discussions.deleteDiscussionComment", **at) == {"success": True}
    assert refusal(ok_town.rest("discussions.getComment", **at)) == 700
    ok_town.control("places", id=ok_town.group, guests="none")
    assert refusal(say(ok_town, ok_town.citizen)) == 456
    assert "feeds" in ok_town.rest("stream.get", ok_town.citizen, gid=ok_town.group)
    ok_town.control("places", id=ok_town.group, guests="closed")
    assert refusal(say(ok_town, ok_town.citizen)) == 10
    assert refusal(ok_town.rest("stream.get", ok_town.citizen, gid=ok_town.group)) == 10
    assert "feeds" in ok_town.rest("stream.get", gid=ok_town.group)


def test_comments_are_paged_from_both_ends_and_removed_ones_shown_as_the_switch_says(ok_town: OkTown) -> None:
    ok_town.delete(ok_town.comment("Яма"))
    at: dict[str, Any] = at_topic(ok_town)
    for way, shown in (("stub", ["REMOVED_MESSAGE"]), ("marked", ["ACTIVE_MESSAGE"]), ("absent", [])):
        ok_town.switch(removed=way)
        assert "comments" not in ok_town.rest("discussions.getComments", **at, fields="comment.*")
        asked = {**at, "fields": "comment.*", "includeRemoved": "true"}
        listed = ok_town.rest("discussions.getComments", **asked).get("comments", [])
        assert [each["type"] for each in listed] == shown
    for n in range(5):
        ok_town.comment(f"{n}")
    at["count"] = 2

    def walk(**more: str) -> list[list[str]]:
        pages, anchor = [], more.pop("anchor", "")
        while True:
            params = {**at, **more, **({"anchor": anchor} if anchor else {})}
            answer = ok_town.rest("discussions.getComments", **params)
            pages.append([each["text"] for each in answer.get("comments", [])])
            if not answer["has_more"]:
                return pages
            anchor = answer["anchor"]

    assert walk() == walk(anchor="LAST") == [["4", "3"], ["2", "1"], ["0"]]
    assert walk(anchor="FIRST") == [["0", "1"], ["2", "3"], ["4"]]
    assert refusal(ok_town.rest("discussions.getComments", **at, anchor="nowhere")) == 100
    ok_town.switch(comments_page=1)
    assert walk()[0] == ["4"]


TEXT = {"message": {"text": "x"}}
BOT_API: list[tuple[str, str, Any, int]] = [
    ("GET", "nothing", None, 3),
    *(("GET", path, None, 2001) for path in ("chats?count=101", "chats?colour=red", "messages/C999", "updates")),
    *(("GET", path, None, 300) for path in ("chat/chat:C999", "messages/chat:C999")),
    ("POST", "info", {}, 3),
    ("POST", "messages/chat:C999", TEXT | {"recipient": {"chat_id": "chat:C999"}}, 300),
    ("POST", "messages", TEXT, 2001),
    ("POST", "messages", TEXT | {"recipient": {"user_id": "user:1"}}, 2001),
    ("POST", "messages", TEXT | {"recipient": {"chat_id": "C999"}}, 2001),
    ("POST", "messages", {"recipient": {"user_id": "user:1"}, "message": {"text": " "}}, 2001),
    ("POST", "messages", {"recipient": {"user_id": "user:1"}, "message": {"words": "x"}}, 2001),
    ("POST", "messages", TEXT | {"recipient": {"user_id": "\ud800"}}, 2001),
    ("POST", "messages", TEXT | {"recipient": {"user_ids": ["\ud800"]}}, 2001),
    ("POST", "subscribe", {"url": "https://\ud800"}, 2001),
    ("POST", "subscribe", {"url": "ftp://a.example"}, 2001),
    ("POST", "subscribe", {"types": ["ALL"], "longPolling": True}, 2001),
    ("POST", "unsubscribe", {"url": "https://a.example"}, 2001),
]


def test_a_wrong_call_gets_the_networks_own_error(ok_town: OkTown) -> None:
    for method, params, expected in WRONG_CALLS:
        assert refusal(ok_town.rest(method, **params)) == expected, (method, params)
    for verb, path, body, expected in BOT_API:
        address = f"/ok/graph/me/{path}{'&' if '?' in path else '?'}access_token={ok_town.bot}"
        content = json.dumps(body).encode() if body is not None else None
        answer = ok_town.sandbox.http.request(verb, address, content=content, headers=HEADERS)
        assert (answer.status_code, refusal(answer.json())) == (200, expected), (verb, path, body)


def test_the_bot_api_wants_json_and_its_own_token_and_writes_to_several(ok_town: OkTown) -> None:
    chat = ok_town.message("Здравствуйте").partition("?")[0].rpartition(":")[2]
    people = [f"user:{ok_town.anna}", ok_town.boris, ok_town.anna]
    answer = ok_town.graph_post("messages", {"recipient": {"user_ids": people}, "message": {"text": "Всем"}})
    assert answer == {"success": [True, False, True], "chat_ids": [f"chat:{chat}", None, f"chat:{chat}"]}
    http = ok_town.sandbox.http
    assert refusal(http.get("/ok/graph/me/info").json()) == 453
    assert refusal(ok_town.graph("info", token=ok_town.access)) == 103
    ok_town.control("tokens", kind="group", place=ok_town.group)
    assert refusal(ok_town.graph("info")) == 103  # a new token ends the former one
    token = ok_town.new_token("group", place=ok_town.group)
    posted = http.post(f"/ok/graph/me/subscribe?access_token={token}", data={"url": "https://a.example"})
    assert refusal(posted.json()) == 2001
    broken = http.post(f"/ok/graph/me/subscribe?access_token={token}", content=b"{", headers=HEADERS)
    assert refusal(broken.json()) == 2001


ODD = ["", "0", "-1", "1" * 20, "1" * 400, "true", "null", "{}", '{"media":5}', "\x00", "я" * 4000]
ODD += ["GROUP_TOPIC", "a,b", "bjow", "bjo5OTk5OTk5OTk5OTk5OTk5OTk="]


@pytest.mark.parametrize("name", sorted(METHODS))
def test_no_odd_value_breaks_a_method(ok_town: OkTown, name: str) -> None:
    good = at_topic(ok_town) | {"entityId": ok_town.topic_number, "entityType": "GROUP_TOPIC"}
    good |= {"comment_id": "QUJD", "comment": "x", "topic_ids": ok_town.topic_number}
    good |= {"gid": ok_town.group, "group_id": ok_town.group, "uids": ok_town.anna, "url": "https://ok.ru/rechnoy"}
    params = [param.name for param in METHODS[name].params]
    for odd in ODD:
        for changed in params:
            arguments = {param: good[param] for param in params if param in good} | {changed: odd}
            ok_town.rest(name, **arguments)  # it answers 200 with JSON, whatever it says
    assert ok_town.rest("users.getLoggedInUser").isdigit()


def test_calls_over_the_limit_are_refused_for_now(ok_town: OkTown) -> None:
    ok_town.switch(rate_limit=2)
    answers = [ok_town.rest("users.getLoggedInUser") for _ in range(12)]
    assert 11 in [refusal(answer) for answer in answers if isinstance(answer, dict)]
    now = [0.0]
    limiter = Limiter(lambda: now[0])
    assert [limiter.allows("a", 2) for _ in range(3)] == [True, True, False]
    assert limiter.allows("b", 2)
    assert limiter.allows("a", 0)
    now[0] = 1.5
    assert limiter.allows("a", 2)


@pytest.fixture
def hook(ok_town: OkTown) -> Iterator[Receiver]:
    """The group's webhook."""
    with listening(Receiver()) as receiver:
        assert ok_town.graph_post("subscribe", {"url": receiver.url}) == {"success": True}
        yield receiver


def texts(hook: Receiver) -> list[str]:
    return [event["message"]["text"] for event in hook.events()]


def test_a_message_is_pushed_in_either_form_unsigned_and_ours_is_not(ok_town: OkTown, hook: Receiver) -> None:
    address = ok_town.message("Яма")
    until(lambda: bool(hook.heard), "the message is pushed")
    _, headers = hook.heard[0]
    (event,) = hook.events()
    assert headers["content-type"] == "application/json;charset=utf-8"
    assert not [name for name in headers if "sign" in name or "secret" in name]
    assert event["sender"] == {"user_id": f"user:{ok_town.anna}", "name": "Анна Пробная"}
    assert address.endswith(event["message"]["mid"].removeprefix("mid:"))
    assert event["message"]["seq"] > 2**53
    chat = "chat:" + address.partition("?")[0].rpartition(":")[2]
    ok_town.graph_post(f"messages/{chat}", {"recipient": {"chat_id": chat}, "message": {"text": "Ответ"}})
    ok_town.message("Второе")
    until(lambda: texts(hook) == ["Яма", "Второе"], "two messages are pushed")
    ok_town.switch(webhook_form="typed")
    ok_town.message("Третье")
    until(lambda: len(hook.heard) == 3, "the third is pushed")
    assert hook.events()[2]["webhookType"] == "MESSAGE_CREATED"


def test_a_webhook_ends_when_it_is_unsubscribed_or_only_fails(ok_town: OkTown, hook: Receiver) -> None:
    ok_town.graph_post("subscribe", {"url": hook.url})
    assert [each["url"] for each in ok_town.graph("subscriptions")["subscriptions"]] == [hook.url]
    ok_town.message("Раз")
    until(lambda: texts(hook) == ["Раз"] and len(ok_town.pushes()) == 1, "it is pushed once")
    assert ok_town.graph_post("unsubscribe", {"url": hook.url}) == {"success": True}
    ok_town.message("Два")
    assert ok_town.graph("subscriptions") == {"subscriptions": []}
    assert len(ok_town.pushes()) == 1
    hook.heard.clear()
    ok_town.graph_post("subscribe", {"url": hook.url})
    ok_town.switch(push_delays=[0.01])
    hook.replies = [Reply(500)] * 10
    ok_town.message("Яма")
    ok_town.message("Другая яма")
    until(lambda: ok_town.graph("subscriptions") == {"subscriptions": []}, "the subscription ends")
    assert texts(hook) == ["Яма", "Яма"]


def test_the_long_poll_tells_the_same_and_waits_for_news(ok_town: OkTown) -> None:
    assert ok_town.graph_post("subscribe", {"types": ["MESSAGE_CREATED"], "longPolling": True}) == {"success": True}
    assert ok_town.graph("updates", timeout=0) == {"updates": [], "marker": 0}
    heard: list[Any] = []
    waiting = threading.Thread(target=lambda: heard.append(ok_town.graph("updates", timeout=15)))
    waiting.start()
    ok_town.message("Яма")
    waiting.join(60)
    assert [each["message"]["text"] for each in heard[0]["updates"]] == ["Яма"]
    assert ok_town.graph("updates", timeout=0, marker=heard[0]["marker"])["updates"] == []
