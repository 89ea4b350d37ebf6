"""Listing the comments under one photo, one video or in one topic, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Access
from otklik.networks.look import TooLong
from otklik.networks.values import count, mapping, mappings, number
from otklik.networks.vk import address as at
from otklik.networks.vk.client import USER, Parameter, ask, reader
from otklik.networks.vk.pages import PAGE
from otklik.networks.vk.parse import COMMENTS_IN_THREAD, with_threads

_MOST_CALLS = 40
METHOD = {at.PHOTO: "photos.getComments", at.TOPIC: "board.getComments", at.VIDEO: "video.getComments"}


@dataclass
class Notes:
    """Comments, newest first where the network has no threads, with the people they name."""

    items: list[dict[str, Any]] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)

    def take(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Keeps a page; its items, with the pieces of threads listed in them."""
        items = with_threads(mappings(answer.get("items")))
        self.items += items
        self.profiles += mappings(answer.get("profiles"))
        self.groups += mappings(answer.get("groups"))
        return items


def may_read(access: Access, kind: str) -> str:
    """The kind of token that may read such comments, "" if there is none. Photos and videos ask for a user's."""
    if kind == at.TOPIC:
        return reader(access)
    return USER if access.tokens.get(USER) else ""


def asked(where: at.BesideAddress) -> dict[str, Parameter]:
    """The parameters that name the thing, for reading and for writing."""
    if where.kind == at.TOPIC:
        return {"group_id": -where.owner, "topic_id": where.thing}
    return {"owner_id": where.owner, f"{where.kind}_id": where.thing}


def newest(access: Access, token: str, where: at.BesideAddress) -> Notes:
    """All comments back to `where.comment`. Raises TooLong: a walk cut short proves nothing.

    Numbers grow, so a page that reaches that number is the last. Under a video an old comment may have a new reply.
    """
    notes = Notes()
    threads: dict[str, Parameter] = {"thread_items_count": COMMENTS_IN_THREAD} if where.kind == at.VIDEO else {}
    calls = 0
    for offset in range(0, _MOST_CALLS * PAGE, PAGE):
        calls += 1
        answer = _page(access, token, where, {"offset": offset, **threads})
        page = mappings(answer.get("items"))
        notes.take(answer)
        for top in page if threads else []:
            calls += _whole_thread(access, token, where, top, notes)
        if calls >= _MOST_CALLS:
            raise TooLong
        numbers = [number(item.get("id")) or 0 for item in page]
        if len(page) < PAGE or (not threads and where.comment and min(numbers) <= where.comment):
            return notes
    raise TooLong


def _whole_thread(access: Access, token: str, where: at.BesideAddress, top: Mapping[str, Any], notes: Notes) -> int:
    """Reads on where a listing holds only the beginning of a thread. How many calls it took."""
    thread, root = mapping(top.get("thread")), number(top.get("id")) or 0
    held = count(thread.get("count"))
    if root <= 0 or held <= len(mappings(thread.get("items"))):
        return 0
    offsets = range(0, min(held, _MOST_CALLS * PAGE), PAGE)
    for offset in offsets:
        notes.take(_page(access, token, where, {"offset": offset, "comment_id": root}))
    return len(offsets)


def _page(access: Access, token: str, where: at.BesideAddress, beside: Mapping[str, Parameter]) -> Mapping[str, Any]:
    parameters: dict[str, Parameter] = {**asked(where), "count": PAGE, "sort": "desc", "extended": True, **beside}
    return mapping(ask(access, token, METHOD[where.kind], parameters).response)
