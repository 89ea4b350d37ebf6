"""The gazetteer as plain values: reads the files in `data/`, checks them, touches no table.

Names are facts; coordinates and population come from GeoNames (CC BY 4.0), see `coordinates.py`.
"""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

DATA = Path(__file__).parent / "data"

Level = Literal["region", "municipality", "settlement"]

KINDS = {
    "г": "город",
    "пгт": "посёлок городского типа",
    "ст": "станица",
    "п": "посёлок",
    "с": "село",
    "х": "хутор",
    "а": "аул",
    "мкр": "микрорайон",
}
STREET_KINDS = {
    "ул": "улица",
    "пер": "переулок",
    "проспект": "проспект",
    "шоссе": "шоссе",
    "пл": "площадь",
    "проезд": "проезд",
    "бульвар": "бульвар",
}

_ENTRY = re.compile(r"(?P<kind>\S+) (?P<name>[^()]+?)(?: \((?P<aliases>[^()]+)\))?")
_LATIN: dict[int, str | int | None] = {
    **str.maketrans("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", "ъь"),
    ord("ж"): "zh",
    ord("ц"): "ts",
    ord("ч"): "ch",
    ord("ш"): "sh",
    ord("щ"): "sch",
    ord("ю"): "yu",
    ord("я"): "ya",
}


class GazetteerError(ValueError):
    """A file in `data/` contradicts itself; the message names the entry."""


@dataclass(frozen=True, slots=True)
class PlaceData:
    """One place. `code` is stable and unique, `parent` is the code above (None for the region).

    `lat` and `lon` are WGS 84 degrees of the centre, None where not known; population 0 is the same.
    `official` is the name in documents where it differs; `kind` is «город», «станица» … or empty.
    """

    code: str
    name: str
    level: Level
    kind: str
    parent: str | None
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    aliases: tuple[str, ...] = ()
    official: str = ""


@dataclass(frozen=True, slots=True)
class StreetData:
    """A street: `kind` is «улица», «переулок» …; `settlement` is a code, None for a name found everywhere."""

    name: str
    kind: str
    settlement: str | None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places stand parents first."""

    places: tuple[PlaceData, ...]
    streets: tuple[StreetData, ...]

    def place(self, code: str) -> PlaceData:
        """The place of that code; KeyError if there is none."""
        for place in self.places:
            if place.code == code:
                return place
        raise KeyError(code)


def load(folder: Path = DATA, region: str = "krasnodar") -> Gazetteer:
    """Read the region's three files. Raises GazetteerError if they do not fit together."""
    places = tuple(_places(_toml(folder / f"{region}.toml"), _coordinates(folder / f"{region}_coordinates.csv")))
    codes = {place.code for place in places}
    if len(codes) != len(places):
        twice = [code for code, times in Counter(place.code for place in places).items() if times > 1]
        raise GazetteerError(f"codes are given twice: {', '.join(twice)}")
    streets = tuple(_streets(_toml(folder / f"{region}_streets.toml")))
    unknown = {street.settlement for street in streets if street.settlement} - codes
    if unknown:
        raise GazetteerError(f"streets of unknown settlements: {', '.join(sorted(unknown))}")
    return Gazetteer(places, streets)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _coordinates(path: Path) -> dict[str, tuple[float, float, int]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: (float(row["lat"]), float(row["lon"]), int(row["population"])) for row in rows}


def _places(data: dict[str, Any], known: dict[str, tuple[float, float, int]]) -> Iterator[PlaceData]:
    region = data["region"]
    top = PlaceData(region["code"], region["name"], "region", "край", None, aliases=tuple(region["aliases"]))
    yield top
    for entry in data["municipality"]:
        inside = [_located(place, known) for place in _settlements(entry)]
        centre = next((place for place in inside if place.name == entry["centre"]), None)
        if centre is None:
            raise GazetteerError(f"{entry['code']}: the centre «{entry['centre']}» is not among the settlements")
        yield PlaceData(
            code=entry["code"],
            name=entry["name"],
            level="municipality",
            kind=_municipality_kind(entry["name"]),
            parent=top.code,
            lat=centre.lat,
            lon=centre.lon,
            population=sum(place.population for place in inside),
            aliases=tuple(entry.get("aliases", ())),
            official=entry["official"],
        )
        yield from inside


def _municipality_kind(name: str) -> str:
    """Districts carry the word in their names; the others are the towns with what lies round them."""
    last = name.rsplit(" ", 1)[-1]
    return last if last in ("район", "округ") else "городской округ"


def _located(place: PlaceData, known: dict[str, tuple[float, float, int]]) -> PlaceData:
    if place.code not in known:
        return place
    lat, lon, population = known[place.code]
    return replace(place, lat=lat, lon=lon, population=population)


def _settlements(entry: dict[str, Any]) -> Iterator[PlaceData]:
    for line in entry["settlements"]:
        kind, name, aliases = _parsed(line, KINDS)
        yield PlaceData(f"{entry['code']}-{slug(name)}", name, "settlement", kind, entry["code"], aliases=aliases)


def _streets(data: dict[str, Any]) -> Iterator[StreetData]:
    for settlement, lines in [(None, data["common"]), *data["settlement"].items()]:
        for line in lines:
            kind, name, _aliases = _parsed(line, STREET_KINDS)
            yield StreetData(name, kind, settlement)


def _parsed(line: str, kinds: dict[str, str]) -> tuple[str, str, tuple[str, ...]]:
    match = _ENTRY.fullmatch(line)
    if match is None or match["kind"] not in kinds:
        raise GazetteerError(f"not «kind name (other names)»: «{line}»")
    aliases = tuple(part.strip() for part in (match["aliases"] or "").split(",") if part.strip())
    return kinds[match["kind"]], match["name"], aliases


def slug(name: str) -> str:
    """«Усть-Лабинск» → «ust-labinsk»: the latin part of a code."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().translate(_LATIN)).strip("-")
