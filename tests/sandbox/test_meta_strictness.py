"""What a sloppy client is told: the network's own errors, and nothing done."""

import json
from typing import Any

import pytest

from otklik.sandbox.meta.spec import FIELDS
from tests.sandbox.meta_town import SECRET, MetaTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def code(answer: Any) -> tuple[int, int]:
    error = answer.json()["error"]
    assert answer.status_code >= 400
    return error["code"], error.get("error_subcode", 0)


def test_a_call_without_or_with_a_wrong_token_is_refused(meta_town: MetaTown) -> None:
    http = meta_town.sandbox.http
    assert code(http.get("/meta/v26.0/me")) == (104, 0)
    assert code(meta_town.call("GET", "me", "nonsense")) == (190, 0)
    assert code(http.get("/meta/v26.0/me", headers={"Authorization": "Bearer nonsense"})) == (190, 0)
    good = http.get(f"/meta/v7.0/{meta_town.page}", headers={"Authorization": f"Bearer {meta_town.token}"})
    assert good.json()["id"] == meta_town.page


def test_a_proof_that_is_sent_must_fit(meta_town: MetaTown) -> None:
    wrong = meta_town.call("GET", "me", appsecret_proof="0" * 64)
    assert code(wrong) == (100, 0)
    assert "appsecret_proof" in wrong.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("me", {"fields": "nope"}),
        ("me", {"fields": "id,feed{nope}"}),
        ("me", {"fields": "id,feed.nope(1){id}"}),
        ("me", {"unknown": "1"}),
        ("me/feed", {"limit": "x"}),
        ("me/feed", {"limit": "-1"}),
        ("me/feed", {"include_hidden": "perhaps"}),
        ("me/feed", {"after": "broken"}),
        ("me/conversations", {"platform": "TELEGRAM"}),
        ("{post}/comments", {"filter": "all"}),
        ("{post}/comments", {"order": "ranked"}),
        ("{post}/comments", {"since": "yesterday"}),
        ("{media}/comments", {"filter": "stream"}),
    ],
)
def test_unknown_fields_and_parameters_and_wrong_types_are_refused(
    meta_town: MetaTown, path: str, given: dict[str, str]
) -> None:
    path = path.format(post=meta_town.post[3:], media=meta_town.media[3:])
    assert code(meta_town.call("GET", path, **given)) == (100, 0)


@pytest.mark.parametrize("fields", ["id,", "from{id", "from{}", "feed.limit", "feed.limit(", "a b", "{", "id}", ","])
def test_broken_fields_are_refused(meta_town: MetaTown, fields: str) -> None:
    assert code(meta_town.call("GET", "me", fields=fields)) == (2500, 0)


def test_fields_nested_too_deep_are_refused(meta_town: MetaTown) -> None:
    assert code(meta_town.call("GET", "me", fields="feed{comments{" * 20 + "id" + "}}" * 20)) == (100, 0)
    assert code(meta_town.call("GET", "me", fields=",".join(["id"] * 500))) == (100, 0)


def test_unknown_edges_nodes_and_verbs_are_refused(meta_town: MetaTown) -> None:
    assert code(meta_town.call("GET", "me/nonsense")) == (2500, 0)
    assert code(meta_town.call("GET", "123456")) == (100, 33)
    assert code(meta_town.call("POST", "me/tagged")) == (100, 33)
    assert code(meta_town.call("DELETE", "me")) == (100, 33)
    assert code(meta_town.call("PUT", "me")) == (100, 0)
    assert code(meta_town.call("GET", "")) == (2500, 0)
    assert code(meta_town.call("GET", "", ids=",".join(map(str, range(60))))) == (100, 0)


