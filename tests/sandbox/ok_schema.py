"""The judge of all that leaves the Odnoklassniki emulator.

There is no machine-readable schema. What is known are the examples on the network's pages of the Bot API, two
recorded answers, and the lists of fields that clients asked the network for. From them a shape is built: a key that
none of them has must stand in `KNOWN` with its source, and a value must have the type that was seen.
"""

import functools
import json
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox import outgoing

ROOT = outgoing.NETWORKS / "ok"
PAGES = ROOT / "spec" / "apiok-documentation" / "docs" / "method" / "ru"
FIXTURES = ROOT / "fixtures" / "django-discussions"
PRESENT = PAGES.is_dir() and FIXTURES.is_dir()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)

ERROR = {"error_code": "int", "error_msg": "str", "error_data": "null"}
# Keys beyond the recorded answers: fields that clients asked for and were given (lists of fields of 2014 and later).
COMMENT_FIELDS = {
    **dict.fromkeys(("author_type", "author_name", "reply_to_type"), "str"),
    "attachments": "list",
    "removed": "bool",  # a guess, behind the switch `removed`
}
DISCUSSION_FIELDS = dict.fromkeys(("comment_allowed", "comment_as_admin_allowed"), "bool")
TOPIC_FIELDS = {
    **dict.fromkeys(("id", "author_ref", "owner_ref"), "str"),
    **dict.fromkeys(("discussion_summary", "like_summary", "reshare_summary"), "dict"),
    "created_ms": "int",
    "media": "list",
    "has_more": "bool",
}
FEED_FIELDS = {
    **dict.fromkeys(("pattern", "type", "date", "message"), "str"),
    **dict.fromkeys(("feed_owner_refs", "actor_refs"), "list"),
}
USER_FIELDS = dict.fromkeys(("uid", "first_name", "last_name", "name"), "str")
GROUP_FIELDS = dict.fromkeys(("uid", "name", "shortname", "description"), "str")
MESSAGE_PARTS = {"webhookType": "str"}  # the newer form names the kind of an event
SENT = {"success": "bool", "recipient_id": "str", "message_id": "str"}  # its answer has no example


def kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


@functools.cache
def example(page: str, number: int = 0) -> Any:
    """One of the JSON examples on a page of the Bot API, without its comments and with its missing commas."""
    text = (PAGES / "graph.user" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"\{% highlight json %\}(.*?)\{% endhighlight %\}", text, re.DOTALL)
    bare = re.sub(r"/\*.*?\*/", "", blocks[number], flags=re.DOTALL)
    bare = re.sub(r'([}"\]0-9])(\s*\n\s*")', r"\1,\2", bare)
    bare = re.sub(r",(\s*[}\]])", r"\1", re.sub(r",\s*,", ",", bare))
    return json.loads(bare)


@functools.cache
def recorded(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def types_of(*samples: Any) -> dict[str, str]:
    """Key and type of every key in these objects."""
    return {key: kind(value) for sample in samples for key, value in sample.items()}


def fits(thing: Any, known: dict[str, str], where: str) -> None:
    """Every key of the object is known, with the type that was seen."""
    assert isinstance(thing, dict), f"{where} is no object: {thing}"
    for key, value in thing.items():
        assert key in known, f"{where} has a key that nobody has seen: {key}"
        assert kind(value) == known[key], f"{where}.{key} is {kind(value)} and not {known[key]}"


def comment(thing: Any, where: str) -> None:
    fits(thing, types_of(recorded("comment.json")) | COMMENT_FIELDS, where)
    stub = thing["type"] == "REMOVED_MESSAGE"
    needed_keys = {"id", "type", "date"} if stub else {"id", "type", "date", "author_id", "text", "attrs"}
    assert needed_keys <= set(thing), f"{where} lacks {needed_keys - set(thing)}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", thing["date"])


def topic(thing: Any, where: str) -> None:
    fits(thing, TOPIC_FIELDS, where)
    assert isinstance(thing["discussion_summary"]["comments_count"], int)


def entities(thing: Any, where: str) -> None:
    for each in thing.get("users", []):
        fits(each, types_of(*recorded("discussion.json")["entities"]["users"]) | USER_FIELDS, f"{where}.users")
    for each in thing.get("groups", []):
        fits(each, types_of(*recorded("discussion.json")["entities"]["groups"]) | GROUP_FIELDS, f"{where}.groups")
    for each in thing.get("media_topics", []):
        topic(each, f"{where}.media_topics")


def message(thing: Any, where: str) -> None:
    """A message of the Bot API, listed or pushed."""
    plain, shared = example("graph.user.messages/get.md")["messages"]
    fits(thing, types_of(plain) | MESSAGE_PARTS, where)
    fits(thing["message"], types_of(plain["message"], shared["message"]), f"{where}.message")
    fits(thing["sender"], types_of(plain["sender"]), f"{where}.sender")
    fits(thing["recipient"], types_of(plain["recipient"]), f"{where}.recipient")
    for each in thing["message"].get("attachments", []):
        fits(each, types_of(*shared["message"]["attachments"]), f"{where}.attachments")
    assert thing["message"]["mid"].startswith("mid:")
    assert thing["recipient"]["chat_id"].startswith("chat:")


