"""What the X emulator refuses, and how: with the network's own statuses, types and headers."""

import base64
import json
from typing import Any

import pytest

from tests.sandbox.x_town import XTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PROBLEMS = "https://api.x.com/2/problems/"
FAR = "9" * 19
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def kind_of(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code, str(answer.json()["type"]).removeprefix(PROBLEMS)


def test_an_unknown_path_and_a_wrong_verb_are_refused(x: XTown) -> None:
    assert kind_of(x.call("GET", "/2/nothing")) == (404, "about:blank")
    assert kind_of(x.call("PUT", "/2/tweets", body={})) == (405, "about:blank")


def test_without_a_token_nobody_is_let_in(x: XTown) -> None:
    assert kind_of(x.call("GET", "/2/tweets", "wrong", ids="1")) == (401, "about:blank")
    bare = x.sandbox.http.get("/x/2/tweets?ids=1")
    assert bare.status_code == 401
    basic = x.sandbox.http.get("/x/2/tweets?ids=1", headers={"Authorization": f"Basic {x.bearer}"})
    assert basic.status_code == 401


def test_an_app_only_token_may_not_write_nor_see_messages(x: XTown) -> None:
    for verb, path, body in (
        ("POST", "/2/tweets", {"text": "a"}),
        ("DELETE", "/2/tweets/1", None),
        ("GET", "/2/users/me", None),
        ("GET", "/2/dm_events", None),
        ("POST", f"/2/dm_conversations/with/{x.anna}/messages", {"text": "a"}),
    ):
        assert kind_of(x.call(verb, path, x.bearer, body)) == (403, "unsupported-authentication"), path


def test_hooks_are_the_apps_business_and_not_a_users(x: XTown) -> None:
    assert kind_of(x.call("GET", "/2/webhooks", x.user)) == (403, "unsupported-authentication")
    assert kind_of(x.call("POST", "/2/webhooks", x.user, {"url": "https://a.example/"}))[0] == 403


def test_a_token_without_the_scope_is_refused(x: XTown) -> None:
    weak = x.token("user", place=x.me, scopes="tweet.read users.read")["token"]
    assert kind_of(x.call("POST", "/2/tweets", weak, {"text": "a"})) == (403, "about:blank")
    assert kind_of(x.call("GET", "/2/dm_events", weak)) == (403, "about:blank")
    assert x.call("GET", "/2/users/me", weak).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"ids": "1", "fields": "id"},
        {},
        {"ids": ""},
        {"ids": "abc"},
        {"ids": "1" * 20},
        {"ids": ",".join(["1"] * 101)},
        {"ids": "1", "tweet.fields": "colour"},
        {"ids": "1", "post.fields": "author_id"},
        {"ids": "1", "post.fields": "id,id"},
        {"ids": "1", "expansions": "everything"},
        {"ids": "1", "max_results": "10"},
    ],
)
def test_a_parameter_that_cannot_be_is_refused(x: XTown, query: dict[str, str]) -> None:
    answer = x.call("GET", "/2/tweets", **query)
    assert kind_of(answer) == (400, "invalid-request")
    assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        {"max_results": "4"},
        {"max_results": "101"},
        {"max_results": "ten"},
        {"since_id": "-1"},
        {"start_time": "yesterday"},
        {"start_time": "2026-01-01T00:00:00"},
        {"since_id": "1", "start_time": "2026-01-01T00:00:00Z"},
        {"pagination_token": "not-one-of-ours"},
        {"next_token": "abc"},
    ],
)
def test_a_page_that_cannot_be_is_refused(x: XTown, query: dict[str, str]) -> None:
    assert kind_of(x.call("GET", f"/2/users/{x.me}/mentions", **query)) == (400, "invalid-request")


