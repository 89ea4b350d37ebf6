from typing import Any

import pytest

from otklik.networks.base import Deletion, Json
from otklik.networks.errors import Permanent, RetryAt
from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.contract import NOW, SIGNED
from otklik.networks.ok.tests.scripted import GROUP, TOKENS, discussion, error
from otklik.networks.tests.reading import Reader, posts
from tests.make.scripted import Answer, Script

pytestmark = pytest.mark.enable_socket
AT = int(NOW.timestamp() * 1000)


def comment(number: int, text: str = "", **more: Any) -> dict[str, Any]:
    at = f"2026-09-21 {10 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
    body = {"id": f"Q{number:04}", "text": text or f"слово {number}", "author_id": "5", "type": "ACTIVE_MESSAGE"}
    return body | {"date": at} | more


def page(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"comments": [comment(number) for number in numbers], "has_more": False, "anchor": "a"} | more


def topics(count: int | None, *numbers: str, text: str = "Тема", **more: Any) -> dict[str, Any]:
    counted = {} if count is None else {"discussion_summary": {"comments_count": count}}
    body = {"owner_ref": f"group:{GROUP}", "created_ms": 1_790_000_000_000, "media": [{"type": "text", "text": text}]}
    return {"media_topics": [{"id": number, **body, **counted, **more} for number in numbers or ("5",)]}


def stream(count: int | None, *numbers: str, **more: Any) -> dict[str, Any]:
    return {"feeds": [{"pattern": "POST"}], "entities": topics(count, *numbers, **more), "anchor": "s"}


@pytest.fixture
def ready(script: Script) -> Script:
    script.say("stream.get", stream(2))
    script.say("discussions.get", discussion())
    script.say("discussions.getComments", page(2, 1))
    return script


def reader(script: Script, *kinds: str, cursor: dict[str, Json] | None = None) -> Reader:
    """Of our group, with the keys of signed calls unless others are named."""
    return Reader(OK(), script.access(*(kinds or SIGNED)), "own", GROUP, NOW, cursor or {})


@pytest.fixture
def begun(ready: Script) -> Reader:
    """The topic and its two comments have been read."""
    group = reader(ready)
    assert group.texts() == ["Тема", "слово 2", "слово 1"]
    ready.asked.clear()
    return group


def test_what_was_read_is_asked_for_news_alone(ready: Script, begun: Reader) -> None:
    assert begun.texts() == []
    assert ready.names() == ["stream.get"]
    ready.say("stream.get", stream(2, like_summary={"count": 9}, reshare_summary={"count": 1}))
    assert begun.raw_keys() == []
    ready.say("stream.get", stream(2, text="Тема с поправкой"))
    assert "Тема с поправкой" in begun.texts()
    ready.asked.clear()
    ready.say("stream.get", stream(3))
    ready.say("discussions.getComments", page(3, 2, 1, has_more=True))
    assert "слово 3" in begun.texts()
    assert len(ready.calls("discussions.getComments")) == 1


def test_a_text_that_is_changed_and_changed_back_is_news_twice(ready: Script) -> None:
    group = reader(ready)
    keys = group.raw_keys()
    for text in ("Иначе", "Тема", "Иначе"):
        ready.say("stream.get", stream(2, text=text))
        keys += group.raw_keys()
    assert len(keys) == len(set(keys)) == 5


def test_pages_in_another_order_lose_nothing(ready: Script) -> None:
    group = reader(ready)
    ready.say("stream.get", stream(4))
    ready.say("discussions.getComments", page(3, 4, has_more=True, anchor="b"), page(1, 2, anchor="c"))
    assert sorted(group.texts()) == ["Тема", "слово 1", "слово 2", "слово 3", "слово 4"]
    ready.say("stream.get", stream(5))
    ready.say("discussions.getComments", page(4, 5, 3, has_more=True, anchor="b"), page(1, 2, anchor="c"))
    assert "слово 5" in group.texts()


@pytest.mark.parametrize("last", [{"comments": [], "anchor": "z"}, {"anchor": "z"}, {}])
def test_without_has_more_the_reading_goes_on_until_a_page_is_empty(ready: Script, last: dict[str, Any]) -> None:
    pages = [
        {"comments": [comment(number) for number in numbers], "anchor": anchor}
        for numbers, anchor in (((4, 3), "b"), ((2, 1), "c"))
    ]
    ready.say("discussions.getComments", *pages, last)
    assert sorted(reader(ready).texts()) == ["Тема", "слово 1", "слово 2", "слово 3", "слово 4"]


