"""The rating of agencies and of municipalities: a formula that an administrator sets and everybody sees. Pure.

A score is the weighted mean of shares, in points of 100: of each share the part that is good. Each share is drawn
towards the region's mean, the more the fewer observations stand behind it (arithmetic.estimate): one that is missing is
the mean itself, which neither rewards nor punishes. Whoever has too few cards, or known shares, has no place at all: a
place that chance gave would be believed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from otklik.reports.arithmetic import Prior, Share, estimate, prior_of
from otklik.reports.metrics import Metrics

MOST_WEIGHT = 100
FEWEST_CARDS = 30
"""Of fewer no place is given: a share of 30 lies anywhere within some 15 points to each side, and by that much nobody
may lead a region."""
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
    `parts` are the shares that the formula names, as they are."""

    key: int
    count: int
    points: float | None
    place: int | None
    parts: Mapping[str, Share]


def valid(weights: Mapping[str, int]) -> bool:
    """Whether a formula may be used: known parts, weights from 0 to 100, and not all of them 0."""
    fits = all(name in PARTS and 0 <= weight <= MOST_WEIGHT for name, weight in weights.items())
    return fits and any(weights.values())


def parts_of_formula(weights: Mapping[str, int]) -> list[str]:
    return [name for name, weight in weights.items() if weight and name in PARTS]


def parts_of(told: Metrics, weights: Mapping[str, int]) -> dict[str, Share]:
    """The shares that count in a formula."""
    return {name: PARTS[name](told) for name in parts_of_formula(weights)}


def total(lines: Iterable[Metrics], weights: Mapping[str, int]) -> dict[str, Share]:
    """The shares that count, of all these lines together; no card is in two of them."""
    told = [parts_of(one, weights) for one in lines]
    names = parts_of_formula(weights)
    return {name: Share(sum(one[name].part for one in told), sum(one[name].n for one in told)) for name in names}


def priors_of(
    lines: Mapping[int, Metrics], weights: Mapping[str, int], region: Mapping[str, Share]
) -> dict[str, Prior]:
    """Of each share that counts and that the region knows something of, towards what and how strongly it is drawn."""
    shares = {name: [PARTS[name](told) for told in lines.values()] for name in parts_of_formula(weights)}
    return {name: prior_of(some, region[name].value) for name, some in shares.items() if region[name].n}


def scored(lines: Mapping[int, Metrics], weights: Mapping[str, int], region: Mapping[str, Share]) -> list[Scored]:
    """The best first; then those without a place, those with more cards first. `region` are the shares of all of it
    in the same period; a share of which the whole region knows nothing counts for nobody."""
    priors = priors_of(lines, weights, region)
    found = [_one(key, told, weights, priors) for key, told in lines.items()]
    ranked = sorted((one for one in found if one.points is not None), key=lambda one: (-(one.points or 0), one.key))
    points = [one.points for one in ranked]
    placed = [replace(one, place=points.index(one.points) + 1) for one in ranked]
    return [*placed, *sorted((one for one in found if one.points is None), key=lambda one: (-one.count, one.key))]


def _one(key: int, told: Metrics, weights: Mapping[str, int], priors: Mapping[str, Prior]) -> Scored:
    parts = parts_of(told, weights)
    known = sum(share.enough for share in parts.values())
    total = sum(weights[name] for name in priors)
    ranked = told.count >= FEWEST_CARDS and known >= min(FEWEST_PARTS, len(parts)) and total
    points = sum(weights[name] * estimate(parts[name], prior) for name, prior in priors.items())
    return Scored(key, told.count, round(100 * points / total, 1) if ranked else None, None, parts)