@pytest.mark.parametrize(
    "body",
    [
        {"text": 12},
        {"text": "a", "colour": "red"},
        {"text": "a", "reply": {}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": 12}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "12", "loud": True}},
        {"text": "a", "reply": "12"},
        {"text": "a", "media": {"media_ids": []}},
        {"text": "a", "media": {"media_ids": ["1", "2", "3", "4", "5"]}},
        {"text": "a", "poll": {"options": ["да"], "duration_minutes": 5}},
        {"text": "a", "poll": {"options": ["да", "нет"], "duration_minutes": 4}},
        {"text": "a", "reply_settings": "friends"},
        {"text": "a", "nullcast": "yes"},
        {"text": "  "},
        {},
        [],
    ],
)
def test_a_body_that_cannot_be_is_refused_and_nothing_is_written(x: XTown, body: Any) -> None:
    assert kind_of(x.call("POST", "/2/tweets", x.user, body)) == (400, "invalid-request")
    assert x.sandbox.inspect("counts")["x"]["official_posts"] == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(x: XTown, raw: bytes) -> None:
    headers = {"Authorization": f"Bearer {x.user}", "Content-Type": "application/json"}
    assert x.sandbox.http.post("/x/2/tweets", content=raw, headers=headers).status_code == 400
    form = x.sandbox.http.post("/x/2/tweets", data={"text": "a"}, headers={"Authorization": f"Bearer {x.user}"})
    assert form.status_code == 415


def test_who_did_not_name_us_cannot_be_answered(x: XTown) -> None:
    plain = x.text("Фонарь не горит")
    assert kind_of(x.reply(plain, "Починим")) == (403, "about:blank")
    assert x.reply(x.ask(), "Починим").status_code == 201
    x.switch(access="enterprise")
    assert x.reply(plain, "Починим и тут").status_code == 201


def test_who_quotes_us_can_be_answered(x: XTown) -> None:
    mine = x.own()
    quote = x.sandbox.control("x/quotes", person=x.anna, quoted=mine, text="Ну и новости")["address"]
    assert x.reply(quote, "Спасибо").status_code == 201


def test_whether_a_name_that_the_network_put_in_front_counts_is_a_switch(x: XTown) -> None:
    under = x.text("А у нас темно", under=x.own())
    x.switch(reply_summons=False)
    assert x.reply(under, "Починим").status_code == 403
    x.switch(reply_summons=True)
    assert x.reply(under, "Починим").status_code == 201


def test_who_lets_only_the_named_answer_is_left_alone_by_others(x: XTown) -> None:
    x.switch(access="enterprise")
    given = {"person": x.anna, "text": "Только для своих", "reply_settings": "mentionedUsers"}
    address = x.sandbox.control("x/limited", **given)["address"]
    assert x.reply(address, "Починим").status_code == 403


def test_the_same_words_to_the_same_person_are_refused_as_a_repeat(x: XTown) -> None:
    first, second = x.ask("раз"), x.ask("два")
    other = x.ask("три", person=x.boris)
    assert x.reply(first, "Починим").status_code == 201
    again = x.reply(second, "Починим")
    assert again.status_code == 403
    assert "duplicate content" in again.json()["detail"]
    assert x.reply(other, "Починим").status_code == 201
    x.switch(duplicates="reply")
    assert x.reply(second, "Починим").status_code == 201
    assert x.reply(second, "Починим").status_code == 403


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("я" * 280, True),
        ("я" * 281, False),
        ("👋" * 140, True),
        ("👋" * 141, False),
        ("👨‍👩‍👧‍👦🇷🇺🙋🏽" + "я" * 274, True),
        ("漢" * 141, False),
        ("я" * 256 + " https://example.com/" + "a" * 200, True),
        ("я" * 257 + " https://example.com/" + "a" * 200, False),
    ],
)
def test_a_text_is_weighed(x: XTown, text: str, fits: bool) -> None:
    assert x.call("POST", "/2/tweets", x.user, {"text": text}).status_code == (201 if fits else 403)


