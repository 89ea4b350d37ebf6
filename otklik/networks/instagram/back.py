"""Reading an account from its newest publication back."""

from collections.abc import Mapping
from datetime import datetime

from otklik.networks.base import Access, Json, Origin, ReadPlace
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.poll import MEDIA_FIELDS, page_of
from otklik.networks.meta.reading import ident, next_page, when
from otklik.networks.meta.walk import Walk
from otklik.networks.optional import Count, Page
from otklik.networks.values import count, mappings, text

_POSTS = 50


def posts(access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
    walk = Walk(access, INSTAGRAM, Origin.BACKFILL, access.external_id)
    further = {name: text(value, 2000) for name, value in page.items()}
    answer = walk.ask(f"{walk.place}/media", {"fields": MEDIA_FIELDS, "limit": _POSTS, **further})
    items = [item for item in mappings(answer.get("data")) if ident(item.get("id"))]
    young = [item for item in items if (at := when(item.get("timestamp"))) and at >= since]
    if young:
        walk.username = text(young[0].get("username"), 100)
        walk.keep("posts", young, ())
    counts = [
        Count(
            INSTAGRAM.address(ident(item.get("id"))),
            count(item.get("comments_count")),
            {"permalink": text(item.get("permalink"), 500), "username": text(item.get("username"), 100)},
        )
        for item in young
    ]
    following = next_page(answer) if young and items[-1] in young else {}
    return Page(tuple(walk.raws), dict(following), tuple(counts))


def under(access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
    """Comments, newest first, each with its replies."""
    walk, thing = Walk(access, INSTAGRAM, Origin.BACKFILL, access.external_id), INSTAGRAM.thing(post.post)
    walk.username = post.about.get("username", "")
    items, after = page_of(walk, thing, text(page.get("after"), 2000))
    if items:
        walk.keep("comments", items, (), post=thing, permalink=post.about.get("permalink", ""))
    return Page(tuple(walk.raws), {"after": after} if after else {})
