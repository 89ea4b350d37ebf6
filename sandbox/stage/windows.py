"""Which comments of a long thread a page shows, and in which order. Pure: a thread in, a list out."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from sandbox.acts import Item

MOST = 1000  # comments of one post on one page
STEP = 20  # how many more a click brings


@dataclasses.dataclass(frozen=True)
class Window:
    """Which comments to show: the latest `most`, or those from number `since` on (they count from 1 in the order of
    writing, deleted ones too); around the address `marked` if it is among them."""

    most: int
    since: int = 0
    marked: str = ""


@dataclasses.dataclass(frozen=True)
class Line:
    """A comment as it stands in the list. `to` is whom it answers, when that is not the comment it stands under."""

    item: Item
    nested: bool
    to: str


@dataclasses.dataclass(frozen=True)
class View:
    """`earlier` and `later` count the living comments left out; `since` and `step` are the numbers to ask from: for the
    same list again, and for one with STEP more."""

    lines: Sequence[Line]
    total: int
    earlier: int
    later: int
    since: int
    step: int


def view(comments: Sequence[Item], mine: Callable[[Item], bool], window: Window) -> View:
    """Comments in reading order: each first one, then all that hangs under it.

    Besides those of the window it has the first ones that their replies need. Deleted ones are left out, except those
    with a living reply in view and those that are `mine`.
    """
    number = {item.address: at for at, item in enumerate(comments, 1)}
    first = _roots(comments, number)
    end = len(comments)
    if window.marked in number:
        end = min(end, number[window.marked] + window.most // 2)
    since = max(window.since or end + 1 - window.most, end + 1 - MOST, 1)
    seen = range(since, end + 1)
    roots = {first[at] for at in seen if first[at] != at and not comments[at - 1].deleted}
    shown = sorted({*seen, *roots}, key=lambda at: (first[at], at))
    lines = [
        _line(comments, number, first[at], at)
        for at in shown
        if not comments[at - 1].deleted or mine(comments[at - 1]) or at in roots
    ]
    above = sum(1 for at in roots if at < since and not comments[at - 1].deleted)
    return View(
        lines,
        total=_living(comments),
        earlier=_living(comments[: since - 1]) - above,
        later=_living(comments[end:]),
        since=since,
        step=max(1, since - STEP),
    )


def _roots(comments: Sequence[Item], number: Mapping[str, int]) -> dict[int, int]:
    """Number of a comment → number of the first one of its branch. What it answers was written before it."""
    first: dict[int, int] = {}
    for at, item in enumerate(comments, 1):
        above = number.get(item.parent, at)
        first[at] = first[above] if above < at else at
    return first


def _line(comments: Sequence[Item], number: Mapping[str, int], root: int, at: int) -> Line:
    item = comments[at - 1]
    above = number.get(item.parent, root)
    return Line(item, root != at, comments[above - 1].author_name if above != root else "")


def _living(comments: Sequence[Item]) -> int:
    return sum(1 for item in comments if not item.deleted)
