from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Published, Speech
from otklik.networks.tests.reading import address_of_ours
from otklik.networks.vk.network import VK
from otklik.networks.vk.tests.contract import DIRECT, REPLY
from otklik.networks.vk.tests.payloads import message, ours
from otklik.networks.vk.tests.scripted import error, listing
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket


def citizen(number: int, **changes: Any) -> dict[str, Any]:
    return ours(number, from_id=5, text="Нет света", reply_to_comment=None, parents_stack=[]) | changes


def address(script: Script, speech: Speech = REPLY) -> str:
    return address_of_ours(VK(), script.access(), speech)


def test_our_reply_and_our_private_message_are_found_and_who_may_not_look_cannot_tell(script: Script) -> None:
    script.say("wall.getComments", listing([ours(57)]))
    published = VK().find(script.access(), REPLY)
    assert published == Published("wall-12_34?reply=57", "https://vk.com/wall-12_34?reply=57&thread=56")
    assert script.calls("wall.getComments")[0].values["comment_id"] == "56"
    theirs = message(902, 10, from_id=5, out=0, text="Здравствуйте!")
    script.say("messages.getHistory", listing([theirs, message(901, 9, text="Здравствуйте!")]))
    assert VK().find(script.access(), DIRECT) == Published("vk:im:12:5:9", "https://vk.com/gim12?sel=5")
    assert isinstance(VK().find(script.access("community"), REPLY), CannotTell)
    assert VK().replies(script.access("community"), REPLY) == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        *({"from_id": -13}, {"text": "Свет дадут к восьми"}, {"reply_to_comment": 55}),
        {"deleted": True, "from_id": None, "text": None},
    ],
)
def test_what_is_not_quite_ours_is_not_taken_for_it(script: Script, changes: dict[str, Any]) -> None:
    script.say("wall.getComments", listing([ours(57, **changes)]), listing([]))
    assert address(script) == ""


@pytest.mark.parametrize("quick", [error(100), listing([]), listing([citizen(90)])])
def test_a_reply_to_a_comment_inside_a_thread_is_found_by_walking_the_post(script: Script, quick: Any) -> None:
    inside = [citizen(56, parents_stack=[40], reply_to_comment=40), ours(57, parents_stack=[40])]
    newest = listing([citizen(80), citizen(40, thread={"count": 2, "items": inside})])
    script.say("wall.getComments", quick, newest)
    assert address(script) == "wall-12_34?reply=57"


def test_a_long_thread_is_looked_through_to_its_end_and_the_comments_for_a_reply_to_the_post(script: Script) -> None:
    top = citizen(40, thread={"count": 12, "items": [citizen(41)]})
    rest = listing([ours(57, parents_stack=[40]), citizen(56), citizen(41)])
    script.say("wall.getComments", error(100), listing([top]), rest)
    assert address(script)
    assert script.calls("wall.getComments")[2].values["comment_id"] == "40"
    under = ours(57, reply_to_comment=None, parents_stack=[])
    script.say("wall.getComments", listing([under, ours(58)]), listing([]))
    assert address(script, replace(REPLY, reply_to="wall-12_34")) == "wall-12_34?reply=57"
