"""Reading channels from their newest post back. MAX counts no comments, so under each post they are read."""

from collections.abc import Mapping
from datetime import datetime

from otklik.networks.base import Access, Json, Origin, ReadPlace
from otklik.networks.max import address as at
from otklik.networks.max.channel import gaps_of
from otklik.networks.max.pages import PAGE, Walk, comments_path, time_of
from otklik.networks.max.watch import milliseconds, named_channels
from otklik.networks.max.windows import bounds, rest_of
from otklik.networks.optional import Count, Page
from otklik.networks.values import count, mapping, number


def posts(access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
    """A page of one channel, and so of all that are known, one after the other."""
    channels, turn, before = _channels(access, place), count(page.get("channel")), number(page.get("before"))
    if turn >= len(channels):
        return Page(())
    walk, chat = Walk(access, Origin.BACKFILL, place.kind), channels[turn]
    query = {"chat_id": chat, "count": PAGE, "before": before}
    items = walk.page("messages", "/messages", query, {}, chat=str(chat))
    young = [item for item in items if time_of(item) >= milliseconds(since)]
    mids = [at.mid_of(mapping(item.get("body")).get("mid")) for item in young]
    oldest = min(map(time_of, items), default=0)
    if len(items) == PAGE and len(young) == PAGE and oldest != before:
        further: dict[str, Json] = {"channel": turn, "before": oldest}
    else:
        further = {"channel": turn + 1} if turn + 1 < len(channels) else {}
    return Page(tuple(walk.raws), further, tuple(Count(at.text_id(chat, mid), None) for mid in mids if mid))


def _channels(access: Access, place: ReadPlace) -> list[int]:
    if place.kind == "foreign":
        return [chat] if (chat := at.channel_number(place.external_id)) else []
    known = [at.channel_number(name) for name in mapping(place.cursor.get("chats"))]
    return [chat for chat in dict.fromkeys([*sorted(known), *named_channels(access)]) if chat < 0]


def under(access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
    where = at.text_address(post.post)
    if where is None:
        return Page(())
    walk, gaps = Walk(access, Origin.BACKFILL, place.kind), gaps_of(page.get("gaps")) or [(0, 0)]
    items = walk.page("comments", comments_path(where.mid), bounds(gaps[0]), {}, chat=str(where.chat), post=where.mid)
    left = rest_of(gaps[0], items) + gaps[1:]
    return Page(tuple(walk.raws), {"gaps": [list(gap) for gap in left]} if left else {})
