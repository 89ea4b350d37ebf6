"""Calls, waits and refusals; reading places, looking and speaking against a scripted server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Fetched, Published, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NeedsPerson, NotSupported, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.x.network import X
from otklik.networks.x.tests.scripted import DROP, TOKENS, Said, Script
from otklik.networks.x.tests.shapes import ANNA, ASKED, ME, MINE, answer, reply, text, user

pytestmark = pytest.mark.enable_socket
NOW = datetime.fromtimestamp(1_790_000_000, UTC)
SPEECH = Speech("Свет дадут к шести", f"x:{ASKED}", f"x:{ASKED}", attempted_at=NOW)
DIRECT = Speech("Слушаем", f"x:dm:{ME}:{ANNA}:77", f"x:dm:{ME}:{ANNA}", direct=True, attempted_at=NOW)
OWN = f"/users/{ME}/tweets"
SAID = "2080770000000000001"
PROBLEM = "https://api.x.com/2/problems/"


def said(number: str = SAID, told: str = "@anna Свет дадут к шести") -> dict[str, Any]:
    """Our own answer, as the network shows it."""
    return text(
        id=number,
        author_id=ME,
        text=told,
        edit_history_tweet_ids=[number],
        conversation_id=ASKED,
        created_at="2026-09-21T14:13:20.000Z",
        referenced_tweets=[{"type": "replied_to", "id": ASKED}],
    )


def ready(script: Script, **changes: Any) -> None:
    """Anna's text is there, and our answer is taken."""
    script.say("/tweets", answer(text(**changes)), Said(201, {"data": {"id": SAID, "text": "a"}}))


def publish(script: Script, speech: Speech = SPEECH, *kinds: str, **options: Any) -> Published:
    return X().publish(script.access(*kinds, **options), speech, "key")


def test_an_answer_is_posted_by_the_user_under_the_newest_version(script: Script) -> None:
    newer = "2080766000000000000"
    chain = [ASKED, newer]
    script.say(
        "/tweets",
        answer(text(edit_history_tweet_ids=chain)),
        answer(text(id=newer, edit_history_tweet_ids=chain)),
        Said(201, {"data": {"id": SAID, "text": "a"}}),
    )
    assert publish(script) == Published(f"x:{SAID}", f"https://x.com/i/status/{SAID}")
    *looks, spoken = script.calls("/tweets")
    assert [(look.verb, look.query["ids"]) for look in looks] == [("GET", ASKED), ("GET", newer)]
    assert spoken.body == {"text": "Свет дадут к шести", "reply": {"in_reply_to_tweet_id": newer}}
    assert (spoken.verb, spoken.token) == ("POST", TOKENS["user"])


@pytest.mark.parametrize(
    "told",
    [DROP, Said(201, raw=b""), Said(201, {}), Said(201, {"data": {}}), Said(201, {"data": {"id": 5}}), Said(503, {})],
)
def test_an_answer_that_does_not_say_what_became_of_it_is_unknown(script: Script, told: Any) -> None:
    script.say("/tweets", answer(text()), told)
    with pytest.raises(OutcomeUnknown):
        publish(script)
    assert len(script.calls("/tweets")) == 2


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"text": ""}, Broken),
        ({"text": "a" * 281}, NeedsPerson),
        ({"text": "$AB $CD"}, NeedsPerson),
        ({"reply_to": "wall-1_2"}, Broken),
        ({"direct": True, "thread": "", "reply_to": ""}, Broken),
        ({"direct": True, "thread": f"x:dm:5:{ANNA}"}, Permanent),
        ({"direct": True, "thread": f"x:dm:{ME}:g{ANNA}"}, NeedsPerson),
    ],
)
def test_what_cannot_be_said_is_refused_without_a_call(script: Script, changes: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        publish(script, replace(SPEECH, **changes))
    assert script.asked == []


def test_without_the_users_key_nothing_is_said(script: Script) -> None:
    with pytest.raises(NeedsPerson):
        publish(script, SPEECH, "bearer")
    assert script.asked == []


def test_a_look_that_fails_for_now_is_no_reason_to_speak(script: Script) -> None:
    script.say("/tweets", Said(503, {}))
    with pytest.raises(RetryAt):
        publish(script)


def test_who_did_not_name_us_is_not_answered_unless_the_account_may(script: Script) -> None:
    plain = {"text": "Нет света", "entities": {}, "display_text_range": [0, 9]}
    ready(script, **plain)
    with pytest.raises(Permanent, match="только тем"):
        publish(script)
    assert [asked.verb for asked in script.asked] == ["GET"]
    ready(script, **plain)
    assert publish(script, access="enterprise")


def test_who_quoted_us_is_answered(script: Script) -> None:
    quote = text(entities={}, referenced_tweets=[{"type": "quoted", "id": MINE}])
    told = answer(quote, tweets=[{"id": MINE, "author_id": ME}])
    script.say("/tweets", told, Said(201, {"data": {"id": SAID, "text": "a"}}))
    assert publish(script)


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"x-rate-limit-reset": "1790000100", "x-rate-limit-remaining": "0"}, 101),
        ({"x-rate-limit-reset": "1790000100"}, 101),
        ({"x-app-rate-limit-remaining": "0", "x-app-rate-limit-reset": "1790003600"}, 3601),
        ({"x-rate-limit-reset": "1789999000"}, 1),
        ({"x-rate-limit-reset": "9999999999"}, 24 * 3600),
        ({"x-rate-limit-reset": "soon"}, 15 * 60),
        ({"x-rate-limit-reset": "1790000100", "Date": "yesterday"}, 15 * 60),
        ({}, 15 * 60),
    ],
)
def test_a_429_waits_by_the_networks_own_clock(script: Script, headers: dict[str, str], after: int) -> None:
    script.say("/tweets", Said(429, {}, headers))
    with pytest.raises(RetryAt) as caught:
        publish(script)
    assert caught.value.after == timedelta(seconds=after)
    assert script.rests == [("bearer", timedelta(seconds=after))]


