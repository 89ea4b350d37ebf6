"""One text by its address, or by a link that a person pasted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.networks.base import Access, Fetched, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.poll import COMMENT_FIELDS, POST_FIELDS
from otklik.networks.meta.dialogues import read_message
from otklik.networks.meta.failures import is_gone
from otklik.networks.meta.walk import Walk
from otklik.networks.values import text

_ONCE = timedelta(days=1)


def read_link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The text alone. Raises Permanent if it is not there (any more)."""
    walk = Walk(access, FACEBOOK, Origin.LINK, access.external_id, guest=True)
    direct = FACEBOOK.direct(place.external_id)
    if direct is not None:
        read_message(walk, direct)
        return Fetched(tuple(walk.raws), {}, _ONCE)
    thing = FACEBOOK.thing(place.external_id)
    post, comment = ("", "") if thing else at.post_of_link(place.external_id, FACEBOOK.site_of(access))
    if comment:
        thing = f"{at.last_part(post)}_{comment}"
    if thing and at.first_part(thing) != access.external_id:
        _either(walk, thing, post)
    elif thing or post:
        _post(walk, thing or post)
    else:
        raise NeedsPerson("Это не ссылка на запись Facebook: нужна ссылка вида facebook.com/12345/posts/68905")
    return Fetched(tuple(walk.raws), {}, _ONCE)


def _either(walk: Walk, thing: str, post: str) -> None:
    """A comment, or the post of another page: their ids look alike."""
    try:
        item = walk.ask(thing, {"fields": COMMENT_FIELDS})
    except Permanent as refusal:
        if is_gone(refusal):
            raise
        _post(walk, thing)
        return
    told, _ = at.post_of_link(text(item.get("permalink_url"), 500), FACEBOOK.site_of(walk.access))
    whole = next((each for each in (told, post) if at.first_part(each)), "")
    whole = whole or f"{walk.access.external_id}_{at.first_part(thing)}"
    _keep(walk, "comments", item, at.first_part(whole), post=whole)


def _post(walk: Walk, post: str) -> None:
    item = walk.ask(post, {"fields": POST_FIELDS})
    _keep(walk, "posts", item, at.first_part(post))


def _keep(walk: Walk, view: str, item: Mapping[str, Any], owner: str, **context: str) -> None:
    walk.place = owner or walk.access.external_id
    walk.guest = walk.place != walk.access.external_id
    walk.keep(view, [item], [text(item.get("id")), text(item.get("message"))], **context)
