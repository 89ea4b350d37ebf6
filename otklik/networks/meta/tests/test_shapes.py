"""Answers of the Graph API of which nobody remembers how they were asked."""

from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Network, Place, Post
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from otklik.networks.tests.contract import polled

TIME = "2024-03-01T12:00:00+0300"
LINK = "https://www.facebook.com/70/posts/500/?comment_id=900"


def heard(network: Network, *items: Any) -> list[Post]:
    events = network.parse(polled({"data": list(items)} if len(items) > 1 else items[0]))
    assert all(isinstance(event, Post) and not event.own for event in events)
    return [event for event in events if isinstance(event, Post)]


def test_a_comment_of_facebook_finds_its_post_and_posts_come_with_what_hangs_on_them() -> None:
    by_link, by_id = heard(
        Facebook(),
        {"id": "500_900", "message": "Яма", "created_time": TIME, "permalink_url": LINK},
        {"id": "500_901", "message": "И тут", "created_time": TIME, "from": {"id": "5", "name": "Ира"}},
    )
    assert (by_link.place, by_link.thread, by_link.parent) == (Place.COMMENT, "fb:70_500", "fb:70_500")
    assert (by_id.place, by_id.thread, by_id.author.name) == (Place.COMMENT, "fb:500", "Ира")
    assert by_link.posted_at == datetime(2024, 3, 1, 9, tzinfo=UTC)
    (comment,) = heard(Facebook(), {"data": [{"message": "Яма", "permalink_url": LINK}]})
    assert comment.external_id == "fb:500_900", "asked for without its id it is called as its link calls it"
    answer = {"data": [{"id": "500_902", "message": "Видим", "from": {"id": "70", "name": "Город"}}]}
    below = {"id": "500_900", "message": "Яма", "comment_count": 1, "comments": answer}
    body = {"id": "70_500", "message": "Новость", "from": {"id": "70"}, "comments": {"data": [below]}}
    post, comment, reply = heard(Facebook(), {"70_500": body})
    assert (post.place, post.thread, post.community) == (Place.POST, "fb:70_500", "70")
    assert (comment.thread, comment.parent) == ("fb:70_500", "fb:70_500")
    assert (reply.thread, reply.parent, reply.author.name) == ("fb:70_500", "fb:500_900", "Город")


def test_both_sides_of_a_conversation_stand_in_one_dialogue_and_one_without_sides_is_a_text_all_the_same() -> None:
    messages = [
        {"id": "m_b", "message": "Чиним", "created_time": "2024-03-01T12:05:00+0000", "from": {"id": "70"}},
        {"id": "m_a", "message": "Яма", "created_time": "2024-03-01T12:00:00+0000", "from": {"id": "5"}},
    ]
    sides = [{"id": "5", "name": "Ира"}, {"id": "70", "name": "Город"}]
    talk = {"id": "t_1", "participants": {"data": sides}, "messages": {"data": messages}}
    for posts, mark in ((heard(Facebook(), {"data": [talk]}), "fb"), (heard(Instagram(), talk), "ig")):
        spoken = [(post.thread, post.text, post.author.external_id) for post in posts]
        assert spoken == [(f"{mark}:dm:70:5", "Чиним", "70"), (f"{mark}:dm:70:5", "Яма", "5")]
    (message,) = heard(Facebook(), {"id": "m_a", "message": "Яма", "created_time": TIME})
    assert (message.place, message.text, message.community) == (Place.DIRECT, "Яма", "")


def test_comments_of_instagram_find_their_thread_and_publications_are_found_in_any_answer() -> None:
    reply = {"id": "32", "text": "И тут", "timestamp": TIME}
    media = {"id": "20", "permalink": "https://www.instagram.com/p/Abc/"}
    comments = heard(
        Instagram(),
        {"id": "30", "text": "Яма", "username": "ira"},
        {"id": "33", "text": "Ответ", "parent_id": "30", "from": {"id": "6", "username": "oleg"}},
        {"id": "31", "text": "Вот", "media": media, "user": {"id": "5"}, "replies": {"data": [reply]}},
    )
    assert [(each.thread, each.parent) for each in comments] == [
        *(("ig:30", ""), ("ig:30", "ig:30"), ("ig:20", "ig:20"), ("ig:20", "ig:31"))
    ]
    assert [each.author.external_id for each in comments[:3]] == ["@ira", "6", "5"]
    media = {"id": "20", "caption": "Двор", "media_type": "IMAGE", "username": "ira", "timestamp": TIME}
    listed = {"data": [media]}
    for body in (listed, media, {"business_discovery": {"media": listed}, "id": "7"}):
        (post,) = heard(Instagram(), body)
        assert (post.place, post.text, post.author.name) == (Place.POST, "Двор", "ira")
