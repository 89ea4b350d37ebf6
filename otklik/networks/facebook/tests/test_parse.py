"""Events and listings of Facebook as messages, written from the published shapes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Event, MediaKind, Place
from otklik.networks.facebook.network import Facebook
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only, posts

PAGE, POST, COMMENT = "100", "100_200", "200_300"
AT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
SECONDS = 1_790_000_000
AUTHOR = {"id": "555", "name": "Анна Пробная"}


def pushed(*changes: dict[str, Any], **entry: Any) -> list[Event]:
    body = {"object": "page", "entry": [{"id": PAGE, "time": SECONDS, "changes": list(changes), **entry}]}
    return Facebook().parse(polled(body, {"site": "https://site.example"}))


def feed(**value: Any) -> dict[str, Any]:
    usual = {"item": "comment", "verb": "add", "comment_id": COMMENT, "post_id": POST, "parent_id": POST}
    words = {"from": AUTHOR, "created_time": SECONDS, "message": "Темно"}
    return {"field": "feed", "value": usual | words | value}


def listed(view: str, *items: Any, **context: str) -> list[Event]:
    asked = {"view": view, "place": PAGE, "voice": PAGE, "post": POST, "site": "https://site.example"}
    return Facebook().parse(polled({"data": list(items)}, asked | context))


def test_a_comment_has_its_address_thread_author_and_link_and_a_reply_names_what_it_replies_to() -> None:
    heard = only(pushed(feed()))
    assert (heard.external_id, heard.place, heard.thread) == ("fb:200_300", Place.COMMENT, "fb:100_200")
    assert (heard.parent, heard.community, heard.posted_at) == ("fb:100_200", PAGE, AT)
    assert (heard.author.external_id, heard.author.name, heard.author.is_community) == ("555", "Анна Пробная", False)
    assert heard.url == "https://site.example/100/posts/200/?comment_id=300"
    assert (heard.text, heard.own, heard.closed) == ("Темно", False, "")
    heard = only(pushed(feed(comment_id="200_301", parent_id=COMMENT)))
    assert heard.parent == "fb:200_300"
    assert heard.url == "https://site.example/100/posts/200/?comment_id=300&reply_comment_id=301"
    item: dict[str, Any] = {"id": "200_301", "message": "Темно", "from": AUTHOR, "parent": {"id": COMMENT}}
    item |= {"created_time": "2026-09-21T14:13:20+0000", "can_comment": True, "is_hidden": False}

    assert only(listed("comments", item)) == heard


def test_the_pages_own_words_are_known_on_every_page_of_one_body_and_whom_the_network_hides_is_somebody_else() -> None:
    entries = [
        {"id": page, "time": 1, "changes": [feed(post_id=f"{page}_1", **{"from": {"id": page, "name": "Мы"}})]}
        for page in ("100", "101")
    ]
    heard = posts(Facebook().parse(polled({"object": "page", "entry": entries})))
    assert [(post.community, post.own) for post in heard] == [("100", True), ("101", True)]
    first, second = posts(pushed(feed(**{"from": None}), feed(comment_id="200_301", **{"from": None})))
    assert first.author.external_id != second.author.external_id
    assert not first.own


@pytest.mark.parametrize("verb", ["edited", "edit", "unhide", "hide"])
def test_a_changed_comment_is_an_edit_and_a_hidden_one_says_so(verb: str) -> None:
    (event,) = pushed(feed(verb=verb, message="Светло"))
    assert isinstance(event, Edit)
    assert event.post.text == "Светло"
    assert bool(event.post.closed) == (verb == "hide")
    assert pushed(feed(verb="hide", message=None)) == []


def test_a_comment_or_post_that_is_removed_or_gone_from_a_listing_is_a_deletion_even_without_a_time() -> None:
    (comment,) = pushed(feed(verb="remove", message=None, created_time=None))
    assert comment == Deletion("fb:200_300")
    (post,) = pushed(feed(item="photo", verb="remove", comment_id=None))
    assert post == Deletion("fb:100_200", AT)
    assert listed("gone", {"id": COMMENT}, {"id": "x"}, {}) == [Deletion("fb:200_300")]


def test_a_post_by_a_visitor_or_the_page_is_heard_a_mention_with_its_author_and_nothing_else() -> None:
    for item in ("post", "status", "photo", "video", "share"):
        heard = only(pushed(feed(item=item, comment_id=None)))
        assert (heard.external_id, heard.thread, heard.place) == ("fb:100_200", "fb:100_200", Place.POST)
        assert pushed(feed(item=item, comment_id=None, published=0)) == []
    nothing: tuple[Any, ...] = ("like", "reaction", "share_like", "", 5, None)
    assert [pushed(feed(item=item)) for item in nothing] == [[]] * len(nothing)
    assert pushed(feed(verb="block")) == []
    value = {"item": "post", "verb": "add", "post_id": "900_1", "message": "А Речной?", "created_time": SECONDS}
    assert pushed({"field": "mention", "value": value}) == []
    heard = only(pushed({"field": "mention", "value": value | {"from": AUTHOR}}))
    assert (heard.external_id, heard.community, heard.own) == ("fb:900_1", "900", False)
    assert "вручную" in heard.closed


def test_pictures_and_links_of_a_push_are_attached() -> None:
    one = only(pushed(feed(photo="https://a.example/1.jpg")))
    assert [each.kind for each in one.attachments] == [MediaKind.PHOTO]
    many = only(pushed(feed(item="status", comment_id=None, photos=["https://a.example/1", 5, "https://a.example/2"])))
    assert [each.url for each in many.attachments] == ["https://a.example/1", "https://a.example/2"]
    video = only(pushed(feed(item="video", comment_id=None, link="https://a.example/v.mp4", message="")))
    assert video.attachments[0].kind is MediaKind.VIDEO
    assert pushed(feed(message="")) == []


def test_a_post_of_a_listing_has_its_place_and_pictures() -> None:
    item = (
        {"id": POST, "message": "Яма", "from": AUTHOR, "created_time": "2026-09-21T14:13:20+0000"}
        | {"place": {"id": "1", "name": "Сад", "location": {"latitude": 55.5, "longitude": 37.25}}}
        | {"attachments": {"data": [{"type": "album", "subattachments": {"data": [photo(1), photo(2)]}}]}}
        | {"comments": {"data": [], "summary": {"total_count": 7, "can_comment": False}}, "shares": {"count": 2}}
    )
    heard = only(listed("posts", item))
    assert (heard.latitude, heard.longitude, heard.engagement) == (55.5, 37.25, 9)
    assert [(each.kind, each.width) for each in heard.attachments] == [(MediaKind.PHOTO, 1), (MediaKind.PHOTO, 2)]
    assert heard.closed
    assert listed("posts", {"id": POST, "story": "Страница сменила обложку"}) == []
    assert only(listed("posts", {"id": POST, "full_picture": "https://a.example/1"})).attachments[0].url


def photo(side: int) -> dict[str, Any]:
    return {"type": "photo", "media": {"image": {"src": f"https://a.example/{side}", "width": side, "height": side}}}


@pytest.mark.parametrize(("field", "value"), [("is_hidden", True), ("can_comment", False)])
def test_a_comment_that_nobody_can_answer_says_why(field: str, value: bool) -> None:
    item = {"id": COMMENT, "message": "x", "from": AUTHOR, field: value}
    assert only(listed("comments", item)).closed
    assert "вручную" in only(listed("comments", {"id": COMMENT, "message": "x"}, guest="1")).closed


def message(**item: Any) -> list[Event]:
    event = {"sender": {"id": "555"}, "recipient": {"id": PAGE}, "timestamp": SECONDS * 1000} | item
    return pushed(messaging=[event])


def test_a_private_message_and_its_echo_stand_in_one_dialogue_with_all_that_hangs_on_them() -> None:
    heard = only(message(message={"mid": "m_1", "text": "Здравствуйте", "reply_to": {"mid": "m_0"}}))
    assert (heard.external_id, heard.thread) == ("fb:dm:100:555:m_1", "fb:dm:100:555")
    assert (heard.place, heard.parent, heard.posted_at) == (Place.DIRECT, "fb:dm:100:555:m_0", AT)
    sides = {"sender": {"id": PAGE}, "recipient": {"id": "555"}}
    echo = only(message(**sides, message={"mid": "m_2", "text": "Добрый день", "is_echo": True}))
    assert (echo.thread, echo.own, echo.author.external_id) == (heard.thread, True, PAGE)
    (edit,) = message(message_edit={"mid": "m_1", "text": "Иначе", "num_edit": "2"})
    assert isinstance(edit, Edit)
    assert edit.post.external_id == "fb:dm:100:555:m_1"
    (gone,) = message(message={"mid": "m_1", "is_deleted": True})
    assert gone == Deletion("fb:dm:100:555:m_1", AT)
    spot = {"type": "location", "payload": {"coordinates": {"lat": 55.5, "long": 37.25}}}
    heard = only(message(message={"mid": "m_1", "attachments": [spot, {"type": "novelty"}, 5]}))
    assert (heard.latitude, heard.longitude) == (55.5, 37.25)
    assert heard.attachments[1].title == "novelty"
    assert message(reaction={}) == message(read={"watermark": 1}) == message(postback={}) == []
    assert message(message={"mid": "m_1"}) == message(message={"mid": "a b", "text": "x"}) == []
    long = [only(message(message={"mid": "m_" + "a" * 1500, "text": text})).external_id for text in "xy"]
    assert long[0] == long[1]
    assert len(long[0]) < 100, "it still fits the column"
