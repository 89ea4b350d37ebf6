import csv
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from otklik.places.coordinates import entries, matched, settlements
from otklik.places.gazetteer import DATA, GazetteerError, load, slug

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared" / "domain" / "gazetteer"
GAZETTEER = load()


def test_the_region_has_its_44_municipalities_and_places_and_streets_are_what_everybody_knows() -> None:
    municipalities = [place for place in GAZETTEER.places if place.level == "municipality"]
    inside = Counter(place.parent for place in GAZETTEER.places if place.level == "settlement")
    assert len(municipalities) == 44
    assert all(place.lat is not None and place.lon is not None and place.population for place in municipalities)
    assert all(inside[place.code] >= 5 for place in municipalities)
    seen: set[str | None] = {None}
    for place in GAZETTEER.places:
        assert place.parent in seen, "parents stand before their children"
        assert (place.code, len(place.code) <= 80) == (slug(place.code), True)
        seen.add(place.code)
    anapa = GAZETTEER.place("anapa-anapa")
    assert (anapa.name, anapa.kind, anapa.parent) == ("Анапа", "город", "anapa")
    assert anapa.lat == pytest.approx(44.9, abs=0.1)
    assert GAZETTEER.place("severskiy-severskaya").kind == "станица"
    assert "Су-Псех" in GAZETTEER.place("anapa-supseh").aliases
    assert GAZETTEER.place("leningradskiy").official == "Ленинградский муниципальный округ"
    assert GAZETTEER.place("leningradskiy").aliases == ("Ленинградский район",)
    with pytest.raises(KeyError):
        GAZETTEER.place("atlantida")
    namesakes = {place.code: place.lat for place in GAZETTEER.places if place.name == "Крыловская"}
    assert set(namesakes) == {"krylovskiy-krylovskaya", "leningradskiy-krylovskaya"}
    assert len(set(namesakes.values())) == 2
    names = {(street.kind, street.name, street.settlement) for street in GAZETTEER.streets}
    assert {("улица", "Красная", None), ("улица", "Ставропольская", "krasnodar-krasnodar")} <= names
    assert len(names) == len(GAZETTEER.streets) >= 150


def test_the_kept_coordinates_are_what_the_package_gives() -> None:
    with (DATA / "krasnodar_coordinates.csv").open(encoding="utf-8", newline="") as file:
        kept = {row["code"]: (row["geoname"], row["lat"], row["lon"]) for row in csv.DictReader(file)}
    made = {code: (str(entry.id), str(entry.lat), str(entry.lon)) for code, entry in matched(settlements(), entries())}
    assert made == kept
    assert len({geoname for geoname, _lat, _lon in kept.values()}) == len(kept)


def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    for change, complaint in (
        (('"г Абинск"', '"город-сад Абинск"'), "not «kind name"),
        (('centre = "Абинск"', 'centre = "Абинс"'), "the centre «Абинс»"),
        (('"ст Мингрельская"', '"п Холмская"'), "given twice: abinskiy-holmskaya"),
    ):
        for source in DATA.iterdir():
            text = source.read_text(encoding="utf-8")
            (tmp_path / source.name).write_text(text.replace(*change) if source.stem == "krasnodar" else text, "utf-8")
        with pytest.raises(GazetteerError, match=complaint):
            load(tmp_path)


@pytest.mark.skipif(not SHARED.exists(), reason="the reference folder with the boundaries is not here")
def test_every_place_with_coordinates_lies_in_its_municipality() -> None:
    features = json.loads((SHARED / "krasnodar_municipalities.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {feature["properties"]["official"]: feature["geometry"] for feature in features}
    official = {place.code: place.official for place in GAZETTEER.places}
    outside = [
        place.code
        for place in GAZETTEER.places
        if place.level == "settlement" and place.lat is not None and place.lon is not None
        if not _holds(shapes[official[place.parent or ""]], place.lon, place.lat)
    ]
    assert outside == []


def _holds(geometry: dict[str, Any], lon: float, lat: float) -> bool:
    """Whether the point is in a GeoJSON polygon or multipolygon: even-odd over all rings."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    crossings = 0
    for ring in (ring for polygon in polygons for ring in polygon):
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                crossings += 1
    return crossings % 2 == 1
