"""Reading what stands under the last posts of a place, so that only news is kept and a quiet place costs one call.

The cursor remembers of each post how many comments it had and, for the newest of them, a fingerprint of how each
stood. A count stays the same when a comment is changed, so each post is read anyway at every SWEEP-th look. The
network tells of no deletion in a listing: a comment that is no longer listed is asked for, and only the network's own
word that it is not there makes it a deletion.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Json
from otklik.networks.errors import Permanent, RetryAt
from otklik.networks.meta.failures import is_gone
from otklik.networks.meta.reading import ident, next_page
from otklik.networks.meta.walk import Walk
from otklik.networks.values import count, mapping, mappings, text

SWEEP = 20
SWEEP_WHEN_PUSHED = 4  # then looks are rarer
_GONE = "gone"  # the fingerprint of what is not there any more: listed again, it is a restoration
_FIRST_PAGES = 5  # the first look at a post brings the recent texts, not years
_SWEEP_PAGES = 3
_MOST_CHECKED = 20  # comments that are asked for by one look
_UNREAD = -1  # a count that no post has: it is read on at the next look
_MOST_POSTS = 100
REPLIES = 50
_REPLY_PAGES = 10

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Board:
    """How one network lists comments: `fields` of each, `size` of them on a page, newest first as `order` asks.

    `replies`: the fields of replies where they hang on their comments and not in the same list; in one list a page
    without news ends the reading, otherwise all pages are read. `mark` is a comment's fingerprint, `stamp` a post's,
    `total` how many comments it counts. `kept` comments are remembered of a post, `pages` read of it by one look;
    `about` is what the post tells of its comments.
    """

    fields: str
    size: int
    mark: Callable[[Item], str]
    total: Callable[[Item], int]
    stamp: Callable[[Item], str]
    kept: int
    pages: int
    about: Callable[[Item], dict[str, str]] = lambda _post: {}
    replies: str = ""
    order: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> dict[str, str | int]:
        return {"fields": self.fields, **self.order, "limit": self.size}

    def page(self, walk: Walk, post: str, after: str) -> tuple[list[Item], str]:
        """One page of comments with all their replies, and the cursor of the next page, "" = none."""
        answer = walk.ask(f"{post}/comments", {**self.asked, "after": after or None})
        items: list[Item] = []
        for item in mappings(answer.get("data")):
            if comment := ident(item.get("id")):
                items.append({name: value for name, value in item.items() if name != "replies"})
                below = self._replies(walk, comment, mapping(item.get("replies"))) if self.replies else []
                items += [{**reply, "parent_id": reply.get("parent_id") or comment} for reply in below]
        return items, next_page(answer).get("after", "")

    def _replies(self, walk: Walk, comment: str, listed: Mapping[str, Any]) -> list[Item]:
        replies = mappings(listed.get("data"))
        further = next_page(listed)
        for _ in range(_REPLY_PAGES):
            if not further:
                break
            answer = walk.ask(f"{comment}/replies", {"fields": self.replies, "limit": REPLIES, **further})
            replies += mappings(answer.get("data"))
            further = next_page(answer)
        return [item for item in replies if ident(item.get("id"))]


def read_board(
    walk: Walk, board: Board, posts: list[Item], ours: Container[str], known: Mapping[str, Any]
) -> tuple[dict[str, Json], bool]:
    """The posts and what is new under them. The new state, and whether every post was reached.

    `ours` are the posts that may be asked for when they are listed no more.
    """
    fresh = [post for post in posts if text(mapping(known.get(post["id"])).get("post")) != board.stamp(post)]
    if fresh:
        walk.keep("posts", fresh, [[post["id"], board.stamp(post)] for post in fresh])
    kept = _gone_posts(walk, posts, known)
    done = True
    every = SWEEP_WHEN_PUSHED if walk.access.options.get("push") is True else SWEEP
    for at, post in enumerate(posts):
        before = mapping(known.get(post["id"]))
        total = board.total(post)
        post_state: dict[str, Json] = {"post": board.stamp(post), "turn": walk.turn, "own": post["id"] in ours}
        sweep = bool(before) and (walk.turn + at) % every == 0
        if walk.tired:
            kept[post["id"]] = {**before, **post_state, "count": before.get("count", _UNREAD)}
            done = False
        elif before.get("count") == total and (not total or not sweep) and not before.get("after"):
            kept[post["id"]] = {**before, **post_state}
        else:
            state = _read_post(walk, board, post, before, sweep=sweep)
            kept[post["id"]] = {**state, **post_state}
            done = done and state.get("count") != _UNREAD
    older = {name: state for name, state in known.items() if name not in kept}
    room = max(_MOST_POSTS - len(kept), 0)
    return {**dict(list(older.items())[-room:] if room else []), **kept}, done


def _gone_posts(walk: Walk, posts: list[Item], known: Mapping[str, Any]) -> dict[str, Json]:
    """Asks for own posts that the last look listed and this one does not: others may only have pushed them out.

    Posts that could not be asked for yet are returned as if they had been listed, for the next look.
    """
    listed = {post["id"] for post in posts}
    gone: list[str] = []
    waiting: dict[str, Json] = {}
    for name, state in known.items():
        last = mapping(state)
        if name in listed or last.get("own") is not True or not walk.turn or last.get("turn") != walk.turn - 1:
            continue
        answer = _is_gone(walk, name)
        if answer is None:
            waiting[name] = {**last, "turn": walk.turn}
        elif answer:
            gone.append(name)
    if gone:
        walk.keep("gone", [{"id": name} for name in gone], gone)
    return waiting


def _is_gone(walk: Walk, name: str) -> bool | None:
    """The network's own word on one text; None when it could not be asked now."""
    if walk.tired:
        return None
    try:
        walk.ask(name, {"fields": "id"})
    except RetryAt as refusal:
        walk.refusal = refusal
        return None
    except Permanent as refusal:
        return is_gone(refusal)
    return False