def test_the_last_allowed_call_lets_the_key_rest(script: Script) -> None:
    used = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1790000060"}
    script.say("/tweets", answer(text()), Said(201, {"data": {"id": SAID, "text": "a"}}, used))
    publish(script)
    assert script.rests == [("user", timedelta(seconds=61))]


def test_a_limit_of_direct_messages_lets_nothing_else_rest(script: Script) -> None:
    path = f"/dm_conversations/with/{ANNA}/messages"
    script.say(path, Said(429, {}, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1790000060"}))
    with pytest.raises(RetryAt):
        publish(script, DIRECT)
    assert script.rests == []


def test_a_direct_message_is_sent_to_the_author_alone(script: Script) -> None:
    told = {"data": {"dm_conversation_id": f"{ANNA}-{ME}", "dm_event_id": "99"}}
    script.say(f"/dm_conversations/with/{ANNA}/messages", Said(201, told), Said(201, {"data": {}}))
    assert publish(script, DIRECT) == Published(f"x:dm:{ME}:{ANNA}:99", f"https://x.com/messages/{ANNA}-{ME}")
    assert script.asked[0].body == {"text": "Слушаем"}
    with pytest.raises(OutcomeUnknown):
        publish(script, DIRECT)


def test_our_answer_is_found_by_what_it_answers_and_its_words(script: Script) -> None:
    script.say("/tweets", answer(text()))
    script.say(OWN, answer(said("2080770000000000009", "@anna Другое"), said()))
    assert X().find(script.access(), SPEECH) == Published(f"x:{SAID}", f"https://x.com/i/status/{SAID}")
    (asked,) = script.calls(OWN)
    assert (asked.query["since_id"], asked.token) == (ASKED, TOKENS["user"])
    assert X().replies(script.access(), SPEECH) == {"x:2080770000000000009", f"x:{SAID}"}
    assert X().find(script.access(), replace(SPEECH, seen=frozenset({f"x:{SAID}"}))) is None


@pytest.mark.parametrize(
    "item",
    [
        said(told="@anna Свет дадут к восьми"),
        {**said(), "referenced_tweets": [{"type": "replied_to", "id": MINE}]},
        {**said(), "referenced_tweets": [{"type": "quoted", "id": ASKED}]},
        {**said(), "id": None, "edit_history_tweet_ids": []},
    ],
)
def test_what_is_not_quite_ours_is_not_taken_for_it(script: Script, item: dict[str, Any]) -> None:
    script.say("/tweets", answer(text()))
    script.say(OWN, answer(item))
    assert X().find(script.access(), SPEECH) is None


def test_an_older_answer_counts_only_when_something_was_seen_before(script: Script) -> None:
    script.say("/tweets", answer(text()))
    script.say(OWN, answer({**said(), "created_at": "2026-09-01T00:00:00.000Z"}))
    assert X().find(script.access(), SPEECH) is None
    assert X().find(script.access(), replace(SPEECH, seen=frozenset({"x:1"}))) is not None


def test_a_look_through_too_much_gives_no_false_no(script: Script) -> None:
    script.say("/tweets", answer(text()))
    script.say(OWN, {**answer(reply(author_id=ME)), "meta": {"next_token": "again"}})
    assert isinstance(X().find(script.access(), SPEECH), CannotTell)
    assert len(script.calls(OWN)) == 10
    assert X().replies(script.access(), SPEECH) == frozenset()


def test_a_look_that_fails_for_now_is_not_a_no(script: Script) -> None:
    script.say("/tweets", answer(text()))
    script.say(OWN, Said(503, {}), Said(401, {}), Said(403, {"type": "about:blank"}))
    with pytest.raises(RetryAt):
        X().find(script.access(), SPEECH)
    with pytest.raises(AuthLost):
        X().find(script.access(), SPEECH)
    assert isinstance(X().find(script.access(), SPEECH), CannotTell)


def test_links_and_names_in_front_make_no_difference_to_words() -> None:
    from otklik.networks.x.look import same_text

    assert same_text("@anna @boris Смотрите http://ya.ru/a сами", "Смотрите  ya.ru/a сами")
    assert same_text("@anna https://ya.ru/a", "ya.ru/a")
    assert not same_text("@anna https://ya.ru/a", "ya.ru/b")
    assert not same_text("Да", "Нет")


def fetched(script: Script, kind: str, place: str, cursor: Any = None, **options: Any) -> Fetched:
    return X().fetch(script.access(**options), ReadPlace(kind, place, cursor or {}), NOW)


def test_our_own_account_is_read_by_three_listings(script: Script) -> None:
    script.say(f"/users/{ME}", {"data": user(ME, "Город", "rechnoy")})
    script.say(f"/users/{ME}/mentions", answer(text()))
    script.say("/tweets/search/recent", answer(text(id=MINE, author_id=ME, edit_history_tweet_ids=[MINE])))
    script.say("/dm_events", answer())
    found = fetched(script, "own", ME)
    assert [raw.context["method"] for raw in found.raws] == ["posts", "posts"]
    assert found.again_in == timedelta(seconds=60)
    again = fetched(script, "own", ME, found.cursor, push=True)
    assert again.raws == ()
    assert again.again_in == timedelta(seconds=300)
    assert script.calls("/tweets/search/recent")[1].query["query"] == (
        f"(to:rechnoy OR from:rechnoy OR conversation_id:{MINE}) -is:retweet"
    )
    assert [asked.path for asked in script.asked].count(f"/users/{ME}") == 1
    assert len(script.calls("/dm_events")) == 1
    assert script.calls(f"/users/{ME}/mentions")[0].token == TOKENS["user"]


def test_the_name_is_asked_for_again_once_a_day(script: Script) -> None:
    script.say(f"/users/{ME}", {"data": user(ME, "Город", "rechnoy")})
    for path in (f"/users/{ME}/mentions", "/tweets/search/recent", "/dm_events"):
        script.say(path, answer())
    first = fetched(script, "own", ME)
    X().fetch(script.access(), ReadPlace("own", ME, first.cursor), NOW + timedelta(days=2))
    assert len(script.calls(f"/users/{ME}")) == 2


@pytest.mark.parametrize("told", [Said(403, {}), Said(429, {})])
def test_closed_direct_messages_stop_nothing_else(script: Script, told: Said) -> None:
    script.say(f"/users/{ME}", {"data": user(ME, "Город", "rechnoy")})
    script.say(f"/users/{ME}/mentions", answer(text()))
    script.say("/tweets/search/recent", answer())
    script.say("/dm_events", told)
    found = fetched(script, "own", ME)
    assert len(found.raws) == 1
    fetched(script, "own", ME, found.cursor)
    assert len(script.calls("/dm_events")) == 1


def test_a_place_that_nobody_knows_is_a_persons_business(script: Script) -> None:
    gone = {"errors": [{"type": PROBLEM + "resource-not-found", "resource_type": "user"}]}
    script.say("/users/by/username/nobody", gone)
    for place in ("https://x.com/nobody", "очень странно", ""):
        with pytest.raises(NeedsPerson):
            fetched(script, "foreign", place)
    with pytest.raises(NotSupported):
        fetched(script, "что-то", ME)
    with pytest.raises(NeedsPerson):
        X().fetch(script.access("consumer_secret"), ReadPlace("own", ME), NOW)


def test_looking_again_costs_nothing_unless_it_is_asked_for(script: Script) -> None:
    script.say("/tweets/search/recent", answer(text()))
    found = fetched(script, "search", "фонарь")
    assert "recent" not in found.cursor
    found = fetched(script, "search", "фонарь", recheck_minutes=5)
    assert found.cursor["recent"] == [ASKED]
    later = NOW + timedelta(minutes=6)
    script.say("/tweets", answer(text()))
    again = X().fetch(script.access(recheck_minutes=5), ReadPlace("search", "фонарь", found.cursor), later)
    assert (again.raws, again.cursor["recent"]) == ((), [ASKED])
    assert script.calls("/tweets")[0].query["ids"] == ASKED


def test_the_published_spelling_is_asked_for_when_the_option_says_so(script: Script) -> None:
    script.say("/tweets/search/recent", answer())
    fetched(script, "search", "фонарь", spelling="post")
    (asked,) = script.asked
    assert "post.fields" in asked.query
    assert "tweet" not in str(asked.query)


def test_no_key_is_ever_in_an_address(script: Script) -> None:
    script.say("/tweets/search/recent", answer())
    fetched(script, "search", "фонарь")
    assert all(secret not in str(asked.query) + asked.path for asked in script.asked for secret in TOKENS.values())
