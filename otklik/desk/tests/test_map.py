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
    told = auditor.get(ADDRESS).json()
    assert (told["scheme"], told["attribution"]) == (True, "")
    assert [(one["id"], one["name"]) for one in told["shapes"]] == [(three[0].pk, "North"), (three[1].pk, "South")]
    assert told["shapes"][0]["y"] < told["shapes"][1]["y"]
    for place, source in ((three[2], "© One"), (three[0], "© Two"), (three[1], "© One")):
        Boundary.objects.create(place=place, polygons=SQUARE, attribution=source, loaded_at=NOW)
    told = auditor.get(ADDRESS).json()
    assert (told["scheme"], told["attribution"]) == (False, "© Two; © One")
    assert len(told["shapes"]) == 3
    assert re.fullmatch(r"(M\d+ \d+(l-?\d+ -?\d+)+z)+", told["shapes"][0]["path"])
    Boundary.objects.all().delete()
    Place.objects.update(latitude=None, longitude=None)
    assert auditor.get(ADDRESS).json()["shapes"] == [], "nothing is known"


def data_in(page: str) -> dict[str, Any]:
    (told,) = re.findall(r'<script id="map-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(told)
    return found


def test_the_map_tells_what_the_table_tells_and_a_name_cannot_leave_the_data(auditor: Client, town: Town) -> None:
    for _ in range(3):
        town.published()
    municipality = Place.objects.get(pk=int(town.city.path.split("/")[2]))
    page = page_at(auditor, "/statistics/?period=7d")
    told = data_in(page)["places"][str(municipality.pk)]
    assert (told["name"], told["told"][0]) == (municipality.name, "Карточек: 3 (0,60 на 10 000 жителей)")
    assert (told["marks"][0], told["sizes"][0]) == ("3", 3)
    assert told["address"] == f"?period=7d&municipality={municipality.pk}"
    row = re.search(rf'<a href="{re.escape(told["address"])}">.*?</tr>'.replace("&", "&amp;"), page, re.DOTALL)
    assert row is not None
    assert re.search(r'<td data-name="Карточек">(<a [^>]*>)?3<', row[0])
    assert "data-map" not in page_at(auditor, f"/statistics/{told['address']}")
    Place.objects.update(name="</script><b>x")
    page = assert_answers(auditor.get("/statistics/"), 200, hides=("</script><b>",))
    assert any(one["name"] == "</script><b>x" for one in data_in(page)["places"].values())


def drawn(values: dict[int, Value], *, shares: bool = False) -> dict[str, Any]:
    return drawn_of(Measure("It", values, shares))


def drawn_of(measure: Measure) -> dict[str, Any]:
    return dict(map_of([measure], {1: "One"}, lambda pk: f"?m={pk}").data)


def classes(told: dict[str, Any]) -> list[int | None]:
    return [place["classes"][0] for _pk, place in sorted(told["places"].items(), key=lambda one: int(one[0]))]


def legend(told: dict[str, Any]) -> list[list[int | str]]:
    found: list[list[int | str]] = told["measures"][0]["legend"]
    return found


def test_counts_are_parted_by_quarters_the_uppermost_finer_shares_by_fifths_and_few_have_a_colour_each() -> None:
    told = drawn({pk: Value(number, str(number)) for pk, number in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 900])})
    assert classes(told) == [1, 1, 1, 2, 2, 3, 3, 3, 4, 5]
    assert legend(told) == [[1, "1–3"], [2, "4–5"], [3, "6–8"], [4, "9"], [5, "900"], [0, "нет данных"]]
    told = drawn({pk: Value(number, "") for pk, number in enumerate([7, 7, 7, 7, 7, 7, 2])})
    assert classes(told) == [2, 2, 2, 2, 2, 2, 1]
    assert legend(told)[:2] == [[1, "2"], [2, "7"]]
    few, nothing = Value(80, "x", few=True), Value(None, "—")
    shares = {1: Value(0, "0"), 2: Value(100, "100"), 3: Value(79, "79"), 4: few, 5: nothing}
    told = drawn(shares, shares=True)
    assert classes(told) == [1, 5, 4, FEW, None]
    said = ("0–19\u00a0%", "60–79\u00a0%", "80–100\u00a0%", "меньше 10 наблюдений: судить рано", "нет данных")
    assert legend(told) == [list(one) for one in zip((1, 4, 5, FEW, 0), said, strict=True)]
    told = drawn({1: Value(1, "1"), 2: Value(1, "1")})
    assert [told["places"][pk]["name"] for pk in ("1", "2")] == ["One", "2"]
    assert told["places"]["1"]["told"] == ["It: 1"]
    assert told["places"]["2"]["address"] == "?m=2"


REGION = [190, 96, 72, 53, 32, 28, 24, 19, *range(12, 8, -1), *[8] * 6, *[7] * 4, *[5] * 6, *[4] * 4, *[3] * 10]
"""A week of a region of 42 municipalities."""


def test_a_city_never_looks_like_one_of_which_a_fifth_as_many_write() -> None:
    counts = dict(enumerate(REGION))
    told = drawn_of(counted("Карточек", counts, {}))
    found = classes(told)
    assert (found[0], found[1:4], found[4]) == (6, [5, 5, 5], 4)
    assert [told["places"][pk]["sizes"] for pk in ("0", "4")] == [[190], [32]]
    assert told["measures"][0]["scale"].endswith("Сколько где жителей, загружено не у всех.")


def test_counts_are_coloured_for_ten_thousand_inhabitants_where_all_of_them_are_known() -> None:
    counts, people = {1: 190, 2: 32, 3: 3, 4: 0}, {1: 977_711, 2: 102_536, 3: 5_000}
    told = drawn_of(counted("Карточек", counts, people))
    assert told["measures"][0]["scale"] == "Карточек: цвет – на 10 000 жителей, круг и число – сколько всего."
    assert classes(told) == [2, 3, 4, 1], "by the rate"
    assert [told["places"][pk]["marks"] for pk in ("1", "2", "3", "4")] == [["190"], ["32"], ["3"], ["0"]], (
        "by the number"
    )
    assert told["places"]["1"]["told"] == ["Карточек: 190 (1,94 на 10 000 жителей)"]
    assert legend(told) == [[1, "0"], [2, "1,94"], [3, "3,12"], [4, "6,00"], [0, "нет данных"]]
    lacking = drawn_of(counted("Карточек", counts, {1: 977_711, 2: 102_536}))
    assert (classes(lacking), lacking["places"]["1"]["told"]) == ([4, 3, 2, 1], ["Карточек: 190"])
    told = drawn_of(shared("Довольны", {1: Share(8, 10), 2: Share(3, 4), 3: Share(0, 0)}))
    assert [told["places"][pk]["marks"] for pk in ("1", "2", "3")] == [["80\u00a0%"], [""], [""]]
