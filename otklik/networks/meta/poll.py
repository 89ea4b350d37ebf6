"""Reading an account by asking: its publications and those that mention it, their comments, dialogues; and back.

All that may have changed is told by one call with nested fields; only what did change is read further.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import NetworkError, Permanent
from otklik.networks.meta.board import Item, read_board
from otklik.networks.meta.client import Parameter
from otklik.networks.meta.dialect import Dialect
from otklik.networks.meta.dialogues import THREAD_FIELDS, THREADS, read_dialogues, read_message
from otklik.networks.meta.failures import is_right
from otklik.networks.meta.reading import ident, next_page, when, whole_option
from otklik.networks.meta.walk import Walk
from otklik.networks.optional import Count, Page
from otklik.networks.values import count, mapping, mappings, text

_PAGE = 50
_MOST_PAGES = 5  # of publications, when all of the first one are new
_AT_ONCE = timedelta(seconds=1)
_ONCE = timedelta(days=1)
_MUTE = 20  # looks without the dialogues where the token may not see them


def own(dialect: Dialect, access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The account's own place. With the option `push` it is looked at less often: only what pushes missed is sought.

    A missing right to the dialogues must not hide the publications: they are left out, and asked for again later.
    """
    pushed = access.options.get("push") is True
    name, pause = ("reconcile_seconds", 300) if pushed else ("watch_seconds", 30)
    walk = _walk(dialect, access, place)
    mute = count(place.cursor.get("mute"))
    answer, talk = _look(walk, dialect, mute=bool(mute))
    account = dialect.account(access, answer) if dialect.side.me else answer
    posts, ours = listed(walk, dialect, account, mapping(place.cursor.get("posts")))
    dialogues: dict[str, Json] = dict(mapping(place.cursor.get("dialogues")))
    if talk:
        dialogues = read_dialogues(walk, mappings(mapping(answer.get("conversations")).get("data")), dialogues, now)
    walk.username = text(account.get("username"), 100)
    more: dict[str, Json] = {"dialogues": dialogues, "mute": 0 if talk else mute - 1 if mute else _MUTE}
    again = timedelta(seconds=whole_option(access, name, pause, 5, 3600))
    return fetched(walk, dialect, place, posts, ours, more, again)


