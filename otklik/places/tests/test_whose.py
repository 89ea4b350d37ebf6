"""By which of its names an outline finds its municipality, and when it finds none."""

import pytest

from otklik.places.boundaries import Outline, WrongBoundaries
from otklik.places.whose import Known, Matched, match

KNOWN = [
    Known(1, "kuschevskiy", "Кущёвский район", "Кущёвский муниципальный район", ()),
    Known(2, "anapa", "Анапа", "Муниципальный округ город-курорт Анапа", ("Анапский район",)),
    Known(3, "krasnodar", "Краснодар", "Городской округ город Краснодар", ()),
    Known(4, "orlovskiy", "Орловский район", "", ()),
    Known(5, "orlovskiy-2", "Орловский район", "", ("Орлёнок",)),
]


def outline(name: str = "", official: str = "", code: str = "") -> Outline:
    return Outline(name, official, code, [])


@pytest.mark.parametrize(
    ("given", "pk"),
    [
        (outline(code="anapa", name="Краснодар"), 2),
        (outline(official="муниципальный  округ город-курорт анапа", name="Краснодар"), 2),
        (outline("Кущевский район"), 1),
        (outline("анапский район"), 2),
        (outline("Городской округ город Краснодар"), 3),
        (outline("городской округ Краснодар"), 3),
        (outline("Кущёвский муниципальный округ"), 1),
        (outline("муниципальное образование город Краснодар", code="нет такого"), 3),
        (outline(official="Город Краснодар"), 3),
        (outline("Орлёнок"), 5),
    ],
)
def test_a_municipality_is_known_by_any_of_its_names(given: Outline, pk: int) -> None:
    assert match([given], KNOWN).found == {pk: given}


@pytest.mark.parametrize("name", ["", "район", "Краснодарский край", "Орловский район", "Красный"])
def test_a_name_that_means_nobody_or_several_finds_nobody(name: str) -> None:
    told = match([outline(name), outline("Анапа")], KNOWN)
    assert list(told.found) == [2]
    assert told.unknown == [name or "без названия"]


def test_who_is_left_without_an_outline_is_named() -> None:
    told = match([outline("Анапа"), outline("Краснодар")], KNOWN)
    assert told == Matched(told.found, [], ["Кущёвский район", "Орловский район", "Орловский район"])


def test_two_outlines_of_one_municipality_are_a_mistake() -> None:
    with pytest.raises(WrongBoundaries, match="два объекта для одного муниципалитета: «Анапа» и «Анапский район»"):
        match([outline("Анапа"), outline("Анапский район")], KNOWN)


def test_a_file_of_another_region_is_a_mistake() -> None:
    with pytest.raises(WrongBoundaries, match="ни одно название"):
        match([outline("Луговой район")], KNOWN)
