"""The rating of agencies and of municipalities: a formula that an administrator sets and everybody sees. Pure.

A score is the weighted mean of shares, in points of 100: of each share the part that is good. Each share is drawn
towards the region's mean, the more the fewer observations stand behind it (arithmetic.estimate): one that is missing is
the mean itself, which neither rewards nor punishes. Whoever has too few cards, or known shares, has no place at all: a
place that chance gave would be believed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from otklik.reports.arithmetic import Prior, Share, estimate, prior_of
from otklik.reports.sets import Cohort, What

MOST_WEIGHT = 100
FEWEST_CARDS = 30
"""Of fewer no place is given: a share of 30 lies anywhere within some 15 points to each side, and by that much nobody
may lead a region."""
FEWEST_PARTS = 2
"""Of one share alone no place is given: that would be a table of that share."""


PARTS = ("within_day", "good", "not_brushed_off", "not_reopened", "not_returned")
"""What a score may be made of, by the names of sets.SHARES: each is a share of which more is better."""

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


@dataclass(frozen=True, slots=True)
class Parts:
    """How many cards somebody has, and the shares that the formula names, as they are."""

    count: int
    shares: Mapping[str, Share]


def parts_of(cards: Cohort, weights: Mapping[str, int]) -> Parts:
    return Parts(cards.count(What.ALL), {name: cards.share(name) for name in parts_of_formula(weights)})


def total(lines: Collection[Parts], weights: Mapping[str, int]) -> dict[str, Share]:
    """The shares that count, of all these lines together; no card is in two of them."""
    some = {name: [one.shares[name] for one in lines] for name in parts_of_formula(weights)}
    return {name: Share(sum(one.part for one in every), sum(one.n for one in every)) for name, every in some.items()}


def priors_of(lines: Mapping[int, Parts], weights: Mapping[str, int], region: Mapping[str, Share]) -> dict[str, Prior]:
    """Of each share that counts and that the region knows something of, towards what and how strongly it is drawn."""
    names = [name for name in parts_of_formula(weights) if region[name].n]
    return {name: prior_of((one.shares[name] for one in lines.values()), region[name].value) for name in names}


def scored(lines: Mapping[int, Parts], weights: Mapping[str, int], region: Mapping[str, Share]) -> list[Scored]:
    """The best first; then those without a place, those with more cards first. `region` are the shares of all of it
    in the same period; a share of which the whole region knows nothing counts for nobody."""
    priors = priors_of(lines, weights, region)
    every = [_one(key, parts, weights, priors) for key, parts in lines.items()]
    ranked = sorted((one for one in every if one.points is not None), key=lambda one: (-(one.points or 0), one.key))
    points = [one.points for one in ranked]
    placed = [replace(one, place=points.index(one.points) + 1) for one in ranked]
    return [*placed, *sorted((one for one in every if one.points is None), key=lambda one: (-one.count, one.key))]


def _one(key: int, parts: Parts, weights: Mapping[str, int], priors: Mapping[str, Prior]) -> Scored:
    known = sum(share.enough for share in parts.shares.values())
    total = sum(weights[name] for name in priors)
    ranked = parts.count >= FEWEST_CARDS and known >= min(FEWEST_PARTS, len(parts.shares)) and total
    points = sum(weights[name] * estimate(parts.shares[name], prior) for name, prior in priors.items())
    return Scored(key, parts.count, round(100 * points / total, 1) if ranked else None, None, parts.shares)
