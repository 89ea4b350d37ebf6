"""Which cards around a new one are one thing to fix; pure, and careful: two streets never become one problem.

Two cards are bound when triage/similar.py finds both of the same theme, or of one that is taken for it, at the same
spot. Those that begin a problem are bound to at least half of each other, so that no chain of neighbours leads from one
matter to the next; one burst main is told in several themes, so a later card is bound to a quarter of those that are
there, all of its street. Two sides of one theme (sides.py) are two problems, however near they are. Of what hits many
at once people often tell without a street: such a card goes where most of those go that name one, if that is clear.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from otklik.triage.sides import apart, side
from otklik.triage.similar import LIKELY, OF_STREET, WIDE, Likeness, Told, compare, fading, may_be, of_one_network

LEAST, LEAST_UNPLACED = 3, 5
"""Authors from which on cards are proposed as one problem; and where nobody has named a street."""
HALF, QUARTER = 0.5, 0.25
"""To how many of the others a card must be bound: of those it begins with, and of those it comes to."""
CLEAR = 2 / 3
"""Of those who name a street at that time, how many must name this one before others follow without."""
DAY = timedelta(days=1)
NEAR_IN_TIME = timedelta(days=2)
STILL = 1 / 8
"""How likely a matter must last from one card to the other: three half-lives of its theme, however alike the words."""
SAMPLE, FEW = 12, 4
MOST = 40
_AT_ONE_SPOT = frozenset({"house", "street", "spot"})

Confused = Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Near:
    """A card. `problem` is the running one that it is part of, 0 for none, and `proposed` that nobody has confirmed it;
    `off` are problems that somebody said it is no part of, `rejected` those of them that were no problem at all."""

    pk: int
    told: Told
    problem: int = 0
    proposed: bool = False
    off: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Joining:
    """How sure the card belongs there, 0..1, and why (similar.Likeness.why)."""

    pk: int
    sure: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Cards that belong to the problem `problem`, or for 0 make a new one together. `absorbs`: a proposal without a
    street that has turned out to be this problem, with all its cards."""

    problem: int
    joining: tuple[Joining, ...] = ()
    absorbs: int = 0


@dataclass(slots=True)
class _Group:
    problem: int
    cards: list[Near] = field(default_factory=list)

    @property
    def street(self) -> int:
        """The one that its cards name, 0 while none does."""
        named = Counter(card.told.street for card in self.cards if card.told.street)
        return named.most_common(1)[0][0] if named else 0

    @property
    def side(self) -> str:
        """The one that its cards are on, "" while none is on any."""
        found = Counter(one for card in self.cards if (one := _side(card)))
        return found.most_common(1)[0][0] if found else ""


def around(card: Near, near: Sequence[Near], confused: Confused = frozenset()) -> list[Found]:
    """What comes of a card that has just come, or changed: it and its neighbours without a problem join those that
    there are, and what is left may make a new one. Nobody who has a problem is moved."""
    every = [card, *near]
    groups = _groups(every)
    free = [one for one in every if not one.problem]
    found = [*_absorbed(groups, every, confused), *_join(free, groups, every, confused)]
    taken = {joining.pk for one in found for joining in one.joining}
    if not card.problem and card.pk not in taken:
        rest = [one for one in free if one.pk not in taken]
        found += _new(card, rest, groups, every, confused)
    return found


def _groups(every: Iterable[Near]) -> list[_Group]:
    groups: dict[int, _Group] = {}
    for one in every:
        if one.problem:
            groups.setdefault(one.problem, _Group(one.problem)).cards.append(one)
    return list(groups.values())


def _absorbed(groups: Sequence[_Group], every: Sequence[Near], confused: Confused) -> list[Found]:
    """Proposals that nobody had named a street of, while it is clear by now which problem they are. Nobody has said yet
    that such a one is a problem of its own."""
    found = []
    for loose in groups:
        if loose.street or not all(one.proposed for one in loose.cards):
            continue
        into = next((one for one in groups if one.street and _is_of(loose, one, every, confused)), None)
        if into is not None:
            found.append(Found(into.problem, absorbs=loose.problem))
    return found


