"""What payloads say. The shapes are written by hand after the network's pages and what clients got from it."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Event, MediaKind, Place, Post
from otklik.networks.ok.markup import plain
from otklik.networks.ok.network import OK
from otklik.networks.ok.parse import moscow
from otklik.networks.ok.tests.payloads import TOPIC, USER, comment, message, topic
from otklik.networks.ok.tests.scripted import GROUP
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only

DELETION = Deletion(f"ok:topic:{TOPIC}?comment=MTM5==")
SITE = "https://a.example/"


def parse(body: Any, method: str = "", **context: str) -> list[Event]:
    asked = {"method": method} if method else {}
    return OK().parse(polled(body, {"group": GROUP, "place": GROUP, "topic": TOPIC, **context, **asked}))


def commented(*, entities: Any = None, context: dict[str, str] | None = None, **changes: Any) -> Post:
    """A comment of a listing."""
    beside = {"entities": entities} if entities else {}
    return only(parse({"comments": [comment(**changes)], **beside}, "discussions.getComments", **(context or {})))


def streamed(*, context: dict[str, str] | None = None, **changes: Any) -> Post:
    """A topic of the group's stream."""
    return only(parse({"media_topics": [topic(**changes)]}, "stream.get", **(context or {})))


def test_a_comment_is_understood_whole_and_that_of_the_group_or_of_whoever_has_the_key_is_ours() -> None:
    heard = commented(entities={"users": [{"uid": USER, "first_name": "Анна", "last_name": "Иванова"}]})
    assert heard.external_id == f"ok:topic:{TOPIC}?comment=MTM5=="
    assert (heard.place, heard.thread, heard.parent) == (Place.COMMENT, f"ok:topic:{TOPIC}", f"ok:topic:{TOPIC}")
    assert (heard.author.external_id, heard.author.name) == (f"user:{USER}", "Анна Иванова")
    assert heard.author.url == f"https://ok.ru/profile/{USER}"
    assert heard.posted_at == datetime(2026, 9, 21, 9, 53, 2, tzinfo=UTC)
    assert (heard.community, heard.engagement, heard.own, heard.closed) == (f"group:{GROUP}", 3, False, "")
    assert heard.url == f"https://ok.ru/group/{GROUP}/topic/{TOPIC}?comment=MTM5%3D%3D"
    assert commented(reply_to_comment_id="QUJD").parent == f"ok:topic:{TOPIC}?comment=QUJD"
    assert commented(author_id=int(USER)).author.external_id == f"user:{USER}"
    ours = comment(author_id=GROUP, author_type="GROUP", author_name="Город")
    heard = only(parse({"comment": ours}, "discussions.getComment"))
    assert (heard.own, heard.author.external_id, heard.author.is_community) == (True, f"group:{GROUP}", True)
    assert heard.author.name == "Город"
    assert not only(parse(comment(author_id="7", author_type="GROUP"), "discussions.getComment")).own
    heard = commented(context={"place": "7", "user": USER})
    assert (heard.own, heard.community) == (True, "group:7")


@pytest.mark.parametrize(
    "mark", [{"type": "REMOVED_MESSAGE"}, {"type": "DELETED"}, {"removed": True}, {"deleted": True}]
)
def test_a_removed_comment_in_a_listing_is_a_deletion(mark: dict[str, Any]) -> None:
    assert parse({"comments": [comment(**mark)]}, "discussions.getComments") == [DELETION]


@pytest.mark.parametrize(
    ("code", "asked", "events"),
    [
        *((code, "MTM5==", [DELETION]) for code in (700, 702, 300)),
        *((700, "", []), (700, "нет", []), (102, "MTM5==", [])),
    ],
)
def test_only_not_found_is_a_deletion_of_what_was_asked_for(code: int, asked: str, events: list[Event]) -> None:
    refusal = {"error_code": code, "error_msg": "x", "error_data": None}
    assert parse(refusal, "discussions.getComment", **({"asked": asked} if asked else {})) == events


def test_topics_that_were_asked_for_and_did_not_come_are_gone() -> None:
    def listed(body: Any, asked: str = "8") -> list[Event]:
        return parse(body, "mediatopic.getByIds", asked=asked)

    gone = listed({"media_topics": [topic()]}, f"{TOPIC} 8 9")
    assert gone[1:] == [Deletion("ok:topic:8"), Deletion("ok:topic:9")]
    assert listed({"error_code": 300}) == [Deletion("ok:topic:8")]
    assert listed({}) == listed({"media_topics": "?"}) == listed({"error_code": 102}) == []


@pytest.mark.parametrize("beside", [False, True])
def test_a_topic_is_understood_beside_feeds_and_alone(beside: bool) -> None:
    listed = {"media_topics": [topic()]}
    heard = only(parse({"feeds": [{"pattern": "POST"}], "entities": listed} if beside else listed, "stream.get"))
    assert (heard.external_id, heard.place, heard.text) == (f"ok:topic:{TOPIC}", Place.POST, "Что нового?")
    assert (heard.own, heard.engagement, heard.community) == (True, 8, f"group:{GROUP}")
    assert heard.posted_at == datetime.fromtimestamp(1_790_000_000.5, UTC)
    assert heard.url == f"https://ok.ru/group/{GROUP}/topic/{TOPIC}"


def test_a_topic_of_a_reader_is_his_with_all_its_text_blocks_and_a_closed_one_says_so() -> None:
    heard = streamed(author_ref=f"user:{USER}")
    assert (heard.own, heard.author.external_id) == (False, f"user:{USER}")
    assert parse({"media_topics": [topic(owner_ref=f"user:{USER}")]}, "stream.get") == []
    link = {"type": "link", "url": SITE}
    heard = streamed(
        media=[{"type": "text", "text": "Раз {group:5}Город{group}"}, link, {"type": "text", "text": "два"}]
    )
    assert (heard.text, heard.attachments[0].url) == ("Раз Город\nдва", SITE)
    assert streamed(context={"closed": f"8 {TOPIC}"}).closed
    assert commented(context={"closed": TOPIC}).closed
    assert not commented(context={"closed": "8"}).closed


