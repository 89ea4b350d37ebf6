"""The shapes at their address and the values in the page: for whom, how fresh, and the same as the table says."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.desk.map.values import FEW, Measure, Value, map_of
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.places.models import Boundary, Place
from tests.make import places
from tests.make.people import signed_in
from tests.make.town import Town

ADDRESS = "/map/shapes.json"
SQUARE = [[[[40.0, 45.0], [41.0, 45.0], [41.0, 46.0], [40.0, 46.0], [40.0, 45.0]]]]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def municipality(name: str, at: tuple[float, float] | None) -> Place:
    latitude, longitude = at or (None, None)
    return places.place(name, name.lower(), Place.Level.MUNICIPALITY, latitude=latitude, longitude=longitude)


@pytest.fixture
def three(town: Town) -> list[Place]:
    Place.objects.filter(level=Place.Level.MUNICIPALITY).update(latitude=None)
    return [municipality("North", (46.0, 40.0)), municipality("South", (45.0, 40.0)), municipality("Nowhere", None)]


def test_without_boundaries_there_is_a_scheme_of_whatever_has_a_centre(town: Town, three: list[Place]) -> None:
    told = signed_in(town.auditor).get(ADDRESS).json()
    assert (told["scheme"], told["attribution"]) == (True, "")
    assert [(one["id"], one["name"]) for one in told["shapes"]] == [(three[0].pk, "North"), (three[1].pk, "South")]
    assert told["shapes"][0]["y"] < told["shapes"][1]["y"]


def test_with_boundaries_there_is_a_map_with_the_line_of_its_source(town: Town, three: list[Place]) -> None:
    for place, source in ((three[2], "© One"), (three[0], "© Two"), (three[1], "© One")):
        Boundary.objects.create(place=place, polygons=SQUARE, attribution=source, loaded_at=NOW)
    told = signed_in(town.auditor).get(ADDRESS).json()
    assert (told["scheme"], told["attribution"]) == (False, "© Two; © One")
    assert len(told["shapes"]) == 3
    assert re.fullmatch(r"(M\d+ \d+(l-?\d+ -?\d+)+z)+", told["shapes"][0]["path"])


def test_where_nothing_is_known_there_are_no_shapes(town: Town) -> None:
    Place.objects.update(latitude=None, longitude=None)
    assert signed_in(town.auditor).get(ADDRESS).json()["shapes"] == []


def test_the_browser_asks_again_and_gets_a_new_map_only_when_there_is_one(town: Town, three: list[Place]) -> None:
    client = signed_in(town.auditor)
    first = client.get(ADDRESS)
    assert first["Cache-Control"] == "private, no-cache"
    with at_most(4):
        same = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    Boundary.objects.create(place=three[2], polygons=SQUARE, loaded_at=NOW)
    for change in (
        lambda: Boundary.objects.update(loaded_at=NOW.replace(day=3)),
        lambda: Place.objects.filter(pk=three[2].pk).update(name="Somewhere"),
        lambda: Boundary.objects.all().delete(),
        lambda: Place.objects.filter(pk=three[1].pk).update(latitude=44.0),
    ):
        before = client.get(ADDRESS)
        change()
        after = client.get(ADDRESS, headers={"If-None-Match": before["ETag"]})
        assert after.status_code == 200
        assert after.content != before.content or b"Somewhere" not in before.content


def data_in(page: str) -> dict[str, Any]:
    (told,) = re.findall(r'<script id="map-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(told)
    return found


def test_the_map_tells_what_the_table_beside_it_tells(town: Town) -> None:
    for _ in range(3):
        town.published()
    municipality = Place.objects.get(pk=int(town.city.path.split("/")[2]))
    page = signed_in(town.auditor).get("/statistics/?period=7d").content.decode()
    told = data_in(page)["places"][str(municipality.pk)]
    assert told["name"] == municipality.name
    assert told["told"][0] == "Карточек: 3"
    assert told["address"] == f"?period=7d&municipality={municipality.pk}"
    row = re.search(rf'<a href="{re.escape(told["address"])}">.*?</tr>'.replace("&", "&amp;"), page, re.DOTALL)
    assert row is not None
    assert re.search(r'<td data-name="Карточек">(<a [^>]*>)?3<', row[0])
    assert "data-map" not in signed_in(town.auditor).get(f"/statistics/{told['address']}").content.decode()


def test_a_name_cannot_leave_the_data(town: Town) -> None:
    town.published()
    Place.objects.update(name="</script><b>x")
    page = assert_answers(signed_in(town.auditor).get("/statistics/"), 200, hides=("</script><b>",))
    assert any(one["name"] == "</script><b>x" for one in data_in(page)["places"].values())


def drawn(values: dict[int, Value], *, shares: bool = False) -> dict[str, Any]:
    return dict(map_of([Measure("It", values, shares)], {1: "One"}, lambda pk: f"?m={pk}").data)


def test_counts_are_parted_so_that_each_colour_is_seen_as_often() -> None:
    counts = dict(enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 900]))
    told = drawn({pk: Value(number, str(number)) for pk, number in counts.items()})
    assert [told["places"][str(pk)]["classes"] for pk in counts] == [[1], [1], [2], [2], [3], [3], [4], [4], [5], [5]]
    assert told["measures"][0] == [[1, "1–2"], [2, "3–4"], [3, "5–6"], [4, "7–8"], [5, "9–900"], [0, "нет данных"]]


def test_few_different_counts_have_a_colour_each() -> None:
    told = drawn({pk: Value(number, "") for pk, number in enumerate([7, 7, 7, 7, 7, 7, 2])})
    assert [told["places"][str(pk)]["classes"][0] for pk in range(7)] == [2, 2, 2, 2, 2, 2, 1]
    assert told["measures"][0][:2] == [[1, "2"], [2, "7"]]


def test_shares_are_parted_by_fifths_and_those_of_few_are_told_apart() -> None:
    few, nothing = Value(80, "x", few=True), Value(None, "—")
    shares = {1: Value(0, "0"), 2: Value(100, "100"), 3: Value(79, "79"), 4: few, 5: nothing}
    told = drawn(shares, shares=True)
    assert [told["places"][str(pk)]["classes"][0] for pk in shares] == [1, 5, 4, FEW, None]
    said = ("0–19\u00a0%", "60–79\u00a0%", "80–100\u00a0%", "меньше 10 наблюдений: судить рано", "нет данных")
    assert told["measures"][0] == [list(one) for one in zip((1, 4, 5, FEW, 0), said, strict=True)]


def test_a_municipality_that_nobody_named_is_called_by_its_number() -> None:
    told = drawn({1: Value(1, "1"), 2: Value(1, "1")})
    assert [told["places"][pk]["name"] for pk in ("1", "2")] == ["One", "2"]
    assert told["places"]["1"]["told"] == ["It: 1"]
    assert told["places"]["2"]["address"] == "?m=2"
