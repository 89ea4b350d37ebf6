"""Answers of the Graph API of which nobody remembers how they were asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from otklik.networks.base import Event, Origin, Place, Post, Raw
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram

PACK = Path(__file__).parents[4].parent / "shared" / "networks" / "meta" / "fixtures"
FILES = sorted(PACK.rglob("*.json"))
TIME = "2024-03-01T12:00:00+0300"
needs_pack = pytest.mark.skipif(not FILES, reason="reference pack ../shared/networks not found")


def facebook(body: Any) -> list[Post]:
    return _posts(Facebook().parse(Raw(Origin.POLL, json.dumps(body).encode())))


def instagram(body: Any) -> list[Post]:
    return _posts(Instagram().parse(Raw(Origin.POLL, json.dumps(body).encode())))


def _posts(events: list[Event]) -> list[Post]:
    assert all(isinstance(event, Post) for event in events)
    return [event for event in events if isinstance(event, Post)]


def test_a_comment_of_facebook_finds_its_post_by_its_link_or_by_its_own_id() -> None:
    link = "https://www.facebook.com/70/posts/500/?comment_id=900"
    by_link, by_id = facebook(
        {
            "data": [
                {"id": "500_900", "message": "Яма", "created_time": TIME, "permalink_url": link},
                {"id": "500_901", "message": "И тут", "created_time": TIME, "from": {"id": "5", "name": "Ира"}},
            ]
        }
    )
    assert (by_link.place, by_link.thread, by_link.parent) == (Place.COMMENT, "fb:70_500", "fb:70_500")
    assert (by_id.place, by_id.thread, by_id.author.name) == (Place.COMMENT, "fb:500", "Ира")
    assert by_link.posted_at
    assert by_link.posted_at.isoformat() == "2024-03-01T09:00:00+00:00"


def test_a_comment_that_was_asked_for_without_its_id_is_called_as_its_link_calls_it() -> None:
    link = "https://www.facebook.com/70/posts/500/?comment_id=900"
    (told,) = facebook({"data": [{"message": "Яма", "permalink_url": link}]})
    assert told.external_id == "fb:500_900"


def test_posts_of_facebook_come_with_what_hangs_on_them_and_none_is_ours() -> None:
    answer = {"data": [{"id": "500_902", "message": "Видим", "from": {"id": "70", "name": "Город"}}]}
    below = {"id": "500_900", "message": "Яма", "comment_count": 1, "comments": answer}
    post, comment, reply = facebook(
        {"70_500": {"id": "70_500", "message": "Новость", "from": {"id": "70"}, "comments": {"data": [below]}}}
    )
    assert (post.place, post.thread, post.community) == (Place.POST, "fb:70_500", "70")
    assert (comment.thread, comment.parent) == ("fb:70_500", "fb:70_500")
    assert (reply.thread, reply.parent, reply.author.name) == ("fb:70_500", "fb:500_900", "Город")
    assert not any(each.own for each in (post, comment, reply))


def test_both_sides_of_a_conversation_stand_in_one_dialogue() -> None:
    talk = {
        "id": "t_1",
        "participants": {"data": [{"id": "5", "name": "Ира"}, {"id": "70", "name": "Город"}]},
        "messages": {
            "data": [
                {"id": "m_b", "message": "Чиним", "created_time": "2024-03-01T12:05:00+0000", "from": {"id": "70"}},
                {"id": "m_a", "message": "Яма", "created_time": "2024-03-01T12:00:00+0000", "from": {"id": "5"}},
            ]
        },
    }
    for posts, mark in ((facebook({"data": [talk]}), "fb"), (instagram(talk), "ig")):
        assert [post.thread for post in posts] == [f"{mark}:dm:70:5"] * 2
        assert [post.text for post in posts] == ["Чиним", "Яма"]
        assert [post.author.external_id for post in posts] == ["70", "5"]
        assert not any(post.own for post in posts)


def test_a_message_that_does_not_tell_its_sides_is_a_text_all_the_same() -> None:
    (told,) = facebook({"id": "m_a", "message": "Яма", "created_time": TIME})
    assert (told.place, told.text, told.community) == (Place.DIRECT, "Яма", "")


def test_comments_of_instagram_find_their_thread_as_far_as_they_tell() -> None:
    reply = {"id": "32", "text": "И тут", "timestamp": TIME}
    media = {"id": "20", "permalink": "https://www.instagram.com/p/Abc/"}
    alone, below, placed, answer = instagram(
        {
            "data": [
                {"id": "30", "text": "Яма", "username": "ira"},
                {"id": "33", "text": "Ответ", "parent_id": "30", "from": {"id": "6", "username": "oleg"}},
                {"id": "31", "text": "Вот", "media": media, "user": {"id": "5"}, "replies": {"data": [reply]}},
            ]
        }
    )
    assert (alone.thread, alone.parent, alone.author.external_id) == ("ig:30", "", "@ira")
    assert (below.thread, below.parent, below.author.external_id) == ("ig:30", "ig:30", "6")
    assert (placed.thread, placed.parent, placed.author.external_id) == ("ig:20", "ig:20", "5")
    assert (answer.thread, answer.parent) == ("ig:20", "ig:31")


def test_publications_of_instagram_are_found_around_and_inside_of_accounts() -> None:
    media = {"id": "20", "caption": "Двор", "media_type": "IMAGE", "username": "ira", "timestamp": TIME}
    for body in ({"data": [media]}, media, {"business_discovery": {"media": {"data": [media]}}, "id": "7"}):
        (told,) = instagram(body)
        assert (told.place, told.text, told.author.name, told.own) == (Place.POST, "Двор", "ira", False)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "Invalid OAuth access token.", "code": 190}},
        {"id": "70", "name": "Город", "about": "О нас", "username": "gorod"},
        {"data": [{"id": "5", "name": "Ира"}, {"id": "6", "name": "Олег"}]},
        {"data": [{"id": "20/insights/reach/lifetime", "name": "reach", "description": "Total", "values": []}]},
        {"data": [{"id": "9", "name": "Альбом", "created_time": TIME, "link": "https://www.facebook.com/album.php"}]},
        {"id": "20"},
        {"success": True},
        [],
        [[{}], 7, None],
        {"data": {"data": [7]}},
    ],
)
def test_what_is_no_text_gives_nothing(body: Any) -> None:
    assert facebook(body) == []
    assert instagram(body) == []


@needs_pack
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recorded_answers_are_understood(path: Path) -> None:
    body = path.read_bytes()
    found = [*Facebook().parse(Raw(Origin.POLL, body)), *Instagram().parse(Raw(Origin.POLL, body))]
    if path.parent.name in ("comments", "posts", "messages") and "apidata" in path.parts:
        assert found
        assert all(isinstance(event, Post) and (event.text or event.attachments) for event in found)
