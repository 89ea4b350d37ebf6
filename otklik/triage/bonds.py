"""Which of some cards are bound to each other: worked out for all pairs at once; pure.

Two cards are bound when triage/similar.py finds both of the same theme, or of one that is taken for it, at the same
spot. Two sides of one theme (sides.py) are never bound, however near they are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np

from otklik.triage.pairs import Pairs, Table
from otklik.triage.sides import MISSING, UNDONE, side
from otklik.triage.similar import LIKELY, WORDS, CardSketch, Likeness, compare

DAY = timedelta(days=1)
NEAR_IN_TIME = timedelta(days=2)
HALF_LIVES = 3
"""For how long a matter lasts from one card to the other, in half-lives of its theme, however alike the words."""
_MICROSECOND = timedelta(microseconds=1)

Confused = Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Near:
    """A card. `problem` is the running one that it is part of, 0 for none, and `proposed` that nobody has confirmed it;
    `off` are problems that somebody said it is no part of, `rejected` those of them that were no problem at all."""

    pk: int
    sketch: CardSketch
    problem: int = 0
    proposed: bool = False
    off: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()


class Bonds:
    """Of these cards, each known by its place in `cards`.

    `strict` and `loose` are tables of who is bound to whom: strictly where both say where, and it is one spot; loosely
    also where at least one of them does not, and what they tell of hits many at once. What binds is what they say
    (Near.told) and what was rejected, so that it holds good while they join problems.
    """

    def __init__(self, cards: Sequence[Near], confused: Confused = frozenset()) -> None:
        self.cards = cards
        self.place = {one.pk: place for place, one in enumerate(cards)}
        self.street = np.array([one.sketch.street for one in cards], dtype=np.int64)
        self.side = [side((one.sketch.theme, *one.sketch.also), one.sketch.marks) for one in cards]
        self.placed = np.array([bool(one.sketch.street or has_spot(one.sketch)) for one in cards], dtype=bool)
        self._confused = confused
        profiles = [one.sketch for one in cards]
        self._pairs = Pairs(profiles, profiles, confused)

    @cached_property
    def cannot(self) -> Table:
        """Who cannot be one with whom: somebody has said so, or they are on two sides."""
        sides = np.array([{MISSING: 1, UNDONE: -1}.get(one, 0) for one in self.side], dtype=np.int8)
        apart = sides[:, None] * sides[None, :] < 0
        rejected = [place for place, one in enumerate(self.cards) if one.rejected]
        for mine in rejected:
            for theirs in rejected:
                apart[mine, theirs] |= bool(self.cards[mine].rejected & self.cards[theirs].rejected)
        return apart

    @cached_property
    def strict(self) -> Table:
        return self._bound(self._pairs) & self._pairs.named & ~self.cannot

    @cached_property
    def loose(self) -> Table:
        return self._loosely(self._pairs) & ~self.cannot

    @cached_property
    def score(self) -> Table:
        return self._pairs.score

    @cached_property
    def sure_theme(self) -> Table:
        """Both are of one theme, or of the same network."""
        return self._pairs.same_theme | self._pairs.one_network

    @cached_property
    def apart_in_time(self) -> Table:
        """Microseconds."""
        return self._pairs.microseconds

    @cached_property
    def in_time(self) -> Table:
        return self.apart_in_time <= NEAR_IN_TIME // _MICROSECOND

    def without_street(self, places: Sequence[int]) -> Table:
        """Who would be bound loosely to each of these cards, if that named no street."""
        bare = [replace(self.cards[place].sketch, street=0, house=0) for place in places]
        pairs = Pairs(bare, [one.sketch for one in self.cards], self._confused)
        return self._loosely(pairs) & ~self.cannot[list(places)]

    def likeness(self, one: int, other: int) -> Likeness:
        return compare(self.cards[one].sketch, self.cards[other].sketch, self._confused)

    def _loosely(self, pairs: Pairs) -> Table:
        in_time = pairs.microseconds <= NEAR_IN_TIME // _MICROSECOND
        return self._bound(pairs) & (pairs.named | (pairs.hits_many & in_time & pairs.town))

    def _bound(self, pairs: Pairs) -> Table:
        """Of one matter, wherever they are."""
        elsewhere = pairs.both_streets & ~pairs.same_street
        other_house = pairs.both_houses & ~pairs.same_house & ~(pairs.hits_many | pairs.both_of_street)
        lasts = pairs.microseconds / (DAY // _MICROSECOND) <= HALF_LIVES * pairs.half_lives
        likely = pairs.score >= LIKELY
        # That two themes are easily confused says nothing of texts that have no word in common.
        neighbour = pairs.neighbour & (pairs.maybe | ((pairs.words >= WORDS) & (pairs.copied == 0)))
        one_theme = pairs.same_theme | pairs.one_network | neighbour
        bonds: Table = likely & one_theme & lasts & ~elsewhere & ~other_house
        return bonds


def has_spot(card_sketch: CardSketch) -> bool:
    return card_sketch.latitude is not None and card_sketch.longitude is not None