def test_photos_are_shown_by_their_largest_copy_and_films_links_and_polls_keep_a_name() -> None:
    photo = {"id": "95", "pic50x50": f"{SITE}s", "pic640x480": f"{SITE}m", "pic1024max": f"{SITE}l"}
    listing, at_stream = "discussions.getComments", [topic(media=[{"type": "photo", "photo_refs": ["group_photo:95"]}])]
    shown = [
        commented(attachments=[{"type": "PHOTO", **photo}]),
        only(parse({"comments": [comment(attachments=["95"])], "resources": {"photos": [photo]}}, listing)),
        commented(attachments=[{"id": "95"}], entities={"photos": [photo]}),
        only(
            parse(
                {"media_topics": at_stream, "entities": {"group_photos": [{**photo, "ref": "group_photo:95"}]}},
                "stream.get",
            )
        ),
    ]
    for heard in shown:
        (picture,) = heard.attachments
        assert (picture.kind, picture.url, picture.preview) == (MediaKind.PHOTO, f"{SITE}l", f"{SITE}m")
    film = {"title": "Двор", "thumbnail_url": f"{SITE}t", "permalink": f"{SITE}v"}
    blocks = [
        *({"type": "movie", "movies": [film]}, {"type": "poll", "question": "Нужен ли фонарь?"}),
        *({"type": "hologram"}, {"type": "photo", "photo_refs": ["group_photo:1"]}),
    ]
    assert [(each.kind, each.title) for each in streamed(media=blocks).attachments] == [
        *((MediaKind.VIDEO, "Двор"), (MediaKind.OTHER, "Нужен ли фонарь?")),
        *((MediaKind.OTHER, "hologram"), (MediaKind.PHOTO, "")),
    ]


def test_a_message_is_the_same_pushed_and_listed_and_its_attachments_are_told_by_their_kind() -> None:
    pushed = only(parse(message()))
    assert pushed == only(parse({"webhookType": "MESSAGE_CREATED", **message()}))
    assert pushed == only(parse({"messages": [message()]}, "graph.messages"))
    assert (pushed.external_id, pushed.thread) == ("ok:chat:C3ecb?mid=C3ecb.15ce", "ok:chat:C3ecb")
    assert (pushed.place, pushed.author.name, pushed.own) == (Place.DIRECT, "Анна Иванова", False)
    assert (pushed.url, pushed.community) == ("https://ok.ru/messages/C3ecb", f"group:{GROUP}")
    kinds = ("IMAGE", "VIDEO", "AUDIO", "SHARE", "NEW")
    attached = [{"type": kind, "payload": {"url": f"{SITE}{kind}"}} for kind in kinds]
    heard = only(parse(message(message={"mid": "mid:1", "attachments": attached})))
    shown = (MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.LINK, MediaKind.OTHER)
    assert [each.kind for each in heard.attachments] == [*shown]
    assert (heard.text, heard.attachments[0].url) == ("", f"{SITE}IMAGE")
    assert only(parse(message(timestamp=[[[]]]))).posted_at is None


@pytest.mark.parametrize("sender", [{"user_id": f"group:{GROUP}"}, {"group_id": f"group:{GROUP}"}, {"group_id": GROUP}])
def test_what_the_group_itself_said_is_ours(sender: dict[str, Any]) -> None:
    heard = only(parse({"messages": [message(sender=sender)]}, "graph.messages"))
    assert (heard.own, heard.author.external_id) == (True, f"group:{GROUP}")


def test_marks_go_and_braces_stay_and_dates_are_moscow_time_by_the_rules_of_their_year() -> None:
    assert plain("Тема в группе {group:47}Кола{group}") == "Тема в группе Кола"
    assert plain("{media_topic:62190641299501}Сочи{media_topic}") == "Сочи"
    assert plain("{user:5}Анна{user} и {group}") == "Анна и {group}"
    assert plain("{} {ну:да} {x} }{") == "{} {ну:да} {x} }{"
    assert len(plain("{a:1}" * 50_000)) == 250_000
    for date, hour in (("2014-04-11 12:53:02", 8), ("2026-04-11 12:53:02", 9), ("2013-10-12 14:29:26", 10)):
        at = moscow(date)
        assert at is not None
        assert (at.tzinfo, at.hour) == (UTC, hour), date
    nothing = ("", "yesterday", "2014-13-11 12:53:02", "2014-04-11T12:53:02", None, 5, "0001-01-01 00:00:00")
    assert [moscow(date) for date in nothing] == [None] * len(nothing)


def test_an_answer_of_which_nobody_remembers_the_question_is_read_by_its_shape_and_one_that_is_not_read_stays_raw() -> (
    None
):
    """A comment's id names its topic: base64 of time:…:time:topic:… ."""
    number = base64.b64encode(b"1397206382471:-1:1397206382471:62503929662320:").decode()
    alone = {"id": number, "type": "ACTIVE_MESSAGE", "author_id": "5", "text": "Яма", "date": "2026-11-01 12:00:00"}
    for body in (alone, {"comments": [alone], "has_more": False}):
        assert only(OK().parse(polled(body))).external_id == f"ok:topic:62503929662320?comment={number}"
    assert OK().parse(polled({**alone, "id": "YWJj"})) == []
    assert parse({"comments": [comment()]}, "users.getInfo") == []
