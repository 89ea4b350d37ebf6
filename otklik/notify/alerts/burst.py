"""Is this more than usual? Counts in, a verdict out. Pure.

What is usual is told by the same hours of the days before: nights are quiet, and Monday morning is not. The two
busiest of those days are left out, since an earlier burst is not what is usual either.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, lgamma, log

WINDOWS = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
LEAST = 5
"""Fewer different people are a coincidence, whatever the theme."""
RARE = 1e-4
"""How seldom so many would come if nothing had happened."""
DAYS = 28
BUSIEST = 2


@dataclass(frozen=True, slots=True)
class Burst:
    """`people` wrote within `window`; `usual` is how many do in the same hours of other days."""

    people: int
    window: timedelta
    usual: float


def burst(ages: Sequence[timedelta], history: Sequence[timedelta]) -> Burst | None:
    """The most surprising window of those that are bursts; None where none is.

    `ages` say how long ago each of different people wrote, one for each; `history` how long ago what was written on
    the same matter in the DAYS before, newer than a day or not.
    """
    past = sorted(history)
    candidates = [(_rarity(one), one) for one in (_in_window(window, ages, past) for window in WINDOWS)]
    likely = [(rarity, one) for rarity, one in candidates if one.people >= LEAST and rarity < RARE]
    return min(likely, key=lambda pair: (pair[0], pair[1].window))[1] if likely else None


def _in_window(window: timedelta, ages: Sequence[timedelta], history: Sequence[timedelta]) -> Burst:
    days = sorted(_on(day, window, history) for day in range(1, DAYS + 1))[:-BUSIEST]
    return Burst(sum(1 for age in ages if age < window), window, sum(days) / len(days))


def _on(day: int, window: timedelta, history: Sequence[timedelta]) -> int:
    """How many wrote in these hours of that day; `history` in its order."""
    start = timedelta(days=day)
    return bisect_left(history, start + window) - bisect_left(history, start)


def _rarity(one: Burst) -> float:
    """The chance of so many people or more, when the usual number is known from so few days only: the predictive
    distribution of a Poisson rate with Jeffreys' prior, which is a negative binomial one."""
    known = DAYS - BUSIEST
    size, share = one.usual * known + 0.5, known / (known + 1)
    below = sum(exp(_log_chance(number, size, share)) for number in range(one.people))
    return max(0.0, 1 - below)


def _log_chance(number: int, size: float, share: float) -> float:
    ways = lgamma(number + size) - lgamma(size) - lgamma(number + 1)
    return ways + size * log(share) + number * log(1 - share)
