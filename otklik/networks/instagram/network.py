"""Instagram as a network of the contract: what it declares; the rest is in the core that two networks share."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, KeyKind, Limits, Speech
from otklik.networks.counting import Counting
from otklik.networks.errors import NeedsPerson, NotSupported, Permanent
from otklik.networks.instagram import address, parse
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.parse import ELSEWHERE
from otklik.networks.look import TooLong
from otklik.networks.meta import poll
from otklik.networks.meta.board import REPLIES, Board, Item
from otklik.networks.meta.client import ask
from otklik.networks.meta.dialect import Check, Dialect, Edge
from otklik.networks.meta.failures import is_gone
from otklik.networks.meta.look import under
from otklik.networks.meta.network import GraphNetwork
from otklik.networks.meta.reading import fingerprint, ident, next_page
from otklik.networks.meta.setup import PAGE_KEY, SECRET_KEY
from otklik.networks.meta.walk import Walk
from otklik.networks.values import count, mapping, mappings, text

_KEY = KeyKind(
    "instagram",
    _("Ключ аккаунта Instagram"),
    _("слышит, читает и отвечает, если у аккаунта нет страницы Facebook"),
    _("Meta for Developers → приложение → Instagram → Настройка входа → ключ доступа"),
    4.0,
    needed=False,
)
# What is Instagram's own in asking, answering and setting an account up.
#
# The network pushes neither edits nor deletions of comments, so both are found by asking alone.
MEDIA_FIELDS = (
    "id,caption,timestamp,permalink,username,owner{id},media_type,media_url,thumbnail_url,comments_count,like_count,"
    "is_comment_enabled,children{id,media_type,media_url,thumbnail_url}"
)
_TAG_FIELDS = "id,caption,timestamp,permalink,username,media_type,media_url,comments_count,like_count"
_REPLY_FIELDS = "id,text,timestamp,username,from,user{id},parent_id,hidden,like_count"
COMMENT_FIELDS = f"{_REPLY_FIELDS},replies.limit({REPLIES}){{{_REPLY_FIELDS}}}"


def _read_text(walk: Walk, typed: str) -> None:
    site = INSTAGRAM.site_of(walk.access)
    thing = INSTAGRAM.thing(typed) or at.comment_of_link(typed, site)
    if not thing:
        if at.is_media_link(typed, site):
            raise NotSupported(at.NO_NUMBER)
        raise NeedsPerson(_("Это не ссылка на комментарий Instagram: нужна ссылка вида instagram.com/p/…/c/12345/"))
    try:  # A comment or a publication: their numbers look alike.
        item = walk.ask(thing, {"fields": f"{_REPLY_FIELDS},media{{id,permalink}}"})
    except Permanent as refusal:
        if is_gone(refusal):
            raise
        item = walk.ask(thing, {"fields": MEDIA_FIELDS})
        walk.guest = False
        walk.keep("posts", [item], [thing, text(item.get("caption"))])
        return
    walk.guest = False
    media = mapping(item.get("media"))
    walk.keep("comments", [item], [thing, text(item.get("text"))], post=ident(media.get("id")), **_about(media))


def _thread(access: Access, target: str, media: str, speech: Speech) -> list[tuple[Item, str]]:
    """What stands under the publication, or under the first comment of the thread; a publication's link only as far as
    it was told on the way."""
    top, permalink, items = _in_thread(access, target, media, speech)
    above = top if target != media else ""
    return [(item, at.comment_url(permalink, ident(item.get("id")), above)) for item in items]


def _in_thread(access: Access, target: str, media: str, speech: Speech) -> tuple[str, str, list[Item]]:
    fields = {"fields": _REPLY_FIELDS}
    if target == media:
        return media, "", under(DIALECT, access, f"{media}/comments", speech, fields)
    if media and len(access.speeches) > 1:
        with suppress(TooLong):
            return _of_whole_media(access, target, media)
    comment = ask(access, INSTAGRAM, target, {"fields": "id,parent_id,media{permalink}"}).body
    top = ident(comment.get("parent_id")) or target
    return top, _permalink(mapping(comment.get("media"))), under(DIALECT, access, f"{top}/replies", speech, fields)


def _of_whole_media(access: Access, target: str, media: str) -> tuple[str, str, list[Item]]:
    """The same out of the publication's own listing. TooLong also where it is without the comment, or lists only some
    of its replies: there the comment itself is asked."""
    for top in under(DIALECT, access, f"{media}/comments", None):
        replies = mapping(top.get("replies"))
        held = mappings(replies.get("data"))
        if target in {ident(top.get("id")), *(ident(item.get("id")) for item in held)}:
            if next_page(replies):
                raise TooLong
            permalink = _permalink(ask(access, INSTAGRAM, media, {"fields": "id,permalink"}).body)
            return ident(top.get("id")), permalink, held
    raise TooLong


def _permalink(media: Mapping[str, Any]) -> str:
    return text(media.get("permalink"), 500)


def _about(media: Mapping[str, Any]) -> dict[str, str]:
    return {"permalink": _permalink(media)}


def _url(_site: str, comment: Item, _media: str, number: str, _above: str) -> str:
    """Only the network knows the publication's short name."""
    return at.comment_url(_permalink(mapping(comment.get("media"))), number, ident(comment.get("parent_id")))


