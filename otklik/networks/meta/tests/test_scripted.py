"""Answers that a well-behaved emulator never gives: errors in odd places, gateways' pages, other ways of paging."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Post, ReadPlace, Speech
from otklik.networks.errors import AuthLost, Broken, NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from otklik.networks.meta.client import proof
from otklik.networks.meta.tests.scripted import SECRET, TOKEN, Script, Told, serving

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 9, 21, 15, 0, tzinfo=UTC)
ERROR: dict[str, Any] = {"message": f"token {TOKEN}", "type": "OAuthException", "code": 190, "error_subcode": 463}
BUSY = {"X-Business-Use-Case-Usage": '{"1":[{"call_count":100,"estimated_time_to_regain_access":19}]}'}
SPEECH = Speech("Починят", "fb:200_300", "fb:100_200", attempted_at=NOW)


@pytest.fixture
def script() -> Iterator[Script]:
    with serving() as played:
        yield played


def publish(script: Script) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        Facebook().publish(script.access(), SPEECH, "k")
    assert TOKEN not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (Told({"error": ERROR}, 400), AuthLost),
        (Told({"error": ERROR}), AuthLost),  # 200 with an error inside
        (Told({"data": {"error": ERROR}}), AuthLost),
        (Told({"error_type": "OAuthException", "code": 190, "error_message": "no"}, 400), AuthLost),
        (Told({"error": {"code": 100, "error_subcode": 33}}, 400), Permanent),
        (Told({"error": {"code": 100, "is_transient": True}}, 400), OutcomeUnknown),
        (Told({"error": {"code": "190"}}, 400), OutcomeUnknown),
        (Told({"error": {}}, 400), OutcomeUnknown),
        (Told({"error": {"code": 2}}, 500), OutcomeUnknown),
        (Told("<html>Bad gateway</html>", 502), OutcomeUnknown),
        (Told("", 200), OutcomeUnknown),
        (Told([1], 200), OutcomeUnknown),
        (Told({"id": ["x"]}), OutcomeUnknown),
        (Told({}), OutcomeUnknown),
        (Told("slow down", 429), RetryAt),
        (Told({"error": {"code": 4}}, 403, BUSY), RetryAt),
    ],
)
def test_an_odd_answer_to_a_reply_has_its_class(script: Script, told: Told, kind: type[NetworkError]) -> None:
    script.say(told)
    assert type(publish(script)) is kind


def test_a_limit_rests_the_token_as_long_as_the_headers_tell(script: Script) -> None:
    script.say(Told({"error": {"code": 80001}}, 400, BUSY))
    told = publish(script)
    assert isinstance(told, RetryAt)
    assert told.after == timedelta(minutes=19)
    assert set(script.rests) == {("page", timedelta(minutes=19))}


def test_a_budget_that_is_just_used_up_rests_the_token_after_a_good_answer(script: Script) -> None:
    script.say(Told({"id": "200_301"}, headers=BUSY), Told({"permalink_url": "https://f.example/1"}))
    said = Facebook().publish(script.access(), SPEECH, "k")
    assert (said.external_id, said.url) == ("fb:200_301", "https://f.example/1")
    assert script.rests == [("page", timedelta(minutes=19))]


def test_every_call_is_proven_and_goes_to_the_version_of_the_account(script: Script) -> None:
    script.say(Told({"id": "200_301"}), Told("broken", 500))
    said = Facebook().publish(script.access(options={"version": "v25.0"}), SPEECH, "k")
    assert said.url == "https://www.facebook.com/100/posts/200/?comment_id=300&reply_comment_id=301"
    (verb, path, form), (_, _, query) = script.asked
    assert (verb, path) == ("POST", "/v25.0/200_300/comments")
    assert form == {"message": "Починят", "access_token": TOKEN, "appsecret_proof": proof(TOKEN, SECRET)}
    assert query["appsecret_proof"] == proof(TOKEN, SECRET)
    with pytest.raises(Broken):
        Facebook().publish(script.access(options={"version": "26/../x"}), SPEECH, "k")


def test_a_feed_that_pages_by_time_is_read_on_and_its_token_not_kept(script: Script) -> None:
    def page(*numbers: int, **paging: Any) -> dict[str, Any]:
        data = [{"id": f"100_{n}", "message": f"пост {n}", "from": {"id": "5", "name": "А"}} for n in numbers]
        return {"data": data, "paging": paging}

    link = f"https://graph.example/v26.0/100/feed?access_token={TOKEN}&until=1624385168&since&__paging_token=pt"
    cursor = {"posts": {"100_1": {"post": "x", "count": 0, "seen": {}}}, "turn": 1}
    script.say(Told({"id": "100", "feed": page(9, 8, next=link)}), Told(page(7, 1)), Told({"data": []}))
    found = Facebook().fetch(script.access(), ReadPlace("own", "100", cursor), NOW)  # type: ignore[arg-type]
    events = [event for raw in found.raws for event in Facebook().parse(raw)]
    assert {event.text for event in events if isinstance(event, Post)} == {"пост 9", "пост 8", "пост 7", "пост 1"}
    _, path, query = script.asked[1]
    assert path == "/v26.0/100/feed"
    assert (query["until"], query["__paging_token"], query["access_token"]) == ("1624385168", "pt", TOKEN)
    kept = json.dumps(found.cursor) + "".join(raw.body.decode() + str(raw.context) for raw in found.raws)
    assert TOKEN not in kept
    assert SECRET not in kept


def test_senseless_listings_stop_no_reading(script: Script) -> None:
    odd: list[Any] = [{"data": 5}, {"feed": [], "conversations": 1}, {"feed": {"data": [1, {"id": []}, {"id": "x"}]}}]
    for body in odd:
        script.say(Told(body))
        assert Facebook().fetch(script.access(), ReadPlace("own", "100"), NOW).raws == ()
        account = Told({"instagram_business_account": {"id": "100", "media": body}})
        script.say(account)
        assert Instagram().fetch(script.access(), ReadPlace("own", "100"), NOW).raws == ()


@pytest.mark.parametrize("cursor", [{"posts": 5, "dialogues": [], "turn": "x"}, {"posts": {"100_1": {"seen": [1]}}}])
def test_a_cursor_of_another_time_stops_no_reading(script: Script, cursor: dict[str, Any]) -> None:
    post = {"id": "100_1", "message": "пост", "comments": {"summary": {"total_count": 1}}}
    comment = {"id": "1_2", "message": "Темно", "from": {"id": "5"}}
    script.say(Told({"id": "100", "feed": {"data": [post]}}), Told({"data": [comment]}))
    found = Facebook().fetch(script.access(), ReadPlace("own", "100", cursor), NOW)
    events = [event for raw in found.raws for event in Facebook().parse(raw)]
    assert {event.text for event in events if isinstance(event, Post)} == {"пост", "Темно"}
