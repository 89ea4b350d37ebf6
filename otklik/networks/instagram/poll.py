"""Reading an account by asking: its publications, their comments with replies, tags and dialogues.

All that may have changed is told by one call with nested fields; only what did change is read further. The network
pushes neither edits nor deletions of comments, so both are found here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson, NetworkError, Permanent
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.meta.board import Board, Item, read_board
from otklik.networks.meta.client import Parameter, need_token
from otklik.networks.meta.dialogues import THREAD_FIELDS, THREADS, read_dialogues
from otklik.networks.meta.failures import is_right
from otklik.networks.meta.reading import fingerprint, ident, next_page, number_id, whole_option
from otklik.networks.meta.walk import Walk
from otklik.networks.values import count, mapping, mappings, text

MEDIA_FIELDS = (
    "id,caption,timestamp,permalink,username,owner{id},media_type,media_url,thumbnail_url,comments_count,like_count,"
    "is_comment_enabled,children{id,media_type,media_url,thumbnail_url}"
)
_TAG_FIELDS = "id,caption,timestamp,permalink,username,media_type,media_url,comments_count,like_count"
REPLY_FIELDS = "id,text,timestamp,username,from,user{id},parent_id,hidden,like_count"
_REPLIES = 50
COMMENT_FIELDS = f"{REPLY_FIELDS},replies.limit({_REPLIES}){{{REPLY_FIELDS}}}"
PAGE = 50
_MOST_PAGES = 10
_AT_ONCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Account:
    """What one look told of the account."""

    username: str
    media: Mapping[str, Any]
    tags: list[Item]
    threads: list[Item] | None  # None: not seen this time


def own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The account's own publications. With the option `push` they are looked at less often, for what pushes missed."""
    pushed = access.options.get("push") is True
    name, pause = ("reconcile_seconds", 300) if pushed else ("watch_seconds", 30)
    again = timedelta(seconds=whole_option(access, name, pause, 5, 3600))
    walk = _walk(access, place)
    seen = _look(walk, place.cursor)
    known = mapping(place.cursor.get("posts"))
    media = _earlier(walk, seen.media, known)
    dialogues: dict[str, Json] = dict(mapping(place.cursor.get("dialogues")))
    if seen.threads is not None:
        dialogues = read_dialogues(walk, seen.threads, dialogues, now)
    ours = {ident(item.get("id")) for item in media}
    tags = [{**item, "comments_count": 0} for item in seen.tags if ident(item.get("id")) not in ours]
    posts = [item | {"id": ident(item.get("id"))} for item in [*media, *tags] if ident(item.get("id"))]
    walk.username = seen.username
    board = replace(BOARD, own=lambda _walk, post: post["id"] in ours)
    state, done = read_board(walk, board, posts, known)
    mute = 0 if seen.threads is not None else max(count(place.cursor.get("mute")) - 1, 0) or 20
    cursor: dict[str, Json] = {"posts": state, "dialogues": dialogues, "mute": mute, "turn": walk.turn + 1}
    step = walk.refusal.after if walk.refusal else again if done else _AT_ONCE
    return Fetched(tuple(walk.raws), cursor, step)


