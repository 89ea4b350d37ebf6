from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.max_account import PIXEL
from tests.sandbox.x_town import PROBLEMS, XTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
FAR = "9" * 19
INVALID, PLAIN, NO_SUCH_TOKEN = "invalid-request", "about:blank", "unsupported-authentication"
WAVES, FAMILY = "👋", "👨‍👩‍👧‍👦🇷🇺🙋🏽"


def test_who_asks_and_where_decides_first(x: XTown) -> None:
    weak = x.token("user", place=x.me, scopes="tweet.read users.read")["token"]
    message = f"/2/dm_conversations/with/{x.anna}/messages"
    hook, text = {"url": "https://a.example/"}, {"text": "a"}
    calls: list[tuple[str, str, str, Any, tuple[int, str]]] = [
        ("GET", "/2/nothing", "", None, (404, PLAIN)),
        ("PUT", "/2/tweets", "", {}, (405, PLAIN)),
        ("GET", "/2/tweets?ids=1", "wrong", None, (401, PLAIN)),
        ("POST", "/2/tweets", x.bearer, text, (403, NO_SUCH_TOKEN)),
        ("DELETE", "/2/tweets/1", x.bearer, None, (403, NO_SUCH_TOKEN)),
        ("GET", "/2/users/me", x.bearer, None, (403, NO_SUCH_TOKEN)),
        ("GET", "/2/dm_events", x.bearer, None, (403, NO_SUCH_TOKEN)),
        ("POST", message, x.bearer, text, (403, NO_SUCH_TOKEN)),
        ("GET", "/2/webhooks", x.user, None, (403, NO_SUCH_TOKEN)),
        ("POST", "/2/webhooks", x.user, hook, (403, NO_SUCH_TOKEN)),
        ("POST", "/2/tweets", weak, text, (403, PLAIN)),
        ("GET", "/2/dm_events", weak, None, (403, PLAIN)),
    ]
    for verb, path, token, body, expected in calls:
        assert x.refusal(verb, path, token, body) == expected, (verb, path)
    assert x.call("GET", "/2/users/me", weak).status_code == 200
    for headers in ({}, {"Authorization": f"Basic {x.bearer}"}):
        assert x.sandbox.http.get("/x/2/tweets?ids=1", headers=headers).status_code == 401


POSTS: list[dict[str, str]] = [
    *({"ids": "1", "fields": "id"}, {}, {"ids": ""}, {"ids": "abc"}, {"ids": "1" * 20}, {"ids": ",".join(["1"] * 101)}),
    *({"ids": "1", "tweet.fields": "colour"}, {"ids": "1", "post.fields": "author_id"}),
    *({"ids": "1", "post.fields": "id,id"}, {"ids": "1", "expansions": "everything"}),
    {"ids": "1", "max_results": "10"},
]
MENTIONS: list[dict[str, str]] = [
    *({"max_results": "4"}, {"max_results": "101"}, {"max_results": "ten"}, {"since_id": "-1"}),
    *({"start_time": "yesterday"}, {"start_time": "2026-01-01T00:00:00"}),
    *({"since_id": "1", "start_time": "2026-01-01T00:00:00Z"}, {"pagination_token": "not-one-of-ours"}),
    {"next_token": "abc"},
]
QUERIES = ["is:reply", "-фонарь", "has:links OR is:quote", "(фонарь", "фонарь)", "min_faves:3", "OR", "-(a b)", '"нет']
QUERIES += ["a " * 300, "from:"]
SEARCHES = [{"query": query} for query in QUERIES]
SEARCHES += [{"query": "a", "since_id": "1"}, {"query": "a", "start_time": "2020-01-01T00:00:00Z"}]  # a week is kept


def test_what_cannot_be_asked_is_refused_and_odd_questions_break_nothing(x: XTown) -> None:
    x.switch(rate_limits=False)
    questions = [("/2/tweets", query) for query in POSTS] + [(f"/2/users/{x.me}/mentions", query) for query in MENTIONS]
    for path, query in questions + [("/2/tweets/search/recent", query) for query in SEARCHES]:
        assert x.refusal("GET", path, **query) == (400, INVALID), (path, query)
    assert x.call("GET", "/2/tweets").json()["errors"][0]["message"]
    assert x.call("GET", f"/2/users/{x.me}/mentions", since_id="1").status_code == 200
    odd: list[tuple[str, dict[str, str]]] = [
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
    ]
    for path, query in odd:
        assert x.call("GET", path.format(me=x.me), **query).status_code in (200, 400), (path, query)


