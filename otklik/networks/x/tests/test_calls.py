from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.base import Deletion, Json, Published, Speech
from otklik.networks.errors import NeedsPerson, NotSupported, Permanent, RetryAt
from otklik.networks.tests.reading import Reader, address_of_ours
from otklik.networks.x.look import same_text
from otklik.networks.x.network import X
from otklik.networks.x.tests.contract import DIRECT, GONE, NEW, NOW, OWN, REPLY, ours
from otklik.networks.x.tests.scripted import TOKENS
from otklik.networks.x.tests.shapes import ANNA, ASKED, ME, MINE, answer, text, user
from tests.make.scripted import Answer, Script

pytestmark = pytest.mark.enable_socket
MENTIONS, SEARCH = f"/users/{ME}/mentions", "/tweets/search/recent"
PUBLISHED = Published(f"x:{NEW}", f"https://x.com/i/status/{NEW}")
TAKEN = Answer({"data": {"id": NEW, "text": "a"}}, 201)
PLAIN = {"text": "Нет света", "entities": {}, "display_text_range": [0, 9]}
USED_UP = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1790000060"}


@pytest.fixture
def ready(script: Script) -> Script:
    """Anna's text is there, and our answer is taken."""
    script.say("/tweets", answer(text()))
    script.say("POST /tweets", TAKEN)
    return script


def publish(script: Script, speech: Speech = REPLY, **options: Json) -> Published:
    return X().publish(script.access(options=options), speech, "key")


def address(script: Script, speech: Speech = REPLY) -> str:
    return address_of_ours(X(), script.access(), speech)


def test_an_answer_is_posted_by_the_user_under_the_newest_version(ready: Script) -> None:
    newer = "2080766000000000000"
    versions = [text(id=number, edit_history_tweet_ids=[ASKED, newer]) for number in (ASKED, newer)]
    ready.say("/tweets", *(answer(version) for version in versions))
    assert publish(ready) == PUBLISHED
    assert [call.query["ids"] for call in ready.calls("/tweets")] == [ASKED, newer]
    (spoken,) = ready.calls("POST /tweets")
    assert spoken.body == {"text": "Свет дадут к шести", "reply": {"in_reply_to_tweet_id": newer}}
    assert spoken.token == TOKENS["user"]
    ready.say("/tweets", *(answer(version) for version in versions))
    ready.say(OWN, answer(ours(referenced_tweets=[{"type": "replied_to", "id": newer}])))
    assert X().find(ready.access(), REPLY) == PUBLISHED


def test_nothing_is_said_without_the_users_key_after_a_failed_look_or_to_who_did_not_name_us(ready: Script) -> None:
    with pytest.raises(NeedsPerson):
        X().publish(ready.access("bearer"), REPLY, "key")
    assert ready.asked == []
    ready.say("/tweets", Answer({}, 503))
    with pytest.raises(RetryAt):
        publish(ready)
    assert ready.calls("POST /tweets") == []
    ready.say("/tweets", answer(text(**PLAIN)))
    with pytest.raises(Permanent, match="только тем"):
        publish(ready)
    assert ready.calls("POST /tweets") == []
    assert publish(ready, access="enterprise") == PUBLISHED
    quote = text(entities={}, referenced_tweets=[{"type": "quoted", "id": MINE}])
    ready.say("/tweets", answer(quote, tweets=[{"id": MINE, "author_id": ME}]))
    assert publish(ready, replace(REPLY, text="я" * 280)) == PUBLISHED


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"x-rate-limit-reset": "1790000100", "x-rate-limit-remaining": "0"}, 101),
        ({"x-rate-limit-reset": "1790000100"}, 101),
        ({"x-app-rate-limit-remaining": "0", "x-app-rate-limit-reset": "1790003600"}, 3601),
        *(({"x-rate-limit-reset": "1789999000"}, 1), ({"x-rate-limit-reset": "9999999999"}, 24 * 3600)),
        ({"x-rate-limit-reset": "soon"}, 15 * 60),
        *(({"x-rate-limit-reset": "1790000100", "Date": "yesterday"}, 15 * 60), ({}, 15 * 60)),
    ],
)
def test_a_429_waits_by_the_networks_own_clock(script: Script, headers: dict[str, str], after: int) -> None:
    script.say("/tweets", Answer({}, 429, headers))
    with pytest.raises(RetryAt) as caught:
        publish(script)
    assert caught.value.after == timedelta(seconds=after)
    assert script.rests == [("bearer", timedelta(seconds=after))]


def test_a_direct_message_goes_to_its_author_alone_and_only_the_limit_of_answers_rests_the_key(ready: Script) -> None:
    sent = {"data": {"dm_conversation_id": f"{ANNA}-{ME}", "dm_event_id": "99"}}
    ready.say(f"POST /dm_conversations/with/{ANNA}/messages", Answer(sent, 201))
    assert publish(ready, DIRECT) == Published(f"x:dm:{ME}:{ANNA}:99", f"https://x.com/messages/{ANNA}-{ME}")
    assert ready.asked[0].body == {"text": "Слушаем"}
    ready.say(f"POST /dm_conversations/with/{ANNA}/messages", Answer({}, 429, USED_UP))
    with pytest.raises(RetryAt):
        publish(ready, DIRECT)
    assert ready.rests == []
    ready.say("POST /tweets", replace(TAKEN, headers=USED_UP))
    publish(ready)
    assert ready.rests == [("user", timedelta(seconds=61))]


