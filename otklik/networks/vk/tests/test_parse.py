import json
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Event, MediaKind, Origin, Place, Post, Raw
from otklik.networks.vk.parse import parse

GROUP = 12
TOLD = 1_790_000_000


def event(kind: str, thing: Any, **beside: Any) -> list[Event]:
    body = {"type": kind, "group_id": GROUP, "event_id": "e1", "v": "5.199", "object": thing, **beside}
    return parse(Raw(Origin.PUSH, json.dumps(body).encode()))


def answer(method: str, response: Any, **context: str) -> list[Event]:
    told = {"method": method, "owner_id": "-30", "post_id": "7", "group_id": str(GROUP), **context}
    return parse(Raw(Origin.WATCH, json.dumps({"response": response}).encode(), context=told))


def post_of(events: list[Event]) -> Post:
    (found,) = events
    assert isinstance(found, Post)
    return found


def comment(**changes: Any) -> dict[str, Any]:
    return {
        "id": 56,
        "from_id": 5,
        "date": TOLD,
        "text": "Во дворе нет света",
        "post_id": 34,
        "post_owner_id": -GROUP,
        "parents_stack": [],
    } | changes


def message(**changes: Any) -> dict[str, Any]:
    return {
        "id": 900,
        "conversation_message_id": 8,
        "date": TOLD,
        "from_id": 5,
        "peer_id": 5,
        "out": 0,
        "text": "Здравствуйте",
        "version": 1,
    } | changes


def test_a_comment_under_a_post_has_the_full_address_and_hangs_on_the_post() -> None:
    found = post_of(event("wall_reply_new", comment()))
    assert found.external_id == "wall-12_34?reply=56"
    assert (found.thread, found.parent, found.community) == ("wall-12_34", "wall-12_34", "club12")
    assert found.place is Place.COMMENT
    assert found.url == "https://vk.com/wall-12_34?reply=56"
    assert (found.author.external_id, found.author.url) == ("id5", "https://vk.com/id5")
    assert found.posted_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert not found.own


def test_a_comment_deep_in_a_thread_hangs_on_the_comment_it_replies_to() -> None:
    found = post_of(event("wall_reply_new", comment(parents_stack=[40], reply_to_comment=55)))
    assert found.external_id == "wall-12_34?reply=56"
    assert found.parent == "wall-12_34?reply=55"
    assert found.url.endswith("?reply=56&thread=40")


def test_without_reply_to_comment_the_last_of_the_stack_is_the_parent() -> None:
    assert post_of(event("wall_reply_new", comment(parents_stack=[40, 41]))).parent == "wall-12_34?reply=41"


def test_what_our_community_wrote_is_own() -> None:
    found = post_of(event("wall_reply_new", comment(from_id=-GROUP)))
    assert found.own
    assert (found.author.external_id, found.author.is_community) == ("club12", True)
    assert not post_of(event("wall_reply_new", comment(from_id=-99))).own


def test_ids_beyond_what_a_float_holds_stay_exact() -> None:
    big = 2**53 + 1
    assert post_of(event("wall_reply_new", comment(id=big))).external_id == f"wall-12_34?reply={big}"


@pytest.mark.parametrize("kind", ["wall_reply_edit", "wall_reply_restore"])
def test_an_edit_and_a_restoration_tell_the_text_as_it_stands(kind: str) -> None:
    (found,) = event(kind, comment(text="Свет дали"))
    assert isinstance(found, Edit)
    assert found.post.text == "Свет дали"


def test_a_deleted_comment_is_named_by_the_same_address() -> None:
    deleted = {"owner_id": -GROUP, "id": 56, "post_id": 34, "deleter_id": 5}
    assert event("wall_reply_delete", deleted) == [Deletion("wall-12_34?reply=56")]


def test_a_post_with_counters_time_of_edit_and_place() -> None:
    thing = {
        "id": 34,
        "owner_id": -30,
        "from_id": 5,
        "date": TOLD,
        "edited": TOLD + 60,
        "text": "Яма на улице",
        "likes": {"count": 3},
        "comments": {"count": 4},
        "reposts": {"count": 5},
        "geo": {"type": "point", "coordinates": "45.04 38.97"},
    }
    found = post_of(event("wall_post_new", thing))
    assert (found.external_id, found.thread, found.parent) == ("wall-30_34", "wall-30_34", "")
    assert found.engagement == 12
    assert found.edited_at == datetime(2026, 9, 21, 14, 14, 20, tzinfo=UTC)
    assert (found.latitude, found.longitude) == (45.04, 38.97)


def test_a_reader_whose_text_a_community_put_out_signed_is_its_author() -> None:
    thing = {"id": 34, "owner_id": -30, "from_id": -30, "signer_id": 5, "date": TOLD, "text": "Яма"}
    assert post_of(event("wall_post_new", thing)).author.external_id == "id5"


def test_a_postponed_post_is_not_a_message_yet() -> None:
    thing = {"id": 34, "owner_id": -12, "from_id": -12, "post_type": "postpone", "date": TOLD, "text": "Завтра"}
    assert event("wall_post_new", thing) == []


@pytest.mark.parametrize("thing", [{"message": message(), "client_info": {}}, message()])
def test_a_private_message_in_both_shapes(thing: dict[str, Any]) -> None:
    found = post_of(event("message_new", thing))
    assert (found.external_id, found.thread) == ("vk:im:12:5:8", "vk:im:12:5")
    assert (found.place, found.author.external_id, found.own) == (Place.DIRECT, "id5", False)


def test_our_own_message_is_own_whoever_pressed_the_button() -> None:
    found = post_of(event("message_reply", message(from_id=5, out=1, admin_author_id=77)))
    assert found.own
    assert found.author.external_id == "club12"


