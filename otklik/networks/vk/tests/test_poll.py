import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Access, Fetched, Json, Origin, Post, ReadPlace
from otklik.networks.errors import Broken, NeedsPerson, RetryAt
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.scripted import DROP, TOKENS, Bytes, Script, error, listing, ok

pytestmark = pytest.mark.enable_socket
TOLD = 1_790_000_000


def fetch(access: Access, cursor: Mapping[str, Json]) -> Fetched:
    kept: Mapping[str, Json] = json.loads(json.dumps(cursor))
    return VK().fetch(access, ReadPlace("own", "12", kept), datetime(2026, 9, 21, tzinfo=UTC))


def texts(found: Fetched) -> list[str]:
    return [event.text for raw in found.raws for event in VK().parse(raw) if isinstance(event, Post)]


def server(script: Script, key: str, ts: str) -> dict[str, Any]:
    return ok({"server": f"{script.base}/wh12", "key": key, "ts": ts})


def update(number: int, event_id: str) -> dict[str, Any]:
    thing = {
        "id": number,
        "from_id": 5,
        "post_id": 3,
        "post_owner_id": -12,
        "date": TOLD + number,
        "text": f"c{number}",
    }
    return {"type": "wall_reply_new", "group_id": 12, "event_id": event_id, "v": "5.199", "object": thing}


@pytest.fixture
def quiet(script: Script) -> Script:
    """A community with one post and one comment, and nothing new."""
    wall = {"id": 3, "owner_id": -12, "from_id": -12, "date": TOLD, "text": "post", "comments": {"count": 1}}
    old = {"id": 4, "from_id": 5, "post_id": 3, "owner_id": -12, "date": TOLD, "text": "old"}
    script.say("wall.get", listing([wall]))
    script.say("wall.getComments", listing([old]))
    script.say("groups.setLongPollSettings", ok(1))
    script.say("groups.getLongPollServer", server(script, "k1", "100"), server(script, "k2", "200"))
    script.say("messages.getConversations", listing([]))
    return script


def test_the_first_start_takes_its_place_in_the_stream_and_then_looks_back(quiet: Script) -> None:
    found = fetch(quiet.access(), {})
    assert texts(found) == ["post", "old"]
    assert (found.cursor["key"], found.cursor["ts"], found.again_in) == ("k1", "100", timedelta(0))
    assert {raw.origin for raw in found.raws} == {Origin.BACKFILL}
    order = [asked.name for asked in quiet.asked]
    assert order.index("groups.getLongPollServer") < order.index("wall.get")


def test_events_are_kept_one_by_one_under_the_networks_own_key(quiet: Script) -> None:
    cursor = fetch(quiet.access(options={"wait": 1}), {}).cursor
    quiet.say("poll", {"ts": "102", "updates": [update(5, "e5"), update(6, "e6"), "rubbish"]})
    found = fetch(quiet.access(options={"wait": 1}), cursor)
    assert texts(found) == ["c5", "c6"]
    assert [(raw.key, raw.origin) for raw in found.raws] == [("e5", Origin.POLL), ("e6", Origin.POLL)]
    assert (found.cursor["ts"], found.cursor["since"]) == ("102", TOLD + 6)
    (asked,) = quiet.calls("poll")
    assert asked.form == {"act": "a_check", "key": "k1", "ts": "100", "wait": "1"}
    assert asked.token == ""


def test_a_number_for_ts_is_as_good_as_a_string(quiet: Script) -> None:
    cursor = fetch(quiet.access(), {}).cursor
    quiet.say("poll", {"ts": 103, "updates": []})
    assert fetch(quiet.access(), cursor).cursor["ts"] == "103"


def test_failed_2_takes_a_new_key_and_keeps_its_place(quiet: Script) -> None:
    cursor = fetch(quiet.access(), {}).cursor
    quiet.say("poll", {"failed": 2})
    found = fetch(quiet.access(), cursor)
    assert (found.cursor["key"], found.cursor["ts"]) == ("k2", "100")
    assert "backfill" not in found.cursor