@dataclass
class _Look:
    """One look at the comments of one post. `seen` is what was known before, `there` what is listed now, newest first;
    `more` the cursor of the page at which it has to go on, "" = all was read that had to be."""

    walk: Walk
    board: Board
    post: str
    total: int
    seen: dict[str, str]
    counted: int
    more: str = ""
    first: bool = False
    resumed: bool = False
    stopped: bool = False
    deep: bool = False
    there: dict[str, str] = field(default_factory=dict)
    fresh: list[Item] = field(default_factory=list)

    @property
    def gone(self) -> bool:
        """Whether fewer are counted than must be: some that were known are not there any more."""
        new = sum(1 for name in self.there if name not in self.seen)
        return not self.first and not self.resumed and self.counted + new > self.total

    def read(self) -> None:
        """Page after page, newest first, until there are no news, or no pages, or no patience."""
        for turn in range(_FIRST_PAGES if self.first else self.board.pages):
            if not self._page(turn) or not self.more:
                return
            if self.walk.tired:
                return
        if self.first:
            self.more = ""

    def _page(self, turn: int) -> bool:
        """One page. False when there is nothing to go on with."""
        try:
            items, more = self.board.page(self.walk, self.post, self.more)
        except RetryAt as refusal:
            self.walk.refusal, self.stopped = refusal, True
            return False
        except Permanent:
            # Comments hidden or closed: no reason to leave the rest of the place. Or the cursor is too old: all anew.
            again, self.more = self.resumed and turn == 0, ""
            self.deep = self.deep or again
            return again and self._page(turn + 1)
        marks = {ident(item.get("id")): self.board.mark(item) for item in items}
        news = [item for item in items if self.seen.get(ident(item.get("id"))) != marks[ident(item.get("id"))]]
        self.fresh += news
        self.there |= {name: mark for name, mark in marks.items() if name not in self.there}
        known = not self.board.replies and not news and (not (self.deep or self.gone) or turn + 1 >= _SWEEP_PAGES)
        self.more = "" if known else more
        return True

    def keep(self, **context: str) -> None:
        back = [item for item in self.fresh if self.seen.get(ident(item.get("id"))) == _GONE]
        new = [item for item in self.fresh if self.seen.get(ident(item.get("id"))) != _GONE]
        for items, more in ((new, {}), (back, {"restored": "1"})):
            names = [ident(item.get("id")) for item in items]
            changes = [[name, self.seen.get(name, ""), self.there[name]] for name in names]
            if items:
                self.walk.keep("comments", items, [self.post, changes], post=self.post, **context, **more)

    @property
    def state(self) -> dict[str, Json]:
        left = {name: mark for name, mark in self.seen.items() if name not in self.there}
        newest = list({**left, **dict(reversed(self.there.items()))}.items())[-self.board.kept :]
        unread = bool(self.more) or self.resumed or self.stopped
        state: dict[str, Json] = {"count": _UNREAD if unread else self.total, "seen": dict(newest)}
        return state | ({"after": self.more} if self.more else {})


def _read_post(walk: Walk, board: Board, thing: Item, before: Mapping[str, Any], *, sweep: bool) -> dict[str, Json]:
    """What is new under a post. A look that was cut short is gone on with from its page, and then begun anew."""
    look = _Look(
        walk,
        board,
        text(thing["id"]),
        board.total(thing),
        {name: mark for name, mark in mapping(before.get("seen")).items() if isinstance(mark, str)},
        count(before.get("count")),
        more=text(before.get("after"), 2000),
        first="seen" not in before,
        resumed=bool(before.get("after")),
        deep=sweep,
    )
    look.read()
    if look.first and look.stopped and not look.there:
        return {"count": _UNREAD}
    look.keep(**board.about(thing))
    if look.gone and not look.more and not look.stopped:
        _look_for_gone(walk, look.post, look.seen, look.there)
    return look.state


def _look_for_gone(walk: Walk, post: str, seen: dict[str, str], there: Mapping[str, str]) -> None:
    """Asks for comments that are no longer listed. One that is there nevertheless is asked for no more."""
    gone = []
    missing = [name for name in reversed(seen) if name not in there and seen[name] != _GONE]
    for name in missing[:_MOST_CHECKED]:
        answer = _is_gone(walk, name)
        if answer is None:
            break
        if answer:
            gone.append(name)
            seen[name] = _GONE
        else:
            del seen[name]
    if gone:
        walk.keep("gone", [{"id": name} for name in gone], [post, gone], post=post)
