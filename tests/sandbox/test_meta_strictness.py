import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.meta.events import signature
from sandbox.meta.spec import FIELDS
from tests.sandbox.meta_town import SECRET, MetaTown
from tests.sandbox.pushing import install_meta as install
from tests.sandbox.pushing import subscribe_meta as subscribe
from tests.sandbox.receiver import MetaReceiver, listening
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
BAD, NOTHING_THERE, BROKEN, NOT_ALLOWED = (100, 0), (100, 33), (2500, 0), (200, 0)
READS: list[tuple[str, dict[str, str], tuple[int, int]]] = [
    ("me", {"fields": "nope"}, BAD),
    ("me", {"fields": "id,feed{nope}"}, BAD),
    ("me", {"fields": "id,feed.nope(1){id}"}, BAD),
    ("me", {"fields": "feed{comments{" * 20 + "id" + "}}" * 20}, BAD),
    ("me", {"fields": ",".join(["id"] * 500)}, BAD),
    ("me", {"unknown": "1"}, BAD),
    ("me", {"appsecret_proof": "0" * 64}, BAD),
    ("me/feed", {"limit": "x"}, BAD),
    ("me/feed", {"limit": "-1"}, BAD),
    ("me/feed", {"include_hidden": "perhaps"}, BAD),
    ("me/feed", {"after": "broken"}, BAD),
    ("me/conversations", {"platform": "TELEGRAM"}, BAD),
    ("{post}/comments", {"filter": "all"}, BAD),
    ("{post}/comments", {"order": "ranked"}, BAD),
    ("{post}/comments", {"since": "yesterday"}, BAD),
    ("{post}/comments", {"since": str(2**63)}, BAD),
    ("{media}/comments", {"filter": "stream"}, BAD),
    ("", {"ids": ",".join(map(str, range(60)))}, BAD),
    ("", {}, BROKEN),
    ("me/nonsense", {}, BROKEN),
    *(("me", {"fields": each}, BROKEN) for each in ("id,", "from{id", "from{}", "feed.limit", "feed.limit(", "a b")),
    *(("me", {"fields": each}, BROKEN) for each in ("{", "id}", ",")),
    ("123456", {}, NOTHING_THERE),
]


def test_what_cannot_be_asked_is_refused(meta_town: MetaTown) -> None:
    for path, params, expected in READS:
        where = path.format(post=meta_town.post[3:], media=meta_town.media[3:])
        assert meta_town.code("GET", where, **params) == expected, (path, params)
    for verb, path in (("POST", "me/tagged"), ("DELETE", "me")):
        assert meta_town.code(verb, path) == NOTHING_THERE, (verb, path)
    assert meta_town.code("PUT", "me") == BAD
    proof = meta_town.call("GET", "me", appsecret_proof="0" * 64).json()
    assert "appsecret_proof" in proof["error"]["message"]
    meta_town.switch(unknown="ignored")
    assert meta_town.call("GET", "me", nonsense="1").json()["id"] == meta_town.page


