import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Incoming, Post, Raw, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent
from sandbox.max.limits import Limiter
from tests.max_account import MAX, PIXEL, account
from tests.sandbox.max_town import MaxTown
from tests.sandbox.receiver import Receiver
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
NOBODY = "mid.00000000000000000000000000000000"
PAYLOAD, NOT_FOUND, NO_CHAT, NO_METHOD = "proto.payload", "not.found", "chat.not.found", "method.not.allowed"
YES, SECRET = {"text": "Да"}, {"url": "https://a.ru", "secret": "long-enough"}
WRONG_CALLS: list[tuple[str, str, dict[str, Any], Any, tuple[int, str]]] = [
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
    ("POST", f"/messages/{NOBODY}/comments", {}, YES, (404, NOT_FOUND)),
    ("POST", "/messages", {}, YES, (400, PAYLOAD)),
    ("POST", "/messages", {"user_id": 5}, YES, (404, NO_CHAT)),
    ("POST", "/uploads", {"type": "song"}, None, (400, PAYLOAD)),
    ("POST", "/uploads", {}, None, (400, PAYLOAD)),
    ("GET", "/updates", {"timeout": 91}, None, (400, PAYLOAD)),
    ("GET", "/updates", {"limit": 0}, None, (400, PAYLOAD)),
    ("DELETE", "/subscriptions", {}, None, (400, PAYLOAD)),
    ("POST", "/subscriptions", {}, {"secret": "long-enough"}, (400, PAYLOAD)),
    ("POST", "/subscriptions", {}, SECRET | {"secret": "four"}, (400, PAYLOAD)),
    ("POST", "/subscriptions", {}, SECRET | {"secret": "секрет-секрет"}, (400, PAYLOAD)),
    ("POST", "/subscriptions", {}, {"url": "https://a.ru", "update_types": "all"}, (400, PAYLOAD)),
]
WRONG_COMMENTS: list[Any] = [
    *({}, {"text": ""}, {"text": "ю" * 4001}, {"text": 5}, ["text"]),
    *(YES | {"attachments": []}, YES | {"notify": True}, YES | {"format": "rtf"}),
    *(YES | {"link": {"type": "reply"}}, YES | {"link": {"type": "forward", "mid": NOBODY}}),
    *({"text": "Смотрите https://mos.ru"}, {"text": "Спросите @anna_m"}),
    {"text": "[тут](https://mos.ru)", "format": "markdown"},
]


def comments(town: MaxTown) -> str:
    return f"/messages/{town.post_mid}/comments"


def comment(town: MaxTown, text: str = "Завтра") -> str:
    """The bot's comment; its number."""
    return str(town.call("POST", comments(town), json={"text": text}).json()["message"]["body"]["mid"])


def test_a_wrong_call_gets_the_networks_own_error_and_a_comment_takes_text_and_a_reply_alone(max_town: MaxTown) -> None:
    wrong = [*WRONG_CALLS, *(("POST", comments(max_town), {}, body, (400, PAYLOAD)) for body in WRONG_COMMENTS)]
    for method, path, query, body, expected in wrong:
        assert max_town.outcome(method, path, json=body, **query) == expected, (method, path, query, body)
    assert max_town.texts() == ["Что нового?"]


def test_the_token_is_taken_bare_in_the_header_and_a_body_as_json_alone(max_town: MaxTown) -> None:
    for wrong in (f"Bearer {max_town.token}", "stolen"):
        answer = max_town.call("GET", "/me", token=wrong)
        assert (answer.status_code, answer.json()) == (401, {"code": "verify.token", "message": "Invalid access_token"})
    http, path, headers = max_town.sandbox.http, f"/max{comments(max_town)}", {"Authorization": max_town.token}
    as_json = headers | {"Content-Type": "application/json"}
    for answer, expected in (
        (http.get("/max/me", params={"access_token": max_town.token}), (401, "verify.token")),
        (http.post(path, data=YES, headers=headers), (415, "unsupported.media.type")),
        (http.post(path, content="{", headers=as_json), (400, PAYLOAD)),
        (http.post(path, content=r'{"text": "\ud83d"}', headers=as_json), (400, PAYLOAD)),
    ):
        assert (answer.status_code, answer.json()["code"]) == expected
    assert max_town.call("GET", "/me", v="0.0.30").json()["user_id"] == max_town.bot


def test_a_photo_is_named_by_its_token_or_by_what_the_upload_answered_and_not_by_both(max_town: MaxTown) -> None:
    def uploaded() -> Any:
        upload_url = max_town.call("POST", "/uploads", type="image").json()["url"]
        return max_town.sandbox.http.post(upload_url, files={"data": ("a", PIXEL)}).json()["photos"]

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