def test_more_than_one_cashtag_a_quote_and_an_unknown_picture_are_refused(x: XTown) -> None:
    assert x.call("POST", "/2/tweets", x.user, {"text": "$ABC и $DEF"}).status_code == 403
    quote = {"text": "см.", "quote_tweet_id": x.ask().removeprefix("x:")}
    assert x.call("POST", "/2/tweets", x.user, quote).status_code == 403
    assert x.call("POST", "/2/tweets", x.user, {"text": "a", "media": {"media_ids": ["1"]}}).status_code == 400


def test_what_is_deleted_cannot_be_answered_and_stands_in_errors(x: XTown) -> None:
    asked = x.ask()
    x.sandbox.control("x/texts/delete", address=asked)
    assert x.reply(asked, "Починим").status_code == 403
    told = x.get("/2/tweets", ids=f"{asked.removeprefix('x:')},{FAR}")
    assert "data" not in told
    assert [error["type"] for error in told["errors"]] == [f"{PROBLEMS}resource-not-found"] * 2


def test_the_texts_of_a_protected_account_are_shown_to_nobody_else(x: XTown) -> None:
    asked = x.ask()
    x.sandbox.control("x/users", id=x.anna, protected=True)
    told = x.get("/2/tweets", ids=asked.removeprefix("x:"))
    assert told["errors"][0]["type"] == f"{PROBLEMS}not-authorized-for-resource"
    assert x.get(f"/2/users/{x.me}/mentions")["meta"]["result_count"] == 0
    assert x.reply(asked, "Починим").status_code == 403


def test_a_message_goes_only_to_who_takes_it(x: XTown) -> None:
    path = f"/2/dm_conversations/with/{x.anna}/messages"
    assert kind_of(x.call("POST", path, x.user, {"text": "Здравствуйте"})) == (403, "about:blank")
    x.text("Здравствуйте", to=x.me)
    sent = x.call("POST", path, x.user, {"text": "Слушаем"})
    assert sent.status_code == 201
    assert sent.json()["data"]["dm_conversation_id"] == f"{x.anna}-{x.me}"
    assert kind_of(x.call("POST", f"/2/dm_conversations/with/{FAR}/messages", x.user, {"text": "a"}))[0] == 404
    for body in ({}, {"text": ""}, {"text": "a", "loud": True}):
        assert kind_of(x.call("POST", path, x.user, body)) == (400, "invalid-request")


@pytest.mark.parametrize(
    "query",
    [
        *("is:reply", "-фонарь", "has:links OR is:quote", "(фонарь", "фонарь)", "min_faves:3", "OR", "-(a b)", '"нет'),
        *("a " * 300, "from:"),
    ],
)
def test_a_query_that_cannot_be_is_refused(x: XTown, query: str) -> None:
    assert kind_of(x.call("GET", "/2/tweets/search/recent", query=query)) == (400, "invalid-request")


def test_a_bound_older_than_a_week_is_refused_by_the_search(x: XTown) -> None:
    assert kind_of(x.call("GET", "/2/tweets/search/recent", query="a", since_id="1"))[0] == 400
    assert kind_of(x.call("GET", "/2/tweets/search/recent", query="a", start_time="2020-01-01T00:00:00Z"))[0] == 400
    assert x.call("GET", f"/2/users/{x.me}/mentions", since_id="1").status_code == 200


