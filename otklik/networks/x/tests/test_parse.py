from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Attachment, Deletion, Edit, MediaKind, Person, Place, Post
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only, posts
from otklik.networks.x.network import X
from otklik.networks.x.summons import NOT_SUMMONED, ONLY_NAMED
from otklik.networks.x.tests.contract import GONE
from otklik.networks.x.tests.shapes import (
    ANNA,
    ASKED,
    BORIS,
    ME,
    MINE,
    answer,
    direct,
    event,
    parsed,
    pushed,
    reply,
    text,
    user,
)

AT = datetime(2026, 7, 24, 21, 23, 23, tzinfo=UTC)
QUOTED = {"referenced_tweets": [{"type": "quoted", "id": MINE}]}


def one(*, includes: dict[str, Any] | None = None, context: dict[str, str] | None = None, **changes: Any) -> Post:
    """Anna's text, listed."""
    return only(parsed(answer(text(**changes), **(includes or {})), **(context or {})))


def numbered(number: str, **changes: Any) -> Post:
    """A text that has always had this number."""
    return one(id=number, edit_history_tweet_ids=[number], conversation_id=number, **changes)


def test_a_mention_and_a_reply_are_posts_with_everything_that_is_told() -> None:
    assert one(includes={"users": [user()]}) == Post(
        external_id=f"x:{ASKED}",
        place=Place.POST,
        thread=f"x:{ASKED}",
        author=Person(ANNA, "Анна Пробная", "https://x.com/anna"),
        text="@rechnoy Нет света",
        posted_at=AT,
        community=ME,
        url=f"https://x.com/anna/status/{ASKED}",
        engagement=10,
    )
    heard = only(parsed(answer(reply())))
    assert (heard.place, heard.thread, heard.parent) == (Place.COMMENT, f"x:{MINE}", f"x:{MINE}")
    assert heard.author == Person(ANNA, "", f"https://x.com/i/user/{ANNA}")
    assert heard.url == f"https://x.com/i/status/{ASKED}"


@pytest.mark.parametrize("spelling", ["tweets", "posts"])
def test_the_parent_is_named_by_its_first_number_when_the_payload_brings_it_along(spelling: str) -> None:
    parent = {"id": MINE, "author_id": ME, "edit_history_tweet_ids": ["2080761390344937001", MINE]}
    assert only(parsed(answer(reply(), **{spelling: [parent]}))).parent == "x:2080761390344937001"


