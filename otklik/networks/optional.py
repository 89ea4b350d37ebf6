"""What only some networks have beside the contract of `base.py`, found out by `isinstance`. No Django, no tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from otklik.networks.base import Access, Address, Json, Raw, ReadPlace


@runtime_checkable
class HoldsFiles(Protocol):
    """A network that gives files by a reference and a call of its own, since their addresses would hold the token.

    Its attachments carry `<prefix><reference>` in `url` and `preview`, of at most 2000 signs.
    """

    file_prefix: str

    def media(self, access: Access, reference: str) -> bytes:
        """The file; raises RetryAt, or anything else when there is none to be had."""
        ...


@runtime_checkable
class TellsEnds(Protocol):
    """A network that tells in advance when a key will die, by a call that changes nothing."""

    def ends(self, access: Access) -> Mapping[str, datetime]:
        """Aware times by kind of key; what is not there does not end, or nobody tells. Raises like any reading call."""
        ...


@runtime_checkable
class ReadsBeside(Protocol):
    """A network whose links may name a place by a name that tells no number."""

    def address_beside(self, url: str, known: str, known_url: str) -> Address | None:
        """What such a link leads to if it is in the place of a text with this external id and link. Pure."""
        ...


@runtime_checkable
class ListsWidely(Protocol):
    """A network that lists what an account has said in all places together, not place by place."""

    lists_widely: bool


@dataclass(frozen=True, slots=True)
class Renewed:
    """Keys by kind to be kept in place of the old ones, and how long the renewed one lives; None = it was not told."""

    keys: Mapping[str, str] = field(repr=False)
    lives: timedelta | None = None


@runtime_checkable
class RenewsKeys(Protocol):
    """A network with a key that lives for hours and is renewed by a call of its own, each time by other keys.

    When it is renewed, by whom of many workers and how it is kept is not the network's business: see renewing.py.
    """

    def renewable(self, keys: Mapping[str, str]) -> str:
        """The kind of key that `renew` would renew with these keys by kind; "" = none. Pure."""
        ...

    def renew(self, access: Access) -> Renewed:
        """One call for a new key. Raises AuthLost when it is refused for good, RetryAt when it is certainly not given,
        OutcomeUnknown when it may have been given and did not reach us."""
        ...


@dataclass(frozen=True, slots=True)
class Count:
    """How many comments, replies among them, the network counts under a post (its thread's address); None: it tells
    none. `about` is what the listing says of the post that its comments do not, for `under`."""

    post: str
    comments: int | None
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing as payloads, by one call or two. `further` is where it goes on, {} = this was the last."""

    raws: tuple[Raw, ...]
    further: Mapping[str, Json] = field(default_factory=dict)
    counts: tuple[Count, ...] = ()


@runtime_checkable
class ReadsBack(Protocol):
    """A network whose place can be read from its newest post back, and each post's comments in whole: that way what no
    push and no look at the newest posts has told is found. Both raise like any reading call."""

    def posts(self, access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
        """A page of posts, newest first, with their counts, as far back as `since`; `page` is {} at first."""
        ...

    def under(self, access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
        """A page of what stands under the post, replies in branches too."""
        ...
