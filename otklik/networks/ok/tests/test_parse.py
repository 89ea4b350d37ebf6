"""What payloads say. The shapes are written by hand after the network's pages and what clients got from it."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Event, MediaKind, Origin, Place, Post, Raw
from otklik.networks.ok.markup import plain
from otklik.networks.ok.network import OK
from otklik.networks.ok.parse import moscow

GROUP, USER, TOPIC = "53038939046008", "500000000941", "62190641299501"
CONTEXT = {"group": GROUP, "place": GROUP, "topic": TOPIC}


def parse(body: Any, method: str = "", **context: str) -> list[Event]:
    told = {**CONTEXT, **context, **({"method": method} if method else {})}
    return OK().parse(Raw(Origin.WATCH, json.dumps(body).encode(), context=told))


def one(body: Any, method: str = "", **context: str) -> Post:
    (found,) = parse(body, method, **context)
    assert isinstance(found, Post)
    return found


def comment(**changes: Any) -> dict[str, Any]:
    told = {
        "id": "MTM5==",
        "type": "ACTIVE_MESSAGE",
        "author_id": USER,
        "text": "Яма на Садовой",
        "date": "2026-09-21 12:53:02",
        "like_count": 3,
        "attrs": {"flags": "l,s"},
    }
    return told | changes


def topic(**changes: Any) -> dict[str, Any]:
    told = {
        "id": TOPIC,
        "author_ref": f"group:{GROUP}",
        "owner_ref": f"group:{GROUP}",
        "created_ms": 1_790_000_000_500,
        "media": [{"type": "text", "text": "Что нового?"}],
        "discussion_summary": {"comments_count": 5},
        "like_summary": {"count": 2},
        "reshare_summary": {"count": 1},
    }
    return told | changes


def test_a_comment_is_understood_whole() -> None:
    people = {"users": [{"uid": USER, "first_name": "Анна", "last_name": "Иванова"}]}
    found = one({"comments": [comment()], "entities": people}, "discussions.getComments")
    assert found.external_id == f"ok:topic:{TOPIC}?comment=MTM5=="
    assert (found.place, found.thread, found.parent) == (Place.COMMENT, f"ok:topic:{TOPIC}", f"ok:topic:{TOPIC}")
    assert (found.author.external_id, found.author.name) == (f"user:{USER}", "Анна Иванова")
    assert found.author.url == f"https://ok.ru/profile/{USER}"
    assert found.posted_at == datetime(2026, 9, 21, 9, 53, 2, tzinfo=UTC)
    assert (found.community, found.engagement) == (f"group:{GROUP}", 3)
    assert found.url == f"https://ok.ru/group/{GROUP}/topic/{TOPIC}?comment=MTM5%3D%3D"
    assert (found.own, found.closed) == (False, "")


def test_a_comment_of_the_group_is_ours_and_one_of_another_group_is_not() -> None:
    ours = one(
        {"comment": comment(author_id=GROUP, author_type="GROUP", author_name="Город")}, "discussions.getComment"
    )
    assert (ours.own, ours.author.external_id, ours.author.is_community) == (True, f"group:{GROUP}", True)
    assert ours.author.name == "Город"
    theirs = one(comment(author_id="7", author_type="GROUP"), "discussions.getComment")
    assert not theirs.own


def test_in_another_group_our_voice_is_the_person_whose_key_it_is() -> None:
    found = one({"comments": [comment()]}, "discussions.getComments", place="7", user=USER)
    assert (found.own, found.community) == (True, "group:7")


def test_a_reply_names_what_it_replies_to() -> None:
    found = one({"comments": [comment(reply_to_comment_id="QUJD")]}, "discussions.getComments")
    assert found.parent == f"ok:topic:{TOPIC}?comment=QUJD"


def test_a_number_that_came_as_a_json_number_is_the_same_author() -> None:
    assert (
        one({"comments": [comment(author_id=int(USER))]}, "discussions.getComments").author.external_id
        == f"user:{USER}"
    )


@pytest.mark.parametrize(
    "mark", [{"type": "REMOVED_MESSAGE"}, {"type": "DELETED"}, {"removed": True}, {"deleted": True}]
)
def test_a_removed_comment_in_a_listing_is_a_deletion(mark: dict[str, Any]) -> None:
    assert parse({"comments": [comment(**mark)]}, "discussions.getComments") == [
        Deletion(f"ok:topic:{TOPIC}?comment=MTM5==")
    ]


@pytest.mark.parametrize("code", [700, 702, 300])
def test_the_networks_not_found_is_a_deletion_of_what_was_asked_for(code: int) -> None:
    refusal = {"error_code": code, "error_msg": "x", "error_data": None}
    assert parse(refusal, "discussions.getComment", asked="MTM5==") == [Deletion(f"ok:topic:{TOPIC}?comment=MTM5==")]
    assert parse(refusal, "discussions.getComment") == []
    assert parse(refusal, "discussions.getComment", asked="нет") == []


def test_any_other_refusal_is_nothing() -> None:
    refusal = {"error_code": 102, "error_msg": "x", "error_data": None}
    assert parse(refusal, "discussions.getComment", asked="MTM5==") == []
    assert parse(refusal, "mediatopic.getByIds", asked=TOPIC) == []


def test_topics_that_were_asked_for_and_did_not_come_are_gone() -> None:
    gone = parse({"media_topics": [topic()]}, "mediatopic.getByIds", asked=f"{TOPIC} 8 9")
    assert gone[1:] == [Deletion("ok:topic:8"), Deletion("ok:topic:9")]
    assert parse({"error_code": 300}, "mediatopic.getByIds", asked="8") == [Deletion("ok:topic:8")]
    assert parse({}, "mediatopic.getByIds", asked="8") == []
    assert parse({"media_topics": "?"}, "mediatopic.getByIds", asked="8") == []


@pytest.mark.parametrize(
    "body", [{"media_topics": [topic()]}, {"feeds": [{"pattern": "POST"}], "entities": {"media_topics": [topic()]}}]
)
def test_a_topic_is_understood_beside_feeds_and_alone(body: dict[str, Any]) -> None:
    found = one(body, "stream.get")
    assert (found.external_id, found.place, found.text) == (f"ok:topic:{TOPIC}", Place.POST, "Что нового?")
    assert (found.own, found.engagement, found.community) == (True, 8, f"group:{GROUP}")
    assert found.posted_at == datetime.fromtimestamp(1_790_000_000.5, UTC)
    assert found.url == f"https://ok.ru/group/{GROUP}/topic/{TOPIC}"


def test_a_topic_of_a_reader_is_his_and_a_topic_on_a_persons_page_is_none_of_ours() -> None:
    found = one({"media_topics": [topic(author_ref=f"user:{USER}")]}, "stream.get")
    assert (found.own, found.author.external_id) == (False, f"user:{USER}")
    assert parse({"media_topics": [topic(owner_ref=f"user:{USER}")]}, "stream.get") == []


def test_the_text_of_a_topic_is_all_its_text_blocks_without_marks() -> None:
    blocks = [{"type": "text", "text": "Раз {group:5}Город{group}"}, {"type": "link", "url": "https://a.example"}]
    found = one({"media_topics": [topic(media=[*blocks, {"type": "text", "text": "два"}])]}, "stream.get")
    assert found.text == "Раз Город\nдва"
    assert found.attachments[0].url == "https://a.example"


def test_closed_topics_say_so_in_a_sentence() -> None:
    assert one({"media_topics": [topic()]}, "stream.get", closed=f"8 {TOPIC}").closed
    assert one({"comments": [comment()]}, "discussions.getComments", closed=TOPIC).closed
    assert not one({"comments": [comment()]}, "discussions.getComments", closed="8").closed


def test_photos_are_shown_by_their_largest_copy() -> None:
    photo = {
        "id": "95",
        "pic50x50": "https://a.example/s",
        "pic640x480": "https://a.example/m",
        "pic1024max": "https://a.example/l",
    }
    shown = [
        one({"comments": [comment(attachments=[{"type": "PHOTO", **photo}])]}, "discussions.getComments"),
        one({"comments": [comment(attachments=["95"])], "resources": {"photos": [photo]}}, "discussions.getComments"),
        one(
            {"comments": [comment(attachments=[{"id": "95"}])], "entities": {"photos": [photo]}},
            "discussions.getComments",
        ),
        one(
            {
                "media_topics": [topic(media=[{"type": "photo", "photo_refs": ["group_photo:95"]}])],
                "entities": {"group_photos": [{**photo, "ref": "group_photo:95"}]},
            },
            "stream.get",
        ),
    ]
    for post in shown:
        (found,) = post.attachments
        assert (found.kind, found.url, found.preview) == (MediaKind.PHOTO, "https://a.example/l", "https://a.example/m")


def test_films_links_polls_and_what_is_not_known_keep_a_name() -> None:
    blocks = [
        {
            "type": "movie",
            "movies": [{"title": "Двор", "thumbnail_url": "https://a.example/t", "permalink": "https://a.example/v"}],
        },
        {"type": "poll", "question": "Нужен ли фонарь?"},
        {"type": "hologram"},
        {"type": "photo", "photo_refs": ["group_photo:1"]},
    ]
    kinds = [(each.kind, each.title) for each in one({"media_topics": [topic(media=blocks)]}, "stream.get").attachments]
    assert kinds == [
        (MediaKind.VIDEO, "Двор"),
        (MediaKind.OTHER, "Нужен ли фонарь?"),
        (MediaKind.OTHER, "hologram"),
        (MediaKind.PHOTO, ""),
    ]


def message(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sender": {"user_id": "user:5", "name": "Анна Иванова"},
        "recipient": {"chat_id": "chat:C3ecb"},
        "message": {"text": "Яма", "seq": 98_211_023_614_189_660, "mid": "mid:C3ecb.15ce"},
        "timestamp": 1_790_000_000_500,
    }
    return told | changes


def test_a_message_is_the_same_pushed_and_listed() -> None:
    pushed, typed = one(message()), one({"webhookType": "MESSAGE_CREATED", **message()})
    assert pushed == typed == one({"messages": [message()]}, "graph.messages")
    assert (pushed.external_id, pushed.thread) == ("ok:chat:C3ecb?mid=C3ecb.15ce", "ok:chat:C3ecb")
    assert (pushed.place, pushed.author.name, pushed.own) == (Place.DIRECT, "Анна Иванова", False)
    assert (pushed.url, pushed.community) == ("https://ok.ru/messages/C3ecb", f"group:{GROUP}")


@pytest.mark.parametrize("sender", [{"user_id": f"group:{GROUP}"}, {"group_id": f"group:{GROUP}"}, {"group_id": GROUP}])
def test_what_the_group_itself_said_is_ours(sender: dict[str, Any]) -> None:
    found = one({"messages": [message(sender=sender)]}, "graph.messages")
    assert (found.own, found.author.external_id) == (True, f"group:{GROUP}")


def test_attachments_of_a_message_are_told_by_their_kind() -> None:
    kinds = ("IMAGE", "VIDEO", "AUDIO", "SHARE", "NEW")
    attached = [{"type": kind, "payload": {"url": f"https://a.example/{kind}"}} for kind in kinds]
    found = one(message(message={"mid": "mid:1", "attachments": attached}))
    assert [each.kind for each in found.attachments] == [
        *(MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.LINK, MediaKind.OTHER)
    ]
    assert found.text == ""


@pytest.mark.parametrize(
    "event",
    [
        {"webhookType": "CHAT_SYSTEM", **message()},
        {"webhookType": "MESSAGE_CALLBACK", **message()},
        {"webhookType": "CONFIRMATION"},
        message(message={"mid": "mid:1"}),
        message(message={"text": "x"}),
        message(recipient={"user_id": "user:5"}),
        message(sender={}),
    ],
)
def test_an_event_in_which_nobody_said_anything_stays_raw(event: dict[str, Any]) -> None:
    assert parse(event) == []


def test_an_answer_of_a_method_that_is_not_read_stays_raw() -> None:
    assert parse({"comments": [comment()]}, "users.getInfo") == []


def test_marks_go_and_braces_of_people_stay() -> None:
    assert plain("Тема в группе {group:47}Кола{group}") == "Тема в группе Кола"
    assert plain("{media_topic:62190641299501}Сочи{media_topic}") == "Сочи"
    assert plain("{user:5}Анна{user} и {group}") == "Анна и {group}"
    assert plain("{} {ну:да} {x} }{") == "{} {ну:да} {x} }{"
    assert len(plain("{a:1}" * 50_000)) == 250_000


@pytest.mark.parametrize(
    ("told", "hour"),
    [("2014-04-11 12:53:02", 8), ("2026-04-11 12:53:02", 9), ("2013-10-12 14:29:26", 10)],
)
def test_dates_are_moscow_time_by_the_rules_of_their_year(told: str, hour: int) -> None:
    found = moscow(told)
    assert found is not None
    assert (found.tzinfo, found.hour) == (UTC, hour)


@pytest.mark.parametrize(
    "told", ["", "yesterday", "2014-13-11 12:53:02", "2014-04-11T12:53:02", None, 5, "0001-01-01 00:00:00"]
)
def test_a_date_that_is_none_is_none(told: Any) -> None:
    assert moscow(told) is None


def test_an_answer_of_which_nobody_remembers_the_question_is_read_by_its_shape() -> None:
    """A comment's id names its topic: base64 of time:…:time:topic:… ."""
    number = base64.b64encode(b"1397206382471:-1:1397206382471:62503929662320:").decode()
    comment = {"id": number, "type": "ACTIVE_MESSAGE", "author_id": "5", "text": "Яма", "date": "2026-11-01 12:00:00"}
    for body in (comment, {"comments": [comment], "has_more": False}):
        (found,) = OK().parse(Raw(Origin.POLL, json.dumps(body).encode()))
        assert isinstance(found, Post)
        assert found.external_id == f"ok:topic:62503929662320?comment={number}"
    assert OK().parse(Raw(Origin.POLL, json.dumps({**comment, "id": "YWJj"}).encode())) == []
