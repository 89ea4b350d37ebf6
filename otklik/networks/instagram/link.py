"""One text by its address, or by a link to a comment that a person pasted."""

from datetime import datetime, timedelta

from otklik.networks.base import Access, Fetched, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, NotSupported, Permanent
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.poll import MEDIA_FIELDS, REPLY_FIELDS
from otklik.networks.meta.dialogues import read_message
from otklik.networks.meta.failures import is_gone
from otklik.networks.meta.reading import ident
from otklik.networks.meta.walk import Walk
from otklik.networks.values import mapping, text

_ONCE = timedelta(days=1)
NO_NUMBER = "По ссылке на публикацию Instagram её номера не узнать: нужна ссылка на комментарий"


def read_link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The text alone. Raises Permanent if it is not there (any more)."""
    walk = Walk(access, INSTAGRAM, Origin.LINK, access.external_id, guest=True)
    site = INSTAGRAM.site_of(access)
    direct = INSTAGRAM.direct(place.external_id)
    if direct is not None:
        read_message(walk, direct)
        return Fetched(tuple(walk.raws), {}, _ONCE)
    thing = INSTAGRAM.thing(place.external_id) or at.comment_of_link(place.external_id, site)
    if not thing:
        if at.is_media_link(place.external_id, site):
            raise NotSupported(NO_NUMBER)
        raise NeedsPerson("Это не ссылка на комментарий Instagram: нужна ссылка вида instagram.com/p/…/c/12345/")
    _either(walk, thing)
    return Fetched(tuple(walk.raws), {}, _ONCE)


def _either(walk: Walk, thing: str) -> None:
    """A comment or a publication: their numbers look alike."""
    try:
        item = walk.ask(thing, {"fields": f"{REPLY_FIELDS},media{{id,permalink}}"})
    except Permanent as refusal:
        if is_gone(refusal):
            raise
        item = walk.ask(thing, {"fields": MEDIA_FIELDS})
        walk.guest = False
        walk.keep("posts", [item], [thing, text(item.get("caption"))])
        return
    walk.guest = False
    media = mapping(item.get("media"))
    context = {"post": ident(media.get("id")), "permalink": text(media.get("permalink"), 500)}
    walk.keep("comments", [item], [thing, text(item.get("text"))], **context)