def test_a_wrong_token_and_a_body_that_is_no_form_are_refused(meta_town: MetaTown) -> None:
    http = meta_town.sandbox.http
    assert http.get("/meta/v26.0/me").json()["error"]["code"] == 104
    assert meta_town.code("GET", "me", "nonsense") == (190, 0)
    wrong = http.get("/meta/v26.0/me", headers={"Authorization": "Bearer nonsense"})
    assert wrong.json()["error"]["code"] == 190
    good = http.get(f"/meta/v7.0/{meta_town.page}", headers={"Authorization": f"Bearer {meta_town.token}"})
    assert good.json()["id"] == meta_town.page
    path = f"/meta/v26.0/{meta_town.post[3:]}/comments"
    query = {"access_token": meta_town.token}
    for content, kind in ((b"message=x", "text/plain"), (b"{", "application/json")):
        answer = http.post(path, params=query, content=content, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert "id" in http.post(path, params=query, json={"message": "из JSON"}).json()
    assert meta_town.texts() == ["Что нового?", "из JSON"]


def test_what_may_not_be_said_is_not_said_and_deleted_things_are_gone_for_every_call(meta_town: MetaTown) -> None:
    comment = meta_town.write("Когда?")
    below = meta_town.write("И у нас", under=comment)
    meta_town.delete(comment)
    for thing in (comment[3:], below[3:]):
        assert meta_town.code("GET", thing) == NOTHING_THERE
        assert meta_town.code("POST", f"{thing}/comments", message="x") == NOTHING_THERE
        assert meta_town.code("DELETE", thing) == NOTHING_THERE
    listed = meta_town.call("GET", f"{meta_town.post[3:]}/comments", filter="stream").json()
    assert listed == {"data": []}
    comment = meta_town.write("Когда?")[3:]
    before = meta_town.texts()
    for params in (
        *({}, {"message": " "}, {"message": "х" * 8001}, {"message": "x", "attachment_id": "1"}),
        {"message": "x", "attachment_url": "http://a.ru/"},
    ):
        assert meta_town.code("POST", f"{comment}/comments", **params) == BAD, params
    assert meta_town.code("POST", comment, message="чужое") == NOT_ALLOWED
    assert meta_town.texts() == before


def test_a_token_opens_what_it_was_given_and_nothing_of_another_page(meta_town: MetaTown) -> None:
    poor = str(meta_town.control("tokens", kind="page", place=meta_town.page, rights=[])["token"])
    comment = meta_town.write("Когда?")[3:]
    assert meta_town.code("GET", "me/feed", poor) == (10, 0)
    assert meta_town.code("GET", "me/conversations", poor) == (10, 0)
    assert meta_town.code("POST", f"{comment}/comments", poor, message="x") == NOT_ALLOWED
    assert meta_town.code("POST", "me/subscribed_apps", poor, subscribed_fields="feed") == NOT_ALLOWED
    assert meta_town.code("GET", f"{meta_town.account}/conversations") == NOT_ALLOWED  # not with a Page's token
    assert meta_town.code("GET", "app/subscriptions") == NOT_ALLOWED
    other = meta_town.other_token
    assert meta_town.code("GET", meta_town.page, other) == BAD
    for path in (comment, f"{comment}/comments", meta_town.post[3:], meta_town.account):
        assert meta_town.code("GET", path, other)[0] == 100
    assert meta_town.code("POST", f"{comment}/comments", other, message="x") == NOTHING_THERE


def message(person: str, text: str, **more: Any) -> dict[str, str]:
    params = {"recipient": {"id": person}, "message": {"text": text}, "messaging_type": "RESPONSE"} | more
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}


def test_private_messages_and_replies_keep_to_their_rules(meta_town: MetaTown) -> None:
    def refused(person: str, text: str, **more: Any) -> tuple[int, int]:
        return meta_town.code("POST", "me/messages", **message(person, text, **more))

    anna, tag, too_late = meta_town.anna, "MESSAGE_TAG", (10, 2018278)
    assert refused(anna, "x") == (100, 2018001)
    account = meta_town.write("Привет", to=meta_town.account).split(":")[3]
    meta_town.write("Привет", to=meta_town.page)
    assert refused(anna, "x" * 2001) == refused(account, "я" * 501) == refused(anna, "") == BAD
    assert refused(anna, "x", messaging_type="UTILITY") == refused(anna, "x", recipient="not json") == BAD
    sent = meta_town.call("POST", "me/messages", **message(account, "я" * 500)).json()
    assert sent["recipient_id"] == account
    meta_town.sandbox.control("clock", offset=25 * 3600)
    assert refused(anna, "x") == too_late
    assert "message_id" in meta_town.call("POST", "me/messages", **message(anna, "x", messaging_type=tag)).json()
    meta_town.sandbox.control("clock", offset=8 * 24 * 3600)
    assert refused(anna, "x", messaging_type=tag) == too_late
    first, second = (meta_town.write(f"Когда {number}?")[3:] for number in range(2))

    def reply(comment: str) -> dict[str, str]:
        return {"recipient": json.dumps({"comment_id": comment}), "message": json.dumps({"text": "Напишите адрес"})}

    assert meta_town.call("POST", "me/messages", **reply(first)).json()["recipient_id"] == meta_town.anna
    assert meta_town.code("POST", "me/messages", **reply(first)) == (10900, 0)
    shown = meta_town.call("GET", first, fields="can_reply_privately").json()
    assert shown["can_reply_privately"] is False
    meta_town.sandbox.control("clock", offset=16 * 24 * 3600)
    assert meta_town.code("POST", "me/messages", **reply(second)) == (10, 2018278)