def test_a_page_that_only_repeats_itself_ends_the_reading(ready: Script) -> None:
    ready.say("discussions.getComments", page(2, 1, has_more=True))
    assert "слово 2" in reader(ready).texts()
    assert len(ready.calls("discussions.getComments")) <= 2


def test_a_missing_comment_is_asked_for_and_only_the_networks_word_makes_it_gone(ready: Script, begun: Reader) -> None:
    ready.say("stream.get", stream(1))
    ready.say("discussions.getComments", page(1))
    ready.say("discussions.getComment", {"comment": comment(2)})
    assert begun.events() == []
    ready.say("stream.get", stream(3))
    ready.say("discussions.getComments", page(3, 1))
    ready.say("discussions.getComment", error(700))
    assert Deletion("ok:topic:5?comment=Q0002") in begun.events()
    ready.asked.clear()
    ready.say("stream.get", stream(4))
    ready.say("discussions.getComments", page(4, 3, 1))
    begun.fetch()
    assert ready.calls("discussions.getComment") == []


def test_without_a_word_of_the_network_nothing_is_gone(ready: Script, begun: Reader) -> None:
    ready.say("stream.get", stream(0))
    ready.say("discussions.getComments", {"has_more": False})
    ready.say("discussions.getComment", {"comment": comment(1)}, {"comment": comment(2)})
    assert begun.events() == []
    ready.say("stream.get", {"anchor": "s"})
    ready.say("mediatopic.getByIds", topics(2))
    assert begun.events() == []


def test_many_deletions_at_once_are_asked_for_bit_by_bit(ready: Script) -> None:
    group = reader(ready)
    ready.say("stream.get", stream(30))
    ready.say("discussions.getComments", page(*range(30, 0, -1)))
    group.fetch()
    ready.say("stream.get", stream(1))
    ready.say("discussions.getComments", page(30))
    ready.say("discussions.getComment", error(700))
    gone = {event for _ in range(4) for event in group.events() if isinstance(event, Deletion)}
    assert {event.external_id for event in gone} == {f"ok:topic:5?comment=Q{number:04}" for number in range(1, 30)}


def test_a_stream_that_only_names_its_topics_is_asked_for_them_and_read_at_each_look_without_a_count(
    ready: Script,
) -> None:
    feeds = [
        {"pattern": "POST", "message": "{media_topic:5}Тема{media_topic}"},
        {"pattern": "POST", "target_refs": ["group_topic:6", "user:7"]},
        {"pattern": "JOIN", "message": "{media_topic:9}"},
        {"pattern": "POST", "message": None},
    ]
    ready.say("stream.get", {"feeds": feeds, "anchor": "s"})
    ready.say("mediatopic.getByIds", topics(0, "5", "6"))
    assert reader(ready).texts() == ["Тема", "Тема"]
    assert ready.calls("mediatopic.getByIds")[0].values["topic_ids"] == "5,6"
    ready.say("stream.get", {"feeds": [{"pattern": "POST", "message": "{media_topic:5}"}]})
    ready.say("mediatopic.getByIds", topics(None))
    group = reader(ready)
    assert "слово 2" in group.texts()
    ready.say("discussions.getComments", page(3, 2, 1))
    assert "слово 3" in group.texts()


def test_a_refusal_in_the_middle_keeps_what_was_read_and_hidden_comments_stop_no_other_topic(ready: Script) -> None:
    ready.say("stream.get", stream(2, "5", "6"))
    ready.say("discussions.getComments", page(2, 1), error(2))
    group = reader(ready)
    assert len(group.raw_keys()) == 2
    assert group.again.total_seconds() > 1
    ready.say("discussions.getComments", page(4, 3))
    assert "слово 4" in group.texts()
    ready.say("stream.get", stream(2, "5", "6"))
    ready.say("discussions.getComments", error(457), page(4, 3))
    assert "слово 4" in reader(ready).texts()


