"""A listing read from its newest text down to what is known, as raw payloads, a bounded piece at a time.

The state of a listing is what its place's cursor keeps: `since` is the newest number that has been read for certain,
`top` the newest seen in the sweep under way and `token` where that sweep goes on. `since` moves only when a sweep has
reached it, so a stop anywhere loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from otklik.networks.base import Access, Json, Origin, Raw
from otklik.networks.errors import Permanent, RetryAt
from otklik.networks.values import digest, mapping, mappings, text
from otklik.networks.x import address as at
from otklik.networks.x import tweet
from otklik.networks.x.client import Answer, ask

PAGE = 100  # the most that a listing gives at once
MOST_CALLS = 20  # of one fetch; what is left waits for the next one
_OVERLAP = 60_000 << 22  # a minute, as numbers count: an older text may become visible after a newer one
_TIMED = 2**35  # below it numbers tell no time


@dataclass
class Walk:
    """One fetch under way: what has been read, how many calls it took, and when to go on."""

    access: Access
    origin: Origin
    context: Mapping[str, str]
    raws: list[Raw] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    calls: int = 0
    pause: timedelta | None = None  # the network asked to come back later, or there is more to read

    @property
    def tired(self) -> bool:
        return self.calls >= MOST_CALLS


@dataclass(frozen=True, slots=True)
class Listing:
    """What is read: a call and its question. `token` is the kind of key, `since` whether it takes a lower bound."""

    token: str
    path: str
    query: Mapping[str, str]
    method: str = "posts"
    since: bool = True
    rest: bool = True


def read(walk: Walk, listing: Listing, before: Mapping[str, Any]) -> dict[str, Json]:
    """Read a listing on from its state; the new state. Raises what `ask` raises when nothing at all was read."""
    state = _State.of(before)
    while True:
        try:
            answer = _page(walk, listing, state)
        except RetryAt as refusal:
            if not walk.calls:
                raise
            walk.pause = refusal.after
            return state.kept()
        numbers = [post_id for each in mappings(answer.value.get("data")) if (post_id := at.number(each.get("id")))]
        _keep(walk, listing, answer, state)
        state.token = text(mapping(answer.value.get("meta")).get("next_token"), 500)
        state.top = max([state.top, *numbers], key=_size)
        reached = any(_size(number) <= _size(state.since) for number in numbers) and not _bounded(listing, state)
        if not state.token or not state.begun or reached:
            return state.swept()
        if walk.tired:
            walk.pause = timedelta(seconds=1)
            return state.kept()


@dataclass
class _State:
    since: str = ""
    top: str = ""
    token: str = ""
    last: str = ""  # the key of the newest page as it was at the last look
    begun: bool = False
    bare: bool = False  # the network does not take so old a bound any more

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "_State":
        return cls(
            at.number(kept.get("since")),
            at.number(kept.get("top")),
            text(kept.get("token"), 500),
            text(kept.get("last"), 60),
            kept.get("begun") is True,
            kept.get("bare") is True,
        )

    def kept(self) -> dict[str, Json]:
        self.begun = True
        return {name: getattr(self, name) for name in ("since", "top", "token", "last", "begun", "bare")}

    def swept(self) -> dict[str, Json]:
        """All is read down to `since`: the next sweep ends where this one began."""
        self.bare = self.bare and self.top == self.since
        self.since, self.token = self.top, ""
        return self.kept()


def _page(walk: Walk, listing: Listing, state: _State) -> Answer:
    """One page. A token or a bound that has grown too old is a 400: then it is left out, and more is read."""
    try:
        return _ask(walk, listing, state)
    except Permanent as refusal:
        if refusal.code != "400" or not (state.token or _bounded(listing, state)):
            raise
        if state.token:
            state.token = ""
        else:
            state.bare = True
    return _ask(walk, listing, state)


def _ask(walk: Walk, listing: Listing, state: _State) -> Answer:
    query = {**listing.query, "max_results": str(PAGE)}
    if _bounded(listing, state):
        query["since_id"] = _lower(state.since)
    if state.token:
        query["pagination_token"] = state.token
    answer = ask(walk.access, listing.token, listing.path, query, rest=listing.rest)
    walk.calls += 1
    return answer


def _bounded(listing: Listing, state: _State) -> bool:
    return listing.since and not state.bare and bool(state.since)


def _keep(walk: Walk, listing: Listing, answer: Answer, state: _State) -> None:
    items = mappings(answer.value.get("data"))
    context = {**walk.context, "method": listing.method}
    key = page_key(items, context)
    news = bool(items) and key != state.last
    if not state.token:
        state.last = key
    if news:
        walk.items += items
        walk.raws.append(Raw(walk.origin, answer.body, key, context))


def page_key(items: list[dict[str, Any]], context: Mapping[str, str]) -> str:
    """The same for the same texts: likes and views change with every look and do not count."""
    fingerprints = [[text(item.get("id"), 20), tweet.chain(item)[-1:], tweet.words(item)] for item in items]
    return digest(sorted(context.items()), fingerprints)


def _lower(number: str) -> str:
    size = _size(number)
    return str(size - _OVERLAP) if size - _OVERLAP > _TIMED else number


def _size(number: str) -> int:
    return int(number or 0)
