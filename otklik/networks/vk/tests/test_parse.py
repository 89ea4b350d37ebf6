from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Event, MediaKind, Place, Post
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only, posts
from otklik.networks.vk import beside, parse
from otklik.networks.vk.tests import contract
from otklik.networks.vk.tests.payloads import AT

WHEN = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


def event(kind: str, thing: Any) -> list[Event]:
    return parse.parse(polled(contract.event(kind, thing)))


def answer(method: str, response: Any, **context: str) -> list[Event]:
    asked = {"method": method, "owner_id": "-30", "post_id": "7", "group_id": "12", **context}
    return parse.parse(polled({"response": response}, asked))


def comment(**changes: Any) -> dict[str, Any]:
    body = {"id": 56, "from_id": 5, "date": AT, "text": "Во дворе нет света", "post_id": 34, "post_owner_id": -12}
    return body | {"parents_stack": []} | changes


def message(**changes: Any) -> dict[str, Any]:
    body = {"id": 900, "conversation_message_id": 8, "date": AT, "from_id": 5, "peer_id": 5, "out": 0}
    return body | {"text": "Здравствуйте", "version": 1} | changes


def post(**changes: Any) -> dict[str, Any]:
    return {"id": 34, "owner_id": -30, "from_id": -30, "date": AT, "text": "Яма на улице"} | changes


def test_a_comment_has_the_full_address_hangs_on_what_it_replies_to_and_may_be_our_own_or_deleted() -> None:
    heard = only(event("wall_reply_new", comment()))
    assert (heard.external_id, heard.thread, heard.parent) == ("wall-12_34?reply=56", "wall-12_34", "wall-12_34")
    assert (heard.place, heard.community, heard.url) == (Place.COMMENT, "club12", "https://vk.com/wall-12_34?reply=56")
    assert (heard.author.external_id, heard.author.url) == ("id5", "https://vk.com/id5")
    assert (heard.posted_at, heard.own) == (WHEN, False)
    heard = only(event("wall_reply_new", comment(parents_stack=[40], reply_to_comment=55)))
    assert (heard.external_id, heard.parent) == ("wall-12_34?reply=56", "wall-12_34?reply=55")
    assert heard.url.endswith("?reply=56&thread=40")
    untold = only(event("wall_reply_new", comment(parents_stack=[40, 41])))
    assert untold.parent == "wall-12_34?reply=41", "the last of the stack"
    big = 2**53 + 1
    assert only(event("wall_reply_new", comment(id=big))).external_id == f"wall-12_34?reply={big}"
    heard = only(event("wall_reply_new", comment(from_id=-12)))
    assert (heard.own, heard.author.external_id, heard.author.is_community) == (True, "club12", True)
    assert not only(event("wall_reply_new", comment(from_id=-99))).own
    deleted = {"owner_id": -12, "id": 56, "post_id": 34, "deleter_id": 5}
    assert event("wall_reply_delete", deleted) == [Deletion("wall-12_34?reply=56")]


@pytest.mark.parametrize("date", [10**30, -1, 0, "1790000000", 1.5, True, None, [], 32_503_680_001])
def test_a_time_that_is_none_is_none(date: Any) -> None:
    assert only(event("wall_reply_new", comment(date=date))).posted_at is None


@pytest.mark.parametrize("kind", sorted({*parse.EVENTS, "wall_reply_restore", *beside.EVENTS}))
def test_every_event_is_what_its_name_says(kind: str) -> None:
    shapes = {"new": Post, "reply": Post, "edit": Edit, "restore": Edit, "delete": Deletion}
    (heard,) = event(kind, contract.COMMENT)
    assert type(heard) is shapes[kind.rpartition("_")[2]]


@pytest.mark.parametrize("kind", ["wall_reply_edit", "wall_reply_restore"])
def test_an_edit_and_a_restoration_tell_the_text_as_it_stands(kind: str) -> None:
    (edit,) = event(kind, comment(text="Свет дали"))
    assert isinstance(edit, Edit)
    assert edit.post.text == "Свет дали"


def test_a_post_with_counters_time_of_edit_and_place_is_its_signers_and_not_heard_before_its_time() -> None:
    counters = {name: {"count": count} for name, count in (("likes", 3), ("comments", 4), ("reposts", 5))}
    geo = {"type": "point", "coordinates": "45.04 38.97"}
    heard = only(event("wall_post_new", post(edited=AT + 60, geo=geo, **counters)))
    assert (heard.external_id, heard.thread, heard.parent) == ("wall-30_34", "wall-30_34", "")
    assert (heard.engagement, heard.latitude, heard.longitude) == (12, 45.04, 38.97)
    assert heard.edited_at == datetime(2026, 9, 21, 14, 14, 20, tzinfo=UTC)
    assert only(event("wall_post_new", post(signer_id=5))).author.external_id == "id5"
    assert event("wall_post_new", post(post_type="postpone")) == []


@pytest.mark.parametrize("thing", [{"message": message(), "client_info": {}}, message()])
def test_a_private_message_in_both_shapes(thing: dict[str, Any]) -> None:
    heard = only(event("message_new", thing))
    assert (heard.external_id, heard.thread) == ("vk:im:12:5:8", "vk:im:12:5")
    assert (heard.place, heard.author.external_id, heard.own) == (Place.DIRECT, "id5", False)


