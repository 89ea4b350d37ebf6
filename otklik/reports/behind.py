"""Named sets of cards: what stands behind a figure, as a mask. Pure.

A page shows the number of such a set and leads to its cards; both come from here, so they cannot differ.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from otklik.reports.fold import DAY, DONE, EXPLAINED, GOOD_FROM, NOISE, SOLVABLE
from otklik.reports.slices import Mask, Slice


class What(StrEnum):
    """Which cards of a period. Those without a figure of their own at a page are not here."""

    ALL = "all"
    ANSWERED = "answered"
    WAITING = "waiting"
    LATE = "late"
    GOOD = "good"
    BAD = "bad"
    SOLVED = "solved"
    EXPLAINED = "explained"
    UNSOLVED = "unsolved"
    POSTPONED = "postponed"
    BRUSHED_OFF = "brushed_off"
    REOPENED = "reopened"
    RETURNED = "returned"
    HARD = "hard"
    NOISE = "noise"


def behind(what: What, cards: Slice, now: int) -> Slice:
    """The cards of this set; `now` is the present second. All but NOISE leave out what is no incident."""
    if what == What.NOISE:
        return cards.where(cards.is_("state", NOISE))
    some = real(cards)
    return some.where(_MASKS[what](some, now))


def real(cards: Slice) -> Slice:
    """The cards without the noise."""
    return cards.where(~cards.is_("state", NOISE))


def _late(cards: Slice, now: int) -> Mask:
    """Not answered within a day: answered later, or still waiting for longer than that."""
    answered = cards.happened("took")
    waits = ~answered & ~cards.is_("state", DONE) & (now - cards["started"] > DAY)
    late: Mask = (answered & (cards["took"] > DAY)) | waits
    return late


def _outcome(name: str) -> Callable[[Slice, int], Mask]:
    return lambda cards, _now: cards.is_("outcome", name)


_MASKS: Mapping[What, Callable[[Slice, int], Mask]] = {
    What.ALL: lambda cards, _now: ~cards.is_("state", NOISE),
    What.ANSWERED: lambda cards, _now: cards.happened("took"),
    What.WAITING: lambda cards, _now: ~cards.happened("took") & ~cards.is_("state", DONE),
    What.LATE: _late,
    What.GOOD: lambda cards, _now: cards["mark"] >= GOOD_FROM,
    What.BAD: lambda cards, _now: (cards["mark"] > 0) & (cards["mark"] < GOOD_FROM),
    What.SOLVED: _outcome("solved"),
    What.EXPLAINED: _outcome(EXPLAINED),
    What.UNSOLVED: _outcome("unsolved"),
    What.POSTPONED: _outcome("postponed"),
    What.BRUSHED_OFF: lambda cards, _now: cards.is_("kind", SOLVABLE) & cards.is_("outcome", EXPLAINED),
    What.REOPENED: lambda cards, _now: cards.happened("took") & (cards["reopened"] > 0),
    What.RETURNED: lambda cards, _now: cards["returns"] > 0,
    What.HARD: lambda cards, _now: cards.happened("hard"),
}
