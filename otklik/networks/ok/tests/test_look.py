"""Finding what we said, against a server that answers as the test tells it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import CannotTell, Published, Speech
from otklik.networks.errors import AuthLost, RetryAt
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.scripted import GROUP, TOKENS, Script, error
from otklik.networks.ok.tests.test_speak import discussion

pytestmark = pytest.mark.enable_socket
ASKED = "QVNLRUQ="
REPLY = Speech(
    "Свет дадут", f"ok:topic:5?comment={ASKED}", "ok:topic:5", attempted_at=datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
)


def comment(key: str, text: str = "Свет дадут", at: str = "2026-09-21 15:00:05", **more: Any) -> dict[str, Any]:
    told = {"id": key, "text": text, "date": at, "author_id": GROUP, "author_type": "GROUP", "type": "ACTIVE_MESSAGE"}
    return told | {"reply_to_comment_id": ASKED} | more


def page(*comments: dict[str, Any], more: bool = False, anchor: str = "a1") -> dict[str, Any]:
    return {"comments": list(comments), "has_more": more, "anchor": anchor}


@pytest.fixture
def ready(script: Script) -> Script:
    script.say("discussions.get", discussion())
    script.say("users.getCurrentUser", {"uid": "77", "name": "Глеб"})
    return script


def found(script: Script, speech: Speech = REPLY) -> str:
    told = OK().find(script.access(), speech)
    assert told is None or isinstance(told, Published)
    return told.external_id.rpartition("=")[2] if told else ""


def test_our_words_under_that_comment_are_found(ready: Script) -> None:
    ready.say("discussions.getComments", page(comment("T1VSUw"), comment(ASKED, "Когда?", author_type="USER")))
    assert found(ready) == "T1VSUw"
    assert ready.calls("discussions.getComments")[0].given["anchor"] == "LAST"


@pytest.mark.parametrize(
    "other",
    [
        comment("WA", "Совсем другое"),
        comment("WA", author_id="8"),
        comment("WA", author_type="USER"),
        comment("WA", reply_to_comment_id="T1RIRVI="),
        comment("WA", type="REMOVED_MESSAGE"),
        comment("WA", at="2026-09-19 15:00:05"),
    ],
)
def test_what_is_not_our_answer_is_not_taken_for_it(ready: Script, other: dict[str, Any]) -> None:
    ready.say("discussions.getComments", page(other))
    assert found(ready) == ""


def test_what_stood_there_before_is_not_the_new_answer(ready: Script) -> None:
    ready.say("discussions.getComments", page(comment("TkVX"), comment("T0xE")))
    seen = frozenset({"ok:topic:5?comment=TkVX", "ok:topic:5?comment=T0xE"})
    assert found(ready, replace(REPLY, seen=frozenset({"ok:topic:5?comment=T0xE"}))) == "TkVX"
    assert found(ready, replace(REPLY, seen=seen)) == ""
    assert OK().replies(ready.access(), REPLY) == seen


def test_pages_are_turned_back_to_the_comment_that_is_answered_and_no_further(ready: Script) -> None:
    first = page(comment("WA", "Другое"), more=True, anchor="a1")
    second = page(comment("T1VSUw"), comment(ASKED, "Когда?", author_type="USER"), more=True, anchor="a2")
    ready.say("discussions.getComments", first, second, error(2))
    assert found(ready) == "T1VSUw"
    assert [asked.given["anchor"] for asked in ready.calls("discussions.getComments")] == ["LAST", "a1"]


def test_a_walk_that_was_cut_short_is_no_proof(ready: Script) -> None:
    pages = [page(comment(f"Q{n}00", "Другое"), more=True, anchor=f"a{n}") for n in range(60)]
    ready.say("discussions.getComments", *pages)
    assert isinstance(OK().find(ready.access(), REPLY), CannotTell)
    ready.say("discussions.getComments", pages[0])  # the same page again and again
    assert isinstance(OK().find(ready.access(), REPLY), CannotTell)
    assert OK().replies(ready.access(), REPLY) == frozenset()


def test_in_another_group_our_voice_is_the_person(ready: Script) -> None:
    ready.say("discussions.get", discussion("7"))
    ready.say("discussions.getComments", page(comment("TUU", author_id="77", author_type="USER"), comment("R1I")))
    assert found(ready) == "TUU"


def test_links_and_spaces_do_not_hide_our_words(ready: Script) -> None:
    ready.say("discussions.getComments", page(comment("T1VSUw", "Свет  дадут {group:5}{group} &quot;")))
    assert found(ready, replace(REPLY, text='свет дадут "')) == "T1VSUw"


def test_where_nobody_can_look_it_is_said(ready: Script) -> None:
    assert isinstance(OK().find(ready.access(access=TOKENS["access"]), REPLY), CannotTell)
    direct = Speech("x", "ok:chat:C1?mid=1", "ok:chat:C1", direct=True)
    assert isinstance(OK().find(ready.access(access=TOKENS["access"]), direct), CannotTell)
    ready.say("discussions.get", error(300))
    assert isinstance(OK().find(ready.access(), REPLY), CannotTell)


@pytest.mark.parametrize(("code", "kind"), [(102, AuthLost), (2, RetryAt), (11, RetryAt)])
def test_a_look_that_failed_for_now_is_no_absence(ready: Script, code: int, kind: type[Exception]) -> None:
    ready.say("discussions.getComments", error(code))
    with pytest.raises(kind):
        OK().find(ready.access(), REPLY)


def said(number: int, sender: str = "user:5", text: str = "слово") -> dict[str, Any]:
    return {
        "sender": {"user_id": sender},
        "recipient": {"chat_id": "chat:C1"},
        "message": {"mid": f"mid:C1.{number}", "text": text},
        "timestamp": 1_790_000_000_000 + number,
    }


DIRECT = Speech("Свет дадут", "ok:chat:C1?mid=C1.1", "ok:chat:C1", direct=True)


def test_an_answer_that_many_messages_have_buried_is_found_in_the_dialogue(script: Script) -> None:
    ours = said(2, f"group:{GROUP}", "Свет дадут")
    newest = [said(number) for number in range(150, 50, -1)]
    rest = [*(said(number) for number in range(51, 2, -1)), ours, said(1)]
    script.say("messages/chat:C1", {"messages": newest}, {"messages": rest})
    assert OK().find(script.access(), DIRECT) == Published("ok:chat:C1?mid=C1.2", "https://ok.ru/messages/C1")
    assert [asked.given.get("from") for asked in script.asked] == [None, str(1_790_000_000_051)]


def test_a_dialogue_that_cannot_be_read_to_its_question_tells_nothing(script: Script) -> None:
    script.say("messages/chat:C1", {"messages": [said(number) for number in range(150, 50, -1)]})
    assert isinstance(OK().find(script.access(), DIRECT), CannotTell)
    assert OK().replies(script.access(), DIRECT) == frozenset()
