"""What a payload says, as events. Pure: what it does not understand gives no events and stays a raw payload.

A pushed event is one message of the Bot API. An answer of a reading method is named by `Raw.context`: the `method`,
our own `group` and the token's `user`, the `topic` read, the group `place` it stands in, `closed` (numbers of topics
that take no answer), what was `asked` for one by one, `site` as the base of public links.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Deletion, Event, Person, Place, Post, Raw
from otklik.networks.ok import address as at
from otklik.networks.ok import media
from otklik.networks.ok.failures import GONE
from otklik.networks.ok.markup import plain
from otklik.networks.values import count, mapping, mappings, number, read, text

MOSCOW = ZoneInfo("Europe/Moscow")
CLOSED = _("Комментарии к этой теме закрыты")


@dataclass(frozen=True, slots=True)
class View:
    """What is known beside the object itself."""

    context: Mapping[str, str]
    site: str
    people: Mapping[str, Person] = field(default_factory=dict)
    resources: media.Resources = field(default_factory=dict)

    def person(self, author: str, name: str = "") -> Person:
        """Somebody by "user:5" or "group:7"."""
        kind, author_number = at.author_of(author)
        known = self.people.get(author)
        named = name or (known.name if known else "")
        return Person(author, named, at.author_url(self.site, kind, author_number), kind == "group")

    def ours(self, author: str) -> bool:
        group, user = self.context.get("group", ""), self.context.get("user", "")
        return author in {at.group_id(group) if group else None, at.user_id(user) if user else None}

    def closed(self, topic: str) -> str:
        return CLOSED if topic in self.context.get("closed", "").split() else ""


def parse(raw: Raw) -> list[Event]:
    """The events of a payload in its own order; [] for anything unknown or broken. Never raises."""
    body = read(raw.body)
    answer = mapping(body)
    site = raw.context.get("site") or at.SITE
    view = View(raw.context, site, people(answer, site), media.resources(answer))
    reader = READERS.get(raw.context.get("method") or _method_of(answer))
    return reader(answer, view) if reader and answer else []


def _method_of(answer: Mapping[str, Any]) -> str:
    """Which method gives such an answer, where nobody remembers how it was asked; "" for a pushed event."""
    if isinstance(answer.get("discussion"), dict):
        return "discussions.get"
    if isinstance(answer.get("messages"), list):
        return "graph.messages"
    if topics_in(answer):
        return "mediatopic.getByIds"
    return "discussions.getComments" if comments_in(answer) else ""


def people(answer: Mapping[str, Any], site: str) -> dict[str, Person]:
    """The people and groups that an answer describes beside its texts, by author id."""
    people_by_id = {}
    entities = mapping(answer.get("entities"))
    for kind in ("user", "group"):
        for profile in mappings(entities.get(f"{kind}s")):
            person = person_of(kind, profile, site)
            if person:
                people_by_id[person.external_id] = person
    return people_by_id


def person_of(kind: str, profile: Mapping[str, Any], site: str) -> Person | None:
    """A profile of users.getInfo or group.getInfo; None without a number."""
    author_number = at.number_of(profile.get("uid")) or at.number_of(profile.get("id"))
    if not author_number:
        return None
    parts = (text(profile.get("first_name"), 100).strip(), text(profile.get("last_name"), 100).strip())
    name = text(profile.get("name"), 200).strip() or " ".join(part for part in parts if part)
    return Person(f"{kind}:{author_number}", name, at.author_url(site, kind, author_number), kind == "group")


def moscow(value: Any) -> datetime | None:
    """ "2014-04-11 12:53:02", Moscow time without a zone, as an aware time; None for anything else."""
    time_text = text(value)
    if len(time_text) != 19:
        return None
    try:
        moscow_time = datetime.strptime(time_text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=MOSCOW)
    except ValueError:
        return None
    return moscow_time.astimezone(UTC) if 1970 < moscow_time.year < 3000 else None


def of_milliseconds(value: Any) -> datetime | None:
    timestamp = number(value)
    if timestamp is None or not 0 < timestamp < 32_503_680_000_000:
        return None
    return datetime.fromtimestamp(timestamp / 1000, UTC)


def _topics(answer: Mapping[str, Any], view: View) -> list[Event]:
    """A listing of topics. Of topics that were asked for by number, those that are not in the answer are gone."""
    listed = topics_in(answer)
    events: list[Event] = [topic for item in listed if (topic := _topic(item, view))]
    asked = view.context.get("asked", "").split()
    there = {at.number_of(item.get("id")) for item in listed}
    if asked and (isinstance(answer.get("media_topics"), list) or _is_gone(answer)):
        events += [Deletion(at.topic_id(topic)) for topic in asked if at.number_of(topic) and topic not in there]
    return events


def topics_in(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The topics of mediatopic.getByIds, or those beside the feeds of stream.get."""
    return mappings(answer.get("media_topics")) or mappings(mapping(answer.get("entities")).get("media_topics"))