def _is_of(loose: _Group, group: _Group, every: Sequence[Near], confused: Confused) -> bool:
    sample = loose.cards[:SAMPLE]
    ways = [one for one in sample if _way(one, group, every, confused)]
    return len(ways) >= HALF * len(sample)


def _join(free: Sequence[Near], groups: Sequence[_Group], every: Sequence[Near], confused: Confused) -> list[Found]:
    """Each card without a problem to the one it surely belongs to."""
    joining: dict[int, list[Joining]] = {}
    for one in free:
        ways = [(group.problem, way) for group in groups if (way := _way(one, group, every, confused))]
        if ways:
            problem, best = max(ways, key=lambda pair: (pair[1].sure, -pair[0]))
            joining.setdefault(problem, []).append(best)
    return [Found(problem, tuple(cards)) for problem, cards in joining.items()]


def _way(one: Near, group: _Group, every: Sequence[Near], confused: Confused) -> Joining | None:
    """How the card belongs to the group; None when it does not, or that is not clear."""
    if (group.problem and group.problem in one.off) or apart(_side(one), group.side):
        return None
    if one.told.street or _has_spot(one.told):
        if one.told.street and group.street and one.told.street != group.street:
            return None
        placed = [card for card in group.cards if card.told.street or _has_spot(card.told)]
        return _placed(one, placed, confused, QUARTER)
    if group.street and not _is_clear(one, group, every, confused):
        return None
    return _placed(one, group.cards, confused, QUARTER, strictly=False)


def _placed(
    one: Near, there: Sequence[Near], confused: Confused, share: float = HALF, strictly: bool = True
) -> Joining | None:
    """Bound to so many of a sample of those that are there, the nearest in time; to half of them where it is bound by
    another theme alone that either may be about."""
    sample = sorted(there, key=lambda card: abs(card.told.at - one.told.at))[:SAMPLE]
    bonds, sure = [], False
    for card in sample:
        if bond := _bond(one, card, confused, strictly):
            bonds.append(bond)
            sure = sure or "theme" in bond.why or of_one_network(one.told.theme, card.told.theme)
    if not bonds or len(bonds) < (share if sure else HALF) * len(sample):
        return None
    best = max(bonds, key=lambda bond: bond.score)
    return Joining(one.pk, sum(bond.score for bond in bonds) / len(bonds), best.why)


def _bond(one: Near, other: Near, confused: Confused, strictly: bool = True) -> Likeness | None:
    """Whether both are the same thing. `strictly`: both say where, and it is one spot; otherwise at least one of them
    does not, and what they tell of hits many at once."""
    if _cannot_be_one(one, other):
        return None
    mine, theirs = one.told, other.told
    if mine.street and theirs.street and mine.street != theirs.street:
        return None
    if fading(abs(mine.at - theirs.at) / DAY, mine.theme or theirs.theme) < STILL:
        return None
    wide = _hits_many(mine, theirs)
    shared = wide or (mine.theme in OF_STREET and theirs.theme in OF_STREET)
    if mine.house and theirs.house and mine.house != theirs.house and not shared:
        return None
    likeness = compare(mine, theirs, confused)
    why = set(likeness.why)
    if likeness.score < LIKELY or not _is_one_theme(mine, theirs, why):
        return None
    if why & _AT_ONE_SPOT:
        return likeness
    return likeness if not strictly and wide and _in_time(one, other) and "town" in why else None


def _hits_many(one: Told, other: Told) -> bool:
    """Whether both tell of what hits many at once: by their themes, or one may be about the other's instead."""
    if one.theme in WIDE and other.theme in WIDE:
        return True
    return (one.theme in WIDE and may_be(other, one.theme)) or (other.theme in WIDE and may_be(one, other.theme))


