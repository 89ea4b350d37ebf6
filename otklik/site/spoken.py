"""What was to be said against what stands there: plain values in, figures out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass

PRIVATE = "in some dialogue"
"""Where an answer stands that was given in private to public words: their address does not tell."""

Spot = tuple[str, str]
"""The address under which a text stands (of its dialogue, for private words), and the folded text."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer on its way. `above` are addresses under which it may come to stand instead: what stands over `under`,
    since some networks hang every reply under the first comment or the post."""

    under: str
    text: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """One official text that stands there; `under` is the address of the dialogue if it is `private`."""

    under: str
    text: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """Said as wanted, said more often than wanted, wanted by nobody."""

    good: int
    twice: int
    orphans: int


def compare(wanted: Iterable[Wanted], standing: Iterable[Standing], own: Set[str] = frozenset()) -> Spoken:
    """`own` are addresses under which whoever speaks needs nobody's leave: posts of officials."""
    wishes = Counter(wanted)
    exact: Counter[Spot] = Counter()
    for wish, count in wishes.items():
        exact[wish.under, wish.text] += count
    there: Counter[Standing] = Counter(standing)
    good = twice = orphans = 0
    strangers: list[tuple[Standing, int]] = []
    for said, count in there.items():
        spot = (said.under, said.text)
        good += min(count, exact[spot])
        if exact[spot]:
            twice += max(count - exact[spot], 0)
            exact[spot] -= min(count, exact[spot])
        else:
            strangers.append((said, count))
    spare = _Spare(wishes, exact)
    for said, count in strangers:
        found = spare.take(said, count)
        good += found
        if found:
            twice += count - found
        elif said.under not in own:
            orphans += count
    return Spoken(good, twice, orphans)


class _Spare:
    """Answers that do not stand right where they should, by where else they may. Each explains one text."""

    def __init__(self, wishes: Counter[Wanted], left: Counter[Spot]) -> None:
        self._left = Counter(left)
        self._near: defaultdict[Spot, list[Spot]] = defaultdict(list)
        for wish in wishes:
            for address in wish.above:
                self._near[address, wish.text].append((wish.under, wish.text))

    def take(self, said: Standing, most: int) -> int:
        """How many of `most` such texts are explained."""
        spots = self._near[said.under, said.text] + (self._near[PRIVATE, said.text] if said.private else [])
        taken = 0
        for spot in spots:
            now = min(most - taken, self._left[spot])
            self._left[spot] -= now
            taken += now
        return taken
