"""Which place the names of a text mean: namesakes decided, the most precise of the sure readings chosen; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from otklik.triage.place.street import StreetGuess
from otklik.triage.place.weight import WEAK, Name

COMMUNITY = 0.5
"""The share of a place that only the community speaks for."""

SURE = 0.45
"""From here on a reading is the text's own word."""

_FIRST = 0.15
"""How much surer a later name must be than an earlier one to be the one that is meant."""

Source = Literal["text", "community", "street", ""]


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


class PlaceReading(NamedTuple):
    """One reading. `named` is the name in the text, None where it only follows; `district` the district beside it."""

    place: KnownPlace
    share: float
    why: tuple[tuple[str, str], ...]
    others: tuple[int, ...] = ()
    named: Name | None = None
    source: Source = "text"
    district: Name | None = None
    decided: bool = True


class Reader:
    """Built once from the places of the region."""

    def __init__(self, places: Sequence[KnownPlace]) -> None:
        self._places = {place.id: place for place in places}
        self._above = {place.id: self._climb(place) for place in places}
        biggest: dict[int | None, KnownPlace] = {}
        for place in places:
            above = self._above[place.id]
            if place.level == "settlement" and (above not in biggest or place.population > biggest[above].population):
                biggest[above] = place
        self._centres = {place.id for above, place in biggest.items() if above is not None and place.population}

    def municipality(self, place: KnownPlace | None) -> int | None:
        """The municipality that the place is or lies in."""
        return self._above.get(place.id) if place else None

    def read(self, names: list[Name], street: StreetGuess | None, community_place: int | None) -> PlaceReading | None:
        """What the text means, or what follows from the street or the community; None if nothing tells."""
        community = self._places.get(community_place) if community_place is not None else None
        sure = [self._places[name.places[0]] for name in names if len(name.places) == 1 and name.share >= 0.5]
        near = {self.municipality(place) for place in sure} - {None}
        districts = {self.municipality(self._places[name.places[0]]) for name in names if name.reason == "district"}
        home = self.municipality(community)
        if street:
            near |= {self._above[one] for name in names for one in name.places if one in street.place_ids} - {None}
        readings = [one for name in names for one in self._readings(name, near, districts, home, community is not None)]
        return self._best(readings, street, community)

    def _readings(
        self, name: Name, near: set[int | None], districts: set[int | None], home: int | None, local: bool
    ) -> Iterable[PlaceReading]:
        """The reading of one name; none for a common word that neither its district nor the community speaks for."""
        if name.share > WEAK or name.reason == "region":
            yield self._reading(name, near, home)
            return
        for wanted, share in ((districts, 0.75), (near, 0.6), ({home} if local else set(), 0.55)):
            inside = [one for one in name.places if self._above[one] in wanted - {None}]
            if len(inside) == 1 and name.reason != "region":
                yield self._reading(name._replace(places=tuple(inside), share=share), near, home)
                return

    def _reading(self, name: Name, near: set[int | None], home: int | None) -> PlaceReading:
        places = [self._places[one] for one in name.places]
        why: tuple[tuple[str, str], ...] = ((name.fragment, name.reason),)
        if len(places) == 1:
            return PlaceReading(places[0], name.share, why, named=name)
        by_size = sorted(places, key=lambda place: -place.population)
        others = tuple(place.id for place in by_size)
        beside = [place for place in by_size if self.municipality(place) in near]
        if len(beside) == 1:
            return PlaceReading(beside[0], name.share, (*why, (name.fragment, "near")), named=name)
        own = [place for place in by_size if home is not None and self.municipality(place) == home]
        if len(own) == 1:
            return PlaceReading(own[0], name.share * 0.85, (*why, (name.fragment, "community")), others, name)
        why = (*why, (name.fragment, "namesakes"))
        first, second = by_size[0], by_size[1]
        if first.population >= 5000 and first.population >= 4 * second.population:
            return PlaceReading(first, name.share * 0.75, why, others, name)
        return PlaceReading(first, name.share * 0.4, why, others, name, decided=False)

    def _best(
        self, readings: list[PlaceReading], street: StreetGuess | None, community: KnownPlace | None
    ) -> PlaceReading | None:
        """The most precise of the sure readings, or else the street's only town, or else the community's place."""
        settlements = self._refined(_strongest(one for one in readings if one.place.level == "settlement"))
        districts = _strongest(one for one in readings if one.place.level == "municipality")
        settlements.sort(key=lambda one: not any(self.municipality(one.place) == of.place.id for of in districts))
        best = self._weighed(settlements[0], districts) if settlements else None
        if districts and (best is None or best.share < min(districts[0].share, 0.5) or _elsewhere(best, districts)):
            best = districts[0]
        if best is None or best.share < 0.4:
            best = self._fallback(best, readings, street, community)
        if best is None:
            return None
        if community and best.why[-1][1] != "community" and self._inside(best.place, community):
            best = best._replace(share=1 - (1 - best.share) * 0.6)
        elif community and best.why[-1][1] in ("name", "marker", "adjective"):
            best = best._replace(share=best.share * 0.9)
        rivals = [one for one in (*settlements, *districts) if not self._related(one.place, best.place)]
        if rivals and rivals[0].share >= best.share * 0.6:
            best = best._replace(share=best.share * 0.75)
        others = dict.fromkeys((*(one.place.id for one in rivals), *best.others))
        others.pop(best.place.id, None)
        return best._replace(others=tuple(others)[:3])

    def _refined(self, settlements: list[PlaceReading]) -> list[PlaceReading]:
        """«Анапа, Витязево»: a town named with a village of its own municipality only says where the village is, and
        so does a town's district named with a place («Лазаревский р-н, Лоо»)."""
        sure = {(self.municipality(one.place), one.place.id) for one in settlements if _precise(one)}
        return [
            one
            for one in settlements
            if not (one.place.id in self._centres or not _by_name(one))
            or not any(above == self.municipality(one.place) and other != one.place.id for above, other in sure)
        ]

    def _weighed(self, settlement: PlaceReading, districts: list[PlaceReading]) -> PlaceReading:
        """A settlement whose district is named, too, is surer; one of another district is doubtful."""
        for district in districts:
            if self.municipality(settlement.place) == district.place.id:
                why = (*settlement.why, *district.why)
                share = 1 - (1 - settlement.share) * 0.5
                return settlement._replace(share=share, why=why, district=district.named)
        return settlement._replace(share=settlement.share * 0.8) if districts else settlement

    def _fallback(
        self,
        best: PlaceReading | None,
        readings: list[PlaceReading],
        street: StreetGuess | None,
        community: KnownPlace | None,
    ) -> PlaceReading | None:
        """What remains when no name is sure."""
        others = best.others or (best.place.id,) if best else ()
        town = self._places.get(next(iter(street.place_ids))) if street and len(street.place_ids) == 1 else None
        if street and town and (community is None or (community.id != town.id and self._inside(town, community))):
            return PlaceReading(town, 0.35, ((street.street, "street"),), others, source="street")
        if community and (best is None or not self._inside(best.place, community)):
            return PlaceReading(community, COMMUNITY, (("", "community"),), others, source="community")
        if best is not None:
            return best._replace(named=None, source="")
        regions = [one for one in readings if one.place.level == "region"]
        return regions[0]._replace(share=0.2) if regions else None

    def _climb(self, place: KnownPlace | None) -> int | None:
        for _step in range(8):
            if place is None:
                return None
            if place.level == "municipality":
                return place.id
            place = self._places.get(place.parent_id) if place.parent_id is not None else None
        return None

    def _inside(self, place: KnownPlace, community: KnownPlace) -> bool:
        home = self.municipality(community)
        return community.level == "region" or (home is not None and self.municipality(place) == home)

    def _related(self, one: KnownPlace, other: KnownPlace) -> bool:
        """The same place, or one of them is the other's municipality."""
        return one.id == other.id or one.id == self.municipality(other) or other.id == self.municipality(one)


def _elsewhere(settlement: PlaceReading, districts: list[PlaceReading]) -> bool:
    """«х. Новый Павловского района»: a namesake of what the list has, in a district where the list has none."""
    first = districts[0].named
    if settlement.district or settlement.named is None or first is None:
        return False
    return max(first.start - settlement.named.end, settlement.named.start - first.end) <= 1


def _precise(one: PlaceReading) -> bool:
    """A settlement by its own name; a district of a town («Хостинский район») is less precise than the town."""
    return one.share >= SURE and _by_name(one)


def _by_name(one: PlaceReading) -> bool:
    return one.named is not None and one.named.reason != "district"


def _strongest(readings: Iterable[PlaceReading]) -> list[PlaceReading]:
    """One reading a place, the first sure one first unless a later one is much surer."""
    best: dict[int, PlaceReading] = {}
    for one in readings:
        if one.place.id not in best or one.share > best[one.place.id].share:
            best[one.place.id] = one
    order = sorted(best.values(), key=lambda one: -one.share)
    for one in best.values():
        if order and one.share >= SURE and one.share > order[0].share - _FIRST:
            return [one, *(other for other in order if other is not one)]
    return order