def _topic(item: Mapping[str, Any], view: View) -> Event | None:
    topic = at.number_of(item.get("id"))
    kind, group = at.author_of(item.get("owner_ref"))
    if not topic or (kind and kind != "group"):
        return None
    group = group or at.number_of(view.context.get("place"))
    author = text(item.get("author_ref"))
    if not at.author_of(author)[0]:
        author = at.group_id(group)
    if not at.author_of(author)[0]:
        return None
    blocks = [text(block.get("text")) for block in mappings(item.get("media")) if block.get("type") == "text"]
    words = "\n".join(block for block in blocks if block) or text(item.get("media_text"))
    address = at.topic_id(topic)
    return Post(
        external_id=address,
        place=Place.POST,
        thread=address,
        author=view.person(author),
        text=plain(words),
        posted_at=of_milliseconds(item.get("created_ms")),
        community=at.group_id(group) if group else "",
        url=at.topic_url(view.site, group, topic),
        own=view.ours(author),
        attachments=media.of_topic(item, view.resources),
        engagement=_engagement(item),
        closed=view.closed(topic),
    )


def _discussion(answer: Mapping[str, Any], view: View) -> list[Event]:
    """discussions.get: the topic in short; the group stands among the objects that it refers to."""
    item = mapping(answer.get("discussion"))
    topic = at.number_of(item.get("object_id"))
    group = group_of(item)
    if not topic or item.get("object_type") != at.GROUP_TOPIC or not group:
        return []
    owner = at.number_of(item.get("owner_uid"))
    author = at.user_id(owner) if owner and owner != group else at.group_id(group)
    post = Post(
        external_id=at.topic_id(topic),
        place=Place.POST,
        thread=at.topic_id(topic),
        author=view.person(author),
        text=plain(text(item.get("title")) or text(item.get("message"))),
        posted_at=moscow(item.get("creation_date")),
        community=at.group_id(group),
        url=at.topic_url(view.site, group, topic),
        own=view.ours(author),
        engagement=min(count(item.get("like_count")) + count(item.get("total_comments_count")), 2**31 - 1),
    )
    return [replace(post, closed="" if open_to(item, admin=view.context.get("group") == group) else CLOSED)]


def group_of(discussion: Mapping[str, Any]) -> str:
    """The number of the group in which a discussion stands; "" where it does not tell."""
    refs = [each for each in mappings(discussion.get("ref_objects")) if each.get("type") == "GROUP"]
    return next((group_number for each in refs if (group_number := at.number_of(each.get("id")))), "")


def open_to(discussion: Mapping[str, Any], *, admin: bool) -> bool:
    """Whether we may comment there. The network tells it as a field or as letters among the flags; silence is a yes."""
    is_allowed = discussion.get("comment_as_admin_allowed" if admin else "comment_allowed")
    if isinstance(is_allowed, bool):
        return is_allowed
    flags = text(mapping(discussion.get("attrs")).get("flags"))
    letters = {flag.strip() for flag in flags.split(",")}
    return not flags or "c" in letters or (admin and "ca" in letters)


def _comments(answer: Mapping[str, Any], view: View) -> list[Event]:
    asked = view.context.get("asked", "")
    if _is_gone(answer) and at.comment_of(asked) and at.number_of(view.context.get("topic")):
        return [Deletion(at.comment_id(view.context["topic"], asked))]
    return [comment for item in comments_in(answer) if (comment := _comment(item, view))]


