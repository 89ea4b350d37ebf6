import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from otklik.places import boundaries
from otklik.places.boundaries import Outline, WrongBoundaries, are_in, read
from otklik.places.whose import Known, Matched, match

SQUARE = [[40.0, 45.0], [41.0, 45.0], [41.0, 46.0], [40.0, 46.0], [40.0, 45.0]]

often = settings(suppress_health_check=[HealthCheck.too_slow])


def feature(name: object = "Луговой район", ring: object = SQUARE, **properties: object) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


def file(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def test_outlines_come_with_what_they_are_called_whose_they_are_and_who_told_them() -> None:
    islands = feature("Анапа", code="anapa", official_name="Городской округ Анапа")
    islands["geometry"] = {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, SQUARE]]}
    outlines = read(file(feature(), islands, attribution="  © участники\nOpenStreetMap "))
    assert outlines.attribution == "© участники OpenStreetMap"
    first, second = outlines.outlines
    assert (first.name, first.official, first.code) == ("Луговой район", "", "")
    assert first.polygons == [[[tuple(point) for point in SQUARE]]]
    assert (second.official, second.code) == ("Городской округ Анапа", "anapa")
    assert [len(polygon) for polygon in second.polygons] == [1, 2]
    assert read(file(feature(), copyright="чужое")).attribution == "чужое"
    assert read(file(feature(), copyright="чужое"), "© Регион").attribution == "© Регион"
    assert are_in(b"\xef\xbb\xbf \n{")
    assert not any(are_in(body) for body in (b"level,name\n", b"[[place]]", b""))


def ring(*points: object) -> dict[str, Any]:
    return feature(ring=list(points))


def shape(kind: object, coordinates: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": coordinates}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        *((b"\xff\xfe", "не в UTF-8"), (b'{"type": ', "не JSON: строка 1"), (b"[" * 200_000, "слишком глубоко")),
        (b'{"features": [NaN]}', "число, каких не бывает"),
        (b'{"features": ' + b"9" * 5000 + b"}", "число, каких не бывает"),
        *((b"[]", "нужен GeoJSON"), (b'{"type": "Feature"}', "FeatureCollection"), (file(), "хотя бы один объект")),
        *((file(*[1] * 2001), "объектов больше 2000"), (file(1), "объект 1: нужен Feature")),
        (file(feature(), {"properties": None, "geometry": {}}), "объект 2: нужен Feature"),
        (file({"properties": {}, "geometry": None}), "нужен Feature"),
        (file(shape("Point", [40, 45])), "Polygon или MultiPolygon"),
        (file(shape(["Polygon"], [])), "Polygon или MultiPolygon"),
        (file(shape("Polygon", [])), "coordinates вложены не так"),
        (file(shape("Polygon", {"0": SQUARE})), "coordinates вложены не так"),
        (file(shape("MultiPolygon", [SQUARE])), "точка: нужны два числа"),
        (file(shape("Polygon", [[SQUARE]])), "точка: нужны два числа"),
        (file(feature("Луговой район", SQUARE[:-1])), "объект 1 («Луговой район»): кольцо не замкнуто"),
        (file(ring([40, 45], [41, 45], [40, 45])), "не меньше четырёх точек"),
        (file(ring(*SQUARE[:2], [True, 46], *SQUARE[3:])), "точка: нужны два числа"),
        (file(ring(*SQUARE[:2], ["40", "46"], *SQUARE[3:])), "точка: нужны два числа"),
        (file(ring(*SQUARE[:2], [40], *SQUARE[3:])), "точка: нужны два числа"),
        (file(ring(*SQUARE[:2], [4_000_000, 5_600_000], *SQUARE[3:])), "точка вне Земли"),
        (file(ring(*SQUARE[:2], [10**400, 45], *SQUARE[3:])), "точка вне Земли"),
        (file(feature()).replace(b"41.0", b"1e999", 1), "точка: нужны два числа"),
        (file(feature(["Луговой"])), "name: нужны слова"),
        (file(feature(code="x" * 201)), "code: нужны слова"),
        (file(feature("Луговой\u202eрайон")), "name: нужны слова"),
        (file(feature(), attribution=["©"]), "подпись источника"),
        (file(feature(), attribution="©" * 301), "подпись источника"),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong_with_it(body: bytes, words: str) -> None:
    with pytest.raises(WrongBoundaries) as wrong:
        read(body)
    assert words in wrong.value.errors[0]


def test_all_that_is_wrong_is_told_at_once_and_a_big_file_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongBoundaries) as wrong:
        read(file(feature("А", SQUARE[:-1]), feature("Б"), feature("В", [[1]])))
    assert [error[:13] for error in wrong.value.errors] == ["объект 1 («А»", "объект 3 («В»"]
    monkeypatch.setattr(boundaries, "MOST_POINTS", 9)
    with pytest.raises(WrongBoundaries, match="упростите границы"):
        read(file(feature(), feature()))
    monkeypatch.setattr(boundaries, "MOST_BYTES", 9)
    with pytest.raises(WrongBoundaries, match="больше 32 МБ"):
        read(file(feature()))


JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.text(alphabet="xyя", max_size=5),
    lambda inside: (
        some.lists(inside, max_size=4) | some.dictionaries(some.text(alphabet="xyя", max_size=5), inside, max_size=3)
    ),
    max_leaves=12,
)


