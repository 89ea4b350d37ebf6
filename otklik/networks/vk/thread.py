"""Finding the thread in which a comment stands, when only the comment's own number is known.

The network lists a post's comments with the beginnings of their threads, and one thread by the number of its first
comment. A number inside a thread does not tell the first one, so the post is walked from its newest comment back.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Access
from otklik.networks.errors import Permanent
from otklik.networks.look import TooLong
from otklik.networks.values import count, mapping, mappings, number
from otklik.networks.vk.address import WallAddress
from otklik.networks.vk.client import Parameter, ask
from otklik.networks.vk.pages import PAGE
from otklik.networks.vk.parse import COMMENTS_IN_THREAD
from otklik.networks.vk.view import comment_parent

_MOST_CALLS = 40


@dataclass
class Listing:
    """Comments with the people they name. `calls` is what it took."""

    access: Access
    token: str
    where: WallAddress
    items: list[dict[str, Any]] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    calls: int = 0

    def page(self, offset: int, thread: int = 0) -> Mapping[str, Any]:
        """One page, newest first. Raises TooLong when the look has become too long."""
        if self.calls >= _MOST_CALLS:
            raise TooLong
        self.calls += 1
        parameters: dict[str, Parameter] = {
            "owner_id": self.where.owner,
            "post_id": self.where.post,
            "count": PAGE,
            "offset": offset,
            "sort": "desc",
            "preview_length": 0,
            "extended": True,
        }
        beside = {"comment_id": thread} if thread else {"thread_items_count": COMMENTS_IN_THREAD}
        answer = mapping(ask(self.access, self.token, "wall.getComments", parameters | beside).response)
        self.profiles += mappings(answer.get("profiles"))
        self.groups += mappings(answer.get("groups"))
        return answer

    def thread(self, top: int) -> list[dict[str, Any]]:
        comments: list[dict[str, Any]] = []
        for turn in itertools.count():
            items = mappings(self.page(turn * PAGE, top).get("items"))
            comments += items
            if len(items) < PAGE:
                break
        return comments


def under_post(access: Access, token: str, where: WallAddress) -> Listing:
    """The comments that stand under the post itself, newest first, at most the newest four thousand."""
    listing = Listing(access, token, where)
    for turn in range(_MOST_CALLS):
        items = mappings(listing.page(turn * PAGE).get("items"))
        listing.items += items
        if not items:
            break
    return listing


def under_comment(access: Access, token: str, where: WallAddress) -> Listing:
    """The thread that holds the comment, replies to it included. Empty if there is no such comment (any more)."""
    listing = Listing(access, token, where)
    try:
        items = listing.thread(where.comment)
    except Permanent:
        items = []  # asked for a thread by a number inside it; a post that is closed fails again below
    if any(comment_parent(item) == where.comment or _under(item, where.comment) for item in items):
        listing.items = items
        return listing
    return around(access, token, where)


def around(access: Access, token: str, where: WallAddress) -> Listing:
    """The thread that holds the comment, with its first comment and with the comment itself."""
    listing = Listing(access, token, where)
    offsets = itertools.count(0, PAGE)
    while True:  # TooLong ends it: a walk cut short is no proof that the comment is not there
        tops = mappings(listing.page(next(offsets)).get("items"))
        for top in tops:
            thread_items = _thread_if_held(listing, top)
            if thread_items:
                listing.items = thread_items
                return listing
        if not tops:
            return listing


def _thread_if_held(listing: Listing, top: dict[str, Any]) -> list[dict[str, Any]]:
    wanted, first = listing.where.comment, number(top.get("id")) or 0
    if not 0 < first <= wanted:  # numbers grow: a thread that began later cannot hold it
        return []
    thread = mapping(top.get("thread"))
    listed = mappings(thread.get("items"))
    if first != wanted and not listed:
        return []
    if count(thread.get("count")) > len(listed):
        listed = listing.thread(first)
    held = [top, *listed]
    return held if any(number(item.get("id")) == wanted for item in held) else []


def _under(item: Mapping[str, Any], comment: int) -> bool:
    stack = item.get("parents_stack")
    return isinstance(stack, list) and comment in stack