@pytest.mark.parametrize(("answer", "ts"), [({"failed": 1, "ts": 150}, "150"), ({"failed": 3}, "200")])
def test_lost_history_is_looked_for_on_the_wall(quiet: Script, answer: dict[str, Any], ts: str) -> None:
    cursor = fetch(quiet.access(), {}).cursor
    quiet.say("poll", answer)
    failed = fetch(quiet.access(), cursor)
    assert failed.cursor["ts"] == ts
    lost = {"id": 5, "from_id": 5, "post_id": 3, "owner_id": -12, "date": TOLD, "text": "lost"}
    quiet.say("wall.getComments", listing([lost]))
    found = fetch(quiet.access(), failed.cursor)
    assert "lost" in texts(found)
    assert "backfill" not in found.cursor


def test_lost_private_messages_are_looked_for_since_the_last_event(quiet: Script) -> None:
    cursor = {**fetch(quiet.access(), {}).cursor, "since": TOLD, "backfill": {}}
    fresh = {"conversation": {"peer": {"id": 5}}, "last_message": {"date": TOLD + 5}}
    stale = {"conversation": {"peer": {"id": 6}}, "last_message": {"date": TOLD - 5}}
    message = {
        "id": 1,
        "conversation_message_id": 2,
        "peer_id": 5,
        "from_id": 5,
        "out": 0,
        "date": TOLD,
        "text": "dm",
    }
    quiet.say("messages.getConversations", listing([fresh, stale]))
    quiet.say("messages.getHistory", listing([message]))
    assert "dm" in texts(fetch(quiet.access(), cursor))
    assert [asked.form["peer_id"] for asked in quiet.calls("messages.getHistory")] == ["5"]


def test_lost_history_further_back_than_the_last_posts_is_looked_for_by_time(quiet: Script) -> None:
    walls = [
        {"id": n, "owner_id": -12, "from_id": -12, "date": TOLD + n, "text": f"p{n}", "comments": {"count": 1}}
        for n in range(30, 0, -1)
    ]
    quiet.say("wall.get", listing(walls))
    cursor = {**fetch(quiet.access(), {}).cursor, "since": TOLD + 5, "backfill": {}}
    quiet.asked.clear()
    fetch(quiet.access(), cursor)
    looked = {int(asked.form["post_id"]) for asked in quiet.calls("wall.getComments")}
    assert looked == set(range(5, 31))


@pytest.mark.parametrize(
    "answer", [DROP, Bytes(b"", 502), Bytes(b"<html>"), {"ts": None, "updates": []}, {"ts": "1", "updates": {}}, []]
)
def test_a_poll_without_a_clear_answer_keeps_its_place(quiet: Script, answer: Any) -> None:
    cursor = fetch(quiet.access(), {}).cursor
    quiet.say("poll", answer)
    with pytest.raises(RetryAt) as caught:
        fetch(quiet.access(), cursor)
    assert "k1" not in str(caught.value)


def test_without_the_service_key_events_are_still_heard(quiet: Script) -> None:
    cursor = fetch(quiet.access("community"), {}).cursor
    quiet.say("poll", {"ts": "101", "updates": [update(5, "e5")]})
    assert texts(fetch(quiet.access("community"), cursor)) == ["c5"]
    assert quiet.calls("wall.get") == []


def test_a_closed_wall_does_not_keep_events_away(quiet: Script) -> None:
    quiet.say("wall.get", error(15))
    found = fetch(quiet.access(), {})
    assert found.cursor["ts"] == "100"
    assert "backfill" not in found.cursor


def test_a_token_that_may_not_change_settings_can_still_poll(quiet: Script) -> None:
    quiet.say("groups.setLongPollSettings", error(7))
    assert fetch(quiet.access(), {}).cursor["key"] == "k1"


def test_without_the_communitys_key_a_person_is_asked(script: Script) -> None:
    with pytest.raises(NeedsPerson, match="ключ сообщества"):
        fetch(script.access("service"), {})


def test_a_server_address_inside_our_network_is_not_gone_to(quiet: Script) -> None:
    quiet.say("groups.getLongPollServer", ok({"server": "http://127.0.0.1:9/wh", "key": "k", "ts": "1"}))
    cursor = fetch(quiet.access(), {}).cursor
    with pytest.raises(Exception, match="недопустимый адрес"):
        fetch(quiet.access(), cursor)


def test_our_own_fault_is_told_as_ours(script: Script) -> None:
    script.say("groups.setLongPollSettings", ok(1))
    script.say("groups.getLongPollServer", error(3))
    with pytest.raises(Broken) as caught:
        fetch(script.access(), {})
    assert TOKENS["community"] not in str(caught.value)
