"""The names of streets that are known: where one stands in a text, in which case, and with which slip; pure."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from otklik.lib.text import lower, tags
from otklik.triage.place.declension import forms, gender
from otklik.triage.place.line import Line
from otklik.triage.slips import SHORTEST, Slips


@dataclass(frozen=True, slots=True)
class KnownStreet:
    """`name` without its kind («Красная»), `kind` in full («улица»), `place_id` None for a name found anywhere."""

    name: str
    kind: str = "улица"
    place_id: int | None = None


class Settled(NamedTuple):
    """What the finder must know of settlements, as folded forms: `proper` are never a part of an unknown street;
    `adjectives` are names as «Северская», that may be a street or a village; `last` end the name of some settlement."""

    proper: frozenset[str] = frozenset()
    adjectives: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()


class StreetName(NamedTuple):
    """The forms of each word of a name, and the streets that bear it."""

    parts: tuple[frozenset[str], ...]
    streets: tuple[KnownStreet, ...]


class Piece(NamedTuple):
    """A name of a street at some tokens, not yet weighed."""

    start: int
    end: int
    known: StreetName | None


class StreetNames:
    """Built once. `first` are the folded words that a known name may begin with."""

    def __init__(self, streets: Sequence[KnownStreet]) -> None:
        self._names: dict[str, list[StreetName]] = defaultdict(list)
        by_name: dict[tuple[str, ...], list[KnownStreet]] = defaultdict(list)
        for street in streets:
            by_name[tuple(re.findall(r"\d+|[^\W\d_]+", lower(street.name)))].append(street)
        for parts, same in by_name.items():
            if parts:
                # Only adjectives bend: «на Красной», but «на Ленина».
                bent = tuple(forms(part) if gender(part) else frozenset((part,)) for part in parts)
                name = StreetName(bent, tuple(same))
                for form in name.parts[0]:
                    self._names[form].append(name)
        self.first = frozenset(self._names)
        self._slips = Slips(
            (form, one.streets[0].name) for form, same in self._names.items() for one in same if len(one.parts) == 1
        )

    def at(self, line: Line, index: int, slips: bool = False) -> StreetName | None:
        """The longest known name that starts at this token."""
        best: StreetName | None = None
        word = line.word(index)
        for name in self._names.get(word, ()):
            fits = all(
                line.word(index + shift) in part and (shift == 0 or line.glued(index + shift - 1))
                for shift, part in enumerate(name.parts)
            )
            if fits and (best is None or len(name.parts) > len(best.parts)):
                best = name
        if best is None and slips and len(word) >= SHORTEST and not tags(word):
            meant = self._slips.meant(word)
            best = next((name for name in self._names.get(meant, ()) if len(name.parts) == 1), None)
        return best


def title(street: KnownStreet) -> str:
    """The street as it is shown."""
    return f"{street.kind} {street.name}"