def test_a_new_number_of_a_known_text_is_an_edit_of_it_in_both_spellings() -> None:
    newer = "2080765999999999999"
    (edit,) = parsed(answer(text(id=newer, edit_history_tweet_ids=[ASKED, newer], conversation_id=ASKED)))
    assert isinstance(edit, Edit)
    assert (edit.post.external_id, edit.post.thread) == (f"x:{ASKED}", f"x:{ASKED}")
    assert edit.post.url.endswith(newer)
    assert edit.post.edited_at == AT
    assert edit.post.posted_at is not None
    assert edit.post.posted_at.date() == AT.date()
    versions = ["2080765813578191000", ASKED]
    old = reply(note_tweet={"text": "Длинно"}, edit_history_tweet_ids=versions)
    new = {name: value for name, value in old.items() if "tweet" not in name} | {
        "note_post": {"text": "Длинно"},
        "edit_history_post_ids": versions,
        "referenced_posts": [{"type": "replied_to", "id": MINE}],
        "public_metrics": {"repost_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 4},
    }
    (edit,) = parsed(answer(new))
    assert [edit] == parsed(answer(old))
    assert isinstance(edit, Edit)
    assert (edit.post.text, edit.post.engagement) == ("Длинно", 10)


def test_a_text_is_shown_as_people_see_it_with_pictures_films_and_links_and_our_own_is_ours() -> None:
    photo = "https://x.com/a/status/1/photo/1"
    urls = [
        {"url": "https://t.co/aa", "expanded_url": "https://ya.ru/1", "display_url": "ya.ru/1"},
        {"url": "https://t.co/pp", "expanded_url": photo, "display_url": "pic.x.com/pp"},
        {"url": "https://t.co/mm", "expanded_url": photo, "media_key": "3_1"},
    ]
    raw = "A &amp; B &lt;c&gt; &quot; https://t.co/aa https://t.co/zz https://t.co/pp https://t.co/mm"
    assert one(text=raw, entities={"urls": urls}).text == "A & B <c> &quot; https://ya.ru/1 https://t.co/zz"
    assert one(author_id=ME).own
    assert parsed(answer(text(referenced_tweets=[{"type": "retweeted", "id": MINE}]))) == []
    films = [
        {"content_type": "application/x-mpegURL", "url": "https://v/list"},
        *({"content_type": "video/mp4", "bit_rate": rate, "url": f"https://v/{rate}"} for rate in (100, 900)),
    ]
    media = [
        {"media_key": "3_1", "type": "photo", "url": "https://p/1.jpg", "width": 10, "height": 20, "alt_text": "яма"},
        {"media_key": "7_2", "type": "video", "preview_image_url": "https://p/2.jpg", "variants": films},
    ]
    linked = {"expanded_url": "https://ya.ru/1", "title": "Яндекс", "images": [{"url": "https://i"}]}
    links = [
        {"url": "https://t.co/a", **linked},
        {"url": "https://t.co/b", "expanded_url": "https://twitter.com/a/status/1"},
    ]
    keys = {"media_keys": ["3_1", "7_2", "9_9"]}
    assert one(attachments=keys, entities={"urls": links}, includes={"media": media}).attachments == (
        Attachment(MediaKind.PHOTO, "https://p/1.jpg", "", "яма", 10, 20),
        Attachment(MediaKind.VIDEO, "https://v/900", "https://p/2.jpg"),
        Attachment(MediaKind.LINK, "https://ya.ru/1", "https://i", "Яндекс"),
    )


SMALL, LARGE = [37.0, 55.0, 37.02, 55.02], [30.0, 50.0, 40.0, 60.0]


@pytest.mark.parametrize(
    ("geo", "places", "spot"),
    [
        ({"coordinates": {"type": "Point", "coordinates": [37.5, 55.25]}}, [], (55.25, 37.5)),
        ({"place_id": "p"}, [{"id": "p", "geo": {"bbox": SMALL}}], (55.01, 37.01)),
        ({"place_id": "p"}, [{"id": "p", "geo": {"bbox": LARGE}}], None),
        ({"place_id": "p"}, [{"id": "q", "geo": {"bbox": SMALL}}], None),
        *(({"coordinates": {"coordinates": odd}}, [], None) for odd in ([181, 0], ["37", "55"])),
        ([], [], None),
    ],
)
def test_a_point_says_longitude_first_and_a_small_place_says_its_middle(geo: Any, places: Any, spot: Any) -> None:
    heard = one(geo=geo, includes={"places": places})
    assert (heard.latitude, heard.longitude) == (pytest.approx(spot) if spot else (None, None))


PLAIN = {"text": "Нет света", "entities": {}, "display_text_range": [0, 9]}
NAMED = {"start": 9, "end": 17, "username": "Rechnoy", "id": ME}


@pytest.mark.parametrize(
    ("changes", "context", "closed"),
    [
        *(({}, {}, ""), (PLAIN, {}, NOT_SUMMONED), (PLAIN, {"access": "enterprise"}, "")),
        (PLAIN | {"author_id": ME}, {}, ""),
        (PLAIN | {"reply_settings": "mentionedUsers"}, {"access": "enterprise"}, ONLY_NAMED),
        ({"reply_settings": "mentionedUsers"}, {}, ""),
        ({"entities": {"mentions": [{**NAMED, "id": None}]}}, {}, ""),
        ({"entities": {"mentions": [{**NAMED, "id": BORIS, "username": "other"}]}}, {}, NOT_SUMMONED),
        (PLAIN | QUOTED, {}, ""),
        (PLAIN | {"referenced_tweets": [{"type": "quoted", "id": "77"}]}, {}, NOT_SUMMONED),
    ],
)
def test_what_cannot_be_answered_is_said_beforehand(changes: Any, context: Any, closed: str) -> None:
    assert one(**changes, includes={"tweets": [{"id": MINE, "author_id": ME}]}, context=context).closed == closed


@pytest.mark.parametrize(("summons", "closed"), [("replies", ""), ("named", NOT_SUMMONED)])
def test_a_name_that_the_network_put_in_front_counts_as_the_option_says(summons: str, closed: str) -> None:
    mentions = {"mentions": [NAMED | {"start": 11, "end": 19}]}
    named = {**reply(), "text": "@rechnoy и @rechnoy", "entities": mentions}
    cases = ((reply(), closed), ({**reply(), "display_text_range": None}, closed), (named, ""))
    for item, expected in cases:
        assert only(parsed(answer(item), summons=summons)).closed == expected


def test_a_text_that_is_gone_is_a_deletion_and_a_pushed_one_is_open_and_names_what_it_is_about() -> None:
    hidden = GONE | {"resource_id": "56", "type": "https://api.x.com/2/problems/not-authorized-for-resource"}
    body = {"errors": [GONE, hidden, GONE | {"resource_id": "57", "resource_type": "user"}]}
    assert parsed(body, method="lookup") == [Deletion("x:5")]
    assert parsed(body) == []
    for kind in ("post.quote.create", "post.mention.create"):
        assert only(pushed(event(kind, text(**PLAIN)))).closed == ""
    item = reply(in_reply_to_tweet_id=MINE)
    del item["referenced_tweets"]
    assert only(pushed(event("post.reply.create", item))).parent == f"x:{MINE}"
    wrapped = {"users": [{"data": user(ME)}]}
    assert pushed(event("post.delete", {"id": MINE, "author_id": ME}, includes=wrapped)) == [Deletion(f"x:{MINE}")]


@pytest.mark.parametrize("kind", ["post.create", "post.mention.create", "post.reply.create", "post.quote.create"])
def test_a_pushed_text_is_the_same_as_a_listed_one(kind: str) -> None:
    assert only(pushed(event(kind, text(), includes={"users": [user()]}))) == one(includes={"users": [user()]})


def test_a_direct_message_is_the_same_pushed_and_listed_and_our_own_comes_back_as_ours() -> None:
    heard = only(pushed(event("dm.received", direct())))
    assert (heard.place, heard.external_id) == (Place.DIRECT, f"x:dm:{ME}:{ANNA}:2080765901528535096")
    assert (heard.thread, heard.community, heard.own) == (f"x:dm:{ME}:{ANNA}", ME, False)
    assert heard.author == Person(ANNA, "Анна Пробная", "https://x.com/anna")
    assert heard.url == f"https://x.com/messages/{ANNA}-{ME}"
    item = message("2080765901528535096", f"{ANNA}-{ME}", ANNA, text="Здравствуйте", created_at="2026-07-24T21:23:44Z")
    assert parsed(answer(item, users=[user()]), method="messages") == [heard]
    assert parsed({"data": item, "includes": {"users": [user()]}}, method="messages") == [heard]
    heard = only(pushed(event("dm.sent", direct(ME, ANNA))))
    assert (heard.own, heard.thread) == (True, f"x:dm:{ME}:{ANNA}")
    payload = direct()
    data = payload["direct_message_events"][0]["message_create"]["message_data"]
    data["attachment"] = {"type": "media", "media": {"type": "photo", "media_url_https": "https://p/1.jpg"}}
    assert only(pushed(event("dm.received", payload))).attachments == (Attachment(MediaKind.PHOTO, "https://p/1.jpg"),)
    heard = only(parsed(answer(message("77", "1585094756761149440", ANNA)), method="messages"))
    assert heard.thread == f"x:dm:{ME}:g1585094756761149440"
    assert "общий чат" in heard.closed


def test_links_stand_under_the_base_that_the_context_names_and_numbers_beyond_a_double_stay_what_they_are() -> None:
    heard = one(includes={"users": [user()]}, context={"site": "http://127.0.0.1:8/x"})
    assert (heard.url, heard.author.url) == (f"http://127.0.0.1:8/x/anna/status/{ASKED}", "http://127.0.0.1:8/x/anna")
    assert numbered(str(2**63 - 1)).external_id == f"x:{2**63 - 1}"


@pytest.mark.parametrize(
    "at", ["", "yesterday", "2026-07-24", "2026-07-24T21:23:23", 1790000000, None, [], "9999-01-01T00:00:00Z"]
)
def test_a_time_that_is_none_is_taken_from_the_number(at: Any) -> None:
    heard = one(created_at=at)
    assert heard.posted_at is not None
    assert heard.posted_at.year == 2026
    assert numbered("20", created_at=at).posted_at is None


# Payloads of which nobody remembers how they were asked for.
TEXT = {"id": "1700000000000000001", "text": "Яма", "author_id": "5", "created_at": "2024-03-01T12:00:00+03:00"}


def message(number: str, talk: str, sender: str = "5", **changes: Any) -> dict[str, Any]:
    body = {"id": number, "event_type": "MessageCreate", "text": "Яма", "sender_id": sender}
    return body | {"dm_conversation_id": talk} | changes


def test_a_post_and_both_sides_of_a_dialogue_are_found_whatever_was_asked() -> None:
    people = {"users": [{"id": "5", "name": "Ира", "username": "ira"}]}
    named = {"data": [TEXT], "includes": people}
    for body in (TEXT, [TEXT], {"data": TEXT}, named, [{"response": {"data": [TEXT]}}]):
        heard = only(X().parse(polled(body)))
        assert (heard.external_id, heard.author.external_id, heard.own) == ("x:1700000000000000001", "5", False)
        assert heard.posted_at == datetime(2024, 3, 1, 9, tzinfo=UTC)
        assert heard.author.name == ("Ира" if body is named else "")
    heard = only(X().parse(polled({"data": {"id": "1700000000000000001", "text": "Яма"}})))
    assert (heard.author.external_id, heard.author.name, heard.own) == ("hidden:1700000000000000001", "", False)
    assert heard.posted_at, "its number tells"
    sides = posts(X().parse(polled({"data": [message("9", "5-7"), message("17", "5-7", "7")]})))
    assert [post.thread for post in sides] == ["x:dm:5-7", "x:dm:5-7"]
    assert only(X().parse(polled(message("9", "99")))).thread == "x:dm:g99"
    create = {"sender_id": "5", "target": {"recipient_id": "7"}, "message_data": {"text": "Яма"}}
    old = {"type": "message_create", "id": "17", "created_timestamp": "1700000000000", "message_create": create}
    assert only(X().parse(polled({"for_user_id": "7", "direct_message_events": [old]}))).thread == "x:dm:7:5"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        (
            {"conversation_id": "10", "referenced_tweets": [{"type": "replied_to", "id": "11"}]},
            (Place.COMMENT, "x:10", "x:11"),
        ),
        ({"conversation_id": "10"}, (Place.COMMENT, "x:10", "")),
        ({"conversation_id": TEXT["id"]}, (Place.POST, f"x:{TEXT['id']}", "")),
    ],
)
def test_a_reply_is_known_by_what_it_names_or_by_its_conversation(changes: dict[str, Any], where: Any) -> None:
    heard = only(X().parse(polled(TEXT | changes)))
    assert (heard.place, heard.thread, heard.parent) == where
