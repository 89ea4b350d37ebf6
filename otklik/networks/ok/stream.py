"""Reading a group by pull, ours or somebody else's: there are no pushes for comments.

A quiet group costs one call. The cursor remembers of each of the last topics: `n` comments, the fingerprint `d` of
its words, whether it is closed to us (`c`), and what `discussion.py` keeps. Neither an edit nor, when another comment
came meanwhile, a deletion changes the count: so every topic is looked at anyway at every SWEEP-th turn.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zlib import crc32

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent, RetryAt
from otklik.networks.ok import address as at
from otklik.networks.ok import discussion
from otklik.networks.ok.client import Answer, Parameter, ask, whole_option
from otklik.networks.ok.failures import WRONG_PARAMETER
from otklik.networks.ok.parse import group_of, open_to, topics_in
from otklik.networks.ok.walk import Walk, chained, comments_count, of_topic
from otklik.networks.values import count, mapping, mappings, text

SWEEP = 20
MOST_TOPICS = 100
STREAM_FIELDS = "feed.*,media_topic.*,group_photo.*,user.uid,user.name,group.uid,group.name"
TOPIC_FIELDS = "media_topic.*,group_photo.*,user.uid,user.name,group.uid,group.name"
_FEED_TOPIC = re.compile(r"\{media_topic:([0-9]{1,20})\}")
_UNREAD = discussion.UNREAD


def read_group(access: Access, place: ReadPlace, again_in: timedelta) -> Fetched:
    """One look at a group's topics and their comments.

    A refusal for now in the middle keeps what was read; the topics not reached are read at the next look.
    """
    cursor = place.cursor
    walk = begin(access, place, Origin.WATCH)
    turn = count(cursor.get("round"))
    topics = _topics(walk, mapping(cursor.get("topics")), turn)
    for number, state in topics.items():
        if _is_settled(state) and (turn + crc32(number.encode())) % SWEEP:
            continue
        if not state["total"] and not state.get("seen"):
            topics[number] = {**state, "n": 0, "seen": {}}
            continue
        if walk.tired:
            break
        try:
            topics[number] = discussion.read(walk, number, {**state, **_closed(walk, number, state)})
        except RetryAt as refusal:
            return Fetched(tuple(walk.raws), _cursor(walk, turn, topics), refusal.after, walk.group)
        except Permanent as refusal:
            if refusal.code == WRONG_PARAMETER:
                raise  # then no topic can be read, and somebody has to know
            topics[number] = {**state, "n": state["total"]}  # hidden comments: no reason to leave the other topics
    step = timedelta(seconds=1) if walk.tired else again_in
    return Fetched(tuple(walk.raws), _cursor(walk, turn + 1, topics), step, walk.group)


def begin(access: Access, place: ReadPlace, origin: Origin) -> Walk:
    """A reading of this group."""
    walk = Walk(access, origin, _group(access, place))
    if not walk.own:
        walk.user = at.number_of(place.cursor.get("user")) or me(access)
    return walk


def me(access: Access) -> str:
    """The number of the person whose key it is."""
    answer = mapping(ask(access, "users.getCurrentUser", {"fields": "uid,name"}).value)
    return at.number_of(answer.get("uid"))


def discussion_of(walk: Walk, topic: str) -> tuple[str, bool]:
    """The group in which a topic stands ("" if it is not told) and whether we may answer there."""
    asked = {"discussionId": topic, "discussionType": at.GROUP_TOPIC}
    fields = "discussion.*,discussion.comment_allowed,discussion.comment_as_admin_allowed"
    answer = mapping(walk.ask("discussions.get", {**asked, "fields": fields}).value)
    item = mapping(answer.get("discussion"))
    group = group_of(item)
    return group, open_to(item, admin=group == walk.access.external_id)


def _group(access: Access, place: ReadPlace) -> str:
    group_number = at.group_number(place.external_id) or at.number_of(place.cursor.get("gid"))
    if group_number:
        return group_number
    name = at.short_name(place.external_id)
    if not name:
        raise NeedsPerson(_("Адрес группы Одноклассников не разобрать: укажите ссылку вида ok.ru/group/123"))
    answer = mapping(ask(access, "url.getInfo", {"url": f"{at.SITE}/{name}"}).value)
    number = at.number_of(answer.get("objectId")) or at.number_of(answer.get("objectIdStr"))
    if not number or text(answer.get("type")).upper() != "GROUP":
        raise NeedsPerson(_("Одноклассники не знают группы «%(name)s»: проверьте ссылку") % {"name": name})
    return number


def _topics(walk: Walk, known: Mapping[str, Any], turn: int) -> dict[str, dict[str, Any]]:
    """The last topics by number with what is remembered of each and its `total` of comments now."""
    most = whole_option(walk.access, "topics", 20, 1, MOST_TOPICS)
    listed, body, method, _anchor = listing(walk, most)
    topics: dict[str, dict[str, Any]] = {}
    news: list[Json] = []
    for item in listed:
        number = at.number_of(item.get("id"))
        if not number or at.author_of(item.get("owner_ref"))[0] == "user":
            continue
        before = mapping(known.get(number))
        now = chained(text(before.get("d")), of_topic(item))
        if before.get("d") != now:
            news.append([number, now])
        topics[number] = {"n": _UNREAD, **before, "d": now, "total": comments_count(item, turn)}
        if before.get("c") is True:
            walk.closed.add(number)
    if news:
        for number in [number for number in topics if number not in known]:
            topics[number] |= _closed(walk, number, topics[number])
        walk.keep(body, walk.context(method), news)
    _gone(walk, [number for number in known if number not in topics])
    return topics


def listing(walk: Walk, most: int, anchor: str = "") -> tuple[list[dict[str, Any]], bytes, str, str]:
    """The last topics, or those that follow at an anchor; the answer, its method, and the next page's anchor.

    A stream that names topics without telling of them costs a second call.
    """
    asked: dict[str, Parameter] = {"gid": walk.group, "patterns": "POST", "count": most, "fields": STREAM_FIELDS}
    answer = walk.ask("stream.get", {**asked, "anchor": anchor or None})
    stream = mapping(answer.value)
    further = text(stream.get("anchor"), 500)
    listed = topics_in(stream)
    if listed and all("discussion_summary" in item for item in listed):
        return listed, answer.body, "stream.get", further
    feeds = [feed for feed in mappings(stream.get("feeds")) if text(feed.get("pattern")) in ("", "POST")]
    named = [number for feed in feeds for number in _named(feed)] or [at.number_of(item.get("id")) for item in listed]
    numbers = list(dict.fromkeys(number for number in named if number))[:most]
    if not numbers:
        return [], answer.body, "stream.get", ""
    answer = by_number(walk, numbers)
    return topics_in(mapping(answer.value)), answer.body, "mediatopic.getByIds", further


def by_number(walk: Walk, numbers: list[str]) -> Answer:
    """mediatopic.getByIds. One topic comes with all its blocks, many with three each. A missing one is no error."""
    limit = {"media_limit": 3} if len(numbers) > 1 else {}
    asked: dict[str, Parameter] = {"topic_ids": numbers, "fields": TOPIC_FIELDS, **limit}
    return walk.ask("mediatopic.getByIds", asked, accept=(300,))


def _named(feed: Mapping[str, Any]) -> list[str]:
    """The topics that a feed is about: among its references, or as a mark in its words."""
    refs = [ref for name in ("target_refs", "post_refs", "refs") for ref in _texts(feed.get(name))]
    numbers = [at.number_of(ref.rpartition(":")[2]) for ref in refs if "topic" in ref or "theme" in ref]
    return [number for number in numbers if number] or _FEED_TOPIC.findall(text(feed.get("message")))


def _gone(walk: Walk, missing: list[str]) -> None:
    """Topics that left the listing: most of them are only old by now. Which of them are deleted the network tells."""
    if not missing or walk.tired:
        return
    answer = by_number(walk, missing)
    there = {at.number_of(item.get("id")) for item in topics_in(mapping(answer.value))}
    gone = [number for number in missing if number not in there]
    if gone:
        walk.keep(answer.body, walk.context("mediatopic.getByIds", asked=" ".join(gone)), gone)


def _closed(walk: Walk, number: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the topic takes our answers, asked at the first sight and at every sweep."""
    if ("c" in state and not _is_settled(state)) or walk.tired:
        return {}
    try:
        closed = not discussion_of(walk, number)[1]
    except Permanent:
        return {}
    (walk.closed.add if closed else walk.closed.discard)(number)
    return {"c": closed}


def _is_settled(state: Mapping[str, Any]) -> bool:
    return bool(state["n"] == state["total"]) and not state.get("next")


def _cursor(walk: Walk, turn: int, topics: Mapping[str, Mapping[str, Any]]) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for number, state in topics.items():
        kept[number] = {name: entry for name, entry in state.items() if name != "total"}
    return {"gid": walk.group, "user": walk.user, "round": turn, "topics": kept}


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
