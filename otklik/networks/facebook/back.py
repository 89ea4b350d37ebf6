"""Reading a Page from its newest post back."""

from collections.abc import Mapping
from datetime import datetime

from otklik.networks.base import Access, Json, Origin, ReadPlace
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.poll import POST_FIELDS, here, page_of, total
from otklik.networks.meta.reading import ident, next_page, when
from otklik.networks.meta.walk import Walk
from otklik.networks.optional import Count, Page
from otklik.networks.values import mappings, text

_POSTS = 50


def posts(access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
    """The feed, with what visitors wrote there."""
    walk = _walk(access, place)
    further = {name: text(value, 2000) for name, value in page.items()}
    answer = walk.ask(f"{walk.place}/feed", {"fields": POST_FIELDS, "limit": _POSTS, **further})
    items = [here({**item, "id": ident(item.get("id"))}, walk.place) for item in mappings(answer.get("data"))]
    young = [item for item in items if item["id"] and (at := when(item.get("created_time"))) and at >= since]
    if young:
        walk.keep("posts", young, ())
    counts = tuple(Count(FACEBOOK.address(item["id"]), total(item)) for item in young)
    following = next_page(answer) if young and items[-1] in young else {}
    return Page(tuple(walk.raws), dict(following), counts)


def under(access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
    """Comments, newest first; replies stand among them."""
    walk, thing = _walk(access, place), FACEBOOK.thing(post.post)
    items, after = page_of(walk, thing, text(page.get("after"), 2000))
    if items:
        walk.keep("comments", items, (), post=thing)
    return Page(tuple(walk.raws), {"after": after} if after else {})


def _walk(access: Access, place: ReadPlace) -> Walk:
    page, guest = (access.external_id, False) if place.kind == "own" else (place.external_id, True)
    return Walk(access, FACEBOOK, Origin.BACKFILL, page, guest=guest)