def test_every_answer_tells_what_is_left_and_the_limit_is_kept(x: XTown) -> None:
    left = [x.call("GET", "/2/dm_events", x.user).headers["x-rate-limit-remaining"] for _ in range(15)]
    assert left == [str(number) for number in range(14, -1, -1)]
    over = x.call("GET", "/2/dm_events", x.user)
    assert kind_of(over) == (429, "about:blank")
    assert over.headers["x-rate-limit-remaining"] == "0"
    assert int(over.headers["x-rate-limit-reset"]) > 1_700_000_000
    x.switch(limit_body="old")
    assert x.call("GET", "/2/dm_events", x.user).json() == {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}
    x.switch(rate_limits=False)
    assert x.call("GET", "/2/dm_events", x.user).status_code == 200
    assert "x-rate-limit-limit" in x.call("GET", "/2/nothing").headers


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (401, (401, "about:blank")),
        (402, (402, "credits")),
        (4031, (403, "client-forbidden")),
        (4032, (403, "usage-capped")),
        (429, (429, "about:blank")),
        (503, (503, "about:blank")),
    ],
)
def test_a_planned_refusal_is_one_of_the_networks_own(x: XTown, code: int, expected: tuple[int, str]) -> None:
    x.fault("error", "createPosts", code=code)
    assert kind_of(x.call("POST", "/2/tweets", x.user, {"text": "a"})) == expected
    assert x.call("POST", "/2/tweets", x.user, {"text": "a"}).status_code == 201


def test_an_edit_gets_a_new_number_and_keeps_the_chain(x: XTown) -> None:
    asked = x.ask("Когда?").removeprefix("x:")
    x.sandbox.control("x/texts/edit", address=f"x:{asked}", text="@rechnoy Когда же?")
    old = x.get("/2/tweets", ids=asked)["data"][0]
    first, second = old["edit_history_tweet_ids"]
    assert (first, old["text"]) == (asked, "@rechnoy Когда?")
    assert x.get("/2/tweets", ids=second)["data"][0]["text"] == "@rechnoy Когда же?"
    listed = x.get(f"/2/users/{x.me}/mentions")["data"]
    assert [each["id"] for each in listed] == [second]


def test_an_edit_comes_too_late_after_half_an_hour_and_a_reply_to_others_is_never_edited(x: XTown) -> None:
    asked = x.ask()
    said = x.reply(asked, "Починим").json()["data"]["id"]
    body = {"text": "Починили", "edit_options": {"previous_post_id": said}}
    assert x.call("POST", "/2/tweets", x.user, body).status_code == 403
    x.sandbox.control("clock", offset=3600)
    answer = x.sandbox.http.post(
        "/control/x/texts/edit", json={"address": asked, "text": "a"}, headers={"X-Sandbox-Token": "control-for-tests"}
    )
    x.sandbox.control("clock")
    assert answer.status_code == 400


def test_both_spellings_are_taken_and_either_is_given(x: XTown) -> None:
    asked = x.text("И у нас", under=x.ask()).removeprefix("x:")
    tweet = {"tweet.fields": "referenced_tweets,public_metrics", "expansions": "referenced_tweets.id"}
    post = {"post.fields": "public_metrics", "expansions": "referenced_posts"}
    for query in (tweet, post):
        told = x.get("/2/tweets", ids=asked, **query)
        assert told["data"][0]["referenced_tweets"][0]["type"] == "replied_to"
        assert told["includes"]["tweets"][0]["edit_history_tweet_ids"]
    x.switch(spelling="post")
    told = x.get("/2/tweets", ids=asked, **tweet)
    assert told["data"][0]["referenced_posts"][0]["type"] == "replied_to"
    assert told["data"][0]["public_metrics"]["repost_count"] == 0
    assert told["includes"]["posts"][0]["edit_history_post_ids"]
    assert "tweet" not in json.dumps(told)


