"""One look at a channel, or at a dialogue: what is new there since the last look.

A channel tells when something last happened in it. Whether a comment counts for that is not known, so a channel in
which nothing seems to have happened still has one of its posts read at every look, in turn: nothing is lost, it only
comes later, and a quiet channel costs one call. Such a look goes back a day and two hours, the time in which a
comment may be edited.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Json
from otklik.networks.errors import Permanent
from otklik.networks.max import address as at
from otklik.networks.max.client import whole_option
from otklik.networks.max.pages import PAGE, Known, Walk, comments_path, time_of
from otklik.networks.max.windows import Window, bounds, rest_of
from otklik.networks.values import count, mapping, number, text

OVERLAP = 10 * 60_000
EDITED_WITHIN = 26 * 3_600_000
FIRST = 30 * 86_400_000  # comments older than that are not read at the first look
_MOST_PAGES_OF_POSTS = 10


@dataclass
class State:
    """What the cursor remembers of one chat. `left` are posts whose comments wait to be read."""

    event: int = 0
    newest: int = 0
    round: int = 0
    sweep: bool = False
    left: list[str] = field(default_factory=list)
    known: Known = field(default_factory=dict)
    posts: dict[str, dict[str, Json]] = field(default_factory=dict)

    @classmethod
    def read(cls, raw_state: object) -> "State":
        fields = mapping(raw_state)
        left, posts = fields.get("left"), mapping(fields.get("posts"))
        return cls(
            number(fields.get("event")) or 0,
            number(fields.get("newest")) or 0,
            count(fields.get("round")),
            fields.get("sweep") is True,
            [mid for mid in map(at.mid_of, left) if mid] if isinstance(left, list) else [],
            dict(mapping(fields.get("known"))),
            {mid: dict(mapping(value)) for mid, value in posts.items() if at.mid_of(mid)},
        )

    def as_json(self) -> dict[str, Json]:
        plain: dict[str, Json] = {"event": self.event, "newest": self.newest, "round": self.round}
        plain |= {"left": list(self.left), "known": dict(self.known), "posts": dict(self.posts)}
        return plain | ({"sweep": True} if self.sweep else {})


def look(walk: Walk, chat: int, state: State, event: int, now: int) -> None:
    """Read a channel as far as the walk goes; `state` then says what is left. `event` is the time of its last event,
    `now` ours, both in milliseconds. Raises what the calls raise; what was read before that stays in the walk."""
    sweep = state.sweep
    if event != state.event or not event:
        if not _posts(walk, chat, state):
            return
        state.event = event or 1
        state.left = list(state.posts)
    elif not state.left and state.posts:
        state.left, sweep = [_in_turn(state)], True
    while state.left and not walk.tired:
        post = state.left[0]
        if not _comments(walk, chat, post, state.posts.setdefault(post, {}), sweep=sweep, now=now):
            return
        state.left.pop(0)
    if not state.left:
        state.round, state.sweep = state.round + 1, False


def _in_turn(state: State) -> str:
    """The newest post every other time, the others one after the other in between."""
    posts = list(state.posts)
    return posts[0] if state.round % 2 == 0 else posts[(state.round // 2) % len(posts)]


def _posts(walk: Walk, chat: int, state: State) -> bool:
    """The newest posts; after a long silence further pages until what is known. False: not all could be read."""
    most = whole_option(walk.access, "posts", 20, 1, PAGE)
    times_by_mid: dict[str, int] = {}
    before: int | None = None
    for _ in range(_MOST_PAGES_OF_POSTS):
        query = {"chat_id": chat, "count": most, "before": before}
        items = walk.page("messages", "/messages", query, state.known, chat=str(chat))
        fresh = {mid: time_of(item) for item in items if (mid := at.mid_of(mapping(item.get("body")).get("mid")))}
        nothing_new = not fresh.keys() - times_by_mid.keys()
        times_by_mid |= fresh
        before = min(times_by_mid.values(), default=0)
        if nothing_new or len(items) < most or not state.newest or before <= state.newest:
            break
        if walk.tired:
            return False
    newest = sorted(times_by_mid, key=lambda mid: times_by_mid[mid], reverse=True)
    since_last = [mid for mid in newest if state.newest and times_by_mid[mid] > state.newest]
    kept = list(dict.fromkeys([*newest[:most], *since_last]))[:PAGE]
    state.posts = {mid: state.posts.get(mid, {}) for mid in kept}
    state.newest = max([state.newest, *times_by_mid.values()])
    return True


def _comments(walk: Walk, chat: int, post: str, post_state: dict[str, Json], *, sweep: bool, now: int) -> bool:
    """All that may be new under a post; whether all of it could be read."""
    newest, read = number(post_state.get("newest")) or 0, number(post_state.get("read")) or 0
    back = EDITED_WITHIN if sweep else OVERLAP
    gaps = gaps_of(post_state.get("gaps")) or [(max(newest - back, 0) if newest else max(now - FIRST, 0), 0)]
    known: Known = dict(mapping(post_state.get("known")))
    try:
        while gaps and not walk.tired:
            window = gaps[0]
            items = walk.page(
                "comments", comments_path(post), bounds(window), known, read=read, chat=str(chat), post=post
            )
            gaps = rest_of(window, items) + gaps[1:]
            newest = max([newest, *map(time_of, items)])
    except Permanent:  # the post is gone, or its comments are switched off: no reason to leave the others
        gaps = []
    finally:
        post_state |= {"newest": newest, "known": known, "gaps": [list(gap) for gap in gaps]}
        if not gaps:
            post_state["read"] = max(newest - OVERLAP, 0)
    return not gaps


def gaps_of(raw_gaps: object) -> list[Window]:
    """Windows as a cursor keeps them."""
    if not isinstance(raw_gaps, list):
        return []
    pairs = [(number(gap[0]), number(gap[1])) for gap in raw_gaps if isinstance(gap, list) and len(gap) == 2]
    return [(low, high) for low, high in pairs if low is not None and high is not None]


def look_at_talk(walk: Walk, chat: int, state: State, event: int, begun: int) -> None:
    """New messages of a dialogue or a group chat. `begun` is the time (ms) of the last look at all chats, 0 at the
    very first: then old talk is not brought in, while a dialogue that turned up since has nothing old."""
    if not state.event:
        state.newest = state.newest or (max(begun - OVERLAP, 1) if begun else event)
    if event == state.event or event <= state.newest:
        state.event = event
        return
    since, newest, before = max(state.newest - OVERLAP, 1), state.newest, None
    while True:
        if walk.tired:
            return
        query = {"chat_id": chat, "count": PAGE, "before": before}
        items = walk.page("messages", "/messages", query, state.known, since=since, chat=str(chat))
        times = [moment for moment in map(time_of, items) if moment]
        newest = max([newest, *times])
        oldest = min(times, default=0)
        if len(items) < PAGE or oldest <= since or oldest == before:
            break
        before = oldest
    state.event, state.newest = event, newest


def chat_number(item: Mapping[str, Any]) -> int:
    return at.chat_of(item.get("chat_id"))


def kind_of(item: Mapping[str, Any]) -> str:
    return text(item.get("type"), 20)