def test_an_edited_message_tells_when_and_a_quoted_one_is_its_parent() -> None:
    quoted = {"id": 1, "conversation_message_id": 6, "from_id": 5, "peer_id": 5}
    (found,) = event("message_edit", message(update_time=TOLD + 1, reply_message=quoted))
    assert isinstance(found, Edit)
    assert found.post.edited_at == datetime(2026, 9, 21, 14, 13, 21, tzinfo=UTC)
    assert found.post.parent == "vk:im:12:5:6"


def test_coordinates_of_a_message_come_as_an_object() -> None:
    found = post_of(event("message_new", message(geo={"coordinates": {"latitude": 45.5, "longitude": 39}})))
    assert (found.latitude, found.longitude) == (45.5, 39.0)


@pytest.mark.parametrize(
    "shape", ["91 10", "x y", "", "1", {"latitude": "45", "longitude": 39}, {"latitude": True, "longitude": 1}, []]
)
def test_coordinates_that_are_none_are_left_out(shape: Any) -> None:
    assert post_of(event("message_new", message(geo={"coordinates": shape}))).latitude is None


def test_a_listing_gives_comments_threads_names_and_deletions() -> None:
    reply = comment(id=57, from_id=-GROUP, parents_stack=[56], text="Приняли")
    response = {
        "count": 3,
        "items": [
            {**comment(), "thread": {"count": 1, "items": [reply]}, "owner_id": -30, "post_owner_id": None},
            {"id": 60, "post_id": 7, "owner_id": -30, "deleted": True},
        ],
        "profiles": [{"id": 5, "first_name": "Анна", "last_name": "Иванова"}],
        "groups": [{"id": GROUP, "name": "Администрация"}],
    }
    first, second, third = answer("wall.getComments", response)
    assert isinstance(first, Post)
    assert isinstance(second, Post)
    assert first.author.name == "Анна Иванова"
    assert (second.own, second.author.name, second.parent) == (True, "Администрация", "wall-12_34?reply=56")
    assert third == Deletion("wall-30_7?reply=60")


def test_a_listing_that_names_no_wall_is_read_by_its_context() -> None:
    bare = {"id": 56, "from_id": 5, "date": TOLD, "text": "Свет"}
    assert post_of(answer("wall.getComments", {"items": [bare]})).external_id == "wall-30_7?reply=56"


def test_posts_by_number_come_as_an_object_or_as_a_bare_list() -> None:
    post = {"id": 7, "owner_id": -30, "from_id": -30, "date": TOLD, "text": "Новость"}
    for response in ([post], {"items": [post]}):
        assert post_of(answer("wall.getById", response)).external_id == "wall-30_7"


def test_links_lead_where_the_context_says() -> None:
    found = post_of(answer("wall.getComments", {"items": [comment()]}, site="http://127.0.0.1:9/vk"))
    assert found.url == "http://127.0.0.1:9/vk/wall-12_34?reply=56"


def test_a_photo_is_chosen_by_area_and_not_by_letter() -> None:
    sizes = [
        {"type": "w", "url": "https://a.example/small", "width": 75, "height": 50},
        {"type": "s", "src": "https://a.example/large", "width": 1280, "height": 900},
        {"type": "x", "url": "https://a.example/middle", "width": 604, "height": 400},
    ]
    (photo,) = post_of(
        event("wall_reply_new", comment(attachments=[{"type": "photo", "photo": {"sizes": sizes}}]))
    ).attachments
    assert (photo.kind, photo.url, photo.width) == (MediaKind.PHOTO, "https://a.example/large", 1280)
    assert photo.preview == "https://a.example/middle"


def test_every_kind_of_attachment_has_a_name_or_an_address() -> None:
    given = [
        ("video", {"owner_id": -1, "id": 2, "title": "Клип", "image": [{"url": "https://a.example/v", "width": 9}]}),
        ("doc", {"title": "акт.pdf", "url": "https://a.example/d"}),
        ("link", {"title": "Новость", "url": "https://a.example/l"}),
        ("sticker", {"images": [{"url": "https://a.example/s", "width": 64, "height": 64}]}),
        ("audio_message", {"link_mp3": "https://a.example/m"}),
        ("wall", {"owner_id": -3, "id": 4, "text": "Запись"}),
        ("poll", {"question": "Нужен ли парк?"}),
        ("something_new", {}),
    ]
    entries = [{"type": kind, kind: thing} for kind, thing in given]
    found = post_of(event("message_new", message(attachments=entries))).attachments
    assert [(each.kind, each.url or each.title) for each in found] == [
        (MediaKind.VIDEO, "https://vk.com/video-1_2"),
        (MediaKind.FILE, "https://a.example/d"),
        (MediaKind.LINK, "https://a.example/l"),
        (MediaKind.STICKER, "https://a.example/s"),
        (MediaKind.AUDIO, "https://a.example/m"),
        (MediaKind.LINK, "https://vk.com/wall-3_4"),
        (MediaKind.OTHER, "Нужен ли парк?"),
        (MediaKind.OTHER, "something_new"),
    ]


def test_a_chats_own_notices_are_nobodys_words() -> None:
    assert event("message_new", message(text="", action={"type": "chat_invite_user"})) == []


def test_forwarded_words_are_not_mixed_into_the_writers_own() -> None:
    found = post_of(event("message_new", message(text="Вот", fwd_messages=[{"text": "Чужие слова", "from_id": 9}])))
    assert found.text == "Вот"
    assert found.attachments[0].title == "Чужие слова"


@pytest.mark.parametrize("kind", ["group_join", "board_post_new", "", None, 7, ["wall_reply_new"]])
def test_unknown_events_give_nothing(kind: Any) -> None:
    assert event(kind, comment()) == []
