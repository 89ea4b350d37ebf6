"""Reading a group from its newest topic back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from otklik.networks.base import Access, Json, Origin, ReadPlace
from otklik.networks.errors import Permanent
from otklik.networks.ok import address as at
from otklik.networks.ok.client import has_rest
from otklik.networks.ok.discussion import comments, goes_on, resolved
from otklik.networks.ok.parse import of_milliseconds
from otklik.networks.ok.stream import MOST_TOPICS, begin, discussion_of, listing
from otklik.networks.ok.walk import Walk
from otklik.networks.optional import Count, Page
from otklik.networks.values import count, dump, mapping, text


def posts(access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
    """Topics, newest first. Where the stream tells no count of one, it is read."""
    if not has_rest(access):
        return Page(())
    walk = begin(access, place, Origin.BACKFILL)
    items, body, method, anchor = listing(walk, MOST_TOPICS, text(page.get("anchor"), 500))
    walk.keep(body, walk.context(method))
    young = [item for item in items if _is_young(item, since)]
    whole = not items or items[-1] not in young or anchor in ("", page.get("anchor"))
    return Page(tuple(walk.raws), {} if whole else {"anchor": anchor}, tuple(map(_count, young)))


def _is_young(item: Mapping[str, Any], since: datetime) -> bool:
    at_ = of_milliseconds(item.get("created_ms"))
    return at.number_of(item.get("id")) != "" and (at_ is None or at_ >= since)


def _count(item: Mapping[str, Any]) -> Count:
    summary = item.get("discussion_summary")
    total = count(summary.get("comments_count")) if isinstance(summary, dict) else None
    return Count(at.topic_id(at.number_of(item.get("id"))), total)


def under(access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
    """Comments, newest first, replies among them. Whether the topic takes answers is asked with the first page."""
    walk, topic = begin(access, place, Origin.BACKFILL), post.post.rpartition(":")[2]
    if page.get("closed", _is_closed(walk, topic) if not page else False) is True:
        walk.closed.add(topic)
    items, answer = comments(walk, topic, text(page.get("anchor"), 500))
    full_answer = resolved(walk, mapping(answer), items)
    walk.keep(dump(full_answer), walk.context("discussions.getComments", topic=topic))
    following = goes_on(answer, items)
    if following in ("", page.get("anchor")):
        return Page(tuple(walk.raws))
    return Page(tuple(walk.raws), {"anchor": following, "closed": topic in walk.closed})


def _is_closed(walk: Walk, topic: str) -> bool:
    try:
        return not discussion_of(walk, topic)[1]
    except Permanent:
        return False