def dialogue(dialect: Dialect, access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The account's private messages alone."""
    walk = _walk(dialect, access, place)
    asked: dict[str, Parameter] = {"platform": dialect.side.platform, "fields": THREAD_FIELDS, "limit": THREADS}
    threads = mappings(walk.ask(f"{dialect.side.node(access)}/conversations", asked).get("data"))
    known = read_dialogues(walk, threads, mapping(place.cursor.get("dialogues")), now)
    again = timedelta(seconds=whole_option(access, "watch_seconds", 30, 5, 3600))
    step = walk.refusal.after if walk.refusal else _AT_ONCE if walk.tired else again
    return Fetched(tuple(walk.raws), {"dialogues": known, "turn": walk.turn + 1}, step)


def link(dialect: Dialect, access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """One text alone, by its address or a link. Raises Permanent if it is not there (any more)."""
    walk = Walk(access, dialect.side, Origin.LINK, access.external_id, guest=True)
    direct = dialect.side.direct(place.external_id)
    if direct is not None:
        read_message(walk, direct)
    else:
        dialect.read_text(walk, place.external_id)
    return Fetched(tuple(walk.raws), {}, _ONCE)


def posts(dialect: Dialect, access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
    """A page of the publications, newest first."""
    walk, edge = _walk_back(dialect, access, place), dialect.edges[0]
    further = {name: text(value, 2000) for name, value in page.items()}
    answer = walk.ask(f"{walk.place}/{edge.name}", {"fields": edge.fields, "limit": _PAGE, **further})
    items = [item for item, _ in dialect.published(walk.place, mappings(answer.get("data")), first=True)]
    young = [item for item in items if (at := when(item.get(dialect.time))) and at >= since]
    if young:
        walk.username = text(young[0].get("username"), 100)
        walk.keep("posts", young, ())
    counts = tuple(
        Count(dialect.side.address(item["id"]), dialect.board.total(item), _about(dialect, item)) for item in young
    )
    following = next_page(answer) if young and items[-1] in young else {}
    return Page(tuple(walk.raws), dict(following), counts)


def under(dialect: Dialect, access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
    """Comments, newest first, with their replies."""
    walk, thing = _walk_back(dialect, access, place), dialect.side.thing(post.post)
    about = dict(post.about)
    walk.username = about.pop("username", "")
    items, after = dialect.board.page(walk, thing, text(page.get("after"), 2000))
    if items:
        walk.keep("comments", items, (), post=thing, **about)
    return Page(tuple(walk.raws), {"after": after} if after else {})


def listed(
    walk: Walk, dialect: Dialect, account: Mapping[str, Any], known: Mapping[str, Any]
) -> tuple[list[Item], set[str]]:
    """The publications that an answer lists, each once, and the ids of those that are the place's own."""
    items_by_id: dict[str, Item] = {}
    ours: set[str] = set()
    for edge in dialect.edges:
        first = edge is dialect.edges[0]
        listing = mapping(account.get(edge.name))
        items = mappings(listing.get("data"))
        if first and known:
            items += _earlier(walk, dialect, listing, known)
        for item, mine in dialect.published(walk.place, items, first=first):
            if items_by_id.setdefault(item["id"], item) is item and mine:
                ours.add(item["id"])
    return list(items_by_id.values()), ours


def fetched(
    walk: Walk,
    dialect: Dialect,
    place: ReadPlace,
    posts: list[Item],
    ours: set[str],
    more: Mapping[str, Json],
    again: timedelta,
) -> Fetched:
    """What is new of these publications and under them; `more` is the rest of the new cursor."""
    state, done = read_board(walk, dialect.board, posts, ours, mapping(place.cursor.get("posts")))
    step = walk.refusal.after if walk.refusal else again if done else _AT_ONCE
    return Fetched(tuple(walk.raws), {**more, "posts": state, "turn": walk.turn + 1}, step)


def _walk(dialect: Dialect, access: Access, place: ReadPlace) -> Walk:
    return Walk(access, dialect.side, Origin.BACKFILL, access.external_id, turn=count(place.cursor.get("turn")))


def _walk_back(dialect: Dialect, access: Access, place: ReadPlace) -> Walk:
    guest = place.kind != "own"
    return Walk(access, dialect.side, Origin.BACKFILL, place.external_id if guest else access.external_id, guest=guest)


def _look(walk: Walk, dialect: Dialect, *, mute: bool) -> tuple[Mapping[str, Any], bool]:
    """The account with its publications, and whether its dialogues are there. Without a right less is asked for."""
    side, edges = dialect.side, [edge.nested(walk.access) for edge in dialect.edges]
    talk = f"conversations.platform({side.platform}).limit({THREADS}){{{THREAD_FIELDS}}}"
    every, first = dialect.fields(walk.access, *edges), dialect.fields(walk.access, edges[0])
    for fields in (every,) if mute else (f"{every},{talk}", every):
        try:
            return walk.ask(side.node(walk.access), {"fields": fields}), fields != every
        except NetworkError as refusal:
            if not (isinstance(refusal, Permanent) or is_right(refusal)):
                raise
    return walk.ask(side.node(walk.access), {"fields": first}), False


def _earlier(walk: Walk, dialect: Dialect, listing: Mapping[str, Any], known: Mapping[str, Any]) -> list[Item]:
    """Publications before these, when none of them is known: so much was written meanwhile."""
    edge = dialect.edges[0]
    earlier_items: list[Item] = []
    for _ in range(_MOST_PAGES):
        further = next_page(listing)
        if not further or walk.tired or any(name in known for name in _ids(listing)):
            break
        listing = walk.ask(f"{walk.place}/{edge.name}", {"fields": edge.fields, "limit": _PAGE, **further})
        earlier_items += mappings(listing.get("data"))
    return earlier_items


def _ids(listing: Mapping[str, Any]) -> Iterable[str]:
    return (ident(item.get("id")) for item in mappings(listing.get("data")))


def _about(dialect: Dialect, item: Item) -> dict[str, str]:
    name = text(item.get("username"), 100)
    return dialect.board.about(item) | ({"username": name} if name else {})
