"""What a payload of MAX holds, told by its shape: updates, messages, posts and comments. Pure."""

from collections.abc import Mapping
from typing import Any

from otklik.networks.base import Json
from otklik.networks.max import address as at
from otklik.networks.values import mapping, mappings

_LISTS = ("updates", "messages", "comments")
_SINGLE = ("message", "comment")
_MOST = 10_000  # of one payload
_DEEPEST = 3


def things_in(payload: Json, depth: int = 0) -> list[Mapping[str, Any]]:
    """Updates and texts of a payload, in its order; [] for chats, people, errors."""
    if depth > _DEEPEST:
        return []
    if isinstance(payload, list):
        return [thing for each in mappings(payload) for thing in things_in(each, depth + 1)][:_MOST]
    body = mapping(payload)
    if "update_type" in body or is_text(body):
        return [body]
    for name in _LISTS:
        if isinstance(body.get(name), list):
            return things_in(body[name], depth + 1)
    for name in _SINGLE:
        if isinstance(body.get(name), dict):
            return things_in(body[name], depth + 1)
    return []


def is_text(item: Mapping[str, Any]) -> bool:
    """A message, post or comment: something with a body that has an id."""
    return bool(at.mid_of(mapping(item.get("body")).get("mid")))