def check_answer(method: str, answer: Any) -> None:
    """One answer of a method, as far as anything is known of it."""
    if isinstance(answer, dict) and "error_code" in answer:
        assert set(answer) == set(ERROR), answer
        assert {key: kind(value) for key, value in answer.items()} == ERROR
        return
    check = CHECKS.get(method)
    assert check is not None, f"nothing is known of the answers of {method}"
    check(answer)


def _shaped(
    where: str, known: dict[str, str], required: str = "", **parts: Callable[[Any, str], None]
) -> Callable[[Any], None]:
    """Every key of the answer is known, and `required` there; its lists and objects of these names hold such things."""

    def check(answer: Any) -> None:
        fits(answer, known, where)
        assert not required or required in answer, f"{where} lacks {required}"
        for name, part in parts.items():
            value = answer.get(name, [])
            for each in value if isinstance(value, list) else [value]:
                part(each, f"{where}.{name}")

    return check


def _like(page: str, number: int = 0, of: str = "") -> Callable[[Any], None]:
    """The answer has the very keys and types of an example, and so has each item of its list `of`."""

    def check(answer: Any) -> None:
        seen = example(page, number)
        fits(answer, types_of(seen), page)
        for each in answer[of] if of else ():
            fits(each, types_of(*seen[of]), f"{page}.{of}")

    return check


def _comment(answer: Any) -> None:
    if isinstance(answer, str):
        assert re.fullmatch(r"[A-Za-z0-9+/=]{40,}", answer)
        return
    comment(answer.get("comment", answer), "comment")


def discussion(thing: Any, where: str) -> None:
    fits(thing, types_of(recorded("discussion.json")["discussion"]) | DISCUSSION_FIELDS, where)


def _discussions(answer: Any) -> None:
    for each in answer["discussions"]:
        discussion(each, "discussion")


def _profiles(known: dict[str, str]) -> Callable[[Any], None]:
    def check(answer: Any) -> None:
        for each in answer if isinstance(answer, list) else [answer]:
            fits(each, known, "profile")

    return check


def _messages(answer: Any) -> None:
    fits(answer, types_of(example("graph.user.messages/get.md")), "messages")
    for each in answer["messages"]:
        message(each, "messages")


def _sent(answer: Any) -> None:
    if isinstance(answer.get("success"), list):
        assert set(answer) == {"success", "chat_ids"}
        return
    fits(answer, SENT, "sent")


def _anything(answer: Any) -> None:
    """Nothing is published or recorded of it; the clients' use of it is all there is."""


UNKNOWN = (
    *("discussions.editDiscussionComment", "discussions.deleteDiscussionComment", "discussions.getAttachedResources"),
    *("mediatopic.post", "users.getLoggedInUser", "users.hasAppPermission", "users.getCallsLeft"),
    *("group.getUserGroupsByIds", "url.getInfo"),
)
LISTED = {"anchor": "str", "has_more": "bool", "entities": "dict"}
CHECKS: dict[str, Callable[[Any], None]] = {
    "discussions.getComments": _shaped(
        "getComments", LISTED | {"comments": "list"}, comments=comment, entities=entities
    ),
    "discussions.getComment": _comment,
    "discussions.addDiscussionComment": _comment,
    "discussions.get": _shaped(
        "get", {"discussion": "dict", "entities": "dict"}, "discussion", discussion=discussion, entities=entities
    ),
    "discussions.getList": _discussions,
    "stream.get": _shaped(
        "stream.get",
        {"feeds": "list", "anchor": "str", "entities": "dict"},
        feeds=lambda thing, where: fits(thing, FEED_FIELDS, where),
        entities=entities,
    ),
    "mediatopic.getByIds": _shaped(
        "getByIds", {"media_topics": "list", "entities": "dict"}, "media_topics", media_topics=topic, entities=entities
    ),
    "users.getCurrentUser": _profiles(USER_FIELDS),
    "users.getInfo": _profiles(USER_FIELDS),
    "group.getInfo": _profiles(GROUP_FIELDS),
    "graph.info": _like("graph.user.info/get.md"),
    "graph.chat": _like("graph.user.chat/get.md"),
    "graph.chats": _like("graph.user.chats/get.md", of="chats"),
    "graph.messages": _messages,
    "graph.messages.post": _sent,
    "graph.subscriptions": _like("graph.user.subscriptions/get.md", of="subscriptions"),
    "graph.subscribe.post": _like("graph.user.subscribe/post.md", 2),
    "graph.unsubscribe.post": _like("graph.user.unsubscribe/post.md", 2),
    "graph.updates": _shaped("updates", {"updates": "list", "marker": "int"}, "updates", updates=message),
    **dict.fromkeys(UNKNOWN, _anything),
}


def check_answers(record: pathlib.Path) -> None:
    for answer in outgoing.answers(record, "ok"):
        check_answer(answer["method"], json.loads(answer["body"]))


def check_events(state: pathlib.Path) -> None:
    """Every pushed event of a message."""
    query = "SELECT body FROM push WHERE network = 'ok' AND event = 'MESSAGE_CREATED'"
    for (body,) in outgoing.rows(state, query):
        message(json.loads(body), "push")