BODIES: list[Any] = [
    *({"text": 12}, {"text": "a", "colour": "red"}, {"text": "  "}, {}, [], {"text": None}),
    *({"text": "a", "reply": {}}, {"text": "a", "reply": {"in_reply_to_tweet_id": 12}}, {"text": "a", "reply": "12"}),
    {"text": "a", "reply": {"in_reply_to_tweet_id": "12", "loud": True}},
    *({"text": "a", "media": {"media_ids": each}} for each in ([], ["1", "2", "3", "4", "5"], ["1"], [FAR])),
    {"text": "a", "poll": {"options": ["да"], "duration_minutes": 5}},
    {"text": "a", "poll": {"options": ["да", "нет"], "duration_minutes": 4}},
    *({"text": "a", "reply_settings": "friends"}, {"text": "a", "nullcast": "yes"}),
]


def test_a_body_that_cannot_be_or_is_no_json_is_refused_and_nothing_is_written(x: XTown) -> None:
    headers = {"Authorization": f"Bearer {x.user}"}
    raw = [b"", b"{", b"\xff", b"[" * 100_000, b'{"text":"\\ud800"}', b'{"text":"a","text":5}']
    raw.append(b'{"text":"a","reply":{"in_reply_to_tweet_id":"9999999999999999999"}}')
    raw.append(b'{"text":"a","edit_options":{"previous_post_id":"9999999999999999999"}}')
    for body in raw:
        as_json = headers | {"Content-Type": "application/json"}
        answer = x.sandbox.http.post("/x/2/tweets", content=body, headers=as_json)
        assert answer.status_code in ((400,) if len(body) < 3 or body[:1] == b"[" else (400, 403)), body[:80]
    assert x.sandbox.http.post("/x/2/tweets", data={"text": "a"}, headers=headers).status_code == 415
    for payload in BODIES:
        assert x.refusal("POST", "/2/tweets", x.user, payload) == (400, INVALID), payload
    assert x.count("official_posts") == 0


def test_who_did_not_name_us_cannot_be_answered(x: XTown) -> None:
    plain, mine = x.text("Фонарь не горит"), x.own()
    quote = x.control("quotes", person=x.anna, quoted=mine, text="Ну и новости")["address"]
    assert x.reply(plain, "Починим").status_code == 403
    assert x.reply(x.ask(), "Починим").status_code == 201
    assert x.reply(quote, "Спасибо").status_code == 201
    under = x.text("А у нас темно", under=mine)  # the network put our name in front
    x.switch(reply_summons=False)
    assert x.reply(under, "Едем").status_code == 403
    x.switch(reply_summons=True)
    assert x.reply(under, "Едем").status_code == 201
    x.switch(access="enterprise")
    assert x.reply(plain, "Починим и тут").status_code == 201
    only_named = {"person": x.anna, "text": "Только для своих", "reply_settings": "mentionedUsers"}
    assert x.reply(x.control("limited", **only_named)["address"], "А мы?").status_code == 403


def test_the_same_words_to_the_same_person_are_refused_as_a_repeat(x: XTown) -> None:
    first, second, other = x.ask("раз"), x.ask("два"), x.ask("три", person=x.boris)
    assert x.reply(first, "Уже чиним").status_code == 201
    again = x.reply(second, "Уже чиним")
    assert again.status_code == 403
    assert "duplicate content" in again.json()["detail"]
    assert x.reply(other, "Уже чиним").status_code == 201
    x.switch(duplicates="reply")
    assert [x.reply(second, "Уже чиним").status_code for _ in range(2)] == [201, 403]


LINK = " https://example.com/" + "a" * 200
WEIGHED = [("я" * 280, True), ("я" * 281, False), (WAVES * 140, True), (WAVES * 141, False), ("漢" * 141, False)]
WEIGHED += [(FAMILY + "я" * 274, True), ("я" * 256 + LINK, True), ("я" * 257 + LINK, False)]


def test_a_text_is_weighed_and_a_planned_refusal_is_one_of_the_networks_own(x: XTown) -> None:
    for text, fits in WEIGHED:
        assert x.post(text=text) == (201 if fits else 403), text
    assert x.post(text="$ABC и $DEF") == 403
    assert x.post(text="см.", quote_tweet_id=x.ask()[2:]) == 403
    planned = {401: (401, PLAIN), 402: (402, "credits"), 4031: (403, "client-forbidden"), 4032: (403, "usage-capped")}
    for code, expected in {**planned, 429: (429, PLAIN), 503: (503, PLAIN)}.items():
        x.fault("error", "createPosts", code=code)
        assert x.refusal("POST", "/2/tweets", x.user, {"text": "a"}) == expected
    assert x.post(text="Наконец") == 201


