"""Payloads of which nobody remembers how they were asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from otklik.networks.base import Event, Origin, Place, Post, Raw
from otklik.networks.x.network import X

PACK = Path(__file__).parents[4].parent / "shared" / "networks" / "x" / "fixtures"
FILES = sorted([*PACK.rglob("testdata/**/*.json"), *PACK.rglob("examples/*.json")])
needs_pack = pytest.mark.skipif(not FILES, reason="reference pack ../shared/networks not found")
TEXT = {"id": "1700000000000000001", "text": "Яма", "author_id": "5", "created_at": "2024-03-01T12:00:00+03:00"}
MESSAGE = {"id": "1700000000000000009", "event_type": "MessageCreate", "text": "Яма", "sender_id": "5"}


def parse(body: Any) -> list[Event]:
    return X().parse(Raw(Origin.POLL, json.dumps(body).encode()))


def one(body: Any) -> Post:
    (found,) = parse(body)
    assert isinstance(found, Post)
    return found


def test_a_post_is_found_alone_in_answers_and_in_lists() -> None:
    people = {"users": [{"id": "5", "name": "Ира", "username": "ira"}]}
    for body in (TEXT, [TEXT], {"data": TEXT}, {"data": [TEXT], "includes": people}, [{"response": {"data": [TEXT]}}]):
        told = one(body)
        assert (told.external_id, told.author.external_id, told.own) == ("x:1700000000000000001", "5", False)
        assert told.posted_at
        assert told.posted_at.isoformat() == "2024-03-01T09:00:00+00:00"
    assert one({"data": [TEXT], "includes": people}).author.name == "Ира"


def test_a_reply_is_known_by_what_it_names_or_by_its_conversation() -> None:
    named = one({**TEXT, "conversation_id": "10", "referenced_tweets": [{"type": "replied_to", "id": "11"}]})
    assert (named.place, named.thread, named.parent) == (Place.COMMENT, "x:10", "x:11")
    bare = one({**TEXT, "conversation_id": "10"})
    assert (bare.place, bare.thread, bare.parent) == (Place.COMMENT, "x:10", "")
    assert one({**TEXT, "conversation_id": TEXT["id"]}).place is Place.POST


def test_a_post_whose_writer_is_not_told_is_not_lost() -> None:
    told = one({"data": {"id": "1700000000000000001", "text": "Яма"}})
    assert (told.author.external_id, told.author.name, told.own) == ("hidden:1700000000000000001", "", False)
    assert told.posted_at  # its number tells


def test_both_sides_of_a_dialogue_stand_in_one_thread() -> None:
    told = parse(
        {
            "data": [
                {**MESSAGE, "dm_conversation_id": "5-7"},
                {**MESSAGE, "id": "17", "sender_id": "7", "dm_conversation_id": "5-7"},
            ]
        }
    )
    assert [post.thread for post in told if isinstance(post, Post)] == ["x:dm:5-7", "x:dm:5-7"]
    assert one({**MESSAGE, "dm_conversation_id": "99"}).thread == "x:dm:g99"


def test_messages_of_the_older_webhooks_name_the_account() -> None:
    create = {"sender_id": "5", "target": {"recipient_id": "7"}, "message_data": {"text": "Яма"}}
    event = {"type": "message_create", "id": "17", "created_timestamp": "1700000000000", "message_create": create}
    assert one({"for_user_id": "7", "direct_message_events": [event]}).thread == "x:dm:7:5"


@pytest.mark.parametrize(
    "body",
    [
        {"data": [{"id": "5", "name": "Ира", "username": "ira", "description": "Текст"}]},
        {"data": {"id": "5", "name": "Ира", "username": "ira"}},
        {"errors": [{"title": "Not Found Error", "resource_id": "7", "resource_type": "tweet"}]},
        {"data": {"dm_conversation_id": "5-7", "dm_event_id": "17"}},
        {"data": {"deleted": True}},
        {"data": [{"id": "1nAJELYEEPvGL", "state": "live"}]},
        [],
        [7, [TEXT]],
        7,
    ],
)
def test_what_is_no_text_gives_nothing(body: Any) -> None:
    assert parse(body) == []


@needs_pack
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recorded_answers_are_understood(path: Path) -> None:
    found = parse(json.loads(path.read_bytes()))
    if path.parent.name == "tweet" or path.stem in ("tweet", "tweets", "tweets_by_space", "events", "lists_id_tweets"):
        assert found
        assert all(isinstance(each, Post) and each.text and each.posted_at for each in found if isinstance(each, Post))