def test_a_picture_is_for_its_owner_and_for_what_it_was_put_up_for(x: XTown) -> None:
    def put_up(category: str, token: str, content: bytes = PIXEL) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        file = {"media": ("a.png", content, "image/png")}
        form = {"media_category": category}
        return x.sandbox.http.post("/x/2/media/upload", headers=headers, data=form, files=file)

    mine = put_up("tweet_image", x.user).json()["data"]["id"]
    for number, token in ((mine, x.guest_user), (put_up("dm_image", x.user).json()["data"]["id"], x.user)):
        body = {"text": "a", "media": {"media_ids": [number]}}
        assert kind_of(x.call("POST", "/2/tweets", token, body)) == (400, "invalid-request")
    assert x.call("POST", "/2/tweets", x.user, {"text": "a", "media": {"media_ids": [mine]}}).status_code == 201
    assert kind_of(put_up("tweet_image", x.user, b"no picture")) == (400, "invalid-request")
    assert kind_of(put_up("poster", x.user)) == (400, "invalid-request")
    assert kind_of(put_up("tweet_image", x.bearer))[0] == 403
    coded = {"media": base64.b64encode(PIXEL).decode(), "media_category": "tweet_image"}
    assert x.call("POST", "/2/media/upload", x.user, coded).status_code == 200
    assert kind_of(x.call("POST", "/2/media/upload", x.user, coded | {"loud": True})) == (400, "invalid-request")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/2/users/{me}/mentions", {"since_id": FAR}),
        ("/2/users/{me}/mentions", {"until_id": FAR}),
        ("/2/users/{me}/mentions", {"start_time": "9999-12-31T23:59:59Z"}),
        ("/2/users/{me}/mentions", {"end_time": "0001-01-01T00:00:00Z"}),
        ("/2/users/{me}/tweets", {"exclude": "replies,retweets"}),
        ("/2/users/" + FAR, {}),
        ("/2/users/" + FAR + "/mentions", {}),
        ("/2/tweets/" + FAR, {}),
        ("/2/tweets/search/recent", {"query": '\x00 "\ud7ff" -(', "since_id": FAR}),
        ("/2/tweets/search/recent", {"query": "a " * 200 + "("}),
    ],
)
def test_odd_questions_are_answered_or_refused_and_never_break_it(x: XTown, path: str, query: dict[str, str]) -> None:
    assert x.call("GET", path.format(me=x.me), **query).status_code in (200, 400)


@pytest.mark.parametrize(
    "body",
    [
        b'{"text":"\\ud800"}',
        b'{"text":"a","reply":{"in_reply_to_tweet_id":"9999999999999999999"}}',
        b'{"text":"a","edit_options":{"previous_post_id":"9999999999999999999"}}',
        b'{"text":"a","media":{"media_ids":["9999999999999999999"]}}',
        b'{"text":null}',
        b'{"text":"a","text":5}',
    ],
)
def test_odd_bodies_are_refused_and_never_break_it(x: XTown, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {x.user}", "Content-Type": "application/json"}
    assert x.sandbox.http.post("/x/2/tweets", content=body, headers=headers).status_code in (400, 403)


def test_who_writes_in_a_place_names_it(x: XTown) -> None:
    x.sandbox.control("x/texts", author="Вера Пробная", place=x.me, text="Темно")
    x.sandbox.control("x/texts", author="Вера Пробная", place=x.me, text="Темно, @Rechnoy!")
    heard = x.get(f"/2/users/{x.me}/mentions")["data"]
    assert [each["text"] for each in heard] == ["Темно, @Rechnoy!", "@rechnoy Темно"]
    posts = x.sandbox.inspect("x/posts", place=x.me)["items"]
    assert [item["author_name"] for item in posts] == ["Вера Пробная"] * 2


def test_a_dialogue_goes_on_under_its_own_address(x: XTown) -> None:
    first = x.text("Здравствуйте", to=x.me)
    x.sandbox.control("x/texts", place=x.me, under=first, text="Слушаем")
    x.text("Темно", under=first)
    shown = x.sandbox.inspect("x/dialogue", place=x.me, person=x.anna)["items"]
    assert [(item["official"], item["text"]) for item in shown] == [
        (False, "Здравствуйте"),
        (True, "Слушаем"),
        (False, "Темно"),
    ]


def test_numbers_are_too_large_for_a_double(x: XTown) -> None:
    assert int(x.ask().removeprefix("x:")) > 2**53
    assert int(x.me) > 2**53
