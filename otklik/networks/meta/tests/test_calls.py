"""Answers that a well-behaved emulator never gives: gateways' pages, other ways of paging, budgets in headers."""

import json
from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.errors import Broken, RetryAt
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from otklik.networks.meta.client import proof
from otklik.networks.meta.tests.contract import BUSY, NOW, ON_FACEBOOK
from otklik.networks.meta.tests.scripted import DIALECT, SECRET, TOKEN
from otklik.networks.tests.reading import Reader, events_of, posts
from tests.make.scripted import Answer, Script

pytestmark = pytest.mark.enable_socket
SAY, LOOK = "POST 200_300/comments", "GET 200_301"
REST = ("page", timedelta(minutes=19))


def page_reader(script: Script, **cursor: Any) -> Reader:
    return Reader(Facebook(), script.access(), "own", "100", NOW, cursor)


def test_a_limit_and_a_budget_used_up_or_nearly_so_rest_the_token_as_the_headers_tell(script: Script) -> None:
    script.say(SAY, Answer({"error": {"code": 80001}}, 400, BUSY))
    with pytest.raises(RetryAt) as caught:
        Facebook().publish(script.access(), ON_FACEBOOK, "k")
    assert caught.value.after == REST[1]
    assert set(script.rests) == {REST}
    script.rests.clear()
    script.say(SAY, Answer({"id": "200_301"}, headers=BUSY))
    script.say(LOOK, {"permalink_url": "https://f.example/1"})
    published = Facebook().publish(script.access(), ON_FACEBOOK, "k")
    assert (published.external_id, published.url) == ("fb:200_301", "https://f.example/1")
    assert script.rests == [REST]
    script.say(SAY, Answer({"id": "200_301"}, headers={"X-App-Usage": '{"call_count":85}'}))
    Facebook().publish(script.access(), ON_FACEBOOK, "k")
    assert timedelta() < script.rests[-1][1] <= timedelta(seconds=10)


def test_every_call_is_proven_and_goes_to_the_version_of_the_account(script: Script) -> None:
    script.say(SAY, {"id": "200_301"})
    script.say(LOOK, Answer(b"broken", 500))
    published = Facebook().publish(script.access(options={"version": "v25.0"}), ON_FACEBOOK, "k")
    assert published.url == "https://www.facebook.com/100/posts/200/?comment_id=300&reply_comment_id=301"
    publish_call, looked = script.asked
    assert publish_call.path == "/v25.0/200_300/comments"
    assert publish_call.body == {"message": "Починят", "access_token": TOKEN, "appsecret_proof": proof(TOKEN, SECRET)}
    assert looked.query["appsecret_proof"] == proof(TOKEN, SECRET)
    with pytest.raises(Broken):
        Facebook().publish(script.access(options={"version": "26/../x"}), ON_FACEBOOK, "k")


def test_a_feed_that_pages_by_time_is_read_on_and_its_token_not_kept(script: Script) -> None:
    def page(*numbers: int, **paging: Any) -> dict[str, Any]:
        data = [{"id": f"100_{n}", "message": f"пост {n}", "from": {"id": "5", "name": "А"}} for n in numbers]
        return {"data": data, "paging": paging}

    link = f"https://graph.example/v26.0/100/feed?access_token={TOKEN}&until=1624385168&since&__paging_token=pt"
    script.say("GET 100", {"id": "100", "feed": page(9, 8, next=link)})
    script.say("GET 100/feed", page(7, 1))
    fetched = page_reader(script, posts={"100_1": {"post": "x", "count": 0, "seen": {}}}, turn=1).fetch()
    heard = posts(events_of(Facebook(), fetched.raws))
    assert {post.text for post in heard} == {"пост 9", "пост 8", "пост 7", "пост 1"}
    (further,) = script.calls("GET 100/feed")
    paging = [further.query[name] for name in ("until", "__paging_token", "access_token")]
    assert paging == ["1624385168", "pt", TOKEN]
    kept = json.dumps(fetched.cursor) + "".join(f"{raw.body.decode()}{raw.context}" for raw in fetched.raws)
    assert not any(secret in kept for secret in DIALECT.account.tokens.values())


@pytest.mark.parametrize(
    "body", [{"data": 5}, {"feed": [], "conversations": 1}, {"feed": {"data": [1, {"id": []}, {"id": "x"}]}}]
)
def test_senseless_listings_stop_no_reading(script: Script, body: Any) -> None:
    script.say("GET 100", body)
    assert page_reader(script).raw_keys() == []
    script.say("GET me", {"instagram_business_account": {"id": "100", "media": body}})
    assert Reader(Instagram(), script.access(), "own", "100", NOW).raw_keys() == []


@pytest.mark.parametrize("cursor", [{"posts": 5, "dialogues": [], "turn": "x"}, {"posts": {"100_1": {"seen": [1]}}}])
def test_a_cursor_of_another_time_stops_no_reading(script: Script, cursor: dict[str, Any]) -> None:
    post = {"id": "100_1", "message": "пост", "comments": {"summary": {"total_count": 1}}}
    script.say("GET 100", {"id": "100", "feed": {"data": [post]}})
    script.say("GET 100_1/comments", {"data": [{"id": "1_2", "message": "Темно", "from": {"id": "5"}}]})
    assert set(page_reader(script, **cursor).texts()) == {"пост", "Темно"}