def test_a_message_goes_only_to_who_takes_it(x: XTown) -> None:
    path = f"/2/dm_conversations/with/{x.anna}/messages"
    assert x.refusal("POST", path, x.user, {"text": "Здравствуйте"}) == (403, PLAIN)
    x.text("Здравствуйте", to=x.me)
    sent = x.call("POST", path, x.user, {"text": "Слушаем"})
    assert (sent.status_code, sent.json()["data"]["dm_conversation_id"]) == (201, f"{x.anna}-{x.me}")
    assert x.refusal("POST", path.replace(x.anna, FAR), x.user, {"text": "a"})[0] == 404
    for body in ({}, {"text": ""}, {"text": "a", "loud": True}):
        assert x.refusal("POST", path, x.user, body) == (400, INVALID)


def test_every_answer_tells_what_is_left_and_the_limit_is_kept(x: XTown) -> None:
    left = [x.call("GET", "/2/dm_events", x.user).headers["x-rate-limit-remaining"] for _ in range(15)]
    assert left == [str(number) for number in range(14, -1, -1)]
    over = x.call("GET", "/2/dm_events", x.user)
    assert x.refusal("GET", "/2/dm_events", x.user) == (429, PLAIN)
    assert over.headers["x-rate-limit-remaining"] == "0"
    assert int(over.headers["x-rate-limit-reset"]) > 1_700_000_000
    x.switch(limit_body="old")
    assert x.call("GET", "/2/dm_events", x.user).json() == {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}
    x.switch(rate_limits=False)
    assert x.call("GET", "/2/dm_events", x.user).status_code == 200
    assert "x-rate-limit-limit" in x.call("GET", "/2/nothing").headers


def test_an_edit_gets_a_new_number_within_half_an_hour_and_a_reply_to_others_none(x: XTown) -> None:
    asked = x.ask("Когда?")
    x.edit(asked, "@rechnoy Когда же?")
    (old,) = x.get("/2/tweets", ids=asked[2:])["data"]
    first, second = old["edit_history_tweet_ids"]
    assert (first, old["text"]) == (asked[2:], "@rechnoy Когда?")
    assert x.get("/2/tweets", ids=second)["data"][0]["text"] == "@rechnoy Когда же?"
    assert [each["id"] for each in x.get(f"/2/users/{x.me}/mentions")["data"]] == [second]
    asked = x.ask()
    reply_id = x.reply(asked, "Починим").json()["data"]["id"]
    assert x.post(text="Починили", edit_options={"previous_post_id": reply_id}) == 403
    x.sandbox.control("clock", offset=3600)
    x.refused("texts/edit", address=asked, text="a")


def test_a_picture_is_for_its_owner_and_for_what_it_was_put_up_for(x: XTown) -> None:
    def put_up(category: str, token: str, content: bytes = PIXEL) -> Any:
        file, headers = {"media": ("a.png", content, "image/png")}, {"Authorization": f"Bearer {token}"}
        form = {"media_category": category}
        return x.sandbox.http.post("/x/2/media/upload", headers=headers, data=form, files=file)

    mine, private = (put_up(kind, x.user).json()["data"]["id"] for kind in ("tweet_image", "dm_image"))
    assert x.post(x.guest_user, text="a", media={"media_ids": [mine]}) == 400
    assert x.post(text="a", media={"media_ids": [private]}) == 400
    assert x.post(text="a", media={"media_ids": [mine]}) == 201
    assert put_up("tweet_image", x.user, b"no picture").status_code == 400
    assert put_up("poster", x.user).status_code == 400
    assert put_up("tweet_image", x.bearer).status_code == 403
    coded = {"media": b64encode(PIXEL).decode(), "media_category": "tweet_image"}
    assert x.call("POST", "/2/media/upload", x.user, coded).status_code == 200
    assert x.refusal("POST", "/2/media/upload", x.user, coded | {"loud": True}) == (400, INVALID)
    assert x.refusal("POST", "/2/media/upload", x.user, coded | {"media": "фото"}) == (400, INVALID)