def _is_one_theme(one: Told, other: Told, why: Collection[str]) -> bool:
    """The same theme, or another one of the same network, or one that is taken for it: because this very text may be
    about it, or the words agree. That two themes are easily confused says nothing of texts that have no word in
    common."""
    if "theme" in why or of_one_network(one.theme, other.theme):
        return True
    return "neighbour" in why and (may_be(one, other.theme) or may_be(other, one.theme) or "words" in why)


def _is_clear(one: Near, group: _Group, every: Sequence[Near], confused: Confused) -> bool:
    """Whether most of those who tell of the same at that time and name a street name the group's: it stands there with
    all its cards, and the others with every card that tells of what the card or the group tells of."""
    here = authors(card for card in group.cards if card.told.street and _in_time(one, card))
    anywhere = [one, *(_without_street(card) for card in group.cards[:FEW])]
    others = [
        card
        for card in every
        if card.told.street not in (0, group.street)
        and _in_time(one, card)
        and any(_bond(like, card, confused, strictly=False) for like in anywhere)
    ]
    return len(here) > 0 and len(here) >= CLEAR * (len(here) + len(authors(others) - here))


def _in_time(one: Near, other: Near) -> bool:
    return abs(one.told.at - other.told.at) <= NEAR_IN_TIME


def _without_street(card: Near) -> Near:
    return replace(card, told=replace(card.told, street=0, house=0))


def _new(
    card: Near, free: Sequence[Near], groups: Sequence[_Group], every: Sequence[Near], confused: Confused
) -> list[Found]:
    """A new problem around the card: those bound to it and to each other, and then those who name no street."""
    named = bool(card.told.street or _has_spot(card.told))
    core = _core(card, [one for one in free if bool(one.told.street or _has_spot(one.told)) == named], confused)
    if len(authors(core)) < (LEAST if named else LEAST_UNPLACED):
        return []
    problem = _unplaced(core, groups, every, confused) if named else 0
    made = _Group(problem, core)
    joining = [way for one in core if (way := _placed(one, _others(core, one), confused, QUARTER, strictly=named))]
    if named:
        inside = {one.pk for one in core}
        loose = [one for one in free if one.pk not in inside and not one.told.street and not _has_spot(one.told)]
        joining += [way for one in loose if (way := _way(one, made, every, confused))]
    return [Found(problem, tuple(joining[:MOST]))]


def _core(card: Near, free: Iterable[Near], confused: Confused) -> list[Near]:
    """The card and those bound to it, the surest first, each bound to at least half of those before it."""
    strictly = bool(card.told.street or _has_spot(card.told))
    bound = [(bond.score, one) for one in free if one.pk != card.pk and (bond := _bond(card, one, confused, strictly))]
    core = [card]
    for _score, one in sorted(bound, key=lambda pair: (-pair[0], pair[1].pk)):
        if (
            len(core) < MOST
            and _placed(one, core, confused, HALF, strictly)
            and not any(_cannot_be_one(one, two) for two in core)
        ):
            core.append(one)
    return core


def _unplaced(core: Sequence[Near], groups: Sequence[_Group], every: Sequence[Near], confused: Confused) -> int:
    """A problem of which nobody had named the street, and now it is clear which one it is; 0 for none."""
    made = _Group(0, list(core))
    for group in groups:
        theirs = group.street == 0 and not any(group.problem in one.off for one in core)
        if theirs and _is_of(group, made, every, confused):
            return group.problem
    return 0


def authors(cards: Iterable[Near]) -> set[int]:
    """Who wrote them; whoever is nobody's neighbour does not count."""
    return {card.told.author for card in cards if card.told.author}


def _others(cards: Iterable[Near], but: Near) -> list[Near]:
    return [one for one in cards if one.pk != but.pk]


def _cannot_be_one(one: Near, other: Near) -> bool:
    """Somebody has said so, or they are on two sides."""
    return bool(one.rejected & other.rejected) or apart(_side(one), _side(other))


def _side(card: Near) -> str:
    return side((card.told.theme, *card.told.also), card.told.marks)


def _has_spot(told: Told) -> bool:
    return told.latitude is not None and told.longitude is not None
