"""Reading groups and dialogues against a server that answers as the test tells it: odd shapes, order, refusals."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.networks.base import Deletion, Event, Fetched, Post, ReadPlace
from otklik.networks.errors import AuthLost, NotSupported, Permanent, RetryAt
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.scripted import DROP, GROUP, TOKENS, Bytes, Script, error
from otklik.networks.ok.tests.test_speak import discussion

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
REST = {kind: token for kind, token in TOKENS.items() if kind != "group"}


def comment(number: int, text: str = "", **more: Any) -> dict[str, Any]:
    told = {"id": f"Q{number:04}", "text": text or f"слово {number}", "author_id": "5", "type": "ACTIVE_MESSAGE"}
    return told | {"date": f"2026-09-21 {10 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"} | more


def page(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"comments": [comment(number) for number in numbers], "has_more": False, "anchor": "a"} | more


def topics(count: Any, *numbers: str, text: str = "Тема") -> dict[str, Any]:
    listed = []
    for number in numbers or ("5",):
        told: dict[str, Any] = {"id": number, "owner_ref": f"group:{GROUP}", "created_ms": 1_790_000_000_000}
        told["media"] = [{"type": "text", "text": text}]
        if count is not None:
            told["discussion_summary"] = {"comments_count": count}
        listed.append(told)
    return {"media_topics": listed}


def stream(count: Any, *numbers: str, text: str = "Тема") -> dict[str, Any]:
    return {"feeds": [{"pattern": "POST"}], "entities": topics(count, *numbers, text=text), "anchor": "s"}


@pytest.fixture
def ready(script: Script) -> Script:
    script.say("stream.get", stream(2))
    script.say("discussions.get", discussion())
    script.say("discussions.getComments", page(2, 1))
    return script


class Reading:
    def __init__(self, script: Script, **tokens: str) -> None:
        self.script, self.tokens, self.cursor = script, tokens or REST, "{}"

    def fetch(self) -> Fetched:
        place = ReadPlace("own", GROUP, json.loads(self.cursor))
        found = OK().fetch(self.script.access(None, "", **self.tokens), place, NOW)
        self.cursor = json.dumps(found.cursor)
        return found

    def events(self) -> list[Event]:
        return [event for raw in self.fetch().raws for event in OK().parse(raw)]

    def texts(self) -> list[str]:
        return [event.text for event in self.events() if isinstance(event, Post)]


def test_a_quiet_group_costs_one_call(ready: Script) -> None:
    reading = Reading(ready)
    assert reading.texts() == ["Тема", "слово 2", "слово 1"]
    ready.asked.clear()
    assert reading.texts() == []
    assert [asked.name for asked in ready.asked] == ["stream.get"]


def test_counters_and_new_addresses_of_pictures_are_no_news(ready: Script) -> None:
    reading = Reading(ready)
    reading.fetch()
    told = stream(2)
    told["entities"]["media_topics"][0] |= {"like_summary": {"count": 9}, "reshare_summary": {"count": 1}}
    ready.say("stream.get", told)
    assert reading.fetch().raws == ()
    ready.say("stream.get", stream(2, text="Тема с поправкой"))
    assert "Тема с поправкой" in reading.texts()


def test_a_text_that_is_changed_and_changed_back_is_news_twice(ready: Script) -> None:
    reading = Reading(ready)
    keys = [raw.key for raw in reading.fetch().raws]
    for text in ("Иначе", "Тема", "Иначе"):
        ready.say("stream.get", stream(2, text=text))
        keys += [raw.key for raw in reading.fetch().raws]
    assert len(keys) == 5
    assert len(set(keys)) == 5


def test_only_new_comments_are_read_of_a_topic_that_grew(ready: Script) -> None:
    reading = Reading(ready)
    reading.fetch()
    ready.say("stream.get", stream(3))
    ready.say("discussions.getComments", page(3, 2, 1, has_more=True))
    ready.asked.clear()
    assert "слово 3" in reading.texts()
    assert len(ready.calls("discussions.getComments")) == 1


def test_pages_in_another_order_lose_nothing(ready: Script) -> None:
    reading = Reading(ready)
    ready.say("stream.get", stream(4))
    ready.say("discussions.getComments", page(3, 4, has_more=True, anchor="b"), page(1, 2, anchor="c"))
    assert sorted(reading.texts()) == ["Тема", "слово 1", "слово 2", "слово 3", "слово 4"]
    ready.say("stream.get", stream(5))
    ready.say("discussions.getComments", page(4, 5, 3, has_more=True, anchor="b"), page(1, 2, anchor="c"))
    assert "слово 5" in reading.texts()


@pytest.mark.parametrize("last", [{"comments": [], "anchor": "z"}, {"anchor": "z"}, {}])
def test_without_has_more_the_reading_goes_on_until_a_page_is_empty(ready: Script, last: dict[str, Any]) -> None:
    first, second = [comment(4), comment(3)], [comment(2), comment(1)]
    pages = [{"comments": first, "anchor": "b"}, {"comments": second, "anchor": "c"}]
    ready.say("discussions.getComments", *pages, last)
    assert sorted(Reading(ready).texts()) == ["Тема", "слово 1", "слово 2", "слово 3", "слово 4"]


def test_a_page_that_only_repeats_itself_ends_the_reading(ready: Script) -> None:
    ready.say("discussions.getComments", page(2, 1, has_more=True))
    assert "слово 2" in Reading(ready).texts()
    assert len(ready.calls("discussions.getComments")) <= 2


def test_a_missing_comment_is_asked_for_and_only_the_networks_word_makes_it_gone(ready: Script) -> None:
    reading = Reading(ready)
    reading.fetch()
    ready.say("stream.get", stream(1))
    ready.say("discussions.getComments", page(1))
    ready.say("discussions.getComment", {"comment": comment(2)})
    assert reading.events() == []
    ready.say("stream.get", stream(3))
    ready.say("discussions.getComments", page(3, 1))
    ready.say("discussions.getComment", error(700))
    assert Deletion("ok:topic:5?comment=Q0002") in reading.events()
    ready.asked.clear()
    ready.say("stream.get", stream(4))
    ready.say("discussions.getComments", page(4, 3, 1))
    reading.fetch()
    assert ready.calls("discussions.getComment") == []


def test_an_empty_listing_by_mistake_deletes_nothing(ready: Script) -> None:
    reading = Reading(ready)
    reading.fetch()
    ready.say("stream.get", stream(0))
    ready.say("discussions.getComments", {"has_more": False})
    ready.say("discussions.getComment", {"comment": comment(1)}, {"comment": comment(2)})
    assert reading.events() == []
    ready.say("stream.get", {"anchor": "s"})
    ready.say("mediatopic.getByIds", topics(2))
    assert reading.events() == []


def test_many_deletions_at_once_are_asked_for_bit_by_bit(ready: Script) -> None:
    reading = Reading(ready)
    numbers = range(30, 0, -1)
    ready.say("stream.get", stream(30))
    ready.say("discussions.getComments", page(*numbers))
    reading.fetch()
    ready.say("stream.get", stream(1))
    ready.say("discussions.getComments", page(30))
    ready.say("discussions.getComment", error(700))
    gone = [event for _ in range(4) for event in reading.events() if isinstance(event, Deletion)]
    assert {event.external_id for event in gone} == {f"ok:topic:5?comment=Q{number:04}" for number in range(1, 30)}


def test_a_stream_that_only_names_its_topics_is_asked_for_them(ready: Script) -> None:
    feeds = [
        {"pattern": "POST", "message": "{media_topic:5}Тема{media_topic}"},
        {"pattern": "POST", "target_refs": ["group_topic:6", "user:7"]},
        {"pattern": "JOIN", "message": "{media_topic:9}"},
        {"pattern": "POST", "message": None},
    ]
    ready.say("stream.get", {"feeds": feeds, "anchor": "s"})
    ready.say("mediatopic.getByIds", topics(0, "5", "6"))
    assert Reading(ready).texts() == ["Тема", "Тема"]
    assert ready.calls("mediatopic.getByIds")[0].given["topic_ids"] == "5,6"


def test_where_no_count_is_told_the_comments_are_read_at_every_look(ready: Script) -> None:
    ready.say("stream.get", {"feeds": [{"pattern": "POST", "message": "{media_topic:5}"}]})
    ready.say("mediatopic.getByIds", topics(None))
    reading = Reading(ready)
    assert "слово 2" in reading.texts()
    ready.say("discussions.getComments", page(3, 2, 1))
    assert "слово 3" in reading.texts()


def test_a_refusal_in_the_middle_keeps_what_was_read_and_goes_on(ready: Script) -> None:
    ready.say("stream.get", stream(2, "5", "6"))
    ready.say("discussions.getComments", page(2, 1), error(2))
    reading = Reading(ready)
    found = reading.fetch()
    assert len(found.raws) == 2
    assert found.again_in.total_seconds() > 1
    ready.say("discussions.getComments", page(4, 3))
    assert "слово 4" in reading.texts()


def test_hidden_comments_of_one_topic_do_not_stop_the_others(ready: Script) -> None:
    ready.say("stream.get", stream(2, "5", "6"))
    ready.say("discussions.getComments", error(457), page(4, 3))
    assert "слово 4" in Reading(ready).texts()


def test_a_network_that_does_not_know_our_fields_is_read_without_them(ready: Script) -> None:
    ready.say("discussions.getComments", error(100), page(2, 1))
    assert "слово 2" in Reading(ready).texts()
    assert ["fields" in asked.given for asked in ready.calls("discussions.getComments")] == [True, False]
    ready.say("discussions.getComments", error(100))
    with pytest.raises(Permanent):
        Reading(ready).fetch()


def test_attachments_without_an_address_are_resolved_once(ready: Script) -> None:
    told = comment(2, attachments=[{"type": "PHOTO", "id": "95"}])
    ready.say("discussions.getComments", {"comments": [told], "has_more": False})
    ready.say("discussions.getAttachedResources", {"photos": [{"id": "95", "pic640x480": "https://a.example/m"}]})
    (post,) = [event for event in Reading(ready).events() if isinstance(event, Post) and event.attachments]
    assert post.attachments[0].url == "https://a.example/m"
    ready.say("discussions.getAttachedResources", error(100))
    (post,) = [event for event in Reading(ready).events() if isinstance(event, Post) and event.attachments]
    assert post.attachments[0].url == ""


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(102), AuthLost),
        (error(11), RetryAt),
        (error(300), Permanent),
        (DROP, RetryAt),
        (Bytes(b"<html>", 502), RetryAt),
        (Bytes(b"<html>"), RetryAt),
        (Bytes(b"", 429), RetryAt),
        (Bytes(b"null"), RetryAt),
    ],
)
def test_a_failed_look_says_what_to_do(ready: Script, answer: Any, kind: type[Exception]) -> None:
    ready.say("stream.get", answer)
    with pytest.raises(kind):
        Reading(ready).fetch()


ODD: list[Any] = [[], {}, {"feeds": 5}, {"feeds": [None]}, {"entities": {"media_topics": [{}, 5]}}, "x", 7]


@pytest.mark.parametrize("answer", ODD)
def test_a_stream_of_another_shape_brings_nothing_and_breaks_nothing(ready: Script, answer: Any) -> None:
    ready.say("stream.get", answer)
    assert Reading(ready).events() == []


@pytest.mark.parametrize(
    "cursor",
    [
        {"comments": 5, "chats": [], "turn": "x"},
        {"comments": {"topics": {"5": 7}, "round": -1, "user": [], "gid": "x"}},
        {"comments": {"topics": {"5": {"n": "2", "seen": [1], "next": 5, "part": "x", "deep": -3, "d": None}}}},
        {"chats": {"since": "x", "done": {"C1": "y"}}},
    ],
)
def test_a_cursor_of_another_shape_starts_anew(ready: Script, cursor: dict[str, Any]) -> None:
    ready.say("chats", {"chats": []})
    reading = Reading(ready, **TOKENS)
    reading.cursor = json.dumps(cursor)
    assert "слово 2" in reading.texts()


def chat(number: int, last: int) -> dict[str, Any]:
    return {"chat_id": f"chat:C{number}", "type": "DIALOG", "lastEventTime": last}


def said(chat_number: int, at: int) -> dict[str, Any]:
    return {
        "sender": {"user_id": "user:5"},
        "recipient": {"chat_id": f"chat:C{chat_number}"},
        "message": {"mid": f"mid:C{chat_number}.{at}", "text": f"{chat_number}/{at}"},
        "timestamp": at,
    }


AT = int(NOW.timestamp() * 1000)


def test_dialogues_are_read_from_where_they_changed(script: Script) -> None:
    reading = Reading(script, group=TOKENS["group"])
    script.say("chats", {"chats": [chat(1, AT), chat(2, AT - 10 * 86_400_000)]})
    script.say("messages/chat:C1", {"messages": [said(1, AT), said(1, AT - 5)]})
    assert reading.texts() == [f"1/{AT}", f"1/{AT - 5}"]
    assert script.calls("messages/chat:C2") == []
    script.asked.clear()
    assert reading.texts() == []
    assert [asked.name for asked in script.asked] == ["chats"]
    script.say("chats", {"chats": [chat(2, AT + 7), chat(1, AT)]})
    script.say("messages/chat:C2", {"messages": [said(2, AT + 7)]})
    assert reading.texts() == [f"2/{AT + 7}"]


def test_a_refusal_between_two_chats_loses_neither(script: Script) -> None:
    reading = Reading(script, group=TOKENS["group"])
    script.say("chats", {"chats": [chat(1, AT), chat(2, AT - 100)]})
    script.say("messages/chat:C1", {"messages": [said(1, AT)]})
    script.say("messages/chat:C2", error(2))
    assert reading.texts() == [f"1/{AT}"]
    script.say("messages/chat:C2", {"messages": [said(2, AT - 100)]})
    assert reading.texts() == [f"2/{AT - 100}"]


def test_chats_are_paged_while_they_are_new(script: Script) -> None:
    script.say("chats", {"chats": [chat(1, AT)], "marker": "m1"}, {"chats": [chat(2, AT - 1)], "marker": "m1"})
    for number in (1, 2):
        script.say(f"messages/chat:C{number}", {"messages": [said(number, AT)]})
    assert sorted(Reading(script, group=TOKENS["group"]).texts()) == [f"1/{AT}", f"2/{AT}"]
    assert [asked.given.get("marker") for asked in script.calls("chats")] == [None, "m1"]


def test_trouble_with_dialogues_does_not_keep_comments_from_being_read(ready: Script) -> None:
    ready.say("chats", error(2))
    assert "слово 2" in Reading(ready, **TOKENS).texts()
    ready.say("chats", {"chats": [chat(1, AT)]})
    ready.say("messages/chat:C1", {"messages": [said(1, AT)]})
    ready.say("stream.get", error(2))
    assert Reading(ready, **TOKENS).texts() == [f"1/{AT}"]


def test_the_network_is_left_alone_as_long_as_it_asks(ready: Script) -> None:
    ready.say("stream.get", Bytes(b"", 429, (("Retry-After", "77"),)))
    with pytest.raises(RetryAt) as caught:
        Reading(ready).fetch()
    assert caught.value.after.total_seconds() == 77


def test_a_search_is_not_to_be_had(script: Script) -> None:
    with pytest.raises(NotSupported):
        OK().fetch(script.access(), ReadPlace("search", "фонарь"), NOW)