def dialogue(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The account's private messages alone."""
    walk = _walk(access, place)
    again = timedelta(seconds=whole_option(access, "watch_seconds", 30, 5, 3600))
    asked: dict[str, Parameter] = {"platform": INSTAGRAM.platform, "fields": THREAD_FIELDS, "limit": THREADS}
    threads = mappings(walk.ask("me/conversations", asked).get("data"))
    known = read_dialogues(walk, threads, mapping(place.cursor.get("dialogues")), now)
    step = walk.refusal.after if walk.refusal else _AT_ONCE if walk.tired else again
    return Fetched(tuple(walk.raws), {"dialogues": known, "turn": walk.turn + 1}, step)


def _walk(access: Access, place: ReadPlace) -> Walk:
    return Walk(access, INSTAGRAM, Origin.BACKFILL, access.external_id, turn=count(place.cursor.get("turn")))


def _look(walk: Walk, cursor: Mapping[str, Json]) -> _Account:
    """The account, its last publications and what tags it; its dialogues where the token may see them.

    Where a right is missing, less is asked for: the publications must not be hidden by it.
    """
    most = whole_option(walk.access, "posts", 20, 1, 100)
    media, tags = f"media.limit({most}){{{MEDIA_FIELDS}}}", f"tags.limit(10){{{_TAG_FIELDS}}}"
    talk = f"conversations.platform({INSTAGRAM.platform}).limit({THREADS}){{{THREAD_FIELDS}}}"
    tries = [(f"{media},{tags}", talk), (f"{media},{tags}", ""), (media, "")]
    if count(cursor.get("mute")):
        tries = tries[1:]
    for posts, dialogues in tries:
        try:
            return _told(walk, walk.ask("me", {"fields": _fields(walk.access, posts, dialogues)}), bool(dialogues))
        except NetworkError as refusal:
            last = posts == media
            if last or not (isinstance(refusal, Permanent) or is_right(refusal)):
                raise
    raise AssertionError("the last try raises")


def _fields(access: Access, posts: str, talk: str) -> str:
    """With the Page's token `me` is the Page, and the account stands inside; with the account's own it is `me`."""
    if need_token(access, INSTAGRAM) == "page":
        posts = f"instagram_business_account{{id,username,{posts}}}"
    else:
        posts = f"username,{posts}"
    return ",".join(part for part in ("id", posts, talk) if part)


def _told(walk: Walk, answer: Mapping[str, Any], talk: bool) -> _Account:
    account = mapping(answer.get("instagram_business_account")) or answer
    ids = {number_id(account.get("id")), number_id(account.get("user_id"))}
    if walk.place not in ids:
        raise NeedsPerson("Ключ выдан другому аккаунту Instagram: проверьте номер аккаунта")
    return _Account(
        text(account.get("username"), 100),
        mapping(account.get("media")),
        mappings(mapping(account.get("tags")).get("data")),
        mappings(mapping(answer.get("conversations")).get("data")) if talk else None,
    )


def _earlier(walk: Walk, media: Mapping[str, Any], known: Mapping[str, Any]) -> list[Item]:
    """The publications and, when none on the first page is known, those before them."""
    found = mappings(media.get("data"))
    for _ in range(5):
        further = next_page(media)
        seen = any(ident(item.get("id")) in known for item in mappings(media.get("data")))
        if not known or not further or seen or walk.tired:
            break
        media = walk.ask(f"{walk.place}/media", {"fields": MEDIA_FIELDS, "limit": 50, **further})
        found += mappings(media.get("data"))
    return found


def page_of(walk: Walk, post: str, after: str) -> tuple[list[Item], str]:
    """One page of comments, newest first, with all their replies."""
    answer = walk.ask(f"{post}/comments", {"fields": COMMENT_FIELDS, "limit": PAGE, "after": after or None})
    found: list[Item] = []
    for item in mappings(answer.get("data")):
        comment = ident(item.get("id"))
        if comment:
            below = _replies(walk, comment, mapping(item.get("replies")))
            found.append({name: value for name, value in item.items() if name != "replies"})
            found += [{**reply, "parent_id": reply.get("parent_id") or comment} for reply in below]
    return found, next_page(answer).get("after", "")


def _replies(walk: Walk, comment: str, listed: Mapping[str, Any]) -> list[Item]:
    found = mappings(listed.get("data"))
    further = next_page(listed)
    for _ in range(_MOST_PAGES):
        if not further:
            break
        answer = walk.ask(f"{comment}/replies", {"fields": REPLY_FIELDS, "limit": _REPLIES, **further})
        found += mappings(answer.get("data"))
        further = next_page(answer)
    return [item for item in found if ident(item.get("id"))]


def _mark(item: Item) -> str:
    return fingerprint(text(item.get("text")), ident(item.get("parent_id")), item.get("hidden") is True)


def _stamp(item: Item) -> str:
    return fingerprint(text(item.get("caption")), text(item.get("media_type"), 40), item.get("is_comment_enabled"))


BOARD = Board(
    page=page_of,
    mark=_mark,
    total=lambda item: count(item.get("comments_count")),
    stamp=_stamp,
    flat=False,
    kept=1500,
    pages=30,
    about=lambda post: {"permalink": text(post.get("permalink"), 500)},
)
