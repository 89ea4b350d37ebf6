"""Answers of the Graph API of which nobody remembers how they were asked: which objects stand in them. Pure.

An answer is a list under "data", one object, several objects by their ids, or objects hung on another one as
"connections" (comments under a post, messages in a conversation). Nothing here raises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otklik.networks.base import Person, Post
from otklik.networks.meta import messaging
from otklik.networks.meta.reading import ident, number_id, when
from otklik.networks.meta.side import Side, is_mid, short_mid
from otklik.networks.values import mapping, mappings, text

Item = Mapping[str, Any]
_NOBODY = "0"  # stands in the address of a dialogue where a side of it is not told
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 10_000  # objects of one answer


def objects_in(body: Any) -> list[dict[str, Any]]:
    """The objects that an answer is made of, in its order; [] for an error."""
    if isinstance(body, list):
        return [item for each in mappings(body) for item in objects_in(each)][:_MOST]
    answer = mapping(body)
    if isinstance(answer.get("data"), list):
        return mappings(answer["data"])[:_MOST]
    if isinstance(answer.get("data"), dict) and "id" not in answer:
        return [answer["data"]]
    if "id" in answer:
        return [dict(answer)]
    if not answer or "error" in answer:
        return []
    # Several objects asked for at once stand under their own ids.
    return [
        value for name, value in answer.items() if isinstance(value, dict) and text(value.get("id"), 2000) in ("", name)
    ][:_MOST]


def hung(item: Item, *names: str) -> list[dict[str, Any]]:
    """What hangs on an object under these names, as a list under "data" or as one object."""
    children: list[dict[str, Any]] = []
    for name in names:
        branch = mapping(item.get(name))
        children += mappings(branch.get("data")) if "data" in branch else [dict(branch)] if "id" in branch else []
    return children


def is_message(item: Item) -> bool:
    """A private message: its id is none of a publication, and it has words or files."""
    mid = item.get("id")
    worded = isinstance(item.get("message"), str) or bool(hung_files(item))
    return isinstance(mid, str) and is_mid(mid) and not ident(mid) and worded and "created_time" in item


def hung_files(item: Item) -> list[dict[str, Any]]:
    return hung(item, "attachments", "shares")


def messages_in(objects: Iterable[Item]) -> list[dict[str, Any]]:
    """The private messages among these objects and in the conversations among them; each is told its recipients."""
    message_items: list[dict[str, Any]] = []
    for item in objects:
        if is_message(item):
            message_items.append(dict(item))
            continue
        for talk in (item, *hung(item, "conversations")):
            people = hung(talk, "participants", "senders")
            for message in hung(talk, "messages"):
                sender = mapping(message.get("from")).get("id")
                others = [each for each in people if each.get("id") != sender]
                if is_message(message):
                    message_items.append({**({"to": {"data": others}} if others else {}), **message})
    return message_items


def messages(objects: Iterable[Item], side: Side, site: str) -> list[Post]:
    """Private messages as texts of others: which side of a dialogue is ours the answer does not tell.

    A person has to write first, so the one who got the oldest message stands as the place of the dialogue.
    """
    listed = messages_in(objects)
    places: dict[frozenset[str], str] = {}
    for item in sorted(listed, key=lambda each: when(each.get("created_time")) or _LONG_AGO):
        pair = _sides(item)
        places.setdefault(frozenset(pair), pair[1])
    posts: list[Post] = []
    for item in listed:
        pair = _sides(item)
        place = places[frozenset(pair)]
        peer = next((each for each in pair if each != place), _NOBODY)
        post = messaging.listed({**item, "from": _sender(item)}, place, peer, side, site)
        if post:
            posts.append(_unknown(post, item, place))
    return posts


def _sides(item: Item) -> tuple[str, str]:
    """Who wrote and who got it."""
    sender = number_id(mapping(item.get("from")).get("id"))
    got = next((to for each in hung(item, "to") if (to := number_id(each.get("id"))) and to != sender), "")
    return sender or _NOBODY, got or _NOBODY


def _sender(item: Item) -> dict[str, Any]:
    sender = mapping(item.get("from"))
    return {**sender, "id": number_id(sender.get("id")) or _NOBODY}


def _unknown(post: Post, item: Item, place: str) -> Post:
    """The same as somebody's words, not ours; the sides that were not told are left empty."""
    author = replace(post.author, is_community=False)
    if not number_id(mapping(item.get("from")).get("id")):
        author = Person(f"hidden:{short_mid(text(item.get('id')))}", author.name)
    return replace(post, author=author, own=False, community="" if place == _NOBODY else place)
