"""Puts a list of places into the tables: all of it or nothing, and a second time changes nothing.

A place is known by its code. What the list does not name stays, since cards, rules and people may point at it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from otklik.journal import book
from otklik.places import gazetteer
from otklik.places.gazetteer import PlaceData
from otklik.places.listing import LEVELS, Listed
from otklik.places.models import Place, Street

VERB = "places.load"
"""Whoever keeps places in memory looks at the last entry of this to know that they have changed."""

_ACTOR, _SUBJECT = "machine:places", "places:list"
_FIELDS = ("kind", "name", "official_name", "latitude", "longitude", "population", "aliases")


class Refused(ValueError):
    """The list contradicts the places that are there; the sentence is Russian and for people."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many places are new, changed and as before, how many of the table the list does not name, and how many
    streets came and went."""

    new: int
    changed: int
    same: int
    unnamed: int
    streets_new: int
    streets_gone: int

    @property
    def anything(self) -> bool:
        return bool(self.new or self.changed or self.streets_new or self.streets_gone)


def load(listed: Listed, at: datetime) -> Loaded:
    """Raises Refused before anything is written. One journal entry if anything changed."""
    with book.turn():
        known = {place.code: place for place in Place.objects.select_related("parent")}
        _check(listed, known)
        unnamed = len(known.keys() - {one.code for one in listed.places})
        new, changed = 0, 0
        for level in LEVELS:
            fresh, other = _places((one for one in listed.places if one.level == level), known)
            new, changed = new + fresh, changed + other
        came, went = _streets(listed, known)
        done = Loaded(new, changed, len(listed.places) - new - changed, unnamed, came, went)
        if done.anything:
            data = {"new": new, "changed": changed, "streets_new": came, "streets_gone": went}
            book.write(at=at, actor=_ACTOR, verb=VERB, subject=_SUBJECT, data=data)
        return done


def check(listed: Listed) -> None:
    """Raises Refused as `load` does, and writes nothing."""
    _check(listed, {place.code: place for place in Place.objects.select_related("parent")})


def _check(listed: Listed, known: dict[str, Place]) -> None:
    region = next((one for one in listed.places if one.level == "region"), None)
    there = next((place for place in known.values() if place.level == Place.Level.REGION), None)
    if region and there and region.code != there.code:
        raise Refused(f"в базе уже другой регион: {there.name} ({there.code}). Одна установка служит одному региону")
    for one in listed.places:
        place = known.get(one.code)
        if place and (place.level, place.parent.code if place.parent else None) != (one.level, one.parent):
            raise Refused(f"{one.code}: в базе это место другого уровня или лежит в другом; его код уже занят")


def _places(listed: Iterable[PlaceData], known: dict[str, Place]) -> tuple[int, int]:
    """One level, whose parents are there; gives how many are new and how many changed."""
    fresh: list[Place] = []
    changed: list[Place] = []
    for one in listed:
        values = (one.kind, one.name, one.official, one.lat, one.lon, one.population, list(one.aliases))
        place = known.get(one.code)
        if place is None:
            parent = known[one.parent] if one.parent else None
            place = Place(code=one.code, level=one.level, parent=parent, **dict(zip(_FIELDS, values, strict=True)))
            fresh.append(place)
        elif tuple(getattr(place, field) for field in _FIELDS) != values:
            for field, value in zip(_FIELDS, values, strict=True):
                setattr(place, field, value)
            changed.append(place)
    Place.objects.bulk_create(fresh, batch_size=200)
    for place in fresh:
        place.path = f"{place.parent.path if place.parent else '/'}{place.pk}/"
        known[place.code] = place
    Place.objects.bulk_update(fresh, ["path"], batch_size=200)
    Place.objects.bulk_update(changed, _FIELDS, batch_size=100)
    return len(fresh), len(changed)


def _streets(listed: Listed, known: dict[str, Place]) -> tuple[int, int]:
    """The streets of the places that the list tells of become what it tells."""
    region = next(one.code for one in listed.places if one.level == "region")
    wanted: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for street in listed.streets:
        wanted[known[street.settlement or region].pk].add((street.kind, street.name))
    place_ids = {known[code].pk for code in listed.with_streets}
    there: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for pk, place, kind, name in Street.objects.values_list("pk", "place_id", "kind", "name"):
        if place in place_ids:
            there[place][kind, name] = pk
    gone = [pk for place, streets in there.items() for key, pk in streets.items() if key not in wanted[place]]
    fresh = [
        Street(place_id=place, kind=kind, name=name)
        for place, streets in wanted.items()
        for kind, name in sorted(streets - there[place].keys())
    ]
    for start in range(0, len(gone), 500):
        Street.objects.filter(pk__in=gone[start : start + 500]).delete()
    Street.objects.bulk_create(fresh, batch_size=300)
    return len(fresh), len(gone)


def shipped() -> Listed:
    """Краснодарский край as it comes along, in the shape of a list."""
    data = gazetteer.load()
    street_codes = frozenset(street.settlement or data.places[0].code for street in data.streets)
    return Listed(data.places, data.streets, street_codes)