def test_our_own_message_is_own_an_edited_one_tells_when_and_forwarded_words_are_not_the_writers() -> None:
    heard = only(event("message_reply", message(from_id=5, out=1, admin_author_id=77)))
    assert (heard.own, heard.author.external_id) == (True, "club12")
    quoted = {"id": 1, "conversation_message_id": 6, "from_id": 5, "peer_id": 5}
    (edit,) = event("message_edit", message(update_time=AT + 1, reply_message=quoted))
    assert isinstance(edit, Edit)
    assert edit.post.edited_at == datetime(2026, 9, 21, 14, 13, 21, tzinfo=UTC)
    assert edit.post.parent == "vk:im:12:5:6"
    heard = only(event("message_new", message(text="Вот", fwd_messages=[{"text": "Чужие слова", "from_id": 9}])))
    assert (heard.text, heard.attachments[0].title) == ("Вот", "Чужие слова")
    assert event("message_new", message(text="", action={"type": "chat_invite_user"})) == []
    assert event("board_post_new", comment()) == []


@pytest.mark.parametrize(
    ("shape", "spot"),
    [
        ({"latitude": 45.5, "longitude": 39}, (45.5, 39.0)),
        *((shape, (None, None)) for shape in ("91 10", "x y", "", "1")),
        *(([], (None, None)), ({"latitude": "45", "longitude": 39}, (None, None))),
        ({"latitude": True, "longitude": 1}, (None, None)),
    ],
)
def test_coordinates_of_a_message_come_as_an_object_and_senseless_ones_are_left_out(shape: Any, spot: Any) -> None:
    heard = only(event("message_new", message(geo={"coordinates": shape})))
    assert (heard.latitude, heard.longitude) == spot


def test_a_listing_gives_comments_threads_names_and_deletions_and_is_read_by_its_context_and_any_shape() -> None:
    reply = comment(id=57, from_id=-12, parents_stack=[56], text="Приняли")
    response = {
        "count": 3,
        "items": [
            {**comment(), "thread": {"count": 1, "items": [reply]}, "owner_id": -30, "post_owner_id": None},
            {"id": 60, "post_id": 7, "owner_id": -30, "deleted": True},
        ],
        "profiles": [{"id": 5, "first_name": "Анна", "last_name": "Иванова"}],
        "groups": [{"id": 12, "name": "Администрация"}],
    }
    events = answer("wall.getComments", response)
    first, second = posts(events)
    assert first.author.name == "Анна Иванова"
    assert (second.own, second.author.name, second.parent) == (True, "Администрация", "wall-12_34?reply=56")
    assert events[2:] == [Deletion("wall-30_7?reply=60")]
    bare = {"id": 56, "from_id": 5, "date": AT, "text": "Свет"}
    assert only(answer("wall.getComments", {"items": [bare]})).external_id == "wall-30_7?reply=56"
    for body in ([post(id=7)], {"items": [post(id=7)]}):
        assert only(answer("wall.getById", body)).external_id == "wall-30_7"
    heard = only(answer("wall.getComments", {"items": [comment()]}, site="http://127.0.0.1:9/vk"))
    assert heard.url == "http://127.0.0.1:9/vk/wall-12_34?reply=56"


def test_a_photo_is_chosen_by_area_and_every_kind_of_attachment_has_a_name_or_an_address() -> None:
    sizes = [
        {"type": "w", "url": "https://a.example/small", "width": 75, "height": 50},
        {"type": "s", "src": "https://a.example/large", "width": 1280, "height": 900},
        {"type": "x", "url": "https://a.example/middle", "width": 604, "height": 400},
    ]
    heard = only(event("wall_reply_new", comment(attachments=[{"type": "photo", "photo": {"sizes": sizes}}])))
    (photo,) = heard.attachments
    assert (photo.kind, photo.url, photo.width) == (MediaKind.PHOTO, "https://a.example/large", 1280)
    assert photo.preview == "https://a.example/middle"
    old = {"photo_604": "https://a.example/old", "photo_" + "9" * 5000: "https://a.example/broken", "photo_²": "x"}
    (photo,) = only(event("wall_reply_new", comment(attachments=[{"type": "photo", "photo": old}]))).attachments
    assert photo.url == "https://a.example/old"
    site = "https://a.example/"
    video = {"owner_id": -1, "id": 2, "title": "Клип", "image": [{"url": f"{site}v", "width": 9}]}
    sticker = {"images": [{"url": f"{site}s", "width": 64, "height": 64}]}
    cases: list[tuple[str, dict[str, Any], MediaKind, str]] = [
        ("video", video, MediaKind.VIDEO, "https://vk.com/video-1_2"),
        ("doc", {"title": "акт.pdf", "url": f"{site}d"}, MediaKind.FILE, f"{site}d"),
        ("link", {"title": "Новость", "url": f"{site}l"}, MediaKind.LINK, f"{site}l"),
        ("sticker", sticker, MediaKind.STICKER, f"{site}s"),
        ("audio_message", {"link_mp3": f"{site}m"}, MediaKind.AUDIO, f"{site}m"),
        ("wall", {"owner_id": -3, "id": 4, "text": "Запись"}, MediaKind.LINK, "https://vk.com/wall-3_4"),
        ("poll", {"question": "Нужен ли парк?"}, MediaKind.OTHER, "Нужен ли парк?"),
        ("something_new", {}, MediaKind.OTHER, "something_new"),
    ]
    heard = only(event("message_new", message(attachments=[{"type": name, name: thing} for name, thing, *_ in cases])))
    shown = [(each.kind, each.url or each.title) for each in heard.attachments]
    assert shown == [(kind, name) for *_, kind, name in cases]
