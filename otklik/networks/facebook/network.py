"""Facebook as a network of the contract: what it declares; the rest is in the core that two networks share."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, KeyKind, Limits, Origin, ReadPlace, Speech
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.facebook import address, parse
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.parse import AS_GUEST
from otklik.networks.look import TooLong
from otklik.networks.meta import poll
from otklik.networks.meta.board import Board, Item
from otklik.networks.meta.client import ask
from otklik.networks.meta.dialect import Check, Dialect, Edge
from otklik.networks.meta.failures import is_gone
from otklik.networks.meta.look import under
from otklik.networks.meta.network import GraphNetwork
from otklik.networks.meta.poll import fetched, listed
from otklik.networks.meta.reading import fingerprint, ident, whole_option
from otklik.networks.meta.setup import PAGE_KEY, SECRET_KEY
from otklik.networks.meta.walk import AS_GUEST as CLOSED_PAGE
from otklik.networks.meta.walk import Walk
from otklik.networks.values import count, mapping, mappings, text

POST_FIELDS = (
    "id,message,from,created_time,updated_time,permalink_url,full_picture,is_hidden,place,coordinates,shares,"
    "attachments{type,media,url,target,title,subattachments},comments.filter(stream).limit(0).summary(true)"
)
COMMENT_FIELDS = "id,message,from,parent{id},created_time,attachment,permalink_url,is_hidden,can_comment,like_count"


def foreign(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """Somebody else's public Page. Only an application with "Page Public Content Access" may: the option says so."""
    if access.options.get("public_content") is not True:
        raise NeedsPerson(
            _(
                "Чужие страницы Facebook видит только приложение с допуском «Page Public Content Access»: "
                "получите его и включите в настройках аккаунта"
            )
        )
    page = at.page_number(place.external_id) or text(place.cursor.get("page"), 30)
    walk = Walk(access, FACEBOOK, Origin.WATCH, page, turn=count(place.cursor.get("turn")), guest=True)
    name = page or at.page_name(place.external_id)
    if not name:
        raise NeedsPerson(_("Адрес страницы Facebook не разобрать: укажите ссылку вида facebook.com/12345"))
    try:
        answer = walk.ask(name, {"fields": f"id,{DIALECT.edges[0].nested(access)}"})
    except Permanent as refusal:
        raise NeedsPerson(CLOSED_PAGE, refusal.code) from None
    walk.place = ident(answer.get("id")) or page
    posts, ours = listed(walk, DIALECT, answer, {})
    again = timedelta(seconds=whole_option(access, "watch_seconds", 60, 5, 3600))
    return replace(fetched(walk, DIALECT, place, posts, ours, {"page": walk.place}, again), place=walk.place)


def _read_text(walk: Walk, typed: str) -> None:
    site = FACEBOOK.site_of(walk.access)
    thing = FACEBOOK.thing(typed)
    post, comment = ("", "") if thing else at.post_of_link(typed, site)
    if comment:
        thing = f"{at.last_part(post)}_{comment}"
    if not thing and not post:
        raise NeedsPerson(_("Это не ссылка на запись Facebook: нужна ссылка вида facebook.com/12345/posts/68905"))
    if thing and at.first_part(thing) != walk.access.external_id:
        # A comment, or the post of another page: their ids look alike.
        try:
            item = walk.ask(thing, {"fields": COMMENT_FIELDS})
        except Permanent as refusal:
            if is_gone(refusal):
                raise
        else:
            linked, _place = at.post_of_link(text(item.get("permalink_url"), 500), site)
            whole = next((each for each in (linked, post) if at.first_part(each)), "")
            whole = whole or f"{walk.access.external_id}_{at.first_part(thing)}"
            return _keep(walk, "comments", item, at.first_part(whole), {"post": whole})
    return _keep(walk, "posts", walk.ask(thing or post, {"fields": POST_FIELDS}), at.first_part(thing or post), {})


def _keep(walk: Walk, view: str, item: Mapping[str, Any], owner: str, context: dict[str, str]) -> None:
    walk.place = owner or walk.access.external_id
    walk.guest = walk.place != walk.access.external_id
    walk.keep(view, [item], [text(item.get("id")), text(item.get("message"))], **context)


def _thread(access: Access, target: str, post: str, speech: Speech) -> list[tuple[Item, str]]:
    """What stands under a post itself, or under a comment and under the one that it replies to."""
    site = FACEBOOK.site_of(access)
    return [
        (item, _url(site, item, post, ident(item.get("id")), _above(item)))
        for item in _in_thread(access, target, post, speech)
    ]


