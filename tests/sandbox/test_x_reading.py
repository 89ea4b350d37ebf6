import base64
import json
from typing import Any

import pytest

from tests.max_account import PIXEL
from tests.sandbox.x_town import XTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def search(x: XTown, query: str, **more: Any) -> set[str]:
    body = x.get("/2/tweets/search/recent", query=query, max_results=100, **more)
    return {each["text"].rpartition(" ")[2] for each in body.get("data", [])}


def test_the_query_language_finds_what_it_says(x: XTown) -> None:
    mine = x.own("Отключат воду один")
    first = x.text("Опять нет воды два", under=mine)
    x.text("И света #темно три", under=first, person=x.boris)
    x.text("@rechnoy Нет ни воды, ни света четыре")
    x.text("Водка пять")
    quoted = x.control("quotes", person=x.anna, quoted=mine, text="шесть")["address"]
    expected = {
        "воды": {"два", "четыре"},
        "ВОДЫ -четыре": {"два"},
        '"нет воды"': {"два"},
        '"воды ни света"': {"четыре"},
        "воду OR света": {"один", "три", "четыре"},
        "(воду OR света) from:rechnoy": {"один"},
        "from:anna воды": {"два", "четыре"},
        "to:rechnoy": {"два"},
        "to:ANNA": {"три"},
        "@rechnoy": {"два", "три", "четыре"},
        "#темно": {"три"},
        f"conversation_id:{mine[2:]}": {"один", "два", "три"},
        f"conversation_id:{mine[2:]} -is:reply": {"один"},
        f"in_reply_to_tweet_id:{first[2:]}": {"три"},
        "света has:hashtags": {"три"},
        "воды -has:mentions": set(),
        "слон": set(),
    }
    assert {query: search(x, query) for query in expected} == expected
    body = x.get("/2/tweets/search/recent", query=f"quotes_of_tweet_id:{mine[2:]} is:quote")
    assert [each["id"] for each in body["data"]] == [quoted[2:]]


def test_pages_go_on_without_a_gap_while_new_texts_come(x: XTown) -> None:
    x.control("texts/batch", texts=[{"person": x.anna, "text": f"@rechnoy {n}"} for n in range(23)])
    seen: list[str] = []
    query: dict[str, Any] = {"max_results": 10}
    while True:
        body = x.get(f"/2/users/{x.me}/mentions", **query)
        seen += [each["text"] for each in body["data"]]
        assert body["meta"]["result_count"] == len(body["data"])
        if "next_token" not in body["meta"]:
            break
        x.ask("новое")
        query["pagination_token"] = body["meta"]["next_token"]
    assert seen == [f"@rechnoy {n}" for n in reversed(range(23))]


def test_bounds_by_number_and_by_time(x: XTown) -> None:
    numbers = []
    for ago in (300, 200, 100):
        x.sandbox.control("clock", offset=-ago)
        numbers.append(x.ask(f"{ago}")[2:])
    x.sandbox.control("clock")
    path = f"/2/users/{x.me}/mentions"
    middle = x.get("/2/tweets", ids=numbers[1], **{"tweet.fields": "created_at"})["data"][0]["created_at"]

    def ids(**query: Any) -> list[str]:
        return [each["id"] for each in x.get(path, **query).get("data", [])]

    assert ids() == numbers[::-1]
    assert ids(since_id=numbers[0]) == [numbers[2], numbers[1]]
    assert ids(until_id=numbers[2]) == [numbers[1], numbers[0]]
    assert ids(since_id=numbers[0], until_id=numbers[2]) == [numbers[1]]
    assert ids(start_time=middle) == [numbers[2], numbers[1]]
    assert ids(end_time=middle) == [numbers[0]]
    assert ids(since_id=numbers[2]) == []
    assert x.get(path, since_id=numbers[2]) == {"meta": {"result_count": 0}}


