"""The scores of similar.py for all pairs of many cards at once: the same numbers, to the last digit; pure.

What numpy and Python round differently is left to Python: powers, distances, and thousandths that end in a five.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import cos, exp2, hypot, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from otklik.triage.similar import (
    COPIED,
    HALF_LIFE,
    NEAR,
    OF_STREET,
    REACH,
    WIDE,
    CardSketch,
    half_life,
    may_be,
    of_one_network,
)
from otklik.triage.sketch import SIZE, unpacked

Confused = Collection[tuple[str, str]]
Table = NDArray[Any]
"""A line for each of the one cards, a column for each of the other ones."""
_BEGINNING, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class _Cards:
    """What is kept of some cards, as columns."""

    def __init__(self, cards: Sequence[CardSketch], themes: Sequence[str], marks: dict[int, int], deepest: int) -> None:
        number = {theme: place for place, theme in enumerate(themes)}
        self.at = _whole((one.at - _BEGINNING) // _MICROSECOND for one in cards)
        self.author = _whole(one.author for one in cards)
        self.street = _whole(one.street for one in cards)
        self.house = _whole(one.house for one in cards)
        self.theme = _whole(number[one.theme] for one in cards)
        self.wide = np.array([one.theme in WIDE for one in cards], dtype=bool)
        self.of_street = np.array([one.theme in OF_STREET for one in cards], dtype=bool)
        self.place = np.array([(*one.place, *[-1] * (deepest - len(one.place))) for one in cards], dtype=np.int64)
        self.place = self.place.reshape(len(cards), deepest)
        self.north = _number(one.latitude if _has_spot(one) else None for one in cards)
        self.east = _number(one.longitude if _has_spot(one) else None for one in cards)
        # By card and theme, whether the card may be about that one instead.
        known: dict[tuple[str, ...], list[bool]] = {}
        for one in cards:
            if one.also not in known:
                known[one.also] = [may_be(one, theme) for theme in themes]
        self.maybe = np.array([known[one.also] for one in cards], dtype=bool).reshape(len(cards), len(themes))
        self.sketched = np.array([len(one.sketch) == 2 * SIZE for one in cards], dtype=bool)
        rows = b"".join(one.sketch if len(one.sketch) == 2 * SIZE else bytes(2 * SIZE) for one in cards)
        self.sketch = np.frombuffer(rows, dtype="<u2").reshape(len(cards), SIZE)
        self.marks = np.zeros((len(cards), len(marks)), dtype=np.float32)
        for line, one in enumerate(cards):
            self.marks[line, [marks[mark] for mark in unpacked(one.marks)]] = 1


class Pairs:
    """`ones` compared with `others`, as `compare` does it with the card of the line first."""

    def __init__(
        self, ones: Sequence[CardSketch], others: Sequence[CardSketch], confused: Confused = frozenset()
    ) -> None:
        every = (*ones, *others)
        self._themes = sorted({one.theme for one in every})
        marks = sorted(frozenset().union(*(unpacked(one.marks) for one in every)))
        number = {mark: place for place, mark in enumerate(marks)}
        deepest = max((len(one.place) for one in every), default=0)
        self._confused = confused
        self.ones = _Cards(ones, self._themes, number, deepest)
        self.others = self.ones if ones is others else _Cards(others, self._themes, number, deepest)

    @cached_property
    def microseconds(self) -> Table:
        """Between both, never below 0."""
        return np.abs(self._both("at", np.subtract))

    @cached_property
    def score(self) -> Table:
        """`Likeness.score`."""
        copied, again, content_score = self.copied, self._again(), self._likeness()
        return _rounded(1 - (1 - copied) * (1 - again) * (1 - content_score))

    @cached_property
    def words(self) -> Table:
        """`sketch.common`."""
        mine, theirs = self.ones.marks, self.others.marks
        lengths = mine.sum(axis=1, dtype=np.float64)[:, None] * theirs.sum(axis=1, dtype=np.float64)[None, :]
        shared = (mine @ theirs.T).astype(np.float64)
        return np.divide(shared, np.sqrt(lengths), out=np.zeros_like(shared), where=lengths > 0)

    @cached_property
    def copied(self) -> Table:
        same = np.zeros((len(self.ones.at), len(self.others.at)), dtype=np.int64)
        for mine, theirs in zip(self.ones.sketch.T, self.others.sketch.T, strict=True):
            same += mine[:, None] == theirs[None, :]
        share = np.where(self._both("sketched", np.logical_and), same, 0) / SIZE
        apart = self.both_streets & ~(self.same_street & self.same_house)
        return np.where((share < COPIED) | apart, 0.0, 0.3 + 0.7 * share)

    @cached_property
    def same_theme(self) -> Table:
        """Both are of a theme, and of the same."""
        return self._by_theme(lambda mine, theirs: bool(mine) and mine == theirs)

    @cached_property
    def one_network(self) -> Table:
        """`similar.of_one_network` of their themes."""
        return self._by_theme(of_one_network)

    @cached_property
    def maybe(self) -> Table:
        """The one may be about the theme of the other instead, or the other about that of the one."""
        return self.one_maybe | self.other_maybe

    @cached_property
    def one_maybe(self) -> Table:
        return self.ones.maybe[:, self.others.theme]

    @cached_property
    def other_maybe(self) -> Table:
        return self.others.maybe[:, self.ones.theme].T

    @cached_property
    def neighbour(self) -> Table:
        """Their themes are taken for each other: the reason «neighbour»."""
        known = self._by_theme(lambda mine, theirs: bool(mine and theirs))
        taken = self._by_theme(lambda *pair: pair in self._confused or pair[::-1] in self._confused)
        return known & ~self.same_theme & (self.one_network | taken | self.maybe)

    @cached_property
    def theme(self) -> Table:
        """How likely both are about the same."""
        unknown = self._by_theme(lambda mine, theirs: not mine or not theirs)
        return np.select([unknown, self.same_theme, self.neighbour], [0.4, 1.0, 0.65], 0.5 * self.words)

    @cached_property
    def both_streets(self) -> Table:
        return self._both("street", lambda mine, theirs: (mine != 0) & (theirs != 0))

    @cached_property
    def same_street(self) -> Table:
        return self._both("street", lambda mine, theirs: (mine != 0) & (mine == theirs))

    @cached_property
    def both_houses(self) -> Table:
        return self._both("house", lambda mine, theirs: (mine != 0) & (theirs != 0))

    @cached_property
    def same_house(self) -> Table:
        """By number alone; two that are unknown are the same."""
        return self._both("house", np.equal)

    @cached_property
    def both_of_street(self) -> Table:
        """Both are about what the houses of a street have in common."""
        return self._both("of_street", np.logical_and)

    @cached_property
    def hits_many(self) -> Table:
        """Both are about what hits many at once: by their themes, or one may be about the other's instead."""
        mine, theirs = self.ones.wide[:, None], self.others.wide[None, :]
        table: Table = (mine & theirs) | (mine & self.other_maybe) | (theirs & self.one_maybe)
        return table

    @cached_property
    def place(self) -> Table:
        """How near they are, below 0 when they are surely apart."""
        wide = self._both("wide", np.logical_or)
        shared = wide | self.both_of_street
        named = np.where(self.both_houses, np.where(self.same_house, 1.0, np.where(shared, 0.75, 0.35)), 0.9)
        nowhere = ~(self.ones.place >= 0).any(axis=1)[:, None] | ~(self.others.place >= 0).any(axis=1)[None, :]
        elsewhere = self.both_streets | self._too_far
        kinds: list[Table] = [self.spot, ~self._related(), self.same_street, elsewhere, nowhere]
        values: list[Any] = [1.0, -1.0, named, np.where(wide, 0.3, -1.0), 0.2]
        return np.select(kinds, values, np.where(wide, 0.75, 0.35))

    @cached_property
    def named(self) -> Table:
        """The reasons «house», «street» and «spot»."""
        return self.spot | (self._related() & self.same_street)

    @cached_property
    def town(self) -> Table:
        """The reason «town»."""
        placed = (self.ones.place >= 0).any(axis=1)[:, None] & (self.others.place >= 0).any(axis=1)[None, :]
        return ~self.named & (self.place > 0) & (placed | self.both_streets | self._too_far)

    @cached_property
    def spot(self) -> Table:
        return self._metres <= NEAR

    @cached_property
    def _too_far(self) -> Table:
        return self._metres > REACH

    @cached_property
    def _metres(self) -> Table:
        """NaN where one of them has no coordinates."""
        ones, others = self.ones, self.others
        distances = np.full((len(ones.at), len(others.at)), np.nan)
        there = np.flatnonzero(~np.isnan(others.north))
        for line in np.flatnonzero(~np.isnan(ones.north)) if there.size else ():
            east = (ones.east[line] - others.east[there]) * cos(radians(ones.north[line]))
            north = ones.north[line] - others.north[there]
            distances[line, there] = 111_320 * np.array(list(map(hypot, east.tolist(), north.tolist())))
        return distances

    @cached_property
    def half_lives(self) -> Table:
        """Days, of the theme of the one, or of the other where that is unknown."""
        return self._by_theme(lambda mine, theirs: half_life(mine or theirs), float)

    def _likeness(self) -> Table:
        content_score = self.theme * np.maximum(self.place, 0.0) * (0.65 + 0.35 * np.minimum(1.0, self.words / 0.4))
        return content_score * _powers(-self._days / self.half_lives, content_score > 0)

    def _again(self) -> Table:
        mine = self._both("author", lambda mine, theirs: (mine != 0) & (mine == theirs)) & (self.place >= 0)
        alike = np.maximum(np.where(self.theme >= 0.6, self.theme, 0.0), np.minimum(1.0, self.words / 0.5))
        return np.where(mine, 0.9 * alike * _powers(-self._days / (2 * HALF_LIFE), mine), 0.0)

    @cached_property
    def _days(self) -> Table:
        return self.microseconds / 1_000_000 / 86_400

    def _related(self) -> Table:
        mask = np.ones((len(self.ones.at), len(self.others.at)), dtype=bool)
        for mine, theirs in zip(self.ones.place.T, self.others.place.T, strict=True):
            mask &= (mine[:, None] == theirs[None, :]) | (mine < 0)[:, None] | (theirs < 0)[None, :]
        return mask

    def _by_theme(self, of: Callable[[str, str], object], kind: type = bool) -> Table:
        table: Table = np.array([[of(mine, theirs) for theirs in self._themes] for mine in self._themes], dtype=kind)
        return table[self.ones.theme[:, None], self.others.theme[None, :]]

    def _both(self, column: str, of: Callable[[Table, Table], Table]) -> Table:
        return of(getattr(self.ones, column)[:, None], getattr(self.others, column)[None, :])


def _rounded(scores: Table) -> Table:
    """To thousandths, as Python rounds: numpy multiplies first, and so takes some of those below a half for one."""
    thousand = scores * 1000
    rounded = np.rint(thousand) / 1000
    half = np.abs(thousand - np.floor(thousand) - 0.5) < 1e-6
    rounded[half] = [round(score, 3) for score in scores[half].tolist()]
    return rounded


def _powers(of: Table, where: Table) -> Table:
    """2 to the power of each, 0 elsewhere."""
    powers = np.zeros(of.shape)
    powers[where] = list(map(exp2, of[where].tolist()))
    return powers


def _whole(values: Iterable[int]) -> Table:
    return np.array(list(values), dtype=np.int64)


def _number(values: Iterable[float | None]) -> Table:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _has_spot(card: CardSketch) -> bool:
    return card.latitude is not None and card.longitude is not None