def _in_thread(access: Access, target: str, post: str, speech: Speech) -> list[Item]:
    if target == post:
        return under(DIALECT, access, f"{post}/comments", speech, {"filter": "toplevel"})
    if len(access.speeches) > 1:
        with suppress(TooLong):
            return _of_whole_post(access, target, post)
    nodes = [target, _above(ask(access, FACEBOOK, target, {"fields": "id,parent{id}"}).body)]
    return [item for node in nodes if node for item in under(DIALECT, access, f"{node}/comments", speech)]


def _of_whole_post(access: Access, target: str, post: str) -> list[Item]:
    """The same out of the post's own listing, which tells of all its threads. TooLong also where it is without the
    comment: there the comment itself is asked."""
    items = under(DIALECT, access, f"{post}/comments", None)
    answered = next((item for item in items if ident(item.get("id")) == target), None)
    if answered is None:
        raise TooLong
    nodes = {target, _above(answered)} - {""}
    return [item for item in items if _above(item) in nodes]


def _above(item: Mapping[str, Any]) -> str:
    return ident(mapping(item.get("parent")).get("id"))


def _url(site: str, item: Item, post: str, comment: str, above: str) -> str:
    return text(item.get("permalink_url"), 500) or at.comment_url(site, post, comment, above)


def _mark(item: Item) -> str:
    shown = mapping(item.get("attachment"))
    kind, target = text(shown.get("type"), 60), text(mapping(shown.get("target")).get("id"), 60)
    states = [item.get(name) is True for name in ("is_hidden", "can_comment")]
    return fingerprint(text(item.get("message")), ident(mapping(item.get("from")).get("id")), kind, target, states)


def _stamp(item: Item) -> str:
    shown = [text(entry.get("type"), 60) for entry in mappings(mapping(item.get("attachments")).get("data"))]
    return fingerprint(text(item.get("message")), item.get("is_hidden") is True, shown)


DIALECT = Dialect(
    side=FACEBOOK,
    # None of these is published; they are what developers know, the window is the network's stated policy.
    limits=Limits(
        text=8000,
        direct_text=2000,
        photos=1,
        direct_photos=0,
        photo_bytes=4 * 1024 * 1024,
        direct_window=timedelta(hours=24),
    ),
    board=Board(
        fields=COMMENT_FIELDS,
        order={"filter": "stream", "order": "reverse_chronological"},
        size=100,
        mark=_mark,
        total=lambda item: count(mapping(mapping(item.get("comments")).get("summary")).get("total_count")),
        stamp=_stamp,
        kept=300,
        pages=20,
    ),
    edges=(Edge("feed", POST_FIELDS), Edge("visitor_posts", POST_FIELDS), Edge("tagged", POST_FIELDS, 10)),
    # A post on another page only mentions ours.
    ours=lambda place, post, _first: at.first_part(post) in ("", place),
    unheard={"comments": None},
    text="message",
    time="created_time",
    replies="comments",
    elsewhere=AS_GUEST,
    with_post=True,
    link_fields="permalink_url",
    url=_url,
    thread=_thread,
    read_text=_read_text,
    person_url=lambda site, number, _name: at.person_url(site, number),
    check=Check(
        key_title=_("Ключ страницы"),
        advice=_("Получите ключ страницы в Graph API Explorer и впишите его"),
        wrong=_("Ключ выдан другой странице: проверьте номер страницы"),
        reading_title=_("Чтение страницы и комментариев"),
        reads="pages_read_user_content",
        talks="pages_messaging",
        scopes=(
            "pages_read_engagement",
            "pages_read_user_content",
            "pages_manage_engagement",
            "pages_manage_metadata",
            "pages_messaging",
        ),
        hears=("feed", "mention", "messages", "message_edits", "message_echoes"),
    ),
)


class Facebook(GraphNetwork):
    """`Access.external_id` is the Page's number; tokens: "page" and "app_secret". `Access.secret` is the word of the
    handshake."""

    dialect = DIALECT
    kind = "facebook"
    title = DIALECT.side.title
    icon = "brand-facebook"
    hosts: tuple[str, ...] = ("facebook.com", "fb.com")
    keys: tuple[KeyKind, ...] = (PAGE_KEY, SECRET_KEY)
    id_hint: str = _("Например 100012345698901 или facebook.com/profile.php?id=100012345698901")
    places = {
        "own": partial(poll.own, DIALECT),
        "foreign": foreign,
        "dialogue": partial(poll.dialogue, DIALECT),
        "link": partial(poll.link, DIALECT),
    }
    reads = frozenset(places)
    not_read = _("Из Facebook так читать нельзя")
    limits = DIALECT.limits

    place_id = staticmethod(address.page_name)
    account_id = staticmethod(address.page_number)
    address_of = staticmethod(address.address_of)
    parse = staticmethod(parse.parse)
