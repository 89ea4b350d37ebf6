"""Payloads of which nobody remembers how they were asked: what stands in them, told by shape alone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from otklik.networks.base import Json
from otklik.networks.values import mapping, mappings
from otklik.networks.x import address as at

_MOST = 10_000  # answers of one payload
_OF_OTHERS = frozenset({"hidden", "event_uuid", "trend_name", "host_ids"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its items, and the whole of it for what stands beside them.

    `pushed`: messages as the older webhooks of an account tell them; `account` is then whose they are.
    """

    body: Mapping[str, Any]
    items: list[dict[str, Any]]
    pushed: bool = False
    account: str = ""


def answers_in(told: Json) -> list[Answer]:
    """An answer of a reading call, a bare object, a list of either, or recorded calls with their answers."""
    if isinstance(told, list):
        return [found for each in mappings(told)[:_MOST] if (found := _answer(each))]
    found = _answer(mapping(told))
    return [found] if found else []


def _answer(told: Mapping[str, Any]) -> Answer | None:
    body = told["response"] if isinstance(told.get("response"), dict) and "id" not in told else told
    account = at.number(body.get("for_user_id"))
    if account and isinstance(body.get("direct_message_events"), list):
        return Answer(body, [], pushed=True, account=account)
    data = body.get("data")
    if isinstance(data, dict | list):
        return Answer(body, [data] if isinstance(data, dict) else mappings(data))
    return Answer(body, [dict(body)]) if is_text(body) or is_message(body) else None


def is_message(item: Mapping[str, Any]) -> bool:
    return "dm_conversation_id" in item and bool(at.number(item.get("sender_id")))


def is_text(item: Mapping[str, Any]) -> bool:
    """A post: the only object with a number and a text but a message."""
    worded = isinstance(item.get("text"), str) or "note_tweet" in item or "note_post" in item
    old = "id_str" in item  # an object of the older API, which has another shape in everything
    return bool(at.number(item.get("id"))) and worded and not old and not _OF_OTHERS & item.keys()
