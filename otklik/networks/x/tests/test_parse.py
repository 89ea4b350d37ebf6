from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Attachment, Deletion, Edit, MediaKind, Person, Place, Post
from otklik.networks.x.summons import NOT_SUMMONED, ONLY_NAMED
from otklik.networks.x.tests.shapes import (
    ANNA,
    ASKED,
    BORIS,
    ME,
    MINE,
    answer,
    direct,
    event,
    only,
    parsed,
    pushed,
    reply,
    text,
    user,
)


def test_a_mention_is_a_post_with_everything_that_is_told() -> None:
    assert only(parsed(answer(text(), users=[user()]))) == Post(
        external_id=f"x:{ASKED}",
        place=Place.POST,
        thread=f"x:{ASKED}",
        author=Person(ANNA, "Анна Пробная", "https://x.com/anna"),
        text="@rechnoy Нет света",
        posted_at=datetime(2026, 7, 24, 21, 23, 23, tzinfo=UTC),
        community=ME,
        url=f"https://x.com/anna/status/{ASKED}",
        engagement=10,
    )


def test_a_reply_stands_in_its_conversation_under_what_it_answers() -> None:
    found = only(parsed(answer(reply())))
    assert (found.place, found.thread, found.parent) == (Place.COMMENT, f"x:{MINE}", f"x:{MINE}")
    assert found.author == Person(ANNA, "", f"https://x.com/i/user/{ANNA}")
    assert found.url == f"https://x.com/i/status/{ASKED}"


def test_the_parent_is_named_by_its_first_number_when_the_payload_brings_it_along() -> None:
    first = "2080761390344937001"
    parent = {"id": MINE, "author_id": ME, "edit_history_tweet_ids": [first, MINE]}
    assert only(parsed(answer(reply(), tweets=[parent]))).parent == f"x:{first}"
    assert only(parsed(answer(reply(), posts=[parent]))).parent == f"x:{first}"


def test_a_new_number_of_a_known_text_is_an_edit_of_it() -> None:
    newer = "2080765999999999999"
    (found,) = parsed(answer(text(id=newer, edit_history_tweet_ids=[ASKED, newer], conversation_id=ASKED)))
    assert isinstance(found, Edit)
    assert (found.post.external_id, found.post.thread) == (f"x:{ASKED}", f"x:{ASKED}")
    assert found.post.url.endswith(newer)
    assert found.post.edited_at == datetime(2026, 7, 24, 21, 23, 23, tzinfo=UTC)
    assert found.post.posted_at is not None
    assert found.post.posted_at.date() == datetime(2026, 7, 24, tzinfo=UTC).date()


