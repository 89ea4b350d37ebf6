from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from otklik.networks.base import Json, Published, Speech
from otklik.networks.errors import NeedsPerson
from otklik.networks.tests.reading import Reader, events_of, posts
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.contract import CREATE, NOW, PHOTO, READ, TOPIC, VIDEO
from otklik.networks.vk.tests.payloads import AT, comment, ours
from otklik.networks.vk.tests.scripted import ALL, TOKENS, error, listing, ok
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket
MONTH_AGO = int((NOW - timedelta(days=31)).timestamp())


@pytest.mark.parametrize(
    ("speech", "where"),
    [
        (PHOTO, {"owner_id": "-12", "photo_id": "34", "reply_to_comment": "56"}),
        (VIDEO, {"owner_id": "-12", "video_id": "34", "reply_to_comment": "56"}),
        (TOPIC, {"group_id": "12", "topic_id": "34"}),
    ],
)
def test_only_with_a_users_token_the_owner_says_a_reply(script: Script, speech: Speech, where: dict[str, str]) -> None:
    with pytest.raises(NeedsPerson):
        VK().publish(script.access(), speech, "k")
    script.say(CREATE[speech], ok(57))
    address = speech.reply_to.replace("56", "57")
    published = VK().publish(script.access(*ALL), speech, "delivery-1")
    assert published == Published(address, f"https://vk.com/{address}")
    (call,) = script.asked
    values = {name: value for name, value in call.values.items() if name not in ("v", "lang")}
    assert values == where | {"from_group": "1", "message": speech.text, "guid": "delivery-1"}
    assert call.token == TOKENS["user"]


@pytest.mark.parametrize("speech", CREATE, ids=lambda speech: speech.thread[:5])
def test_our_reply_is_found_and_what_is_not_quite_ours_is_not(script: Script, speech: Speech) -> None:
    access = script.access(*ALL)
    script.say(READ[speech], listing([ours(60, text="Другое"), comment(59, text=speech.text), ours(57), comment(56)]))
    assert VK().replies(access, speech) == {speech.reply_to.replace("56", str(number)) for number in (57, 60)}
    published = VK().find(access, speech)
    assert isinstance(published, Published)
    assert published.external_id == speech.reply_to.replace("56", "57")
    script.say(READ[speech], listing([comment(58), comment(56), ours(50, reply_to_comment=49)]))
    assert VK().find(access, speech) is None, "what is older than the comment answers another"


def test_the_look_goes_back_to_the_comment_and_no_further(script: Script) -> None:
    pages = [[comment(number) for number in range(top, top - 100, -1)] for top in (400, 300, 200, 100)]
    script.say("photos.getComments", *(listing(page) for page in pages))
    assert VK().find(script.access(*ALL), replace(PHOTO, reply_to="photo-12_34?reply=250")) is None
    assert [call.values["offset"] for call in script.asked] == ["0", "100"]


@pytest.mark.parametrize("deep", [True, False])
def test_a_reply_in_a_thread_of_a_video_is_found(script: Script, deep: bool) -> None:
    thread = {"count": 12 if deep else 1, "items": [comment(90) if deep else ours(57)]}
    script.say("video.getComments", listing([comment(56, thread=thread)]), listing([ours(57), comment(90)]))
    assert isinstance(VK().find(script.access(*ALL), VIDEO), Published)
    assert len(script.asked) == (2 if deep else 1)


def reader(script: Script, *kinds: str, cursor: Mapping[str, Json] | None = None) -> Reader:
    """Of our own community, which hears its wall by pushes."""
    access = script.access(*(kinds or ALL), options={"push": True})
    return Reader(VK(), access, "own", "12", NOW, cursor or {})


@pytest.fixture
def quiet(script: Script) -> Script:
    """Our community with an empty wall and nothing beside it."""
    for method in ("wall.get", "photos.getAllComments", "video.get"):
        script.say(method, listing([]))
    script.say("board.getTopics", listing([], default_order=1, can_add_topics=0))
    return script


def topic(comments: int, **changes: Any) -> dict[str, Any]:
    return {"id": 34, "title": "Двор", "updated": AT, "comments": comments} | changes


def test_a_topic_that_did_not_move_or_that_nobody_wrote_in_for_a_month_is_not_read(quiet: Script) -> None:
    board = reader(quiet)
    quiet.say("board.getTopics", listing([topic(1)]))
    quiet.say("board.getComments", listing([comment(1)]))
    assert (board.texts(), board.raw_keys()) == (["comment 1"], [])
    assert len(quiet.calls("board.getComments")) == 1
    quiet.say("board.getTopics", listing([topic(2, updated=AT + 5)]))
    quiet.say("board.getComments", listing([comment(2), comment(1)]))
    assert board.texts() == ["comment 2", "comment 1"]
    quiet.asked.clear()
    quiet.say("board.getTopics", listing([topic(900, updated=MONTH_AGO)]))
    assert reader(quiet).texts() == []
    assert quiet.calls("board.getComments") == []


def test_without_a_users_token_the_board_alone_is_read_and_of_a_page_what_is_new_enough(quiet: Script) -> None:
    reader(quiet, "community", "service").fetch()
    assert quiet.names() == ["wall.get", "board.getTopics"]
    assert quiet.asked[1].token == TOKENS["service"]
    quiet.say("photos.getAllComments", listing([comment(9, pid=34), comment(8, pid=34, date=MONTH_AGO)]))
    fetched = reader(quiet).fetch()
    assert [post.text for post in posts(events_of(VK(), fetched.raws))] == ["comment 9"]
    assert b"comment 8" not in fetched.raws[0].body


@pytest.mark.parametrize("code", [5, 15, 200, 3])
def test_a_part_that_refuses_is_left_out_for_a_while(quiet: Script, code: int) -> None:
    quiet.say("photos.getAllComments", error(code))
    beside = reader(quiet)
    for _ in range(20):
        beside.fetch()
    assert len(quiet.calls("photos.getAllComments")) == 1
    beside.fetch()
    assert len(quiet.calls("photos.getAllComments")) == 2


def test_a_refusal_for_now_keeps_what_was_read_and_goes_on_there(quiet: Script) -> None:
    quiet.say("photos.getAllComments", listing([comment(9, pid=34)]))
    quiet.say("board.getTopics", listing([topic(1), topic(1, id=35)]))
    quiet.say("board.getComments", listing([comment(1)]), error(6), listing([comment(2)]))
    beside = reader(quiet)
    assert beside.texts() == ["comment 9", "comment 1"]
    assert (beside.cursor["done"], beside.again) == (False, timedelta(seconds=1))
    assert beside.texts() == ["comment 2"]


@pytest.mark.parametrize("cursor", [None, "56", 0, -1, True, [], {}, 2**70, {"topics": {"x": 1, "34": []}, "off": 5}])
def test_a_broken_cursor_begins_anew(quiet: Script, cursor: Any) -> None:
    quiet.say("board.getTopics", listing([topic(1), {"id": "x"}, {"id": -4, "updated": AT}]))
    quiet.say("board.getComments", listing([comment(1), {"id": None, "date": "x"}]))
    assert reader(quiet, cursor={"beside": cursor}).texts() == ["comment 1"]