def test_each_right_allows_its_own_calls_and_a_stranger_sees_and_says_nothing(max_town: MaxTown) -> None:
    where, asked, ours = comments(max_town), max_town.write("Когда?").rpartition("=")[2], comment(max_town)
    max_town.write("Лично", to=max_town.bot)
    assert max_town.outcome("GET", "/chats")[0] == 404
    max_town.switch(chats_listed=True)
    chat = max_town.call("GET", "/chats").json()["chats"][0]
    assert chat["type"] == "dialog"
    calls: list[tuple[str, str, Any, dict[str, Any]]] = [
        ("GET", f"/chats/{max_town.channel}", None, {}),
        ("GET", where, None, {}),
        ("POST", where, {"text": "Я"}, {}),
        ("GET", "/messages", None, {"chat_id": chat["chat_id"]}),
        ("POST", "/messages", {"text": "Я"}, {"chat_id": chat["chat_id"]}),
    ]
    for method, path, body, query in calls:
        assert max_town.outcome(method, path, token=max_town.other_token, json=body, **query)[0] == 403, path
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


def test_a_comment_is_edited_within_26_hours_and_deleted_ones_answered_as_the_switch_says(max_town: MaxTown) -> None:
    where, mid = comments(max_town), comment(max_town)
    max_town.sandbox.control("clock", offset=25 * 3600)
    assert max_town.call("PUT", where, json={"text": "В среду"}, comment_id=mid).json() == {"success": True}
    max_town.sandbox.control("clock", offset=27 * 3600)
    late = max_town.outcome("PUT", where, json={"text": "Никогда"}, comment_id=mid)
    assert late == (422, "comments.timeout_exceeded")
    assert max_town.texts() == ["Что нового?", "В среду"]
    theirs = max_town.write("Спасибо")
    others = theirs.rpartition("=")[2]
    assert max_town.outcome("PUT", where, json={"text": "?"}, comment_id=others)[0] == 403
    max_town.delete(theirs)
    for switch, status in (("refused", 404), ("accepted", 200)):
        max_town.switch(link_to_deleted=switch)
        body = {"text": "Завтра", "link": {"type": "reply", "mid": others}}
        assert max_town.outcome("POST", where, json=body)[0] == status


def test_who_never_started_or_stopped_the_bot_gets_no_message_and_a_dialogue_shows_photos(max_town: MaxTown) -> None:
    def send() -> tuple[int, str]:
        return max_town.outcome("POST", "/messages", json={"text": "Видим"}, user_id=max_town.anna)

    assert send() == (404, NO_CHAT)
    max_town.control("dialogues", bot=max_town.bot, person=max_town.anna)
    assert send() == (200, "")
    max_town.control("dialogues", bot=max_town.bot, person=max_town.anna, started=False)
    assert send() == (403, "dialog.suspended")
    address = max_town.write("Яма", to=max_town.bot, photos=[base64.b64encode(PIXEL).decode()])
    shown = max_town.dialogue()
    assert [(item["text"], len(item["photos"])) for item in shown] == [("Видим", 0), ("Яма", 1)]
    assert [item["official"] for item in shown] == [True, False]
    assert max_town.thread(address) == shown


def test_comments_are_listed_as_the_switches_say_and_seq_is_beyond_double_precision(max_town: MaxTown) -> None:
    def listed(**query: Any) -> Any:
        return max_town.call("GET", comments(max_town), **query).json()["messages"]

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
    for item in max_town.thread():
        address = MAX.address_of(f"{max_town.sandbox.base}{item['link']}", max_town.base)
        assert address is not None
        assert address.message == item["address"]
    assert f"comment={items[0]['body']['mid']}" in max_town.thread()[1]["link"]
    max_town.switch(echo=True)
    comment(max_town)
    message = max_town.call("GET", "/updates", timeout=0, types="comment_created").json()["updates"][-1]["message"]
    assert (message["body"]["text"], message["sender"]["is_bot"]) == ("Завтра", True)


def test_too_many_calls_are_refused(max_town: MaxTown) -> None:
    max_town.switch(rate_limits=True)
    outcomes = [max_town.outcome("POST", comments(max_town), json={"text": f"№ {number}"}) for number in range(6)]
    refused = [code for status, code in outcomes if status == 429]
    assert set(refused) == {"too.many.requests"}
    assert len(max_town.texts()) == 1 + len(outcomes) - len(refused)
    now = [0.0]
    limiter = Limiter(lambda: now[0])
    assert [limiter.allows("chat", "1") for _ in range(3)] == [True, True, False]
    assert [limiter.allows("bot", "1") for _ in range(31)].count(True) == 30
    now[0] = 1.5
    assert limiter.allows("chat", "1")


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
    for words, path, fields in refusals:
        assert words in max_town.refused(path, **fields)


def kinds(hook: Receiver) -> list[str]:
    return [event["update_type"] for event in hook.events()]


def raws(hook: Receiver) -> list[Raw]:
    """What our own webhook would keep of what came."""
    return [MAX.raw(Incoming("POST", {}, headers, body)) for body, headers in hook.heard]