def test_a_text_is_told_as_far_as_it_is_asked_for(x: XTown) -> None:
    asked = x.ask("Яма", photos=[base64.b64encode(PIXEL).decode()], lat=55.5, long=37.25)[2:]
    (bare,) = x.get("/2/tweets", ids=asked)["data"]
    assert set(bare) == {"id", "text", "edit_history_tweet_ids"}
    fields = "attachments,entities,geo,created_at,display_text_range,public_metrics,edit_controls,reply_settings"
    beside = {"tweet.fields": fields, "expansions": "attachments.media_keys,author_id,entities.mentions.username"}
    body = x.get("/2/tweets", ids=asked, **beside, **{"media.fields": "url,width", "user.fields": "verified_type"})
    (full,) = body["data"]
    assert full["geo"]["coordinates"]["coordinates"] == [37.25, 55.5]
    assert full["entities"]["urls"][0]["display_url"].startswith("pic.x.com/")
    assert full["text"].endswith(full["entities"]["urls"][0]["url"])
    (media,) = body["includes"]["media"]
    assert (media["media_key"], media["width"]) == (full["attachments"]["media_keys"][0], 1)
    kinds = {user["username"]: user["verified_type"] for user in body["includes"]["users"]}
    assert kinds == {"anna": "none", "rechnoy": "government"}
    asked = x.ask("очень длинно " * 60)[2:]
    (cut,) = x.get("/2/tweets", ids=asked)["data"]
    (full,) = x.get("/2/tweets", ids=asked, **{"tweet.fields": "note_tweet"})["data"]
    assert cut["text"].endswith("…")
    assert len(full["note_tweet"]["text"]) > 700
    assert int(x.ask()[2:]) > 2**53
    assert int(x.me) > 2**53


def test_a_reply_is_led_by_names_and_told_in_both_spellings(x: XTown) -> None:
    first = x.text("Темно", under=x.own())
    second = x.text("И у нас", under=first, person=x.boris)[2:]
    fields = {"tweet.fields": "display_text_range,entities,in_reply_to_user_id"}
    (reply,) = x.get("/2/tweets", ids=second, **fields)["data"]
    assert reply["text"] == "@anna @rechnoy И у нас"
    assert reply["display_text_range"] == [15, 22]
    assert [each["username"] for each in reply["entities"]["mentions"]] == ["anna", "rechnoy"]
    assert reply["in_reply_to_user_id"] == x.anna
    asked = x.text("И у нас", under=x.ask())[2:]
    tweet = {"tweet.fields": "referenced_tweets,public_metrics", "expansions": "referenced_tweets.id"}
    post = {"post.fields": "public_metrics", "expansions": "referenced_posts"}
    for query in (tweet, post):
        body = x.get("/2/tweets", ids=asked, **query)
        assert body["data"][0]["referenced_tweets"][0]["type"] == "replied_to"
        assert body["includes"]["tweets"][0]["edit_history_tweet_ids"]
    x.switch(spelling="post")
    body = x.get("/2/tweets", ids=asked, **tweet)
    assert body["data"][0]["referenced_posts"][0]["type"] == "replied_to"
    assert body["data"][0]["public_metrics"]["repost_count"] == 0
    assert body["includes"]["posts"][0]["edit_history_post_ids"]
    assert "tweet" not in json.dumps(body)


def test_an_account_lists_its_own_texts_and_whoever_writes_in_a_place_names_it(x: XTown) -> None:
    for text in ("Темно", "Темно, @Rechnoy!"):
        x.put(text, author="Вера Пробная", place=x.me)
    heard = x.get(f"/2/users/{x.me}/mentions")["data"]
    assert [each["text"] for each in heard] == ["Темно, @Rechnoy!", "@rechnoy Темно"]
    posts = x.items("posts", place=x.me)
    assert [item["author_name"] for item in posts] == ["Вера Пробная"] * 2
    number = posts[0]["link"].rpartition("/")[2]
    assert "Темно, @Rechnoy!" in x.sandbox.http.get(f"/x/rechnoy/status/{number}").text
    mine = x.own()[2:]
    reply_id = x.reply(x.ask(), "Починим").json()["data"]["id"]
    assert [each["id"] for each in x.get(f"/2/users/{x.me}/tweets")["data"]] == [reply_id, mine]
    assert [each["id"] for each in x.get(f"/2/users/{x.me}/tweets", exclude="replies")["data"]] == [mine]
    assert x.get(f"/2/users/{x.anna}0/tweets")["errors"][0]["resource_type"] == "user"
