"""Reading a Page by asking: its feed with what visitors wrote, mentions, comments and dialogues.

All that may have changed is told by one call with nested fields; only what did change is read further.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import AuthLost, NeedsPerson, NetworkError, Permanent
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.meta.board import Board, Item, read_board
from otklik.networks.meta.dialogues import THREAD_FIELDS, THREADS, read_dialogues
from otklik.networks.meta.failures import is_right
from otklik.networks.meta.reading import fingerprint, ident, next_page, whole_option
from otklik.networks.meta.walk import AS_GUEST, Walk
from otklik.networks.values import count, mapping, mappings, text

POST_FIELDS = (
    "id,message,from,created_time,updated_time,permalink_url,full_picture,is_hidden,place,coordinates,shares,"
    "attachments{type,media,url,target,title,subattachments},comments.filter(stream).limit(0).summary(true)"
)
COMMENT_FIELDS = "id,message,from,parent{id},created_time,attachment,permalink_url,is_hidden,can_comment,like_count"
PAGE = 100
_MENTIONS = 10
_MOST_PAGES = 5  # of the feed, when all posts of the first one are new
_AT_ONCE = timedelta(seconds=1)


def own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The account's own Page. With the option `push` it is looked at less often: only what pushes missed is sought."""
    pushed = access.options.get("push") is True
    name, pause = ("reconcile_seconds", 300) if pushed else ("watch_seconds", 30)
    again = timedelta(seconds=whole_option(access, name, pause, 5, 3600))
    walk = _walk(access, place, Origin.BACKFILL, access.external_id)
    feeds = ["feed", "visitor_posts", "tagged"]
    asked = ",".join(_listing(access, name) for name in feeds)
    answer, talk = _all(walk, asked, f"conversations.limit({THREADS}){{{THREAD_FIELDS}}}", place.cursor)
    posts = _unique(item for name in feeds for item in mappings(mapping(answer.get(name)).get("data")))
    posts = _earlier(walk, mapping(answer.get("feed")), posts, mapping(place.cursor.get("posts")))
    dialogues: dict[str, Json] = dict(mapping(place.cursor.get("dialogues")))
    if talk:
        threads = mappings(mapping(answer.get("conversations")).get("data"))
        dialogues = read_dialogues(walk, threads, dialogues, now)
    return _fetched(walk, place, posts, {"dialogues": dialogues, "mute": 0 if talk else _mute(place.cursor)}, again)