def test_a_subscription_brings_events_with_its_secret(max_town: MaxTown, hook: Receiver) -> None:
    access = account(max_town)
    MAX.subscribe(access, hook.url)
    MAX.subscribe(access, hook.url)
    listed = max_town.call("GET", "/subscriptions").json()["subscriptions"]
    assert [item["url"] for item in listed] == [hook.url]
    address = max_town.write("Сообщение по вызову")
    max_town.edit(address, "Исправлено")
    max_town.delete(address)
    until(lambda: len(hook.heard) == 3, "three events are pushed")
    assert kinds(hook) == ["comment_created", "comment_edited", "comment_removed"]
    _, headers = hook.heard[0]
    assert MAX.authentic(Incoming("POST", {}, headers, b"{}"), access)
    assert not MAX.authentic(Incoming("POST", {}, headers | {"x-max-bot-api-secret": "forged"}, b"{}"), access)
    assert not MAX.authentic(Incoming("POST", {}, {}, b"{}"), access)
    created, edited, removed = [MAX.parse(raw)[0] for raw in raws(hook)]
    assert isinstance(created, Post)
    assert isinstance(edited, Edit)
    assert isinstance(removed, Deletion)
    assert created.external_id == edited.post.external_id == removed.external_id == address


def test_an_update_has_one_key_pushed_and_polled_and_rights_are_pushed_only(max_town: MaxTown, hook: Receiver) -> None:
    MAX.subscribe(account(max_town), hook.url)
    max_town.write("Темно")
    max_town.write("Лично", to=max_town.bot)
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages")
    until(lambda: len(hook.heard) == 4, "comment, start, message and change are pushed")
    assert kinds(hook).pop() == "bot_admin_permissions_changed"
    max_town.call("DELETE", "/subscriptions", url=hook.url)
    kept = max_town.call("GET", "/updates", timeout=0).json()["updates"]
    assert "bot_admin_permissions_changed" not in [update["update_type"] for update in kept]
    polled = MAX.fetch(account(max_town), ReadPlace("own", "", {}), datetime.now(UTC)).raws
    pushed = {raw.key: MAX.parse(raw) for raw in raws(hook)}
    same = [raw for raw in polled if raw.key in pushed]
    assert len(same) == 3
    external_ids = [event.external_id for raw in same for event in MAX.parse(raw) if isinstance(event, Post)]
    assert external_ids == [
        event.external_id for events in pushed.values() for event in events if isinstance(event, Post)
    ]
    assert len(external_ids) == 2


def test_a_dead_hook_is_unsubscribed_and_polling_goes_on_from_there(max_town: MaxTown) -> None:
    max_town.switch(push_delays=[0.1] * 100, unsubscribe_after=1)
    MAX.subscribe(account(max_town), "http://127.0.0.1:9/nobody")
    assert max_town.call("GET", "/updates", timeout=0).status_code == 405
    max_town.write("Темно")
    until(lambda: not max_town.call("GET", "/subscriptions").json()["subscriptions"], "the hook is taken away")
    body = max_town.call("GET", "/updates", timeout=0).json()
    assert "comment_created" in [update["update_type"] for update in body["updates"]]
    (line,) = [right for right in MAX.rights(account(max_town, options={"push": True})) if not right.ok]
    assert "Подпишитесь снова" in line.advice


def test_only_https_on_443_is_subscribed_with_a_secret_that_max_takes(max_town: MaxTown) -> None:
    for url in ("http://example.ru/hook", "https://example.ru:8443/hook", "ftp://a.ru", "hook"):
        with pytest.raises(Permanent):
            MAX.subscribe(account(max_town), url)
        assert max_town.call("POST", "/subscriptions", json={"url": url}).json()["success"] is False, url
    for secret in ("", "four", "секретный-ключ", "a" * 257):
        with pytest.raises(NeedsPerson, match="от 5 до 256"):
            MAX.subscribe(replace(account(max_town), secret=secret), "https://example.ru/hook")


def test_a_marker_commits_what_was_before_it_and_a_long_poll_ends_when_something_happens(max_town: MaxTown) -> None:
    max_town.write("Яма", to=max_town.bot)
    so_far = max_town.call("GET", "/updates", timeout=0).json()
    kinds = ["bot_added", "message_created", "bot_started", "message_created"]
    assert [update["update_type"] for update in so_far["updates"]] == kinds
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(max_town.call, "GET", "/updates", timeout=15, marker=so_far["marker"])
        max_town.write("Темно")
        assert [update["update_type"] for update in held.result().json()["updates"]] == ["comment_created"]

    def updates(**query: Any) -> tuple[list[str], int]:
        body = max_town.call("GET", "/updates", timeout=0, **query).json()
        return [update["message"]["body"]["text"] for update in body["updates"] if "message" in update], body["marker"]

    max_town.call("GET", "/updates", timeout=0, marker=held.result().json()["marker"])
    max_town.write("первое")
    max_town.write("второе")
    texts, later = updates(types="comment_created")
    assert texts == ["первое", "второе"]
    assert updates(types="comment_created")[0] == texts  # nothing is committed yet
    max_town.write("третье")
    assert updates(marker=later)[0] == ["третье"]
    assert updates()[0] == ["третье"]
    max_town.write("четвёртое")
    max_town.switch(without_marker="last_only")
    assert updates()[0] == ["четвёртое"]
    assert updates(marker=later)[0] == ["третье", "четвёртое"]
    assert updates(marker=later, limit=1)[0] == ["третье"]
    max_town.sandbox.control("clock", offset=25 * 3600)
    assert updates(marker=later)[0] == []  # kept for a day