def test_our_answer_is_found_by_what_it_answers_and_its_words_also_when_that_is_gone(ready: Script) -> None:
    ready.say(OWN, answer(ours("2080770000000000009", "@anna Другое"), ours()))
    assert X().find(ready.access(), REPLY) == PUBLISHED
    (call,) = ready.calls(OWN)
    assert (call.query["since_id"], call.token) == (ASKED, TOKENS["user"])
    assert X().replies(ready.access(), REPLY) == {"x:2080770000000000009", f"x:{NEW}"}
    ready.say("/tweets", answer())
    assert X().find(ready.access(), REPLY) == PUBLISHED
    newer = {"type": "replied_to", "id": "2080766000000000000"}
    for talk, there in ((ASKED, PUBLISHED), (MINE, None)):
        ready.say(OWN, answer(ours(referenced_tweets=[newer], conversation_id=talk)))
        assert X().find(ready.access(), REPLY) == there, "a version that nobody knows any more, by its conversation"


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "@anna Свет дадут к восьми"},
        *({"referenced_tweets": [{"type": kind, "id": to}]} for kind, to in (("replied_to", MINE), ("quoted", ASKED))),
        {"id": None, "edit_history_tweet_ids": []},
    ],
)
def test_what_is_not_quite_ours_is_not_taken_for_it(ready: Script, changes: dict[str, Any]) -> None:
    ready.say(OWN, answer(ours(**changes)))
    assert address(ready) == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("@anna @boris Смотрите http://ya.ru/a сами", "Смотрите  ya.ru/a сами", True),
        *(("@anna https://ya.ru/a", "ya.ru/a", True), ("@anna https://ya.ru/a", "ya.ru/b", False)),
        ("Да", "Нет", False),
    ],
)
def test_links_and_names_in_front_make_no_difference_to_words(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same


def reader(script: Script, kind: str = "own", place: str = ME, **options: Json) -> Reader:
    return Reader(X(), script.access(options=options), kind, place, NOW)


@pytest.fixture
def quiet(script: Script) -> Script:
    """Our account, of which nobody says anything."""
    script.say(f"/users/{ME}", {"data": user(ME, "Город", "rechnoy")})
    for path in (MENTIONS, SEARCH, "/dm_events"):
        script.say(path, answer())
    return script


def test_our_own_account_is_read_by_three_listings_and_its_name_once_a_day(quiet: Script) -> None:
    quiet.say(MENTIONS, answer(text()))
    quiet.say(SEARCH, answer(text(id=MINE, author_id=ME, edit_history_tweet_ids=[MINE])))
    own = reader(quiet)
    assert [raw.context["method"] for raw in own.fetch().raws] == ["posts", "posts"]
    assert own.again == timedelta(seconds=60)
    own.access = quiet.access(options={"push": True})
    assert (own.raw_keys(), own.again) == ([], timedelta(seconds=300))
    query = f"(to:rechnoy OR from:rechnoy OR conversation_id:{MINE}) -is:retweet"
    assert quiet.calls(SEARCH)[1].query["query"] == query
    assert len(quiet.calls(f"/users/{ME}")) == len(quiet.calls("/dm_events")) == 1
    assert quiet.calls(MENTIONS)[0].token == TOKENS["user"]
    own.now = NOW + timedelta(days=2)
    own.fetch()
    assert len(quiet.calls(f"/users/{ME}")) == 2


@pytest.mark.parametrize("status", [403, 429])
def test_closed_direct_messages_stop_nothing_else(quiet: Script, status: int) -> None:
    quiet.say(MENTIONS, answer(text()))
    quiet.say("/dm_events", Answer({}, status))
    own = reader(quiet)
    assert [len(own.raw_keys()) for _ in range(2)] == [1, 0]
    assert len(quiet.calls("/dm_events")) == 1


def test_a_place_that_nobody_knows_is_a_persons_business(script: Script) -> None:
    problem = "https://api.x.com/2/problems/resource-not-found"
    script.say("/users/by/username/nobody", {"errors": [{"type": problem, "resource_type": "user"}]})
    for place in ("https://x.com/nobody", "очень странно", ""):
        with pytest.raises(NeedsPerson):
            reader(script, "foreign", place).fetch()
    with pytest.raises(NeedsPerson):
        Reader(X(), script.access("consumer_secret"), "own", ME, NOW).fetch()
    with pytest.raises(NotSupported):
        reader(script, "что-то").fetch()


def test_looking_again_costs_nothing_unless_it_is_asked_for(script: Script) -> None:
    script.say(SEARCH, answer(text()))
    assert "recent" not in reader(script, "search", "фонарь").fetch().cursor
    search = reader(script, "search", "фонарь", recheck_minutes=5)
    assert search.fetch().cursor["recent"] == [ASKED]
    search.now = NOW + timedelta(minutes=6)
    script.say("/tweets", answer(text()))
    assert (search.raw_keys(), search.cursor["recent"]) == ([], [ASKED])
    assert script.calls("/tweets")[0].query["ids"] == ASKED
    search.now += timedelta(minutes=6)
    script.say("/tweets", {"errors": [GONE | {"resource_id": ASKED}]})
    assert (search.events(), search.cursor["recent"]) == ([Deletion(f"x:{ASKED}")], [])


def test_the_published_spelling_is_asked_for_when_the_option_says_so(script: Script) -> None:
    script.say(SEARCH, answer())
    reader(script, "search", "фонарь", spelling="post").fetch()
    (call,) = script.asked
    assert "post.fields" in call.query
    assert "tweet" not in str(call.query)
    assert not any(secret in f"{call.query} {call.path}" for secret in TOKENS.values())
