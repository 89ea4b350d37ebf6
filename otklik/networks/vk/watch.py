"""Reading a wall by pull: somebody else's, or our own to find what pushes missed.

The cursor remembers for each of the last posts how many comments it had, so that a quiet wall costs one call. A count
can stay the same when one comment came and another went, so each post is read anyway at every SWEEP-th look.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, NetworkError, Permanent, RetryAt
from otklik.networks.values import count, mapping, mappings, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk import rounds
from otklik.networks.vk.client import USER, Parameter, ask, reader, token_or_person
from otklik.networks.vk.closed import OPEN, commenting_of
from otklik.networks.vk.pages import PAGE, Walk, whole_option
from otklik.networks.vk.parse import COMMENTS_IN_THREAD

SWEEP = 20
RARE_SWEEP = 60  # of what is asked often: else half of all calls would go there
_MOST_PAGES = 20  # of one post: two thousand comments under the post itself, the newest of them
_UNREAD = -1  # a count that no post has: it is read on at the next look
_MOST_SLOTS = 400
_WALL = "wall"
_MOST_THREADS = 300  # of one post that the cursor remembers


def watch(access: Access, place: ReadPlace, origin: Origin, again_in: timedelta, now: datetime) -> Fetched:
    """The last posts of a wall and the comments that are new. Needs the service token (or a user's).

    Of our own community also what stands beside the wall (`rounds.py`); `now` says how far back the first look goes.
    """
    walk, owner = begin(access, place, origin)
    if place.kind == "own":
        return read_own(walk, owner, place.cursor, again_in, now)
    fetch = read_wall(walk, owner, place.cursor, again_in)
    return replace(fetch, place=str(-owner) if owner < 0 else at.owner_id(owner))


def begin(access: Access, place: ReadPlace, origin: Origin) -> tuple[Walk, int]:
    """A reading of this place, and the owner of its wall."""
    token = token_or_person(
        access, (reader(access),), _("Чтобы читать стену, аккаунту ВКонтакте нужен сервисный ключ приложения")
    )
    walk = Walk(access, token, origin)
    owner = at.owner_number(place.external_id) or number(place.cursor.get("owner")) or _resolve(walk, place)
    if place.kind == "foreign" and owner != -at.group_number(access.external_id):
        walk.beside = {"guest": "1"}
    return walk, owner


def read_own(
    walk: Walk, owner: int, cursor: Mapping[str, Json], again_in: timedelta, now: datetime, since: int = 0
) -> Fetched:
    """The wall and then what stands beside it, in pieces. `cursor["done"]` says whether all was reached."""
    beside = mapping(cursor.get("beside"))
    fetch = read_wall(walk, owner, cursor, again_in, since)
    if fetch.cursor.get("done") is not True:
        return Fetched(fetch.raws, {**fetch.cursor, "beside": dict(beside)}, fetch.again_in)
    here, kept = rounds.look(walk, owner, beside, now, since)
    step = again_in if here.done else here.wait or timedelta(seconds=1)
    return Fetched(tuple(walk.raws), {**fetch.cursor, "beside": kept, "done": here.done}, step)


def read_wall(walk: Walk, owner: int, cursor: Mapping[str, Json], again_in: timedelta, since: int = 0) -> Fetched:
    """One look at a wall. `since` (unix seconds, the network's clock) looks further back than the last posts.

    A refusal for now in the middle keeps what was read; the posts not reached are read at the next look.
    `cursor["done"]` of the answer says whether all was reached.
    """
    turn = count(cursor.get("round"))
    known = mapping(cursor.get("posts"))
    walk.known = cursor
    posts = _last_posts(walk, owner, since)
    wall, beside = walk.pages.pop(_WALL), walk.beside
    kept: dict[str, Json] = {}
    done = True
    every = RARE_SWEEP if walk.origin == Origin.WATCH else SWEEP
    for post in posts:
        name, total = str(post["id"]), count(mapping(post.get("comments")).get("count"))
        before = mapping(known.get(name))
        commenting, was = commenting_at(walk, owner, post), text(before.get("commenting"))
        moved = commenting not in ("", was) and (commenting, was) != (OPEN, "")
        if count(before.get("count")) == total:
            if not total or (not moved and (turn + post["id"]) % every):
                kept[name] = {**before, "commenting": commenting or was}
                continue
            before = {"pages": before.get("pages")}
        walk.beside = {**beside, **({"commenting": commenting} if commenting else {})}
        try:
            kept[name] = {**_read_post(walk, owner, post["id"], total, before), "commenting": commenting or was}
        except RetryAt as refusal:
            return Fetched(tuple(walk.raws), _cursor(owner, turn, wall, {**known, **kept}, done=False), refusal.after)
        except Permanent:
            # Comments are hidden or closed: no reason to leave the rest of the wall.
            kept[name] = {"count": total, "commenting": commenting or was}
        if walk.tired:
            done = False
            kept = {**known, **kept}
            break
    step = again_in if done else timedelta(seconds=1)
    return Fetched(tuple(walk.raws), _cursor(owner, turn + 1, wall, kept, done=done), step)


def _cursor(owner: int, turn: int, wall: Json, posts: Mapping[str, Any], *, done: bool) -> dict[str, Json]:
    newest = sorted(posts.items(), key=lambda entry: len(entry[0]) * 10**20 + int(entry[0]), reverse=True)
    return {"owner": owner, "round": turn, "wall": wall, "posts": dict(newest[:PAGE]), "done": done}


def _resolve(walk: Walk, place: ReadPlace) -> int:
    name = at.short_name(place.external_id)
    if not name:
        raise NeedsPerson(_("Адрес сообщества ВКонтакте не разобрать: укажите ссылку вида vk.com/club123"))
    answer = ask(walk.access, walk.token, "groups.getById", {"group_ids": name}).response
    groups = mappings(answer) or mappings(mapping(answer).get("groups"))
    group_id = number(groups[0].get("id")) if groups else None
    if not group_id or group_id < 0:
        raise NeedsPerson(_("ВКонтакте не знает сообщества «%(name)s»: проверьте ссылку") % {"name": name})
    return -group_id


def _last_posts(walk: Walk, owner: int, since: int) -> list[dict[str, Any]]:
    least = whole_option(walk.access, "posts", 20, 1, PAGE)
    asked: dict[str, Parameter] = {"owner_id": owner, "count": PAGE if since else least, "extended": True}
    answer = wall(walk, owner, asked)
    posts = [post for post in mappings(answer.get("items")) if (number(post.get("id")) or 0) > 0]
    return [post for at_, post in enumerate(posts) if at_ < least or (number(post.get("date")) or 0) >= since]


def wall(walk: Walk, owner: int, asked: Mapping[str, Parameter]) -> Mapping[str, Any]:
    """Our own wall is asked with a user's token, if there is one: only an administrator is told what is closed."""
    if owner == -at.group_number(walk.access.external_id) and walk.access.tokens.get(USER) and walk.token != USER:
        try:
            return walk.page("wall.get", asked, owner=owner, slot=_WALL, token=USER)
        except NetworkError:
            pass  # that token can be done without: hearing must not end with it
    return walk.page("wall.get", asked, owner=owner, slot=_WALL)


def commenting_at(walk: Walk, owner: int, post: Mapping[str, Any]) -> str:
    """Whether a post listed here takes our answers, as `closed.py` writes it."""
    guest = "guest" in walk.beside
    return commenting_of(post, guest=guest) if guest or owner == -at.group_number(walk.access.external_id) else ""


def _read_post(walk: Walk, owner: int, post: int, total: int, before: Mapping[str, Any]) -> dict[str, Json]:
    """All comments of a post, oldest first, so that pages that did not change keep their keys."""
    threads: dict[str, Json] = {}
    walk.known, walk.pages = mapping(before.get("pages")), {}
    offset = 0
    for turn in range(_MOST_PAGES):
        answer = comments(walk, owner, post, offset=offset)
        items = mappings(answer.get("items"))
        for item in items:
            thread, top = mapping(item.get("thread")), number(item.get("id")) or 0
            listed = len(mappings(thread.get("items")))
            held = count(thread.get("count"))
            if top <= 0 or held <= listed:
                continue
            known = count(mapping(before.get("threads")).get(str(top)))
            if known != held:
                if walk.tired:
                    total = _UNREAD
                    continue
                _read_thread(walk, owner, post, top, min(known, held))
            threads[str(top)] = held
        level = count(answer.get("current_level_count"))
        offset += PAGE
        if not items or (offset >= level if level else len(items) < PAGE):
            break
        if turn == 0 and level > _MOST_PAGES * PAGE:
            offset = max(offset, (level // PAGE - _MOST_PAGES + 2) * PAGE)
    newest = sorted(threads, key=int, reverse=True)[:_MOST_THREADS]
    pages = list({**walk.known, **walk.pages}.items())[-_MOST_SLOTS:]
    return {"count": total, "threads": {top: threads[top] for top in newest}, "pages": dict(pages)}


def _read_thread(walk: Walk, owner: int, post: int, top: int, known: int) -> None:
    # One page further back than was known: comments that were removed move the others up.
    offset = max(0, known // PAGE - 1) * PAGE
    for _turn in range(_MOST_PAGES):
        items = mappings(comments(walk, owner, post, offset=offset, thread=top).get("items"))
        offset += PAGE
        if len(items) < PAGE:
            return


def comments(walk: Walk, owner: int, post: int, *, offset: int, thread: int = 0) -> Mapping[str, Any]:
    """One page of a post's comments with the beginnings of their threads, or of one thread; oldest first."""
    parameters: dict[str, Parameter] = {
        "owner_id": owner,
        "post_id": post,
        "count": PAGE,
        "offset": offset,
        "sort": "asc",
        "preview_length": 0,
        "extended": True,
    }
    beside = {"comment_id": thread} if thread else {"thread_items_count": COMMENTS_IN_THREAD}
    slot = f"{thread}/{offset}"
    return walk.page("wall.getComments", parameters | beside, owner=owner, post=post, slot=slot)