def test_a_body_that_is_no_form_is_refused(meta_town: MetaTown) -> None:
    http, path = meta_town.sandbox.http, f"/meta/v26.0/{meta_town.post[3:]}/comments"
    query = {"access_token": meta_town.token}
    plain = http.post(path, params=query, content=b"message=x", headers={"Content-Type": "text/plain"})
    assert code(plain) == (100, 0)
    broken = http.post(path, params=query, content=b"{", headers={"Content-Type": "application/json"})
    assert code(broken) == (100, 0)
    good = http.post(path, params=query, json={"message": "из JSON"})
    assert "id" in good.json()
    assert "x" not in meta_town.texts()


def test_what_may_not_be_said_is_not_said(meta_town: MetaTown) -> None:
    comment = meta_town.write("Когда?")[3:]
    before = len(meta_town.thread())
    assert code(meta_town.call("POST", f"{comment}/comments")) == (100, 0)
    assert code(meta_town.call("POST", f"{comment}/comments", message=" ")) == (100, 0)
    assert code(meta_town.call("POST", f"{comment}/comments", message="х" * 8001)) == (100, 0)
    assert code(meta_town.call("POST", f"{comment}/comments", message="x", attachment_id="1")) == (100, 0)
    assert code(meta_town.call("POST", f"{comment}/comments", message="x", attachment_url="http://a.ru/")) == (100, 0)
    assert code(meta_town.call("POST", comment, message="чужое")) == (200, 0)
    assert len(meta_town.thread()) == before


def test_deleted_things_are_gone_for_every_call(meta_town: MetaTown) -> None:
    comment = meta_town.write("Когда?")
    below = meta_town.write("И у нас", under=comment)
    meta_town.delete(comment)
    for thing in (comment[3:], below[3:]):
        assert code(meta_town.call("GET", thing)) == (100, 33)
        assert code(meta_town.call("POST", f"{thing}/comments", message="x")) == (100, 33)
        assert code(meta_town.call("DELETE", thing)) == (100, 33)
    listed = meta_town.call("GET", f"{meta_town.post[3:]}/comments", filter="stream").json()
    assert listed == {"data": []}


def test_a_token_lacks_what_it_was_not_given(meta_town: MetaTown) -> None:
    poor = meta_town.sandbox.control("meta/tokens", kind="page", place=meta_town.page, rights=[])["token"]
    comment = meta_town.write("Когда?")[3:]
    assert code(meta_town.call("GET", "me/feed", poor)) == (10, 0)
    assert code(meta_town.call("GET", "me/conversations", poor)) == (10, 0)
    assert code(meta_town.call("POST", f"{comment}/comments", poor, message="x")) == (200, 0)
    assert code(meta_town.call("POST", "me/subscribed_apps", poor, subscribed_fields="feed")) == (200, 0)
    assert code(meta_town.call("GET", f"{meta_town.account}/conversations")) == (200, 0)  # not with a Page's token
    assert code(meta_town.call("GET", "app/subscriptions")) == (200, 0)


def test_another_pages_things_are_none_of_ours(meta_town: MetaTown) -> None:
    comment = meta_town.write("Когда?")[3:]
    assert code(meta_town.call("GET", meta_town.page, meta_town.other_token)) == (100, 0)
    for path in (comment, f"{comment}/comments", meta_town.post[3:], meta_town.account):
        assert code(meta_town.call("GET", path, meta_town.other_token))[0] == 100
    assert code(meta_town.call("POST", f"{comment}/comments", meta_town.other_token, message="x")) == (100, 33)


def test_private_messages_keep_to_their_rules(meta_town: MetaTown) -> None:
    def send(person: str, text: str, **more: Any) -> Any:
        given = {"recipient": {"id": person}, "message": {"text": text}, "messaging_type": "RESPONSE"} | more
        told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
        return meta_town.call("POST", "me/messages", **told)

    assert code(send(meta_town.anna, "x")) == (100, 2018001)
    account = meta_town.write("Привет", to=meta_town.account).split(":")[3]
    meta_town.write("Привет", to=meta_town.page)
    assert code(send(meta_town.anna, "x" * 2001)) == (100, 0)
    assert code(send(account, "я" * 501)) == (100, 0)
    assert code(send(meta_town.anna, "")) == (100, 0)
    assert code(send(meta_town.anna, "x", messaging_type="UTILITY")) == (100, 0)
    assert code(send(meta_town.anna, "x", recipient="not json")) == (100, 0)
    assert send(account, "я" * 500).json()["recipient_id"] == account
    meta_town.sandbox.control("clock", offset=25 * 3600)
    assert code(send(meta_town.anna, "x")) == (10, 2018278)
    assert "message_id" in send(meta_town.anna, "x", messaging_type="MESSAGE_TAG").json()
    meta_town.sandbox.control("clock", offset=8 * 24 * 3600)
    assert code(send(meta_town.anna, "x", messaging_type="MESSAGE_TAG")) == (10, 2018278)