@often
@given(JSON, JSON, JSON)
def test_whatever_stands_in_the_file_it_is_read_or_refused_in_words(one: Any, two: Any, three: Any) -> None:
    for geometry in (one, {"type": "Polygon", "coordinates": two}, {"type": "MultiPolygon", "coordinates": two}):
        assert _read_or_refused(file({"properties": three, "geometry": geometry}))


def _read_or_refused(body: bytes) -> bool:
    try:
        return bool(read(body).outlines)
    except WrongBoundaries as wrong:
        return all(wrong.errors)


KNOWN = [
    Known(1, "kuschevskiy", "Кущёвский район", "Кущёвский муниципальный район", ()),
    Known(2, "anapa", "Анапа", "Муниципальный округ город-курорт Анапа", ("Анапский район",)),
    Known(3, "krasnodar", "Краснодар", "Городской округ город Краснодар", ()),
    Known(4, "orlovskiy", "Орловский район", "", ()),
    Known(5, "orlovskiy-2", "Орловский район", "", ("Орлёнок",)),
]


def named(name: str = "", official: str = "", code: str = "") -> Outline:
    return Outline(name, official, code, [])


def test_a_municipality_is_known_by_any_of_its_names() -> None:
    for outline, pk in (
        (named(code="anapa", name="Краснодар"), 2),
        (named(official="муниципальный  округ город-курорт анапа", name="Краснодар"), 2),
        (named("Кущевский район"), 1),
        (named("анапский район"), 2),
        (named("Городской округ город Краснодар"), 3),
        (named("городской округ Краснодар"), 3),
        (named("Кущёвский муниципальный округ"), 1),
        (named("муниципальное образование город Краснодар", code="нет такого"), 3),
        (named(official="Город Краснодар"), 3),
        (named("Орлёнок"), 5),
    ):
        assert match([outline], KNOWN).outlines == {pk: outline}


def test_a_name_that_means_nobody_or_several_finds_nobody_and_two_outlines_of_one_are_a_mistake() -> None:
    for name in ("", "район", "Краснодарский край", "Орловский район", "Красный"):
        result = match([named(name), named("Анапа")], KNOWN)
        assert (list(result.outlines), result.unknown) == ([2], [name or "без названия"])
    result = match([named("Анапа"), named("Краснодар")], KNOWN)
    assert result == Matched(result.outlines, [], ["Кущёвский район", "Орловский район", "Орловский район"])
    with pytest.raises(WrongBoundaries, match="два объекта для одного муниципалитета: «Анапа» и «Анапский район»"):
        match([named("Анапа"), named("Анапский район")], KNOWN)
    with pytest.raises(WrongBoundaries, match="ни одно название"):
        match([named("Луговой район")], KNOWN)
