"""The shapes at their address and the values in the page: for whom, how fresh, and the same as the table says."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from otklik.desk.head.map import FEW, Measure, Value, counted, map_of, shared
from otklik.desk.tests.pages import assert_answers, at_most, page_at
from otklik.places.models import Boundary, Place
from otklik.reports.arithmetic import Share
from tests.make import places
from tests.make.people import signed_in
from tests.make.town import Town

ADDRESS = "/map/shapes.json"
SQUARE = [[[[40.0, 45.0], [41.0, 45.0], [41.0, 46.0], [40.0, 46.0], [40.0, 45.0]]]]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def municipality(name: str, latitude: float | None) -> Place:
    return places.place(name, name.lower(), latitude=latitude, longitude=40.0 if latitude else None)


@pytest.fixture
def auditor(town: Town) -> Client:
    return signed_in(town.auditor)


@pytest.fixture
def three(town: Town) -> list[Place]:
    Place.objects.filter(level=Place.Level.MUNICIPALITY).update(latitude=None)
    return [municipality("North", 46.0), municipality("South", 45.0), municipality("Nowhere", None)]


def test_it_is_a_scheme_or_boundaries_and_sent_anew_only_when_it_changed(auditor: Client, three: list[Place]) -> None:
    first = auditor.get(ADDRESS)
    assert first["Cache-Control"] == "private, no-cache"
    with at_most(4):
        same = auditor.get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    Boundary.objects.create(place=three[2], polygons=SQUARE, loaded_at=NOW)
    for change in (
        lambda: Boundary.objects.update(loaded_at=NOW.replace(day=3)),
        lambda: Place.objects.filter(pk=three[2].pk).update(name="Somewhere"),
        lambda: Boundary.objects.all().delete(),
        lambda: Place.objects.filter(pk=three[1].pk).update(latitude=44.0),
    ):
        before = auditor.get(ADDRESS)
        change()
        after = auditor.get(ADDRESS, headers={"If-None-Match": before["ETag"]})
        assert after.status_code == 200
        assert after.content != before.content or b"Somewhere" not in before.content
    body = auditor.get(ADDRESS).json()
    assert (body["scheme"], body["attribution"]) == (True, "")
    assert [(one["id"], one["name"]) for one in body["shapes"]] == [(three[0].pk, "North"), (three[1].pk, "South")]
    assert body["shapes"][0]["y"] < body["shapes"][1]["y"]
    for place, source in ((three[2], "© One"), (three[0], "© Two"), (three[1], "© One")):
        Boundary.objects.create(place=place, polygons=SQUARE, attribution=source, loaded_at=NOW)
    body = auditor.get(ADDRESS).json()
    assert (body["scheme"], body["attribution"]) == (False, "© Two; © One")
    assert len(body["shapes"]) == 3
    assert re.fullmatch(r"(M\d+ \d+(l-?\d+ -?\d+)+z)+", body["shapes"][0]["path"])
    Boundary.objects.all().delete()
    Place.objects.update(latitude=None, longitude=None)
    assert auditor.get(ADDRESS).json()["shapes"] == [], "nothing is known"


def data_in(page: str) -> dict[str, Any]:
    (script,) = re.findall(r'<script id="map-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    map_data: dict[str, Any] = json.loads(script)
    return map_data


def test_the_map_tells_what_the_table_tells_and_a_name_cannot_leave_the_data(auditor: Client, town: Town) -> None:
    for _ in range(3):
        town.published()
    municipality = Place.objects.get(pk=int(town.city.path.split("/")[2]))
    page = page_at(auditor, "/statistics/?period=7d")
    place_data = data_in(page)["places"][str(municipality.pk)]
    assert (place_data["name"], place_data["lines"][0]) == (municipality.name, "Карточек: 3 (0,60 на 10 000 жителей)")
    assert (place_data["marks"][0], place_data["sizes"][0]) == ("3", 3)
    assert place_data["address"] == f"?period=7d&municipality={municipality.pk}"
    row = re.search(rf'<a href="{re.escape(place_data["address"])}">.*?</tr>'.replace("&", "&amp;"), page, re.DOTALL)
    assert row is not None
    assert re.search(r'<td data-name="Карточек">(<a [^>]*>)?3<', row[0])
    assert "data-map" not in page_at(auditor, f"/statistics/{place_data['address']}")
    Place.objects.update(name="</script><b>x")
    page = assert_answers(auditor.get("/statistics/"), 200, hides=("</script><b>",))
    assert any(one["name"] == "</script><b>x" for one in data_in(page)["places"].values())


def drawn(values: dict[int, Value], *, shares: bool = False) -> dict[str, Any]:
    return drawn_of(Measure("It", values, shares))


def drawn_of(measure: Measure) -> dict[str, Any]:
    return dict(map_of([measure], {1: "One"}, lambda pk: f"?m={pk}").data)


def classes(map_data: dict[str, Any]) -> list[int | None]:
    return [place["classes"][0] for _pk, place in sorted(map_data["places"].items(), key=lambda one: int(one[0]))]


def legend(map_data: dict[str, Any]) -> list[list[int | str]]:
    rows: list[list[int | str]] = map_data["measures"][0]["legend"]
    return rows


def test_counts_are_parted_by_quarters_the_uppermost_finer_shares_by_fifths_and_few_have_a_colour_each() -> None:
    map_data = drawn({pk: Value(number, str(number)) for pk, number in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 900])})
    assert classes(map_data) == [1, 1, 1, 2, 2, 3, 3, 3, 4, 5]
    assert legend(map_data) == [[1, "1–3"], [2, "4–5"], [3, "6–8"], [4, "9"], [5, "900"], [0, "нет данных"]]
    map_data = drawn({pk: Value(number, "") for pk, number in enumerate([7, 7, 7, 7, 7, 7, 2])})
    assert classes(map_data) == [2, 2, 2, 2, 2, 2, 1]
    assert legend(map_data)[:2] == [[1, "2"], [2, "7"]]
    few, nothing = Value(80, "x", few=True), Value(None, "—")
    shares = {1: Value(0, "0"), 2: Value(100, "100"), 3: Value(79, "79"), 4: few, 5: nothing}
    map_data = drawn(shares, shares=True)
    assert classes(map_data) == [1, 5, 4, FEW, None]
    labels = ("0–19\u00a0%", "60–79\u00a0%", "80–100\u00a0%", "меньше 10 наблюдений: судить рано", "нет данных")
    assert legend(map_data) == [list(one) for one in zip((1, 4, 5, FEW, 0), labels, strict=True)]
    map_data = drawn({1: Value(1, "1"), 2: Value(1, "1")})
    assert [map_data["places"][pk]["name"] for pk in ("1", "2")] == ["One", "2"]
    assert map_data["places"]["1"]["lines"] == ["It: 1"]
    assert map_data["places"]["2"]["address"] == "?m=2"


REGION = [190, 96, 72, 53, 32, 28, 24, 19, *range(12, 8, -1), *[8] * 6, *[7] * 4, *[5] * 6, *[4] * 4, *[3] * 10]
"""A week of a region of 42 municipalities."""


def test_a_city_never_looks_like_one_of_which_a_fifth_as_many_write() -> None:
    counts = dict(enumerate(REGION))
    map_data = drawn_of(counted("Карточек", counts, {}))
    colours = classes(map_data)
    assert (colours[0], colours[1:4], colours[4]) == (6, [5, 5, 5], 4)
    assert [map_data["places"][pk]["sizes"] for pk in ("0", "4")] == [[190], [32]]
    assert map_data["measures"][0]["scale"].endswith("Сколько где жителей, загружено не у всех.")


def test_counts_are_coloured_for_ten_thousand_inhabitants_where_all_of_them_are_known() -> None:
    counts, people = {1: 190, 2: 32, 3: 3, 4: 0}, {1: 977_711, 2: 102_536, 3: 5_000}
    map_data = drawn_of(counted("Карточек", counts, people))
    assert map_data["measures"][0]["scale"] == "Карточек: цвет – на 10 000 жителей, круг и число – сколько всего."
    assert classes(map_data) == [2, 3, 4, 1], "by the rate"
    assert [map_data["places"][pk]["marks"] for pk in ("1", "2", "3", "4")] == [["190"], ["32"], ["3"], ["0"]], (
        "by the number"
    )
    assert map_data["places"]["1"]["lines"] == ["Карточек: 190 (1,94 на 10 000 жителей)"]
    assert legend(map_data) == [[1, "0"], [2, "1,94"], [3, "3,12"], [4, "6,00"], [0, "нет данных"]]
    lacking = drawn_of(counted("Карточек", counts, {1: 977_711, 2: 102_536}))
    assert (classes(lacking), lacking["places"]["1"]["lines"]) == ([4, 3, 2, 1], ["Карточек: 190"])
    map_data = drawn_of(shared("Довольны", {1: Share(8, 10), 2: Share(3, 4), 3: Share(0, 0)}))
    assert [map_data["places"][pk]["marks"] for pk in ("1", "2", "3")] == [["80\u00a0%"], [""], [""]]