def test_both_spellings_say_the_same() -> None:
    old = reply(
        note_tweet={"text": "Длинно"},
        edit_history_tweet_ids=["2080765813578191000", ASKED],
    )
    new = {key: value for key, value in old.items() if "tweet" not in key} | {
        "note_post": {"text": "Длинно"},
        "edit_history_post_ids": ["2080765813578191000", ASKED],
        "referenced_posts": [{"type": "replied_to", "id": MINE}],
        "public_metrics": {"repost_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 4},
    }
    assert parsed(answer(old)) == parsed(answer(new))
    (found,) = parsed(answer(new))
    assert isinstance(found, Edit)
    assert (found.post.text, found.post.engagement) == ("Длинно", 10)


def test_a_text_is_shown_as_people_see_it() -> None:
    urls = [
        {"url": "https://t.co/aa", "expanded_url": "https://ya.ru/1", "display_url": "ya.ru/1"},
        {"url": "https://t.co/pp", "expanded_url": "https://x.com/a/status/1/photo/1", "display_url": "pic.x.com/pp"},
        {"url": "https://t.co/mm", "expanded_url": "https://x.com/a/status/1/photo/1", "media_key": "3_1"},
    ]
    told = "A &amp; B &lt;c&gt; &quot; https://t.co/aa https://t.co/zz https://t.co/pp https://t.co/mm"
    item = text(text=told, entities={"urls": urls})
    assert only(parsed(answer(item))).text == "A & B <c> &quot; https://ya.ru/1 https://t.co/zz"


def test_pictures_films_and_links_are_attached() -> None:
    media = [
        {"media_key": "3_1", "type": "photo", "url": "https://p/1.jpg", "width": 10, "height": 20, "alt_text": "яма"},
        {
            "media_key": "7_2",
            "type": "video",
            "preview_image_url": "https://p/2.jpg",
            "variants": [
                {"content_type": "application/x-mpegURL", "url": "https://v/list"},
                {"content_type": "video/mp4", "bit_rate": 100, "url": "https://v/small"},
                {"content_type": "video/mp4", "bit_rate": 900, "url": "https://v/big"},
            ],
        },
    ]
    urls = [
        {
            "url": "https://t.co/a",
            "expanded_url": "https://ya.ru/1",
            "title": "Яндекс",
            "images": [{"url": "https://i"}],
        },
        {"url": "https://t.co/b", "expanded_url": "https://twitter.com/a/status/1"},
    ]
    item = text(attachments={"media_keys": ["3_1", "7_2", "9_9"]}, entities={"urls": urls})
    assert only(parsed(answer(item, media=media))).attachments == (
        Attachment(MediaKind.PHOTO, "https://p/1.jpg", "", "яма", 10, 20),
        Attachment(MediaKind.VIDEO, "https://v/big", "https://p/2.jpg"),
        Attachment(MediaKind.LINK, "https://ya.ru/1", "https://i", "Яндекс"),
    )


@pytest.mark.parametrize(
    ("geo", "places", "spot"),
    [
        ({"coordinates": {"type": "Point", "coordinates": [37.5, 55.25]}}, [], (55.25, 37.5)),
        ({"place_id": "p"}, [{"id": "p", "geo": {"bbox": [37.0, 55.0, 37.02, 55.02]}}], (55.01, 37.01)),
        ({"place_id": "p"}, [{"id": "p", "geo": {"bbox": [30.0, 50.0, 40.0, 60.0]}}], None),
        ({"place_id": "p"}, [{"id": "q", "geo": {"bbox": [37.0, 55.0, 37.02, 55.02]}}], None),
        ({"coordinates": {"coordinates": [181, 0]}}, [], None),
        ({"coordinates": {"coordinates": ["37", "55"]}}, [], None),
        ([], [], None),
    ],
)
def test_a_point_says_longitude_first_and_a_small_place_says_its_middle(geo: Any, places: Any, spot: Any) -> None:
    found = only(parsed(answer(text(geo=geo), places=places)))
    if spot is None:
        assert (found.latitude, found.longitude) == (None, None)
    else:
        assert (found.latitude, found.longitude) == pytest.approx(spot)


def test_our_own_text_is_ours_and_a_repost_says_nothing() -> None:
    assert only(parsed(answer(text(author_id=ME)))).own
    assert parsed(answer(text(referenced_tweets=[{"type": "retweeted", "id": MINE}]))) == []


PLAIN = {"text": "Нет света", "entities": {}, "display_text_range": [0, 9]}
NAMED = {"start": 9, "end": 17, "username": "Rechnoy", "id": ME}


@pytest.mark.parametrize(
    ("changes", "context", "closed"),
    [
        ({}, {}, ""),
        (PLAIN, {}, NOT_SUMMONED),
        (PLAIN, {"access": "enterprise"}, ""),
        (PLAIN | {"author_id": ME}, {}, ""),
        (PLAIN | {"reply_settings": "mentionedUsers"}, {"access": "enterprise"}, ONLY_NAMED),
        ({"reply_settings": "mentionedUsers"}, {}, ""),
        ({"entities": {"mentions": [{**NAMED, "id": None}]}}, {}, ""),
        ({"entities": {"mentions": [{**NAMED, "id": BORIS, "username": "other"}]}}, {}, NOT_SUMMONED),
        (PLAIN | {"referenced_tweets": [{"type": "quoted", "id": MINE}]}, {}, ""),
        (PLAIN | {"referenced_tweets": [{"type": "quoted", "id": "77"}]}, {}, NOT_SUMMONED),
    ],
)
def test_what_cannot_be_answered_is_said_beforehand(changes: Any, context: Any, closed: str) -> None:
    body = answer(text(**changes), tweets=[{"id": MINE, "author_id": ME}])
    assert only(parsed(body, **context)).closed == closed


@pytest.mark.parametrize(("summons", "closed"), [("replies", ""), ("named", NOT_SUMMONED)])
def test_a_name_that_the_network_put_in_front_counts_as_the_option_says(summons: str, closed: str) -> None:
    assert only(parsed(answer(reply()), summons=summons)).closed == closed
    unranged = answer({**reply(), "display_text_range": None})
    assert only(parsed(unranged, summons=summons)).closed == closed
    named = {**reply(), "text": "@rechnoy и @rechnoy", "entities": {"mentions": [NAMED | {"start": 11, "end": 19}]}}
    assert only(parsed(answer(named), summons=summons)).closed == ""


def test_a_text_looked_for_again_and_gone_is_a_deletion() -> None:
    gone = {"resource_id": "55", "resource_type": "tweet", "type": "https://api.x.com/2/problems/resource-not-found"}
    hidden = gone | {"resource_id": "56", "type": "https://api.x.com/2/problems/not-authorized-for-resource"}
    person = gone | {"resource_id": "57", "resource_type": "user"}
    body = {"errors": [gone, hidden, person]}
    assert parsed(body, method="lookup") == [Deletion("x:55")]
    assert parsed(body) == []


@pytest.mark.parametrize("kind", ["post.create", "post.mention.create", "post.reply.create", "post.quote.create"])
def test_a_pushed_text_is_the_same_as_a_listed_one(kind: str) -> None:
    found = only(pushed(event(kind, text(), includes={"users": [user()]})))
    assert found == only(parsed(answer(text(), users=[user()])))


def test_a_pushed_quote_and_mention_are_open_whatever_the_text_shows() -> None:
    for kind in ("post.quote.create", "post.mention.create"):
        assert only(pushed(event(kind, text(**PLAIN)))).closed == ""


def test_a_pushed_reply_names_its_parent_by_the_field_that_only_events_have() -> None:
    item = reply(in_reply_to_tweet_id=MINE)
    del item["referenced_tweets"]
    assert only(pushed(event("post.reply.create", item))).parent == f"x:{MINE}"


def test_a_pushed_deletion_is_one() -> None:
    wrapped = {"users": [{"data": user(ME)}]}
    assert pushed(event("post.delete", {"id": MINE, "author_id": ME}, includes=wrapped)) == [Deletion(f"x:{MINE}")]


@pytest.mark.parametrize("kind", ["like.create", "oauth.revoke", "post.repost.create", "dm.read", "", "что-то"])
def test_an_unknown_event_is_nothing(kind: str) -> None:
    assert pushed(event(kind, text())) == []


def test_a_direct_message_is_the_same_pushed_and_listed() -> None:
    heard = only(pushed(event("dm.received", direct())))
    assert (heard.place, heard.external_id) == (Place.DIRECT, f"x:dm:{ME}:{ANNA}:2080765901528535096")
    assert (heard.thread, heard.community, heard.own) == (f"x:dm:{ME}:{ANNA}", ME, False)
    assert heard.author == Person(ANNA, "Анна Пробная", "https://x.com/anna")
    assert heard.url == f"https://x.com/messages/{ANNA}-{ME}"
    item = {
        "id": "2080765901528535096",
        "event_type": "MessageCreate",
        "text": "Здравствуйте",
        "sender_id": ANNA,
        "dm_conversation_id": f"{ANNA}-{ME}",
        "created_at": "2026-07-24T21:23:44.000Z",
    }
    listed = only(parsed(answer(item, users=[user()]), method="messages"))
    assert listed == heard
    assert parsed({"data": item, "includes": {"users": [user()]}}, method="messages") == [heard]


def test_our_own_direct_message_comes_back_as_ours() -> None:
    heard = only(pushed(event("dm.sent", direct(ME, ANNA))))
    assert (heard.own, heard.thread) == (True, f"x:dm:{ME}:{ANNA}")


def test_a_pushed_direct_message_brings_its_picture() -> None:
    payload = direct()
    data = payload["direct_message_events"][0]["message_create"]["message_data"]
    data["attachment"] = {"type": "media", "media": {"type": "photo", "media_url_https": "https://p/1.jpg"}}
    assert only(pushed(event("dm.received", payload))).attachments == (Attachment(MediaKind.PHOTO, "https://p/1.jpg"),)


def test_a_chat_of_many_is_not_answered() -> None:
    talk = "1585094756761149440"
    item = {"id": "77", "event_type": "MessageCreate", "text": "a", "sender_id": ANNA, "dm_conversation_id": talk}
    found = only(parsed(answer(item), method="messages"))
    assert found.thread == f"x:dm:{ME}:g1585094756761149440"
    assert "общий чат" in found.closed


def test_links_stand_under_the_base_that_the_context_names() -> None:
    found = only(parsed(answer(text(), users=[user()]), site="http://127.0.0.1:8/x"))
    assert found.url == f"http://127.0.0.1:8/x/anna/status/{ASKED}"
    assert found.author.url == "http://127.0.0.1:8/x/anna"


def test_an_empty_answer_is_no_news() -> None:
    assert parsed({"meta": {"result_count": 0}}) == []
    assert parsed({"data": []}) == []