def test_one_private_reply_to_a_comment_within_seven_days(meta_town: MetaTown) -> None:
    first, second = (meta_town.write(f"Когда {n}?")[3:] for n in range(2))

    def reply(comment: str) -> Any:
        recipient, message = json.dumps({"comment_id": comment}), json.dumps({"text": "Напишите адрес"})
        return meta_town.call("POST", "me/messages", recipient=recipient, message=message)

    assert reply(first).json()["recipient_id"] == meta_town.anna
    assert code(reply(first)) == (10900, 0)
    shown = meta_town.call("GET", first, fields="can_reply_privately").json()
    assert shown["can_reply_privately"] is False
    meta_town.sandbox.control("clock", offset=8 * 24 * 3600)
    assert code(reply(second)) == (10, 2018278)


def test_budgets_are_told_and_kept(meta_town: MetaTown) -> None:
    meta_town.switch(usage=83)
    headers = meta_town.call("GET", "me").headers
    (entry,) = json.loads(headers["x-business-use-case-usage"])["800100200300"]
    assert (entry["type"], entry["call_count"], entry["estimated_time_to_regain_access"]) == ("pages", 83, 0)
    assert json.loads(meta_town.call("GET", "app", meta_town.app).headers["x-app-usage"])["call_count"] == 83
    meta_town.switch(usage=100, regain=9)
    assert code(meta_town.call("GET", "me")) == (80001, 0)
    assert code(meta_town.call("GET", "me", meta_town.instagram)) == (80002, 0)
    assert code(meta_town.call("GET", "app", meta_town.app)) == (4, 0)


def test_an_unknown_parameter_is_let_pass_where_the_switch_says(meta_town: MetaTown) -> None:
    meta_town.switch(unknown="ignored")
    assert meta_town.call("GET", "me", nonsense="1").json()["id"] == meta_town.page


@pytest.mark.parametrize("node", ["Page", "PagePost", "Comment", "IGUser", "IGMedia", "IGComment"])
def test_every_field_of_a_node_can_be_asked_for(meta_town: MetaTown, node: str) -> None:
    comment, below = meta_town.write("Когда?"), meta_town.write("Темно", under=meta_town.media)
    things = {
        "Page": meta_town.page,
        "PagePost": meta_town.post[3:],
        "Comment": comment[3:],
        "IGUser": meta_town.account,
        "IGMedia": meta_town.media[3:],
        "IGComment": below[3:],
    }
    fields = ",".join(name for name in FIELDS[node] if not name.startswith("mentioned_"))
    shown = meta_town.call("GET", things[node], fields=fields)
    assert shown.status_code == 200
    assert set(shown.json()) <= set(FIELDS[node])


def test_the_applications_own_word_on_a_token(meta_town: MetaTown) -> None:
    told = meta_town.call("GET", "debug_token", meta_town.app, input_token=meta_town.token).json()["data"]
    assert (told["is_valid"], told["type"]) == (True, "PAGE")
    assert code(meta_town.call("GET", "debug_token", input_token=meta_town.token)) == (100, 0)
    unknown = meta_town.call("GET", "debug_token", meta_town.app, input_token="x").json()["data"]
    assert unknown["is_valid"] is False
    assert meta_town.app.endswith(f"|{SECRET}")
