"""Which norm a clock runs by. Values in, values out: the norms need not be in the database.

Of the norms that fit a card the narrowest wins. What is narrow is said in this order, and the first difference
decides: its theme; its group of themes; the fast track; its urgency, the more urgent first; its place, the smaller
first; its network. Of two for exactly the same the older one wins, and pages do not let the second be written.

A norm holds for clocks that start while it is in force: who wrote before it began is measured by the one before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from django.conf import settings

from otklik.routing.models import Norm

DEFAULT_MINUTES = {
    Norm.Clock.FIRST_ANSWER: (8 * 60, True),
    Norm.Clock.FINAL_ANSWER: (24 * 60, True),
}
FAST_TRACK_MINUTES = 4 * 60
NORMED = (
    *(Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.SECOND_ANSWER),
    *(Norm.Clock.AGENCY, Norm.Clock.CLARIFICATION),
)
"""The clocks that a norm may be written for. The others run to a day that a person has named."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What norms ask of a card. `place` is the path of its place, `at` the clock's start; None is now."""

    theme: int | None = None
    group: int | None = None
    fast_track: bool = False
    priority: int = 0
    network: str = ""
    place: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """A norm as values. What is empty is asked of no card; `priority` is the least urgency, `path` that of `place`.

    Without `until` it is in force; `pk` is 0 for one that is not written down.
    """

    clock: str
    theme: int | None
    fast_track: bool
    minutes: int
    working: bool
    group: int | None = None
    priority: int = 0
    network: str = ""
    place: int | None = None
    since: datetime | None = field(default=None, compare=False)
    until: datetime | None = None
    path: str = field(default="", compare=False)
    pk: int = field(default=0, compare=False)

    @property
    def scope(self) -> tuple[object, ...]:
        """What it is for; two of one scope are one norm."""
        return (
            self.clock,
            self.theme,
            self.group,
            self.fast_track,
            self.priority,
            self.network,
            self.place,
            self.until,
        )

    @property
    def narrowness(self) -> tuple[int, ...]:
        """The bigger, the narrower."""
        return (
            *(self.theme is not None, self.group is not None, self.fast_track, self.priority),
            *(self.path.count("/"), self.network != ""),
        )

    def fits(self, matter: Matter) -> bool:
        """Whether it is for such a card, at the moment from which that is measured."""
        return (
            self.theme in (None, matter.theme)
            and self.group in (None, matter.group)
            and (matter.fast_track or not self.fast_track)
            and self.priority <= matter.priority
            and self.network in ("", matter.network)
            and (self.place is None or bool(self.path and matter.place.startswith(self.path)))
            and self.in_force(matter.at)
        )

    def in_force(self, at: datetime | None) -> bool:
        """None is now."""
        if at is None:
            return self.until is None
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def allowed(norm: Norm) -> Allowed:
    """The place has to be at hand where the norm has one."""
    return Allowed(
        norm.clock,
        norm.theme_id,
        norm.fast_track,
        norm.minutes,
        norm.working,
        norm.group_id,
        norm.priority,
        norm.network,
        norm.place_id,
        norm.since,
        norm.until,
        norm.place.path if norm.place else "",
        norm.pk,
    )


def find(norms: Iterable[Allowed], clock: str, matter: Matter) -> Allowed | None:
    """The narrowest that fits; None where nothing is written down for such a card."""
    mine = [one for one in norms if one.clock == clock and one.fits(matter)]
    return max(mine, key=lambda one: one.narrowness, default=None)


def pick(norms: Sequence[Allowed], clock: str, matter: Matter) -> tuple[int, bool]:
    """(minutes, working): the norm that fits; ours where there is none. A second answer has half of the first one's
    time: for that `norms` have those of the first answer too."""
    if norm := find(norms, clock, matter):
        return norm.minutes, norm.working
    if clock == Norm.Clock.SECOND_ANSWER:
        minutes, working = pick(norms, Norm.Clock.FIRST_ANSWER, matter)
        return half(minutes), working
    if clock == Norm.Clock.FIRST_ANSWER and matter.fast_track:
        return FAST_TRACK_MINUTES, True
    if clock == Norm.Clock.CLARIFICATION:
        return settings.CLARIFICATION_HOURS * 60, False
    return DEFAULT_MINUTES.get(Norm.Clock(clock), (8 * 60, True))


def half(minutes: int) -> int:
    """Half of a norm in whole minutes, a begun one in favour of whoever answers."""
    return -(-minutes // 2)


def crossings(norms: Iterable[Allowed], groups: Mapping[int, int]) -> list[tuple[Allowed, Allowed]]:
    """(winner, loser) of norms in force that may both fit a card while neither is for a part of the other's cards:
    there the stated order decides, which nobody sees in the list. `groups` has the group of each theme."""
    held = [one for one in norms if one.until is None]
    pairs = [pair for pair in combinations(held, 2) if _cross(*pair, groups)]
    return [tuple(sorted(pair, key=lambda one: one.narrowness, reverse=True)) for pair in pairs]  # type: ignore[misc]


def _cross(one: Allowed, other: Allowed, groups: Mapping[int, int]) -> bool:
    if one.clock != other.clock:
        return False
    sides = [_side(*pair) for pair in zip(_asks(one, groups), _asks(other, groups), strict=True)]
    return None not in sides and {-1, 1} <= set(sides)


def _asks(one: Allowed, groups: Mapping[int, int]) -> tuple[tuple[object, ...], ...]:
    """What it asks, aspect by aspect, each from the wide to the narrow. The fast track is a quality of the theme."""
    matter: tuple[object, ...] = (one.group,) if one.group else ()
    if one.theme is not None:
        matter = (groups.get(one.theme), one.theme)
    fast = ("fast",) if one.fast_track and one.theme is None else ()
    place = tuple(part for part in one.path.split("/") if part)
    return matter, fast, tuple(range(one.priority)), place, (one.network,) if one.network else ()


def _side(one: tuple[object, ...], other: tuple[object, ...]) -> int | None:
    """-1: the second is narrower, 1: the first, 0: they ask the same; None: no card fits both."""
    shared = min(len(one), len(other))
    if one[:shared] != other[:shared]:
        return None
    return (len(one) > len(other)) - (len(one) < len(other))