def test_every_field_can_be_asked_for_a_token_be_judged_and_budgets_are_kept(meta_town: MetaTown) -> None:
    comment, below = meta_town.write("Когда?"), meta_town.write("Темно", under=meta_town.media)
    things = {"Page": meta_town.page, "PagePost": meta_town.post[3:], "Comment": comment[3:]}
    things |= {"IGUser": meta_town.account, "IGMedia": meta_town.media[3:], "IGComment": below[3:]}
    for node, thing in things.items():
        fields = ",".join(name for name in FIELDS[node] if not name.startswith("mentioned_"))
        shown = meta_town.call("GET", thing, fields=fields)
        assert shown.status_code == 200, node
        assert set(shown.json()) <= set(FIELDS[node]), node
    token_details = meta_town.call("GET", "debug_token", meta_town.app, input_token=meta_town.token).json()["data"]
    assert (token_details["is_valid"], token_details["type"]) == (True, "PAGE")
    assert meta_town.code("GET", "debug_token", input_token=meta_town.token) == BAD
    unknown = meta_town.call("GET", "debug_token", meta_town.app, input_token="x").json()["data"]
    assert unknown["is_valid"] is False
    assert meta_town.app.endswith(f"|{SECRET}")
    meta_town.switch(usage=83)
    headers = meta_town.call("GET", "me").headers
    (entry,) = json.loads(headers["x-business-use-case-usage"])["800100200300"]
    assert (entry["type"], entry["call_count"], entry["estimated_time_to_regain_access"]) == ("pages", 83, 0)
    assert json.loads(meta_town.call("GET", "app", meta_town.app).headers["x-app-usage"])["call_count"] == 83
    meta_town.switch(usage=100, regain=9)
    assert meta_town.code("GET", "me") == (80001, 0)
    assert meta_town.code("GET", "me", meta_town.instagram) == (80002, 0)
    assert meta_town.code("GET", "app", meta_town.app) == (4, 0)


@pytest.fixture
def receiver() -> Iterator[MetaReceiver]:
    with listening(MetaReceiver()) as receiver:
        yield receiver


def test_the_address_is_asked_before_it_is_kept(meta_town: MetaTown, receiver: MetaReceiver) -> None:
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


def test_every_act_is_told_and_signed_over_its_own_bytes(meta_town: MetaTown, receiver: MetaReceiver) -> None:
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
    receiver.heard.clear()
    meta_town.fault("wrong_signature", "feed")
    meta_town.write("Раз")
    until(lambda: len(receiver.heard) == 1, "the forged one comes")
    body, headers = receiver.heard[0]
    assert headers["x-hub-signature-256"] != signature(body, SECRET)
    meta_town.control("events", object="page", raw="not json")
    until(lambda: len(receiver.heard) == 2, "any body comes")
    assert receiver.heard[1][0] == b"not json"


def test_only_what_the_page_chose_is_told_and_no_mentions_author(meta_town: MetaTown, receiver: MetaReceiver) -> None:
    subscribe(meta_town, receiver)
    meta_town.write("Никому")
    install(meta_town, "messages")
    meta_town.write("И это никому")
    meta_town.write("Привет", to=meta_town.page)
    until(lambda: len(receiver.heard) == 1, "the message is told")
    assert receiver.items()[0]["message"]["text"] == "Привет"
    assert receiver.items()[0]["timestamp"] > 10**12
    install(meta_town, "mention")
    there = meta_town.put("А @rechnoy?", place=meta_town.other)
    until(lambda: len(receiver.heard) == 2, "the mention is told")
    (value,) = receiver.values("mention")
    assert value["post_id"] == there[3:]
    assert "from" not in value


def test_instagram_tells_comments_mentions_and_changed_messages(meta_town: MetaTown, receiver: MetaReceiver) -> None:
    subscribe(meta_town, receiver, "instagram")
    install(meta_town, "feed")
    top = meta_town.write("Темно", under=meta_town.media)
    below = meta_town.write("И у нас", under=top)
    deeper = meta_town.write("Да", under=below)
    meta_town.edit(top, "Светло")
    meta_town.delete(deeper)
    theirs = meta_town.new_place("Соседи", kind="instagram", username="sosedi")
    media = meta_town.put("Парк", place=theirs)
    named = meta_town.write("Спасибо @rechnoy_city", under=media)
    until(lambda: len(receiver.heard) == 4, "four are told")
    assert [value.get("parent_id") for value in receiver.values("comments")] == [None, top[3:], top[3:]]
    assert receiver.values("mentions") == [{"media_id": media[3:], "comment_id": named[3:]}]
    receiver.heard.clear()
    subscribe(meta_town, receiver, fields="messages,message_edits,message_echoes")
    install(meta_town, "messages,message_edits,message_echoes")
    address = meta_town.write("Привет", to=meta_town.page, lat=55.5, long=37.5)
    meta_town.edit(address, "Здравствуйте")
    meta_town.delete(address)
    meta_town.call("POST", f"{meta_town.page}/messages", **message(meta_town.anna, "Ответ"))
    until(lambda: len(receiver.heard) == 4, "four are told")
    written, changed, removed, echo = receiver.items()
    assert written["message"]["attachments"][0]["payload"]["coordinates"] == {"lat": 55.5, "long": 37.5}
    assert changed["message_edit"]["text"] == "Здравствуйте"
    assert removed["message"]["is_deleted"] is True
    assert (echo["sender"]["id"], echo["message"]["is_echo"]) == (meta_town.page, True)
