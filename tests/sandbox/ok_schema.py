"""The judge of all that leaves the Odnoklassniki emulator.

There is no machine-readable schema. What is known are the examples on the network's pages of the Bot API, two
recorded answers, and the lists of fields that clients asked the network for. From them a shape is built: a key that
none of them has must stand here with its source, and a value must have the type that was seen.
"""

import functools
import json
import pathlib
import re
from typing import Any

import jsonschema
import pytest

from tests.sandbox import outgoing

ROOT = outgoing.NETWORKS / "ok"
PAGES = ROOT / "spec" / "apiok-documentation" / "docs" / "method" / "ru"
FIXTURES = ROOT / "fixtures" / "django-discussions"
PRESENT = PAGES.is_dir() and FIXTURES.is_dir()
needed = pytest.mark.skipif(not PRESENT, reason=outgoing.MISSING)
KINDS = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object", type(None): "null"}
Schema = dict[str, Any]
UNKNOWN = (  # nothing is published or recorded of their answers; the clients' use of them is all there is
    *("discussions.editDiscussionComment", "discussions.deleteDiscussionComment", "discussions.getAttachedResources"),
    *("mediatopic.post", "users.getLoggedInUser", "users.hasAppPermission", "users.getCallsLeft"),
    *("group.getUserGroupsByIds", "url.getInfo"),
)


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


def typed(**names: str) -> Schema:
    """The names of fields by their types."""
    return {name: {"type": kind} for kind, listed in names.items() for name in listed.split()}


def seen(*samples: Schema, required: str = "", **more: Schema) -> Schema:
    """An object with the keys of these, each of the type that was seen, and with `more`; nothing else passes."""
    known = {key: {"type": KINDS[type(value)]} for sample in samples for key, value in sample.items()}
    shape = {"type": "object", "properties": known | more, "additionalProperties": False}
    return shape | ({"required": required.split()} if required else {})


def holding(required: str, **parts: Schema) -> Schema:
    """An object that holds such things, whatever stands beside them."""
    return {"type": "object", "properties": parts} | ({"required": required.split()} if required else {})


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def any_of(*shapes: Schema) -> Schema:
    return {"anyOf": list(shapes)}


@functools.cache
def schemas() -> dict[str, Schema]:
    """What a method may answer, by its name.

    Keys beyond the recorded answers: fields that clients asked for and were given (lists of fields of 2014 and later).
    """
    recorded_comment, recorded_discussion = recorded("comment.json"), recorded("discussion.json")
    comment = seen(
        recorded_comment,
        **typed(string="author_type author_name reply_to_type", array="attachments"),
        removed={"type": "boolean"},  # a guess, behind the switch `removed`
        date={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"},
    )
    whole = {"required": ["id", "type", "date", "author_id", "text", "attrs"]}
    comment |= any_of(whole, holding("id type date", type={"enum": ["REMOVED_MESSAGE"]}))
    topic = seen(
        required="discussion_summary",
        **typed(string="id author_ref owner_ref", object="like_summary reshare_summary"),
        **typed(integer="created_ms", array="media", boolean="has_more"),
        discussion_summary=holding("comments_count", comments_count={"type": "integer"}),
    )
    user = seen(*recorded_discussion["entities"]["users"], **typed(string="uid first_name last_name name"))
    group = seen(*recorded_discussion["entities"]["groups"], **typed(string="uid name shortname description"))
    entities = holding("", users=list_of(user), groups=list_of(group), media_topics=list_of(topic))
    discussion = seen(recorded_discussion["discussion"], **typed(boolean="comment_allowed comment_as_admin_allowed"))
    feed = seen(**typed(string="pattern type date message", array="feed_owner_refs actor_refs"))
    profile, of_group = (
        seen(**typed(string=f"uid name {names}")) for names in ("first_name last_name", "shortname description")
    )
    base64 = {"type": "string", "pattern": r"^[A-Za-z0-9+/=]{40,}$"}
    any_comment = any_of(base64, comment, holding("comment", comment=comment))
    several = {**seen(success={"type": "array"}, chat_ids={}), "required": ["success", "chat_ids"]}
    sent = seen(**typed(boolean="success", string="recipient_id message_id"))  # its answer has no example
    chats, subscriptions = example("graph.user.chats/get.md"), example("graph.user.subscriptions/get.md")
    return {
        "discussions.getComments": seen(
            **typed(string="anchor", boolean="has_more"), entities=entities, comments=list_of(comment)
        ),
        **dict.fromkeys(("discussions.getComment", "discussions.addDiscussionComment"), any_comment),
        "discussions.get": seen(required="discussion", discussion=discussion, entities=entities),
        "discussions.getList": holding("discussions", discussions=list_of(discussion)),
        "stream.get": seen(feeds=list_of(feed), anchor={"type": "string"}, entities=entities),
        "mediatopic.getByIds": seen(required="media_topics", media_topics=list_of(topic), entities=entities),
        **dict.fromkeys(("users.getCurrentUser", "users.getInfo"), any_of(profile, list_of(profile))),
        "group.getInfo": any_of(of_group, list_of(of_group)),
        "graph.info": seen(example("graph.user.info/get.md")),
        "graph.chat": seen(example("graph.user.chat/get.md")),
        "graph.chats": seen(chats, chats=list_of(seen(*chats["chats"]))),
        "graph.messages": seen(example("graph.user.messages/get.md"), messages=list_of(message())),
        "graph.messages.post": any_of(several, sent),
        "graph.subscriptions": seen(subscriptions, subscriptions=list_of(seen(*subscriptions["subscriptions"]))),
        "graph.subscribe.post": seen(example("graph.user.subscribe/post.md", 2)),
        "graph.unsubscribe.post": seen(example("graph.user.unsubscribe/post.md", 2)),
        "graph.updates": seen(required="updates", updates=list_of(message()), marker={"type": "integer"}),
    }


@functools.cache
def message() -> Schema:
    """A message of the Bot API, listed or pushed; the newer form names the kind of an event."""
    plain, shared = example("graph.user.messages/get.md")["messages"]
    attachments = list_of(seen(*shared["message"]["attachments"]))
    mid, chat = ({"type": "string", "pattern": f"^{kind}:"} for kind in ("mid", "chat"))
    inner = seen(plain["message"], shared["message"], required="mid", mid=mid, attachments=attachments)
    recipient = seen(plain["recipient"], required="chat_id", chat_id=chat)
    parts = {"message": inner, "sender": seen(plain["sender"]), "recipient": recipient}
    return seen(plain, required="message sender recipient", webhookType={"type": "string"}, **parts)


def check(schema: Schema, thing: Any, where: str) -> None:
    assert outgoing.problems(jsonschema.Draft4Validator(schema), thing) == [], where


def check_answer(method: str, answer: Any) -> None:
    """One answer of a method, as far as anything is known of it."""
    if isinstance(answer, dict) and "error_code" in answer:
        fields = typed(integer="error_code", string="error_msg", null="error_data")
        check(seen(required=" ".join(fields), **fields), answer, method)
        return
    if method not in UNKNOWN:
        assert method in schemas(), f"nothing is known of the answers of {method}"
        check(schemas()[method], answer, method)


def check_answers(record: pathlib.Path) -> None:
    for answer in outgoing.answers(record, "ok"):
        check_answer(answer["method"], json.loads(answer["body"]))


def check_events(state: pathlib.Path) -> None:
    """Every pushed event of a message."""
    query = "SELECT body FROM push WHERE network = 'ok' AND event = 'MESSAGE_CREATED'"
    for (body,) in outgoing.rows(state, query):
        check(message(), json.loads(body), "push")