def test_attachments_without_an_address_are_resolved_once_and_unknown_fields_not_asked_for(ready: Script) -> None:
    with_photo = comment(2, attachments=[{"type": "PHOTO", "id": "95"}])
    ready.say("discussions.getComments", {"comments": [with_photo], "has_more": False})
    resources = {"photos": [{"id": "95", "pic640x480": "https://a.example/m"}]}
    for answer, url in ((resources, "https://a.example/m"), (error(100), "")):
        ready.say("discussions.getAttachedResources", answer)
        (post,) = [post for post in posts(reader(ready).events()) if post.attachments]
        assert post.attachments[0].url == url
    ready.asked.clear()
    ready.say("discussions.getComments", error(100), page(2, 1))
    assert "слово 2" in reader(ready).texts()
    assert ["fields" in call.values for call in ready.calls("discussions.getComments")] == [True, False]
    ready.say("discussions.getComments", error(100))
    with pytest.raises(Permanent):
        reader(ready).fetch()


ODD: list[Any] = [[], {}, {"feeds": 5}, {"feeds": [None]}, {"entities": {"media_topics": [{}, 5]}}, "x", 7]


@pytest.mark.parametrize("answer", ODD)
def test_a_stream_of_another_shape_brings_nothing_and_breaks_nothing(ready: Script, answer: Any) -> None:
    ready.say("stream.get", answer)
    assert reader(ready).events() == []


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
    assert "слово 2" in reader(ready, *TOKENS, cursor=cursor).texts()


def chats(*changed: tuple[int, int], **more: Any) -> dict[str, Any]:
    """Dialogues by their numbers, and when each changed."""
    listed = [{"chat_id": f"chat:C{number}", "type": "DIALOG", "lastEventTime": at} for number, at in changed]
    return {"chats": listed} | more


def messages(chat: int, *times: int) -> dict[str, Any]:
    listed = [
        {
            "sender": {"user_id": "user:5"},
            "recipient": {"chat_id": f"chat:C{chat}"},
            "message": {"mid": f"mid:C{chat}.{at}", "text": f"{chat}/{at}"},
            "timestamp": at,
        }
        for at in times
    ]
    return {"messages": listed}


def test_dialogues_are_read_while_they_are_new_from_where_they_changed_and_a_refusal_loses_none(script: Script) -> None:
    talks = reader(script, "group")
    script.say("chats", chats((1, AT), (2, AT - 10 * 86_400_000)))
    script.say("messages/chat:C1", messages(1, AT, AT - 5))
    assert talks.texts() == [f"1/{AT}", f"1/{AT - 5}"]
    assert script.calls("messages/chat:C2") == []
    script.asked.clear()
    assert (talks.texts(), script.names()) == ([], ["chats"])
    script.say("chats", chats((2, AT + 7), (1, AT)))
    script.say("messages/chat:C2", messages(2, AT + 7))
    assert talks.texts() == [f"2/{AT + 7}"]
    talks = reader(script, "group")
    script.say("chats", chats((1, AT), (2, AT - 100)))
    script.say("messages/chat:C1", messages(1, AT))
    script.say("messages/chat:C2", error(2))
    assert talks.texts() == [f"1/{AT}"]
    script.say("messages/chat:C2", messages(2, AT - 100))
    assert talks.texts() == [f"2/{AT - 100}"]
    script.asked.clear()
    script.say("chats", chats((1, AT), marker="m1"), chats((2, AT - 1), marker="m1"))
    for number in (1, 2):
        script.say(f"messages/chat:C{number}", messages(number, AT))
    assert sorted(reader(script, "group").texts()) == [f"1/{AT}", f"2/{AT}"]
    assert [call.values.get("marker") for call in script.calls("chats")] == [None, "m1"]


def test_trouble_with_dialogues_does_not_keep_comments_from_being_read_nor_the_other_way(ready: Script) -> None:
    ready.say("chats", error(2))
    assert "слово 2" in reader(ready, *TOKENS).texts()
    ready.say("chats", chats((1, AT)))
    ready.say("messages/chat:C1", messages(1, AT))
    ready.say("stream.get", error(2))
    assert reader(ready, *TOKENS).texts() == [f"1/{AT}"]


def test_the_network_is_left_alone_as_long_as_it_asks(ready: Script) -> None:
    ready.say("stream.get", Answer(b"", 429, {"Retry-After": "77"}))
    with pytest.raises(RetryAt) as caught:
        reader(ready).fetch()
    assert caught.value.after.total_seconds() == 77
