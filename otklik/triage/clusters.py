"""Which cards around a new one are one thing to fix; pure, and careful: two streets never become one problem.

Two cards are bound by the same, at the same spot (bonds.py). Those that begin a problem are bound to at least half of
each other, so that no chain of neighbours leads from one matter to the next; one burst main is told in several themes,
so a later card is bound to a quarter of those that are there, all of its street. Of what hits many at once people often
tell without a street: such a card goes where most of those go that name one, if that is clear.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from otklik.triage.bonds import Bonds, Confused, Near
from otklik.triage.pairs import Table
from otklik.triage.sides import apart

LEAST, LEAST_UNPLACED = 3, 5
"""Authors from which on cards are proposed as one problem; and where nobody has named a street."""
HALF, QUARTER = 0.5, 0.25
"""To how many of the others a card must be bound: of those it begins with, and of those it comes to."""
CLEAR = 2 / 3
"""Of those who name a street at that time, how many must name this one before others follow without."""
SAMPLE, FEW = 12, 4
MOST = 40


@dataclass(frozen=True, slots=True)
class Joining:
    """How sure the card belongs there, 0..1, and why (similar.Likeness.why)."""

    pk: int
    sure: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathering:
    """Cards that belong to the problem `problem`, or for 0 make a new one together. `absorbs`: a proposal without a
    street that has turned out to be this problem, with all its cards."""

    problem: int
    joining: tuple[Joining, ...] = ()
    absorbs: int = 0


@dataclass(frozen=True, slots=True)
class _Way:
    """How sure a card belongs to others, and the one of them that says so most."""

    one: int
    sure: float
    best: int


class _Group:
    """The cards of a problem, or those that may become one: their places among all."""

    def __init__(self, problem: int, cards: Sequence[int], bonds: Bonds) -> None:
        self.problem = problem
        self.cards = np.array(cards, dtype=np.int64)
        self.placed = self.cards[bonds.placed[self.cards]]
        streets = Counter(street for street in bonds.street[self.cards].tolist() if street)
        sides = Counter(bonds.side[card] for card in cards if bonds.side[card])
        self.street = streets.most_common(1)[0][0] if streets else 0
        """The one that its cards name, 0 while none does."""
        self.side = sides.most_common(1)[0][0] if sides else ""
        """The one that its cards are on, "" while none is on any."""
        self._like: Table | None = None

    def like(self, bonds: Bonds) -> Table:
        """Who tells of what its first cards tell of, wherever that is."""
        if self._like is None:
            self._like = bonds.without_street(self.cards[:FEW].tolist()).any(axis=0)
        return self._like


def around(
    card: Near, near: Sequence[Near], confused: Confused = frozenset(), bonds: Bonds | None = None
) -> list[Gathering]:
    """What comes of a card that has just come, or changed: it and its neighbours without a problem join those that
    there are, and what is left may make a new one. Nobody who has a problem is moved.

    `bonds` are those of these cards and perhaps of more, for who looks around many times.
    """
    every = [card, *near]
    return _Round(every, bonds or Bonds(every, confused)).gatherings()


class _Round:
    """One look around the first of these cards."""

    def __init__(self, every: Sequence[Near], bonds: Bonds) -> None:
        self.bonds = bonds
        self.near = {bonds.place[one.pk]: one for one in every}
        self.every = np.array(list(self.near), dtype=np.int64)
        self.free = [place for place, one in self.near.items() if not one.problem]
        of: dict[int, list[int]] = {}
        for place, one in self.near.items():
            if one.problem:
                of.setdefault(one.problem, []).append(place)
        self.groups = [_Group(problem, cards, bonds) for problem, cards in of.items()]

    def gatherings(self) -> list[Gathering]:
        clusters = [*self._absorbed(), *self._join()]
        taken = {joining.pk for one in clusters for joining in one.joining}
        card = self.near[int(self.every[0])]
        if not card.problem and card.pk not in taken:
            clusters += self._new(int(self.every[0]), [one for one in self.free if self.near[one].pk not in taken])
        return clusters

    def _absorbed(self) -> list[Gathering]:
        """Proposals that nobody had named a street of, while it is clear by now which problem they are. Nobody has said
        yet that such a one is a problem of its own."""
        clusters = []
        for loose in self.groups:
            if loose.street or not all(self.near[one].proposed for one in loose.cards.tolist()):
                continue
            into = next((one for one in self.groups if one.street and self._is_of(loose, one)), None)
            if into is not None:
                clusters.append(Gathering(into.problem, absorbs=loose.problem))
        return clusters

    def _is_of(self, loose: _Group, group: _Group) -> bool:
        sample = loose.cards[:SAMPLE].tolist()
        return sum(self._way(one, group) is not None for one in sample) >= HALF * len(sample)

    def _join(self) -> list[Gathering]:
        """Each card without a problem to the one it surely belongs to."""
        joining: dict[int, list[Joining]] = {}
        for one in self.free:
            ways = [(group.problem, way) for group in self.groups if (way := self._way(one, group))]
            if ways:
                problem, best = max(ways, key=lambda pair: (pair[1].sure, -pair[0]))
                joining.setdefault(problem, []).append(self._joining(best))
        return [Gathering(problem, tuple(cards)) for problem, cards in joining.items()]

    def _way(self, one: int, group: _Group) -> _Way | None:
        """How the card belongs to the group; None when it does not, or that is not clear."""
        bonds = self.bonds
        if (group.problem and group.problem in self.near[one].off) or apart(bonds.side[one], group.side):
            return None
        street = int(bonds.street[one])
        if bonds.placed[one]:
            if street and group.street and street != group.street:
                return None
            return self._placed(one, group.placed, QUARTER)
        if group.street and not self._is_clear(one, group):
            return None
        return self._placed(one, group.cards, QUARTER, strictly=False)

    def _placed(self, one: int, there: Table, share: float, strictly: bool = True) -> _Way | None:
        """Bound to so many of a sample of those that are there, the nearest in time; to half of them where it is bound
        by another theme alone that either may be about."""
        bonds = self.bonds
        sample = there[np.argsort(bonds.apart_in_time[one, there], kind="stable")[:SAMPLE]]
        bound = sample[(bonds.strict if strictly else bonds.loose)[one, sample]]
        sure = bool(bonds.sure_theme[one, bound].any())
        if not bound.size or bound.size < (share if sure else HALF) * sample.size:
            return None
        scores = bonds.score[one, bound].tolist()
        return _Way(one, sum(scores) / len(scores), int(bound[scores.index(max(scores))]))

    def _joining(self, way: _Way) -> Joining:
        return Joining(self.near[way.one].pk, way.sure, self.bonds.likeness(way.one, way.best).why)

    def _is_clear(self, one: int, group: _Group) -> bool:
        """Whether most of those who tell of the same at that time and name a street name the group's: it stands there
        with all its cards, and the others with every card that tells of what the card or the group tells of."""
        bonds, every = self.bonds, self.every
        theirs = group.cards[(bonds.street[group.cards] != 0) & bonds.in_time[one, group.cards]]
        here = self._authors(theirs.tolist())
        streets = bonds.street[every]
        elsewhere = every[(streets != 0) & (streets != group.street) & bonds.in_time[one, every]]
        others = elsewhere[bonds.loose[one, elsewhere] | group.like(bonds)[elsewhere]]
        return len(here) > 0 and len(here) >= CLEAR * (len(here) + len(self._authors(others.tolist()) - here))

    def _new(self, card: int, free: Sequence[int]) -> list[Gathering]:
        """A new problem around the card: those bound to it and to each other, and then those who name no street."""
        bonds = self.bonds
        named = bool(bonds.placed[card])
        core = self._core(card, [one for one in free if bonds.placed[one] == named])
        if len(self._authors(core)) < (LEAST if named else LEAST_UNPLACED):
            return []
        problem = self._unplaced(core)
        made = _Group(problem if named else 0, core, bonds)
        there = made.cards
        ways = [way for one in core if (way := self._placed(one, there[there != one], QUARTER, strictly=named))]
        if named:
            inside = set(core)
            loose = [one for one in free if one not in inside and not bonds.placed[one]]
            ways += [way for one in loose if (way := self._way(one, made))]
        return [Gathering(made.problem, tuple(self._joining(way) for way in ways[:MOST]))]

    def _core(self, card: int, free: Iterable[int]) -> list[int]:
        """The card and those bound to it, the surest first, each bound to at least half of those before it."""
        bonds = self.bonds
        strictly = bool(bonds.placed[card])
        bound = (bonds.strict if strictly else bonds.loose)[card]
        others = [one for one in free if one != card and bound[one]]
        core = [card]
        for one in sorted(others, key=lambda one: (-bonds.score[card, one], self.near[one].pk)):
            there = np.array(core, dtype=np.int64)
            if len(core) < MOST and not bonds.cannot[one, there].any() and self._placed(one, there, HALF, strictly):
                core.append(one)
        return core

    def _unplaced(self, core: Sequence[int]) -> int:
        """A problem of which nobody had named the street, and now it is clear which one it is; 0 for none."""
        made = _Group(0, core, self.bonds)
        for group in self.groups:
            theirs = group.street == 0 and not any(group.problem in self.near[one].off for one in core)
            if theirs and self._is_of(group, made):
                return group.problem
        return 0

    def _authors(self, cards: Iterable[int]) -> set[int]:
        """Who wrote them; whoever is nobody's neighbour does not count."""
        return {author for one in cards if (author := self.near[one].sketch.author)}