def test_hiding_is_for_whoever_began_and_what_is_deleted_or_protected_cannot_be_answered(x: XTown) -> None:
    path = f"/2/tweets/{x.text('Грубость', under=x.own())[2:]}/hidden"
    assert x.call("PUT", path, x.user, {"hidden": True}).json() == {"data": {"hidden": True}}
    assert x.call("PUT", path, x.guest_user, {"hidden": True}).status_code == 403
    assert x.call("PUT", path, x.user, {"hidden": "yes"}).status_code == 400
    asked = x.ask()
    x.delete(asked)
    assert x.reply(asked, "Починим").status_code == 403
    body = x.get("/2/tweets", ids=f"{asked[2:]},{FAR}")
    assert "data" not in body
    assert [error["type"] for error in body["errors"]] == [f"{PROBLEMS}resource-not-found"] * 2
    asked = x.ask()
    x.control("users", id=x.anna, protected=True)
    assert x.get("/2/tweets", ids=asked[2:])["errors"][0]["type"] == f"{PROBLEMS}not-authorized-for-resource"
    assert x.get(f"/2/users/{x.me}/mentions")["meta"]["result_count"] == 0
    assert x.reply(asked, "Починим").status_code == 403


REFRESH = "refresh_token"


def pair(x: XTown, **more: Any) -> dict[str, str]:
    return {name: str(part) for name, part in x.token("pair", place=x.me, **more).items()}


def ask_anew(x: XTown, known: dict[str, str], secret: str | None = None, **changes: str) -> httpx.Response:
    """As a client with a secret, unless it has none."""
    form = {"grant_type": REFRESH, REFRESH: known["refresh"], **changes}
    client_secret = known["client_secret"] if secret is None else secret
    coded = b64encode(f"{known['client_id']}:{client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {coded}"} if client_secret else {}
    return x.sandbox.http.post("/x/2/oauth2/token", data=form, headers=headers)


def refusal_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"])


def me(x: XTown, token: str) -> int:
    return x.call("GET", "/2/users/me", token).status_code


def test_a_refresh_token_gives_the_next_pair_once_and_a_token_ends_by_the_sandboxs_clock(x: XTown) -> None:
    known = pair(x)
    body = ask_anew(x, known).json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 7200)
    assert "offline.access" in body["scope"]
    assert me(x, body["access_token"]) == 200
    assert refusal_of(ask_anew(x, known)) == (400, "invalid_request")
    assert ask_anew(x, {**known, "refresh": body[REFRESH]}).status_code == 200
    known = pair(x)
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _: ask_anew(x, known).status_code, range(4)))
    assert sorted(answers) == [200, 400, 400, 400]
    known = pair(x)
    assert me(x, known["token"]) == 200
    x.sandbox.control("clock", offset=7300)
    assert me(x, known["token"]) == 401
    assert ask_anew(x, known).status_code == 200
    x.sandbox.control("clock")
    x.switch(token_seconds=60)
    assert ask_anew(x, pair(x)).json()["expires_in"] == 60


WRONG_FORMS = [({"grant_type": "password"}, "unsupported_grant_type"), ({REFRESH: "made-up"}, "invalid_request")]
WRONG_FORMS += [({"scope": "space.read"}, "invalid_scope"), ({"redirect": "1"}, "invalid_request")]


def test_a_client_proves_or_names_itself_in_a_posted_form_alone_and_what_is_wrong_in_it_is_said(x: XTown) -> None:
    known = pair(x)
    assert refusal_of(ask_anew(x, known, "wrong")) == (401, "invalid_client")
    assert refusal_of(ask_anew(x, known, "", client_id=known["client_id"])) == (401, "unauthorized_client")
    assert refusal_of(ask_anew(x, known, "")) == (400, "invalid_request")
    assert refusal_of(ask_anew(x, {**known, "client_id": "somebody"})) == (401, "invalid_client")
    assert ask_anew(x, known).status_code == 200, "a refusal_of uses nothing up"
    known = pair(x, app="mobile", public=True)
    assert refusal_of(ask_anew(x, known, "any", client_id=known["client_id"])) == (401, "invalid_client")
    assert ask_anew(x, known, client_id=known["client_id"]).status_code == 200
    mine, other = pair(x), pair(x, app="other")
    assert refusal_of(ask_anew(x, {**other, "refresh": mine["refresh"]})) == (400, "invalid_request")
    known = pair(x)
    for changes, code in WRONG_FORMS:
        assert refusal_of(ask_anew(x, known, **changes)) == (400, code)
    auth, form = (known["client_id"], known["client_secret"]), {"grant_type": REFRESH, REFRESH: known["refresh"]}
    http = x.sandbox.http
    assert http.get("/x/2/oauth2/token", auth=auth).status_code == 405
    assert refusal_of(http.post("/x/2/oauth2/token", json=form, auth=auth))[0] == 400
    assert refusal_of(http.post("/x/2/oauth2/token", params=form, auth=auth))[0] == 400
    twice = f"grant_type={REFRESH}&{REFRESH}={known['refresh']}&{REFRESH}=x"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert refusal_of(http.post("/x/2/oauth2/token", content=twice, headers=headers, auth=auth))[0] == 400
