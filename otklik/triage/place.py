"""Where is it? Finds the place, the street and the house of a message; pure, explains itself.

The names are Russian ones: villages that are adjectives («в Северской»), that are words («х. Волна»), that several
districts share («Октябрьский»). What a name alone cannot say, the text's other names or the community it was
written in may. A guess is a suggestion: the operator decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from otklik.lib.text import lower, tidy
from otklik.triage.placenames import Name, Names, parts_of
from otklik.triage.street import KnownStreet, Line, StreetFinder, StreetGuess, tokens

COMMUNITY = 0.5
"""The share of a place that only the community speaks for."""

_WEAK = 0.4


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place as plain values. `level`: region | municipality | settlement; `kind`: «станица», … or empty.

    A municipality is named «Абинский район», «Ленинградский округ» or by its town alone («Анапа»).
    """

    id: int
    name: str
    level: str
    kind: str = ""
    parent_id: int | None = None
    population: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """`share` is how sure, 0..1. `why` are pairs (as it stands in the text, reason), reasons being:

    marker (a kind of settlement beside the name), name, adjective, district, region, street, house;
    community (nothing in the text speaks, or it decided between namesakes), near (another name of the text decided),
    namesakes (several places of that name). `others` are ids of up to three places that it may be instead.
    """

    place_id: int | None = None
    street: str = ""
    house: str = ""
    share: float = 0.0
    why: tuple[tuple[str, str], ...] = ()
    others: tuple[int, ...] = ()


class _Found(NamedTuple):
    """One reading of one name in the text."""

    place: KnownPlace
    share: float
    why: tuple[tuple[str, str], ...]
    others: tuple[int, ...] = ()


