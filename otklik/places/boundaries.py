"""A region's boundaries as GeoJSON (RFC 7946): hostile bytes in, checked outlines out; touches no table.

A file is a FeatureCollection of Polygon and MultiPolygon; the properties `name`, `official` (or `official_name`) and
`code` say whose outline it is. Coordinates are WGS 84 degrees, longitude first. The text that the file's licence wants
beside a map is read from its member `attribution` (or `copyright`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

MOST_BYTES = 32 * 1024 * 1024
MOST_FEATURES = 2_000
MOST_POINTS = 1_000_000
MOST_ERRORS = 20
LONGEST = 300
"""Letters of an attribution."""
_LONGEST_NAME = 200
_LOWEST = {"Polygon": 2, "MultiPolygon": 3}

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]


class WrongBoundaries(ValueError):
    """The file cannot be taken. `errors` hold at least one sentence in Russian, for people."""

    def __init__(self, *errors: str) -> None:
        super().__init__("; ".join(errors[:3]))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Outline:
    """What the file says of one thing; names that it does not tell are "". Rings are closed: the last point is the
    first. The first ring of a polygon is its outside, the others are holes."""

    name: str
    official: str
    code: str
    polygons: list[Polygon]

    @property
    def called(self) -> str:
        return self.name or self.official or self.code or "без названия"


@dataclass(frozen=True, slots=True)
class Outlines:
    outlines: list[Outline]
    attribution: str


def are_in(body: bytes) -> bool:
    """Whether these bytes look like GeoJSON at all: no list of places begins with a brace."""
    return body[:64].decode("utf-8-sig", "ignore").lstrip()[:1] == "{"


def read(body: bytes, attribution: str = "") -> Outlines:
    """The outlines of a file. `attribution` stands in place of the file's own. Raises WrongBoundaries."""
    whole = _parsed(body)
    features = whole.get("features")
    if whole.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise WrongBoundaries("нужен GeoJSON: FeatureCollection, в котором есть хотя бы один объект")
    if len(features) > MOST_FEATURES:
        raise WrongBoundaries(f"объектов больше {MOST_FEATURES}: оставьте в файле одни муниципалитеты")
    credit = _attribution(attribution or whole.get("attribution") or whole.get("copyright") or "")
    outlines, errors, points = [], [], 0
    for number, feature in enumerate(features, start=1):
        try:
            outlines.append(_outline(feature))
        except WrongBoundaries as wrong:
            errors += [f"объект {number}{_name_of(feature)}: {error}" for error in wrong.errors]
            continue
        points += sum(len(ring) for polygon in outlines[-1].polygons for ring in polygon)
        if points > MOST_POINTS:
            raise WrongBoundaries(f"точек больше {MOST_POINTS}: упростите границы, общие стороны оставьте общими")
    if errors:
        raise WrongBoundaries(*errors)
    return Outlines(outlines, credit)


def _parsed(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise WrongBoundaries("файл больше 32 МБ: упростите границы")
    try:
        whole = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise WrongBoundaries("текст не в UTF-8") from None
    except json.JSONDecodeError as error:
        raise WrongBoundaries(f"это не JSON: строка {error.lineno}, знак {error.colno}") from None
    except (ValueError, RecursionError):
        raise WrongBoundaries("это не GeoJSON: слишком глубоко вложено или число, каких не бывает") from None
    if not isinstance(whole, dict):
        raise WrongBoundaries("нужен GeoJSON: FeatureCollection")
    return whole


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _attribution(credit: object) -> str:
    words = " ".join(credit.split()) if isinstance(credit, str) else None
    if words is None or len(words) > LONGEST or not words.isprintable():
        raise WrongBoundaries(f"подпись источника: нужна строка не длиннее {LONGEST} знаков")
    return words


def _outline(feature: object) -> Outline:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        raise WrongBoundaries("нужен Feature с properties и geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if not isinstance(kind, str) or kind not in _LOWEST:
        raise WrongBoundaries("нужна граница: Polygon или MultiPolygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return Outline(
        name=_word(properties, "name"),
        official=_word(properties, "official") or _word(properties, "official_name"),
        code=_word(properties, "code"),
        polygons=[[_ring(ring) for ring in _many(polygon)] for polygon in _many(polygons)],
    )


def _name_of(feature: object) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return f" («{name}»)" if isinstance(name, str) and name.isprintable() and len(name) <= _LONGEST_NAME else ""


def _word(properties: dict[str, Any], key: str) -> str:
    value = properties.get(key)
    if value is None:
        return ""
    words = " ".join(value.split()) if isinstance(value, str) else None
    if words is None or len(words) > _LONGEST_NAME or not words.isprintable():
        raise WrongBoundaries(f"{key}: нужны слова, не больше {_LONGEST_NAME} знаков")
    return words


def _many(value: object) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise WrongBoundaries("coordinates вложены не так, как у Polygon и MultiPolygon")
    return value


def _ring(raw_ring: object) -> Ring:
    ring = list(_points(_many(raw_ring)))
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise WrongBoundaries("кольцо не замкнуто: нужно не меньше четырёх точек, последняя та же, что первая")
    return ring


def _points(pairs: list[Any]) -> Iterator[Point]:
    for pair in pairs:
        if not isinstance(pair, list) or not 2 <= len(pair) <= 4 or not all(map(_is_number, pair)):
            raise WrongBoundaries("точка: нужны два числа, долгота и широта")
        lon, lat = pair[:2]
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise WrongBoundaries("точка вне Земли: долгота от -180 до 180, широта от -90 до 90, в градусах WGS 84")
        yield float(lon), float(lat)


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and (isinstance(value, int) or isfinite(value))
    )