DIALECT = Dialect(
    side=INSTAGRAM,
    # What a comment may hold the network told in 2014 and never since; the window is its stated policy.
    limits=Limits(
        text=300,
        direct_text=1000,
        photos=0,
        direct_photos=0,
        photo_bytes=0,
        direct_counting=Counting.BYTES,
        links=1,
        hashtags=4,
        shouting=False,
        direct_window=timedelta(hours=24),
    ),
    board=Board(
        fields=COMMENT_FIELDS,
        replies=_REPLY_FIELDS,
        size=50,
        mark=lambda item: fingerprint(text(item.get("text")), ident(item.get("parent_id")), item.get("hidden") is True),
        total=lambda item: count(item.get("comments_count")),
        stamp=lambda item: fingerprint(
            text(item.get("caption")), text(item.get("media_type"), 40), item.get("is_comment_enabled")
        ),
        kept=1500,
        pages=30,
        about=_about,
    ),
    edges=(Edge("media", MEDIA_FIELDS), Edge("tags", _TAG_FIELDS, 10)),
    ours=lambda _place, _media, first: first,
    unheard={"comments_count": 0},
    text="text",
    time="timestamp",
    replies="replies",
    elsewhere=ELSEWHERE,
    link_fields="parent_id,media{permalink}",
    url=_url,
    thread=_thread,
    read_text=_read_text,
    person_url=lambda site, _number, name: at.person_url(site, name),
    named=True,
    inside="instagram_business_account",
    check=Check(
        key_title=_("Ключ доступа к аккаунту"),
        advice=_("Получите ключ страницы, к которой привязан аккаунт, и впишите его"),
        wrong=_("Ключ выдан другому аккаунту Instagram: проверьте номер аккаунта"),
        reading_title=_("Чтение комментариев"),
        reads="instagram_manage_comments",
        talks="instagram_manage_messages",
        scopes=("instagram_basic", "instagram_manage_comments", "instagram_manage_messages"),
        hears=("comments", "mentions", "messages"),
    ),
)


class Instagram(GraphNetwork):
    """`Access.external_id` is the account's number (17841…); tokens: "page" of the Page it is linked to or
    "instagram" of its own, and "app_secret". `Access.secret` is the word of the handshake."""

    dialect = DIALECT
    kind = "instagram"
    title = DIALECT.side.title
    icon = "brand-instagram"
    hosts: tuple[str, ...] = ("instagram.com",)
    keys: tuple[KeyKind, ...] = (PAGE_KEY, _KEY, SECRET_KEY)
    id_hint: str = _("Номер профессионального аккаунта из Graph API: одни цифры")
    places = {
        "own": partial(poll.own, DIALECT),
        "dialogue": partial(poll.dialogue, DIALECT),
        "link": partial(poll.link, DIALECT),
    }
    reads = frozenset(places)
    not_read = _("Из Instagram так читать нельзя: чужие публикации он не показывает")
    limits = DIALECT.limits

    place_id = staticmethod(address.account_number)
    account_id = staticmethod(address.account_number)
    address_of = staticmethod(address.address_of)
    parse = staticmethod(parse.parse)