class PlaceFinder:
    """Built once from the places and streets of the region; `find` may then be called from any thread."""

    def __init__(self, places: Sequence[KnownPlace], streets: Sequence[KnownStreet] = ()) -> None:
        self._places = {place.id: place for place in places}
        self._names = Names(
            ((one.id, one.name, one.level, one.kind, one.population, one.aliases) for one in places),
            frozenset(parts_of(street.name) for street in streets),
        )
        self._streets = StreetFinder(streets, self._names.proper)

    def find(self, text: str, *, community_place: int | None = None) -> PlaceGuess:
        """The best guess for any text at all. `community_place`: the place of the community it was written in."""
        tidied = tidy(text)
        folded = lower(tidied)
        line = Line(tidied, folded, list(tokens(folded)))
        streets = self._streets.find(line)
        taken = {index for street in streets for index in range(street.start, street.end)}
        names = list(self._names.find(line, taken))
        community = self._places.get(community_place) if community_place is not None else None
        found = self._resolved(names, community)
        street = max(streets, key=lambda one: one.rank, default=None)
        return _with_street(self._best(found, street, community), line, street)

    def _resolved(self, names: list[Name], community: KnownPlace | None) -> list[_Found]:
        """Every name of the text with the place it means, namesakes decided."""
        sure = [self._places[name.places[0]] for name in names if len(name.places) == 1 and name.share >= 0.5]
        named = {self._municipality(place) for place in sure} - {None}
        home = self._municipality(community) if community else None
        return [self._reading(name, named, home) for name in names]

    def _reading(self, name: Name, named: set[int | None], home: int | None) -> _Found:
        places = [self._places[one] for one in name.places]
        why: tuple[tuple[str, str], ...] = ((name.fragment, name.reason),)
        if len(places) == 1:
            return _Found(places[0], name.share, why)
        by_size = sorted(places, key=lambda place: -place.population)
        others = tuple(place.id for place in by_size)
        near = [place for place in by_size if self._municipality(place) in named]
        if len(near) == 1:
            return _Found(near[0], name.share, (*why, (name.fragment, "near")))
        own = [place for place in by_size if home is not None and self._municipality(place) == home]
        if len(own) == 1:
            return _Found(own[0], name.share * 0.85, (*why, (name.fragment, "community")), others)
        why = (*why, (name.fragment, "namesakes"))
        first, second = by_size[0], by_size[1]
        if first.population >= 5000 and first.population >= 4 * second.population:
            return _Found(first, name.share * 0.75, why, others)
        return _Found(first, name.share * _WEAK, why, others)

    def _best(self, found: list[_Found], street: StreetGuess | None, community: KnownPlace | None) -> PlaceGuess:
        """The most precise of the sure readings, or else the street's only town, or else the community's place."""
        settlements = self._refined(_strongest(one for one in found if one.place.level == "settlement"))
        districts = _strongest(one for one in found if one.place.level == "municipality")
        best = settlements[0] if settlements else None
        if best and districts:
            best = self._weighed(best, districts)
        if districts and (best is None or best.share < min(districts[0].share, 0.5)):
            best = districts[0]
        if best is None or best.share < _WEAK:
            best = self._fallback(best, found, street, community)
        if best is None:
            return PlaceGuess()
        if community and best.why[-1][1] != "community" and self._inside(best.place, community):
            best = best._replace(share=1 - (1 - best.share) * 0.6)
        elif community and best.why[-1][1] in ("name", "marker", "adjective"):
            best = best._replace(share=best.share * 0.9)
        rivals = [one for one in (*settlements, *districts) if not self._related(one.place, best.place)]
        if rivals and rivals[0].share >= best.share * 0.6:
            best = best._replace(share=best.share * 0.75)
        others = dict.fromkeys((*(one.place.id for one in rivals), *best.others))
        others.pop(best.place.id, None)
        return PlaceGuess(
            place_id=best.place.id, share=round(min(best.share, 0.98), 3), why=best.why, others=tuple(others)[:3]
        )

    def _refined(self, settlements: list[_Found]) -> list[_Found]:
        """«Анапа, Витязево»: a town named with a village of its own municipality only says where the village is."""
        kept = []
        for one in settlements:
            own = self._municipality(one.place)
            village = any(
                other.share >= _WEAK and other.place.id != one.place.id and self._municipality(other.place) == own
                for other in settlements
            )
            if not (village and own is not None and self._places[own].name == one.place.name):
                kept.append(one)
        return kept

    def _weighed(self, settlement: _Found, districts: list[_Found]) -> _Found:
        """A settlement whose district is named, too, is surer; one of another district is doubtful."""
        for district in districts:
            if self._municipality(settlement.place) == district.place.id:
                why = (*settlement.why, *district.why)
                return settlement._replace(share=1 - (1 - settlement.share) * 0.5, why=why)
        return settlement._replace(share=settlement.share * 0.8)

    def _fallback(
        self,
        best: _Found | None,
        found: list[_Found],
        street: StreetGuess | None,
        community: KnownPlace | None,
    ) -> _Found | None:
        """What remains when no name is sure."""
        others = best.others or (best.place.id,) if best else ()
        town = self._places.get(next(iter(street.place_ids))) if street and len(street.place_ids) == 1 else None
        if town and (community is None or (community.id != town.id and self._inside(town, community))):
            return _Found(town, _WEAK - 0.05, ((street.street if street else "", "street"),), others)
        if community and (best is None or not self._inside(best.place, community)):
            return _Found(community, COMMUNITY, (("", "community"),), others)
        if best is not None:
            return best
        regions = [one for one in found if one.place.level == "region"]
        return regions[0]._replace(share=0.2) if regions else None

    def _municipality(self, place: KnownPlace | None) -> int | None:
        """The municipality that the place is or lies in."""
        for _step in range(8):
            if place is None:
                return None
            if place.level == "municipality":
                return place.id
            place = self._places.get(place.parent_id) if place.parent_id is not None else None
        return None

    def _inside(self, place: KnownPlace, community: KnownPlace) -> bool:
        home = self._municipality(community)
        return community.level == "region" or (home is not None and self._municipality(place) == home)

    def _related(self, one: KnownPlace, other: KnownPlace) -> bool:
        """The same place, or one of them is the other's municipality."""
        return one.id == other.id or one.id == self._municipality(other) or other.id == self._municipality(one)


def _strongest(found: Iterable[_Found]) -> list[_Found]:
    """One reading a place, the surest first; of equals the one that the text has first."""
    best: dict[int, _Found] = {}
    for one in found:
        if one.place.id not in best or one.share > best[one.place.id].share:
            best[one.place.id] = one
    return sorted(best.values(), key=lambda one: -one.share)


def _with_street(guess: PlaceGuess, line: Line, street: StreetGuess | None) -> PlaceGuess:
    if street is None:
        return guess
    written = line.text[line.tokens[street.start].start : line.tokens[street.end - 1].end]
    why = [*(pair for pair in guess.why if pair[1] != "street"), (written, "street")]
    if street.house:
        why.append((street.house, "house"))
    return replace(guess, street=street.street, house=street.house, why=tuple(why))
