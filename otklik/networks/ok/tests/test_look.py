from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Published, Speech
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.contract import NOW, ready, talk
from otklik.networks.ok.tests.scripted import GROUP, discussion, error
from otklik.networks.tests.reading import address_of_ours
from tests.make.scripted import Script

pytestmark = pytest.mark.enable_socket
ASKED = "QVNLRUQ="
REPLY = Speech("Свет дадут", f"ok:topic:5?comment={ASKED}", "ok:topic:5", attempted_at=NOW)
DIRECT = Speech("Свет дадут", "ok:chat:C1?mid=C1.1", "ok:chat:C1", direct=True)


def comment(key: str, text: str = "Свет дадут", **more: Any) -> dict[str, Any]:
    """Our answer to the one that is asked about."""
    body = {"id": key, "text": text, "date": "2026-09-21 15:00:05", "author_id": GROUP, "author_type": "GROUP"}
    return body | {"type": "ACTIVE_MESSAGE", "reply_to_comment_id": ASKED} | more


QUESTION = comment(ASKED, "Когда?", author_type="USER")


def page(*comments: dict[str, Any], more: bool = False, anchor: str = "a1") -> dict[str, Any]:
    return {"comments": list(comments), "has_more": more, "anchor": anchor}


@pytest.fixture
def town(script: Script) -> Script:
    ready(script)
    return script


def key(script: Script, speech: Speech = REPLY) -> str:
    """The number of our answer there, "" where there is none."""
    return address_of_ours(OK(), script.access(), speech).rpartition("=")[2]


def test_our_words_are_found_whatever_is_in_them_back_to_the_comment_that_is_answered(town: Script) -> None:
    town.say("discussions.getComments", page(comment("T1VSUw"), QUESTION))
    assert key(town) == "T1VSUw"
    assert town.calls("discussions.getComments")[0].values["anchor"] == "LAST"
    town.say("discussions.getComments", page(comment("T1VSUw", "Свет  дадут {group:5}{group} &quot;")))
    assert key(town, replace(REPLY, text='свет дадут "')) == "T1VSUw"
    town.asked.clear()
    first = page(comment("WA", "Другое"), more=True, anchor="a1")
    second = page(comment("T1VSUw"), QUESTION, more=True, anchor="a2")
    town.say("discussions.getComments", first, second, error(2))
    assert key(town) == "T1VSUw"
    assert [call.values["anchor"] for call in town.calls("discussions.getComments")] == ["LAST", "a1"]


@pytest.mark.parametrize(
    "changes",
    [
        *({"text": "Совсем другое"}, {"author_id": "8"}, {"author_type": "USER"}),
        *({"reply_to_comment_id": "T1RIRVI="}, {"type": "REMOVED_MESSAGE"}, {"date": "2026-09-19 15:00:05"}),
    ],
)
def test_what_is_not_our_answer_is_not_taken_for_it(town: Script, changes: dict[str, Any]) -> None:
    town.say("discussions.getComments", page(comment("WA") | changes))
    assert key(town) == ""


def test_a_walk_that_was_cut_short_is_no_proof_and_in_another_group_our_voice_is_the_person(town: Script) -> None:
    pages = [page(comment(f"Q{n}00", "Другое"), more=True, anchor=f"a{n}") for n in range(60)]
    town.say("discussions.getComments", *pages)
    assert isinstance(OK().find(town.access(), REPLY), CannotTell)
    town.say("discussions.get", discussion("7"))
    town.say("discussions.getComments", page(comment("TUU", author_id="77", author_type="USER"), comment("R1I")))
    assert key(town) == "TUU"


def test_where_nobody_can_look_it_is_said_and_an_answer_that_many_messages_have_buried_is_found(script: Script) -> None:
    for speech in (REPLY, DIRECT):
        assert isinstance(OK().find(script.access("access"), speech), CannotTell)
    assert script.asked == []
    newest = [talk(number) for number in range(150, 50, -1)]
    ours = talk(2, f"group:{GROUP}", "Свет дадут")
    rest = [*(talk(number) for number in range(51, 2, -1)), ours, talk(1)]
    script.say("messages/chat:C1", {"messages": newest}, {"messages": rest})
    assert OK().find(script.access(), DIRECT) == Published("ok:chat:C1?mid=C1.2", "https://ok.ru/messages/C1")
    assert [call.values.get("from") for call in script.asked] == [None, str(int(NOW.timestamp() * 1000) + 51)]
