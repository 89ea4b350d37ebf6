from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Published, Speech
from otklik.networks.errors import AuthLost, RetryAt
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.scripted import Script, error, listing

pytestmark = pytest.mark.enable_socket
TOLD = 1_790_000_000
BEGAN = datetime.fromtimestamp(TOLD, UTC)
REPLY = Speech("Свет дадут к шести", "wall-12_34?reply=56", "wall-12_34", attempted_at=BEGAN)
DIRECT = Speech("Здравствуйте!", "vk:im:12:5:8", "vk:im:12:5", direct=True, attempted_at=BEGAN)


def said(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "from_id": -12,
        "date": TOLD,
        "text": "Свет дадут к шести",
        "reply_to_comment": 56,
        "parents_stack": [56],
    } | changes


def citizen(number: int, **changes: Any) -> dict[str, Any]:
    return said(number, from_id=5, text="Нет света", reply_to_comment=None, parents_stack=[]) | changes


def test_our_reply_is_found_in_the_thread_of_the_comment(script: Script) -> None:
    script.say("wall.getComments", listing([said(57)]))
    found = VK().find(script.access(), REPLY)
    assert found == Published("wall-12_34?reply=57", "https://vk.com/wall-12_34?reply=57&thread=56")
    assert script.calls("wall.getComments")[0].form["comment_id"] == "56"


@pytest.mark.parametrize(
    "changes",
    [
        {"from_id": -13},
        {"text": "Свет дадут к восьми"},
        {"reply_to_comment": 55},
        {"deleted": True, "from_id": None, "text": None},
    ],
)
def test_what_is_not_quite_ours_is_not_taken_for_it(script: Script, changes: dict[str, Any]) -> None:
    script.say("wall.getComments", listing([said(57, **changes)]), listing([]))
    assert VK().find(script.access(), REPLY) is None


def test_spaces_and_escaped_signs_make_no_difference(script: Script) -> None:
    script.say("wall.getComments", listing([said(57, text="Вода &amp;  свет\n&lt;к шести&gt;")]))
    assert VK().find(script.access(), replace(REPLY, text="Вода & свет <к шести>")) is not None


def test_a_reply_that_stood_there_before_is_not_the_one(script: Script) -> None:
    script.say("wall.getComments", listing([said(57)]))
    seen = VK().replies(script.access(), REPLY)
    assert seen == {"wall-12_34?reply=57"}
    assert VK().find(script.access(), replace(REPLY, seen=seen)) is None
    script.say("wall.getComments", listing([said(58), said(57)]))
    found = VK().find(script.access(), replace(REPLY, seen=seen))
    assert isinstance(found, Published)
    assert found.external_id == "wall-12_34?reply=58"


def test_the_local_clock_decides_only_when_nothing_was_seen_and_only_roughly(script: Script) -> None:
    script.say("wall.getComments", listing([said(57)]))
    hours = replace(REPLY, attempted_at=BEGAN + timedelta(hours=5))
    days = replace(REPLY, attempted_at=BEGAN + timedelta(days=5))
    assert VK().find(script.access(), hours) is not None
    assert VK().find(script.access(), days) is None
    assert VK().find(script.access(), replace(days, seen=frozenset({"wall-12_34?reply=1"}))) is not None


@pytest.mark.parametrize("quick", [error(100), listing([]), listing([citizen(90)])])
def test_a_reply_to_a_comment_inside_a_thread_is_found_by_walking_the_post(script: Script, quick: Any) -> None:
    inside = [citizen(56, parents_stack=[40], reply_to_comment=40), said(57, parents_stack=[40])]
    newest = listing([citizen(80), citizen(40, thread={"count": 2, "items": inside})])
    script.say("wall.getComments", quick, newest)
    found = VK().find(script.access(), REPLY)
    assert isinstance(found, Published)
    assert found.external_id == "wall-12_34?reply=57"


def test_a_long_thread_is_looked_through_to_its_end(script: Script) -> None:
    top = citizen(40, thread={"count": 12, "items": [citizen(41)]})
    script.say(
        "wall.getComments",
        error(100),
        listing([top]),
        listing([said(57, parents_stack=[40]), citizen(56), citizen(41)]),
    )
    assert VK().find(script.access(), REPLY) is not None
    assert script.calls("wall.getComments")[2].form["comment_id"] == "40"


def test_a_reply_to_the_post_itself_is_found_among_its_comments(script: Script) -> None:
    speech = replace(REPLY, reply_to="wall-12_34")
    under = said(57, reply_to_comment=None, parents_stack=[])
    script.say("wall.getComments", listing([under, said(58)]), listing([]))
    found = VK().find(script.access(), speech)
    assert isinstance(found, Published)
    assert found.external_id == "wall-12_34?reply=57"


def test_a_post_too_long_to_look_through_gives_no_false_no(script: Script) -> None:
    page = [citizen(number) for number in range(101, 201)]
    script.say("wall.getComments", error(100), listing(page))
    assert isinstance(VK().find(script.access(), REPLY), CannotTell)
    assert len(script.asked) < 60


def test_who_may_not_look_cannot_tell(script: Script) -> None:
    assert isinstance(VK().find(script.access("community"), REPLY), CannotTell)
    assert VK().replies(script.access("community"), REPLY) == frozenset()
    script.say("wall.getComments", error(15))
    assert isinstance(VK().find(script.access(), REPLY), CannotTell)


def test_a_look_that_fails_for_now_is_not_a_no(script: Script) -> None:
    script.say("wall.getComments", error(6), error(5))
    with pytest.raises(RetryAt):
        VK().find(script.access(), REPLY)
    with pytest.raises(AuthLost):
        VK().find(script.access(), REPLY)


def test_our_private_message_is_found_in_the_dialogue(script: Script) -> None:
    mine = {"id": 901, "conversation_message_id": 9, "from_id": -12, "out": 1, "peer_id": 5, "date": TOLD}
    theirs = {**mine, "id": 902, "conversation_message_id": 10, "from_id": 5, "out": 0, "text": "Здравствуйте!"}
    script.say("messages.getHistory", listing([theirs, {**mine, "text": "Здравствуйте!"}]))
    found = VK().find(script.access(), DIRECT)
    assert found == Published("vk:im:12:5:9", "https://vk.com/gim12?sel=5")
    assert VK().replies(script.access(), DIRECT) == {"vk:im:12:5:9"}
    assert VK().find(script.access(), replace(DIRECT, text="Другое")) is None