def comments_in(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The comments of discussions.getComments, or the one of getComment, with its wrapping or without."""
    if isinstance(answer.get("comments"), list):
        return mappings(answer["comments"])
    one = answer.get("comment") if isinstance(answer.get("comment"), dict) else answer
    return [dict(mapping(one))] if at.comment_of(mapping(one).get("id")) else []


def removed(item: Mapping[str, Any]) -> bool:
    """Whether a listed comment is only the place where one was; how the network marks it is not settled."""
    kind = text(item.get("type")).upper()
    return "REMOVED" in kind or "DELETED" in kind or item.get("removed") is True or item.get("deleted") is True


def author_id(item: Mapping[str, Any]) -> str:
    """Who wrote a comment, as "user:5" or "group:7"; "" where it is not told."""
    author_number = at.number_of(item.get("author_id"))
    if not author_number:
        return ""
    return at.group_id(author_number) if text(item.get("author_type")).upper() == "GROUP" else at.user_id(author_number)


def _comment(item: Mapping[str, Any], view: View) -> Event | None:
    comment = at.comment_of(item.get("id"))
    topic = at.number_of(view.context.get("topic")) or at.topic_within(comment)
    if not topic or not comment:
        return None
    address = at.comment_id(topic, comment)
    if removed(item):
        return Deletion(address)
    author = author_id(item)
    if not author:
        return None
    group, above = at.number_of(view.context.get("place")), at.comment_of(item.get("reply_to_comment_id"))
    return Post(
        external_id=address,
        place=Place.COMMENT,
        thread=at.topic_id(topic),
        author=view.person(author, text(item.get("author_name"), 200).strip()),
        text=plain(text(item.get("text"))),
        posted_at=moscow(item.get("date")),
        community=at.group_id(group) if group else "",
        parent=at.comment_id(topic, above) if above else at.topic_id(topic),
        url=at.comment_url(view.site, group, topic, comment),
        own=view.ours(author),
        attachments=media.of_comment(item, view.resources),
        engagement=count(item.get("like_count")) or count(mapping(item.get("like_summary")).get("count")),
        closed=view.closed(topic),
    )


def _messages(answer: Mapping[str, Any], view: View) -> list[Event]:
    return [post for item in mappings(answer.get("messages")) if (post := message(item, view))]


def _event(answer: Mapping[str, Any], view: View) -> list[Event]:
    """A pushed event, in the older form or in the newer one that names its kind."""
    if text(answer.get("webhookType")) not in ("", "MESSAGE_CREATED"):
        return []
    post = message(answer, view)
    return [post] if post else []


def sender_of(item: Mapping[str, Any]) -> str:
    """Who wrote a message, as "user:5" or "group:7"; "" where it is not told."""
    sender = mapping(item.get("sender"))
    for name, kind in (("user_id", "user"), ("group_id", "group")):
        sender_id = sender.get(name)
        if at.author_of(sender_id)[0]:
            return text(sender_id)
        if at.number_of(sender_id):
            return f"{kind}:{sender_id}"
    return ""


def message(item: Mapping[str, Any], view: View) -> Post | None:
    """One message of the Bot API; None for news of a chat in which nobody said anything."""
    chat = at.chat_of(mapping(item.get("recipient")).get("chat_id"))
    words = mapping(item.get("message"))
    mid, author = at.message_of(words.get("mid")), sender_of(item)
    hung = media.of_message(words)
    if not chat or not mid or not author or not (text(words.get("text")) or hung):
        return None
    group = at.number_of(view.context.get("group"))
    return Post(
        external_id=at.direct_id(chat, mid),
        place=Place.DIRECT,
        thread=at.dialogue_id(chat),
        author=view.person(author, text(mapping(item.get("sender")).get("name"), 200).strip()),
        text=plain(text(words.get("text"))),
        posted_at=of_milliseconds(item.get("timestamp")),
        community=at.group_id(group) if group else "",
        url=at.dialogue_url(view.site, chat),
        own=author.startswith("group:"),  # a dialogue has one group, and it is the one whose key reads it
        attachments=hung,
    )


def _engagement(item: Mapping[str, Any]) -> int:
    counters = (("like_summary", "count"), ("discussion_summary", "comments_count"), ("reshare_summary", "count"))
    return min(sum(count(mapping(item.get(name)).get(inner)) for name, inner in counters), 2**31 - 1)


def _is_gone(answer: Mapping[str, Any]) -> bool:
    return str(number(answer.get("error_code"))) in GONE


READERS: Mapping[str, Callable[[Mapping[str, Any], View], list[Event]]] = {
    "": _event,
    "stream.get": _topics,
    "mediatopic.getByIds": _topics,
    "discussions.get": _discussion,
    "discussions.getComments": _comments,
    "discussions.getComment": _comments,
    "graph.messages": _messages,
}
