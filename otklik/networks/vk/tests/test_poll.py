from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Access, Json, Origin
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.tests.reading import Reader, events_of, posts
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.payloads import AT, comment, message, post
from otklik.networks.vk.tests.scripted import error, listing, ok
from tests.make.scripted import DROP, Answer, Script

pytestmark = pytest.mark.enable_socket


def reader(access: Access, **cursor: Json) -> Reader:
    return Reader(VK(), access, "own", "12", datetime(2026, 9, 21, tzinfo=UTC), cursor)


def server(script: Script, key: str, ts: str) -> dict[str, Any]:
    return ok({"server": f"{script.base}/wh12", "key": key, "ts": ts})


def update(number: int) -> dict[str, Any]:
    """The event of a new comment."""
    thing = {"id": number, "from_id": 5, "post_id": 3, "post_owner_id": -12, "date": AT + number, "text": f"c{number}"}
    return {"type": "wall_reply_new", "group_id": 12, "event_id": f"e{number}", "v": "5.199", "object": thing}


@pytest.fixture
def quiet(script: Script) -> Script:
    """A community with one post and one comment, and nothing new."""
    script.say("wall.get", listing([post(3, 1, owner=-12, text="post")]))
    script.say("wall.getComments", listing([comment(4, post_id=3, owner_id=-12, text="old")]))
    script.say("groups.setLongPollSettings", ok(1))
    script.say("groups.getLongPollServer", server(script, "k1", "100"), server(script, "k2", "200"))
    script.say("messages.getConversations", listing([]))
    return script


@pytest.fixture
def stream(quiet: Script) -> Reader:
    """It has taken its place."""
    begun = reader(quiet.access())
    begun.fetch()
    return begun


def test_the_first_start_takes_its_place_then_looks_back_and_events_are_kept_one_by_one(quiet: Script) -> None:
    begun = reader(quiet.access(options={"wait": 1}))
    fetched = begun.fetch()
    assert [each.text for each in posts(events_of(VK(), fetched.raws))] == ["post", "old"]
    assert (fetched.cursor["key"], fetched.cursor["ts"], fetched.again_in) == ("k1", "100", timedelta(0))
    assert {raw.origin for raw in fetched.raws} == {Origin.BACKFILL}
    assert quiet.names().index("groups.getLongPollServer") < quiet.names().index("wall.get")
    quiet.say("poll", {"ts": "102", "updates": [update(5), update(6), "rubbish"]})
    fetched = begun.fetch()
    assert [each.text for each in posts(events_of(VK(), fetched.raws))] == ["c5", "c6"]
    assert [(raw.key, raw.origin) for raw in fetched.raws] == [("e5", Origin.POLL), ("e6", Origin.POLL)]
    assert (begun.cursor["ts"], begun.cursor["since"]) == ("102", AT + 6)
    (call,) = quiet.calls("poll")
    assert call.values == {"act": "a_check", "key": "k1", "ts": "100", "wait": "1"}
    assert call.token == ""


def test_failed_2_takes_a_new_key_and_keeps_its_place_a_number_or_a_string(quiet: Script, stream: Reader) -> None:
    quiet.say("poll", {"ts": 103, "updates": []})
    stream.fetch()
    assert stream.cursor["ts"] == "103"
    quiet.say("poll", {"failed": 2})
    stream.fetch()
    assert (stream.cursor["key"], stream.cursor["ts"]) == ("k2", "103")
    assert "backfill" not in stream.cursor


@pytest.mark.parametrize(("answer", "ts"), [({"failed": 1, "ts": 150}, "150"), ({"failed": 3}, "200")])
def test_lost_history_is_looked_for_on_the_wall(quiet: Script, stream: Reader, answer: dict[str, Any], ts: str) -> None:
    quiet.say("poll", answer)
    stream.fetch()
    assert stream.cursor["ts"] == ts
    quiet.say("wall.getComments", listing([comment(5, post_id=3, owner_id=-12, text="lost")]))
    assert "lost" in stream.texts()
    assert "backfill" not in stream.cursor


def test_lost_private_messages_are_looked_for_since_the_last_event(quiet: Script, stream: Reader) -> None:
    talks = [
        {"conversation": {"peer": {"id": peer}}, "last_message": {"date": date}}
        for peer, date in ((5, AT + 5), (6, AT - 5))
    ]
    quiet.say("messages.getConversations", listing(talks))
    quiet.say("messages.getHistory", listing([message(1, 2, from_id=5, out=0, text="dm")]))
    stream.cursor = {**stream.cursor, "since": AT, "backfill": {}}
    assert "dm" in stream.texts()
    assert [call.values["peer_id"] for call in quiet.calls("messages.getHistory")] == ["5"]


def test_lost_history_further_back_than_the_last_posts_is_looked_for_by_time(quiet: Script, stream: Reader) -> None:
    quiet.say("wall.get", listing([post(number, 1, owner=-12, date=AT + number) for number in range(30, 0, -1)]))
    stream.cursor = {**stream.cursor, "since": AT + 5, "backfill": {}}
    quiet.asked.clear()
    stream.fetch()
    looked = {int(call.values["post_id"]) for call in quiet.calls("wall.getComments")}
    assert looked == set(range(5, 31))


@pytest.mark.parametrize(
    "answer", [DROP, Answer(b"", 502), Answer(b"<html>"), {"ts": None, "updates": []}, {"ts": "1", "updates": {}}, []]
)
def test_a_poll_without_a_clear_answer_keeps_its_place(quiet: Script, stream: Reader, answer: Any) -> None:
    quiet.say("poll", answer)
    with pytest.raises(RetryAt) as caught:
        stream.fetch()
    assert "k1" not in str(caught.value)


def test_without_the_service_key_events_are_still_heard(quiet: Script) -> None:
    begun = reader(quiet.access("community"))
    begun.fetch()
    quiet.say("poll", {"ts": "101", "updates": [update(5)]})
    assert begun.texts() == ["c5"]
    assert quiet.calls("wall.get") == []


def test_a_closed_wall_and_settings_that_may_not_be_changed_keep_no_events_away(quiet: Script) -> None:
    quiet.say("wall.get", error(15))
    cursor = reader(quiet.access()).fetch().cursor
    assert (cursor["ts"], "backfill" in cursor) == ("100", False)
    quiet.say("groups.setLongPollSettings", error(7))
    assert reader(quiet.access()).fetch().cursor["key"] == "k2"


def test_without_the_communitys_key_a_person_is_asked(script: Script) -> None:
    with pytest.raises(NeedsPerson, match="ключ сообщества"):
        reader(script.access("service")).fetch()


def test_a_server_address_inside_our_network_is_not_gone_to(quiet: Script) -> None:
    quiet.say("groups.getLongPollServer", ok({"server": "http://127.0.0.1:9/wh", "key": "k", "ts": "1"}))
    begun = reader(quiet.access())
    begun.fetch()
    with pytest.raises(Permanent, match="недопустимый адрес"):
        begun.fetch()
