"""Pure arithmetic of figures: percentiles over whole seconds, shares that never travel without their n."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Any, Protocol

ENOUGH = 10
"""Under this n a share is shown with a warning and nothing is ranked by it."""

LEAST_PRIOR, MOST_PRIOR = 50, 500
"""How many observations of the mean a prior is worth. Fewer than 50 would say that agencies differ by more than 7
points of 100 for a reason (a standard deviation of √(p(1−p)/51) at p = 0.5), more than 500 that they differ by less
than 2: of neither can the ten or a hundred agencies of one period convince."""

_Z95 = 1.959964


class Ordered(Protocol):
    """Sorted whole numbers: a list of them, or an array."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: int, /) -> Any: ...


def percentile(values: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile: the smallest value that at least `share` of all values do not exceed.

    `values` need not be sorted; `share` is 0 < share <= 1. None for no values. The result is always one of the values.
    Raises ValueError for a share out of range.
    """
    return percentile_of_sorted(sorted(values), share)


def percentile_of_sorted(values: Ordered, share: float) -> int | None:
    """The same for values that are sorted already, without looking at more than one of them."""
    if not 0 < share <= 1:
        raise ValueError(f"a percentile lies between 0 and 1, not {share}")
    return int(values[ceil(share * len(values)) - 1]) if len(values) else None


def median_between(values: Ordered) -> tuple[int, int] | None:
    """The 95 % interval of the median by order statistics; `values` are sorted. None for fewer than six: any interval
    of so few would be a guess. Two medians whose intervals do not meet differ for a reason.
    """
    n = len(values)
    if n < 6:
        return None
    reach = _Z95 * sqrt(n) / 2
    low, high = max(floor(n / 2 - reach), 0), min(ceil(n / 2 + reach), n - 1)
    return int(values[low]), int(values[high])


def wilson(part: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score, as two numbers from 0 to 1. (0, 1) for n = 0: nothing is known.

    Raises ValueError when `part` is not within 0..n.
    """
    if not 0 <= part <= n:
        raise ValueError(f"{part} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    share, z2 = part / n, _Z95 * _Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `n`. Nothing is a share of nothing: `value` is None for n = 0."""

    part: int
    n: int

    @property
    def value(self) -> float | None:
        return self.part / self.n if self.n else None

    @property
    def percent(self) -> int | None:
        """Whole per cent, halves upwards; 0 and 100 are kept for «none» and «all»."""
        if not self.n:
            return None
        rounded = (200 * self.part + self.n) // (2 * self.n)
        if 0 < self.part < self.n:
            return min(max(rounded, 1), 99)
        return rounded

    @property
    def interval(self) -> tuple[int, int]:
        """Wilson's 95 % interval in whole per cent, rounded outwards to the nearest."""
        low, high = wilson(self.part, self.n)
        return round(100 * low), round(100 * high)

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a share before anybody is looked at: the mean of all, and the number of observations that it is
    worth beside somebody's own."""

    mean: float
    strength: int


def prior_of(shares: Iterable[Share], mean: float | None = None) -> Prior:
    """Of the shares that are to be compared. Their strength comes from themselves (the moments of a beta-binomial): the
    less they differ beyond what chance makes of their n, the stronger. `mean` is theirs unless given, 0 for none."""
    known = [one for one in shares if one.n]
    total = sum(one.n for one in known)
    if mean is None:
        mean = sum(one.part for one in known) / total if total else 0.0
    spread = mean * (1 - mean)
    by_chance = max(len(known) - 1, 0)
    room = total - sum(one.n**2 for one in known) / total - by_chance if total else 0.0
    if room <= 0 or not spread:
        return Prior(mean, MOST_PRIOR)
    seen = sum(one.n * (one.part / one.n - mean) ** 2 for one in known) / spread
    alike = (seen - by_chance) / room  # the correlation within one agency: 1 / (strength + 1)
    strength = 1 / alike - 1 if alike > 0 else MOST_PRIOR
    return Prior(mean, round(min(max(strength, LEAST_PRIOR), MOST_PRIOR)))


def estimate(share: Share, prior: Prior) -> float:
    """A share to rank by, from 0 to 1 (the mean of a beta-binomial). Of few observations it stays near the prior's
    mean, of none it is that mean, of many it is the share itself: nobody leads or trails by having little."""
    return (share.part + prior.strength * prior.mean) / (share.n + prior.strength)


def change(now: int | None, before: int | None) -> int | None:
    """By how many per cent a number has changed; None when there is nothing to compare with."""
    if now is None or not before:
        return None
    return round(100 * (now - before) / before)
