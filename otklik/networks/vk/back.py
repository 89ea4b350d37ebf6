"""Reading a place from its newest post back: the wall, and of our own community the topics and videos beside it.

Comments of photos need no such walk: one listing tells all of them, newest first (`rounds.py`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from otklik.networks.base import Access, Json, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.optional import Count, Page
from otklik.networks.values import count, mapping, mappings, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk.client import Parameter, ask
from otklik.networks.vk.notes import METHOD, asked, may_read
from otklik.networks.vk.pages import PAGE, Walk, voice_beside
from otklik.networks.vk.parse import COMMENTS_IN_THREAD
from otklik.networks.vk.watch import begin, commenting_at, comments, wall

_WALL = "wall"
_AFTER = {_WALL: at.TOPIC, at.TOPIC: at.VIDEO}  # the parts of our own community, in this order
_LISTS: Mapping[str, tuple[str, str]] = {at.TOPIC: ("board.getTopics", "updated"), at.VIDEO: ("video.get", "date")}


def posts(access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
    """A page of the wall or of what stands beside it. A part that refuses is left out: it is closed, or has no key."""
    walk, owner = begin(access, place, Origin.BACKFILL)
    part, offset, least = text(page.get("part")) or _WALL, count(page.get("offset")), int(since.timestamp())
    following: dict[str, Json] = {"part": _AFTER[part]} if place.kind == "own" and part in _AFTER else {}
    if part == _WALL:
        asked_for: dict[str, Parameter] = {"owner_id": owner, "count": PAGE, "offset": offset, "extended": True}
        items, moment = mappings(wall(walk, owner, asked_for).get("items")), "date"
    else:
        items, moment = _beside(walk, owner, part, offset)
    young = [item for item in items if (number(item.get(moment)) or 0) >= least]
    # A fixed post stands first however old it is: the page's last one tells how far it goes.
    if len(items) == PAGE and items[-1] in young:
        following = {"part": part, "offset": offset + PAGE}
    return Page(tuple(walk.raws), following, tuple(_count(walk, owner, part, item) for item in young))


def _beside(walk: Walk, owner: int, part: str, offset: int) -> tuple[list[dict[str, Any]], str]:
    method, moment = _LISTS[part]
    token = may_read(walk.access, part)
    if not token:
        return [], moment
    named: dict[str, Parameter] = {"group_id": -owner, "order": 1} if part == at.TOPIC else {"owner_id": owner}
    try:
        answer = ask(walk.access, token, method, {**named, "count": PAGE, "offset": offset}).response
    except (Permanent, NeedsPerson):
        return [], moment
    return mappings(mapping(answer).get("items")), moment


def _count(walk: Walk, owner: int, part: str, item: Mapping[str, Any]) -> Count:
    thing = number(item.get("id")) or 0
    if part != _WALL:
        return Count(at.beside_id(part, owner, thing), count(item.get("comments")))
    state = commenting_at(walk, owner, item)
    total = count(mapping(item.get("comments")).get("count"))
    return Count(at.post_id(owner, thing), total, {"commenting": state} if state else {})


def under(access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
    """A page right under the post, or of a branch that was too long to be listed with its first comment."""
    walk, _owner = begin(access, place, Origin.BACKFILL)
    branch, offset = count(page.get("branch")), count(page.get("offset"))
    answer = _under(walk, post, branch, offset)
    items = mappings(answer.get("items"))
    waiting: list[Json] = [*_texts(page.get("waiting")), *([] if branch else map(str, _long(items)))]
    level = count(answer.get("current_level_count"))
    whole = not items or (offset + PAGE >= level if level else len(items) < PAGE)
    if not whole:
        further: dict[str, Json] = {"branch": branch, "offset": offset + PAGE, "waiting": waiting}
    else:
        further = {"branch": int(str(waiting[0])), "offset": 0, "waiting": waiting[1:]} if waiting else {}
    return Page(tuple(walk.raws), further)


def _under(walk: Walk, post: Count, branch: int, offset: int) -> Mapping[str, Any]:
    where = at.wall_address(post.post)
    if where is not None:
        walk.beside = {**walk.beside, **post.about}
        return comments(walk, where.owner, where.post, offset=offset, thread=branch)
    thing = at.beside_address(post.post)
    if thing is None or not may_read(walk.access, thing.kind):
        return {}
    walk.beside = voice_beside(walk.access)
    named: dict[str, Parameter] = {**asked(thing), "count": PAGE, "offset": offset, "extended": True}
    if thing.kind == at.VIDEO:
        named |= {"comment_id": branch} if branch else {"thread_items_count": COMMENTS_IN_THREAD}
    token = may_read(walk.access, thing.kind)
    return walk.page(METHOD[thing.kind], named, owner=thing.owner, post=thing.thing, token=token)


def _long(items: list[dict[str, Any]]) -> list[int]:
    """First comments whose branches are listed in part alone."""
    threads = [(number(item.get("id")) or 0, mapping(item.get("thread"))) for item in items]
    cut = [top for top, thread in threads if count(thread.get("count")) > len(mappings(thread.get("items")))]
    return [top for top in cut if top > 0]


def _texts(value: Json) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