def dialogue(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The Page's private messages alone."""
    walk = _walk(access, place, Origin.BACKFILL, access.external_id)
    again = timedelta(seconds=whole_option(access, "watch_seconds", 30, 5, 3600))
    answer = walk.ask(f"{walk.place}/conversations", {"fields": THREAD_FIELDS, "limit": THREADS})
    known = read_dialogues(walk, mappings(answer.get("data")), mapping(place.cursor.get("dialogues")), now)
    step = walk.refusal.after if walk.refusal else _AT_ONCE if walk.tired else again
    return Fetched(tuple(walk.raws), {"dialogues": known, "turn": walk.turn + 1}, step)


def foreign(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """Somebody else's public Page. Only an application with "Page Public Content Access" may: the option says so."""
    if access.options.get("public_content") is not True:
        raise NeedsPerson(
            "Чужие страницы Facebook видит только приложение с допуском «Page Public Content Access»: "
            "получите его и включите в настройках аккаунта"
        )
    page = at.page_number(place.external_id) or text(place.cursor.get("page"), 30)
    walk = _walk(access, place, Origin.WATCH, page)
    walk.guest = True
    again = timedelta(seconds=whole_option(access, "watch_seconds", 60, 5, 3600))
    named = page or _name(place.external_id)
    try:
        answer = walk.ask(named, {"fields": f"id,{_listing(access, 'feed')}"})
    except Permanent as refusal:
        raise NeedsPerson(AS_GUEST, refusal.code) from None
    walk.place = ident(answer.get("id")) or page
    posts = mappings(mapping(answer.get("feed")).get("data"))
    return replace(_fetched(walk, place, posts, {"page": walk.place}, again), place=walk.place)


def _walk(access: Access, place: ReadPlace, origin: Origin, page: str) -> Walk:
    return Walk(access, FACEBOOK, origin, page, turn=count(place.cursor.get("turn")))


def _name(typed: str) -> str:
    found = at.page_name(typed)
    if not found:
        raise NeedsPerson("Адрес страницы Facebook не разобрать: укажите ссылку вида facebook.com/12345")
    return found


def _listing(access: Access, edge: str) -> str:
    most = _MENTIONS if edge == "tagged" else whole_option(access, "posts", 20, 1, 100)
    return f"{edge}.limit({most}){{{POST_FIELDS}}}"


def _all(walk: Walk, posts: str, talk: str, cursor: Mapping[str, Json]) -> tuple[Mapping[str, Any], bool]:
    """The Page with its posts, and with its dialogues where the token may see them.

    A missing right to the dialogues must not hide the posts: they are asked for alone, and the dialogues again later.
    """
    muted = count(cursor.get("mute"))
    if not muted:
        try:
            return walk.ask(walk.place, {"fields": f"id,{posts},{talk}"}), True
        except NetworkError as refusal:
            if not isinstance(refusal, Permanent) and not is_right(refusal):
                raise
    try:
        return walk.ask(walk.place, {"fields": f"id,{posts}"}), False
    except AuthLost as lost:
        if not is_right(lost):
            raise
        return walk.ask(walk.place, {"fields": f"id,{posts.partition('visitor_posts')[0].rstrip(',')}"}), False


def _mute(cursor: Mapping[str, Json]) -> int:
    """How many looks the dialogues are left out yet."""
    before = count(cursor.get("mute"))
    return before - 1 if before else 20


def _unique(items: Any) -> list[Item]:
    found: dict[str, Item] = {}
    for item in items:
        name = ident(item.get("id"))
        if name:
            found.setdefault(name, item)
    return list(found.values())


def _earlier(walk: Walk, feed: Mapping[str, Any], posts: list[Item], known: Mapping[str, Any]) -> list[Item]:
    """The posts and, when none on the feed's first page is known, those before them: so much was written meanwhile."""
    if not known:
        return posts
    for _ in range(_MOST_PAGES):
        further = next_page(feed)
        if not further or walk.tired or any(ident(item.get("id")) in known for item in mappings(feed.get("data"))):
            break
        feed = walk.ask(f"{walk.place}/feed", {"fields": POST_FIELDS, "limit": 50, **further})
        posts = _unique([*posts, *mappings(feed.get("data"))])
    return posts


def _fetched(walk: Walk, place: ReadPlace, posts: list[Item], more: Mapping[str, Json], again: timedelta) -> Fetched:
    named = [here(post | {"id": ident(post.get("id"))}, walk.place) for post in posts if ident(post.get("id"))]
    state, done = read_board(walk, BOARD, named, mapping(place.cursor.get("posts")))
    step = walk.refusal.after if walk.refusal else again if done else _AT_ONCE
    return Fetched(tuple(walk.raws), {**more, "posts": state, "turn": walk.turn + 1}, step)


def here(post: Item, page: str) -> Item:
    """A post on another page mentions ours: what is said under it there is not ours to read."""
    owner = at.first_part(post["id"])
    return post if owner in ("", page) else {name: value for name, value in post.items() if name != "comments"}


def page_of(walk: Walk, post: str, after: str) -> tuple[list[Item], str]:
    """One page of comments, newest first, replies among them, and the cursor of the next, "" = none."""
    asked: dict[str, Any] = {"fields": COMMENT_FIELDS, "filter": "stream", "order": "reverse_chronological"}
    answer = walk.ask(f"{post}/comments", {**asked, "limit": PAGE, "after": after or None})
    items = [item for item in mappings(answer.get("data")) if ident(item.get("id"))]
    return items, next_page(answer).get("after", "")


def _mark(item: Item) -> str:
    shown = mapping(item.get("attachment"))
    kind, target = text(shown.get("type"), 60), text(mapping(shown.get("target")).get("id"), 60)
    states = [item.get(name) is True for name in ("is_hidden", "can_comment")]
    return fingerprint(text(item.get("message")), ident(mapping(item.get("from")).get("id")), kind, target, states)


def total(item: Item) -> int:
    """How many comments the network counts under a post, replies among them."""
    return count(mapping(mapping(item.get("comments")).get("summary")).get("total_count"))


def _stamp(item: Item) -> str:
    shown = [text(entry.get("type"), 60) for entry in mappings(mapping(item.get("attachments")).get("data"))]
    return fingerprint(text(item.get("message")), item.get("is_hidden") is True, shown)


BOARD = Board(
    page=page_of,
    mark=_mark,
    total=total,
    stamp=_stamp,
    flat=True,
    kept=300,
    pages=20,
    own=lambda walk, post: at.first_part(post["id"]) in ("", walk.place),
)
