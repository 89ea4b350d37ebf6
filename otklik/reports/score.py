"""The rating of agencies and of municipalities: a formula that an administrator sets and everybody sees. Pure.

A score is the weighted mean of shares, in points of 100: of each share the part that is good. A share with too few
behind it (arithmetic.ENOUGH) is left out with its weight, and whoever has too few cards has no place at all: a place
that chance gave would be believed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from otklik.reports.arithmetic import ENOUGH, Share
from otklik.reports.metrics import Metrics

MOST_WEIGHT = 100
FEWEST_PARTS = 2
"""Of one share alone no place is given: that would be a table of that share."""


def _rest(share: Share) -> Share:
    return Share(share.n - share.part, share.n)


PARTS: Mapping[str, Callable[[Metrics], Share]] = {
    "within_day": lambda told: told.within_day,
    "good": lambda told: told.good,
    "not_brushed_off": lambda told: _rest(told.brushed_off),
    "not_reopened": lambda told: _rest(told.reopened),
    "not_returned": lambda told: _rest(told.returned),
}
"""What a score may be made of; each is a share of which more is better."""

DEFAULT: Mapping[str, int] = {"within_day": 20, "good": 35, "not_brushed_off": 30, "not_reopened": 15}
"""Until an administrator decides otherwise: solved and content weigh more than quick."""


@dataclass(frozen=True, slots=True)
class Scored:
    """`points` of 100, None where too little is known. `place` counts from 1, equal points share one; None: unranked.
    `parts` are the shares that the formula names, `missing` those of them that had too few behind them."""

    key: int
    count: int
    points: float | None
    place: int | None
    parts: Mapping[str, Share]
    missing: Sequence[str]


def valid(weights: Mapping[str, int]) -> bool:
    """Whether a formula may be used: known parts, weights from 0 to 100, and not all of them 0."""
    fits = all(name in PARTS and 0 <= weight <= MOST_WEIGHT for name, weight in weights.items())
    return fits and any(weights.values())


def scored(lines: Mapping[int, Metrics], weights: Mapping[str, int]) -> list[Scored]:
    """The best first; then those without a place, those with more cards first."""
    found = [_one(key, told, weights) for key, told in lines.items()]
    ranked = sorted((one for one in found if one.points is not None), key=lambda one: (-(one.points or 0), one.key))
    points = [one.points for one in ranked]
    placed = [_at(one, points.index(one.points) + 1) for one in ranked]
    return [*placed, *sorted((one for one in found if one.points is None), key=lambda one: (-one.count, one.key))]


def _one(key: int, told: Metrics, weights: Mapping[str, int]) -> Scored:
    parts = {name: PARTS[name](told) for name, weight in weights.items() if weight and name in PARTS}
    known = {name: share for name, share in parts.items() if share.enough}
    missing = [name for name in parts if name not in known]
    enough = told.count >= ENOUGH and len(known) >= min(FEWEST_PARTS, len(parts))
    total = sum(weights[name] for name in known)
    points = sum(weights[name] * (share.value or 0) for name, share in known.items())
    return Scored(key, told.count, round(100 * points / total, 1) if enough and total else None, None, parts, missing)


def _at(one: Scored, place: int) -> Scored:
    return Scored(one.key, one.count, one.points, place, one.parts, one.missing)
