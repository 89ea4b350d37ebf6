"""Calls beside the wall against a scripted network; the fixture checks each of them against the published schema."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Fetched, Json, Published, ReadPlace, Speech
from otklik.networks.errors import AuthLost, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.scripted import DROP, TOKENS, Script, error, listing, ok

pytestmark = pytest.mark.enable_socket
TOLD = 1_790_000_000
NOW = datetime.fromtimestamp(TOLD, UTC)
ALL = ("community", "service", "user")
PHOTO = Speech("Свет дадут к шести", "photo-12_34?reply=56", "photo-12_34", attempted_at=NOW)
TOPIC = Speech("Свет дадут к шести", "topic-12_34?post=56", "topic-12_34", attempted_at=NOW)
VIDEO = Speech("Свет дадут к шести", "video-12_34?reply=56", "video-12_34", attempted_at=NOW)
METHODS = {
    PHOTO: ("photos.createComment", "photos.getComments"),
    TOPIC: ("board.createComment", "board.getComments"),
    VIDEO: ("video.createComment", "video.getComments"),
}


@pytest.fixture(params=METHODS, ids=lambda speech: speech.thread[:5])
def speech(request: pytest.FixtureRequest) -> Speech:
    found: Speech = request.param
    return found


def said(number: int, **changes: Any) -> dict[str, Any]:
    own = {"id": number, "from_id": -12, "date": TOLD, "text": "Свет дадут к шести", "reply_to_comment": 56}
    return own | changes


def citizen(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": number, "from_id": 5, "date": TOLD, "text": f"c{number}"} | changes


@pytest.mark.parametrize(
    ("speech", "told"),
    [
        (PHOTO, {"owner_id": "-12", "photo_id": "34", "reply_to_comment": "56"}),
        (VIDEO, {"owner_id": "-12", "video_id": "34", "reply_to_comment": "56"}),
        (TOPIC, {"group_id": "12", "topic_id": "34"}),
    ],
)
def test_a_reply_is_said_by_the_owner_with_a_users_token(script: Script, speech: Speech, told: dict[str, str]) -> None:
    script.say(METHODS[speech][0], ok(57))
    found = VK().publish(script.access(*ALL), speech, "delivery-1")
    address = speech.reply_to.replace("56", "57")
    assert found == Published(address, f"https://vk.com/{address}")
    (asked,) = script.asked
    form = {name: value for name, value in asked.form.items() if name not in ("v", "lang")}
    assert form == told | {"from_group": "1", "message": speech.text, "guid": "delivery-1"}
    assert asked.token == TOKENS["user"]


@pytest.mark.parametrize("answer", [DROP, error(10), ok(0), ok("57"), ok({}), ok(None)])
def test_without_a_clear_answer_the_outcome_is_unknown(script: Script, speech: Speech, answer: Any) -> None:
    script.say(METHODS[speech][0], answer)
    with pytest.raises(OutcomeUnknown):
        VK().publish(script.access(*ALL), speech, "k")


def test_what_cannot_be_said_there_is_refused_before_a_byte_leaves(script: Script, speech: Speech) -> None:
    with pytest.raises(NeedsPerson):
        VK().publish(script.access(), speech, "k")
    with pytest.raises(NeedsPerson):
        VK().publish(script.access(*ALL), replace(speech, reply_to=speech.reply_to.replace("-12", "-30")), "k")
    assert script.asked == []


def test_our_reply_is_found_and_what_is_not_quite_ours_is_not(script: Script, speech: Speech) -> None:
    _create, read = METHODS[speech]
    script.say(read, listing([said(60, text="Другое"), citizen(59, text=speech.text), said(57), citizen(56)]))
    assert VK().replies(script.access(*ALL), speech) == {speech.reply_to.replace("56", str(n)) for n in (57, 60)}
    found = VK().find(script.access(*ALL), speech)
    assert isinstance(found, Published)
    assert found.external_id == speech.reply_to.replace("56", "57")
    script.say(read, listing([citizen(58), citizen(56), said(50, reply_to_comment=49)]))
    assert VK().find(script.access(*ALL), speech) is None, "what is older than the comment answers another"


def test_the_look_goes_back_to_the_comment_and_no_further(script: Script) -> None:
    pages = [[citizen(number) for number in range(top, top - 100, -1)] for top in (400, 300, 200, 100)]
    script.say("photos.getComments", *(listing(page) for page in pages))
    assert VK().find(script.access(*ALL), replace(PHOTO, reply_to="photo-12_34?reply=250")) is None
    assert [asked.form["offset"] for asked in script.asked] == ["0", "100"]


def test_a_look_that_became_too_long_proves_nothing(script: Script) -> None:
    script.say("photos.getComments", listing([citizen(number) for number in range(400, 300, -1)]))
    assert isinstance(VK().find(script.access(*ALL), PHOTO), CannotTell)


@pytest.mark.parametrize("deep", [True, False])
def test_a_reply_in_a_thread_of_a_video_is_found(script: Script, deep: bool) -> None:
    thread = {"count": 12 if deep else 1, "items": [citizen(90) if deep else said(57)]}
    script.say("video.getComments", listing([citizen(56, thread=thread)]), listing([said(57), citizen(90)]))
    assert isinstance(VK().find(script.access(*ALL), VIDEO), Published)
    assert len(script.asked) == (2 if deep else 1)


def fetch(script: Script, cursor: Mapping[str, Json], *kinds: str) -> Fetched:
    access = script.access(*(kinds or ALL), options={"push": True})
    return VK().fetch(access, ReadPlace("own", "12", cursor), NOW)


def texts(found: Fetched) -> list[str]:
    return [event.text for raw in found.raws for event in VK().parse(raw) if hasattr(event, "text")]


@pytest.fixture
def quiet(script: Script) -> Script:
    """Our community with an empty wall and nothing beside it."""
    script.say("wall.get", listing([]))
    for method in ("photos.getAllComments", "video.get"):
        script.say(method, listing([]))
    script.say("board.getTopics", listing([], default_order=1, can_add_topics=0))
    return script


def topic(comments: int, **changes: Any) -> dict[str, Any]:
    return {"id": 34, "title": "Двор", "updated": TOLD, "comments": comments} | changes


def test_a_topic_that_did_not_move_is_not_read(quiet: Script) -> None:
    quiet.say("board.getTopics", listing([topic(1)]))
    quiet.say("board.getComments", listing([citizen(1)]))
    first = fetch(quiet, {})
    assert texts(first) == ["c1"]
    second = fetch(quiet, first.cursor)
    assert (second.raws, len(quiet.calls("board.getComments"))) == ((), 1)
    quiet.say("board.getTopics", listing([topic(2, updated=TOLD + 5)]))
    quiet.say("board.getComments", listing([citizen(2), citizen(1)]))
    assert texts(fetch(quiet, second.cursor)) == ["c2", "c1"]


def test_only_what_is_new_enough_of_a_page_is_kept(quiet: Script) -> None:
    old = int((NOW - timedelta(days=31)).timestamp())
    quiet.say("photos.getAllComments", listing([citizen(9, pid=34), citizen(8, pid=34, date=old)]))
    found = fetch(quiet, {})
    assert texts(found) == ["c9"]
    assert b"c8" not in found.raws[0].body


def test_a_topic_nobody_wrote_in_for_a_month_is_not_opened(quiet: Script) -> None:
    quiet.say("board.getTopics", listing([topic(900, updated=int((NOW - timedelta(days=31)).timestamp()))]))
    assert texts(fetch(quiet, {})) == []
    assert quiet.calls("board.getComments") == []


def test_without_a_users_token_the_board_alone_is_read(quiet: Script) -> None:
    fetch(quiet, {}, "community", "service")
    assert [asked.name for asked in quiet.asked] == ["wall.get", "board.getTopics"]
    assert quiet.asked[1].token == TOKENS["service"]


@pytest.mark.parametrize("code", [5, 15, 200, 3])
def test_a_part_that_refuses_is_left_out_for_a_while(quiet: Script, code: int) -> None:
    quiet.say("photos.getAllComments", error(code))
    found = fetch(quiet, {})
    for _ in range(19):
        found = fetch(quiet, found.cursor)
    assert len(quiet.calls("photos.getAllComments")) == 1
    fetch(quiet, found.cursor)
    assert len(quiet.calls("photos.getAllComments")) == 2


def test_a_refusal_for_now_keeps_what_was_read_and_goes_on_there(quiet: Script) -> None:
    quiet.say("photos.getAllComments", listing([citizen(9, pid=34)]))
    quiet.say("board.getTopics", listing([topic(1), topic(1, id=35)]))
    quiet.say("board.getComments", listing([citizen(1)]), error(6), listing([citizen(2)]))
    first = fetch(quiet, {})
    assert (texts(first), first.cursor["done"], first.again_in) == (["c9", "c1"], False, timedelta(seconds=1))
    assert texts(fetch(quiet, first.cursor)) == ["c2"]


@pytest.mark.parametrize(("code", "kind"), [(6, RetryAt), (15, Permanent), (5, AuthLost)])
def test_a_link_tells_why_it_cannot_be_read(script: Script, code: int, kind: type[Exception]) -> None:
    script.say("photos.getComments", error(code))
    with pytest.raises(kind):
        VK().fetch(script.access(*ALL), ReadPlace("link", PHOTO.reply_to), NOW)


BROKEN: list[Any] = [None, "56", 0, -1, True, [], {}, 2**70]


CURSORS = [*({"beside": value} for value in BROKEN), {"beside": {"topics": {"x": 1, "34": []}, "off": 5}}]


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_broken_cursor_begins_anew(quiet: Script, cursor: dict[str, Any]) -> None:
    quiet.say("board.getTopics", listing([topic(1), {"id": "x"}, {"id": -4, "updated": TOLD}]))
    quiet.say("board.getComments", listing([citizen(1), {"id": None, "date": "x"}]))
    assert texts(fetch(quiet, cursor)) == ["c1"]
