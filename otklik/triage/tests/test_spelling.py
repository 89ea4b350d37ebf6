"""What the place finder reads names and numbers with: cases of names, one slip of the finger, houses."""

import pytest

from otklik.triage.place import house
from otklik.triage.place.declension import forms, gender, nominative
from otklik.triage.slips import Slips, one_slip
from tests.phrases import phrases

CASES = phrases("""
    северская северской северскую | мостовской мостовском мостовского | ильский ильском | белозерный белозерного
    лазаревское лазаревском | краснодар краснодаром | тамань тамани | анапа анапу | выселки выселок | садки садков
    гулькевичи гулькевичах | витязево витязеве | псебай псебае | агой агое | сочи | лоо | туапсе | я | ой | 120
""")


@pytest.mark.parametrize("cases", CASES)
def test_a_name_has_the_cases_that_people_write_and_is_one_of_them(cases: str) -> None:
    name, *_others = cases.split()
    assert {*cases.split()} - {*forms(name)} == set()


def test_nothing_is_its_own_form_and_the_feminine_and_the_masculine_do_not_meet() -> None:
    assert "" in forms("")
    assert not forms("северская") & forms("северский")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("северская", "feminine"), ("ильский", "masculine"), ("красное", "neuter"), ("анапа", None)],
)
def test_an_adjective_shows_its_gender(word: str, expected: str | None) -> None:
    assert gender(word) == expected


def test_adjectives_return_to_the_nominative_of_their_street() -> None:
    assert nominative("красной", "feminine") == "красная"
    assert nominative("садовую", "feminine") == "садовая"
    assert nominative("коротком", "masculine") == "короткий"
    assert nominative("садовому", "masculine") == "садовый"
    assert nominative("ленина", "feminine") == "ленина"


NAMES = ("тимашевск", "кропоткин", "ейск", "северская", "северской", "северский")
SLIPS = {
    "тимашевск": "тимошевск тимашевс тимашшевск тиамшевск тимшаевск",
    "кропоткин": "кропоткен",
    "северская": "северскя северскоя",
    "": "тимшоевск тимашевск тимошевс симашевск еск " + "т" * 1000,
}


@pytest.mark.parametrize("meant", SLIPS)
def test_one_slip_is_forgiven_in_a_long_word_and_two_are_not(meant: str) -> None:
    known = Slips((form, "Северская" if form in ("северская", "северской") else form) for form in NAMES)
    assert {written: known.meant(written) for written in SLIPS[meant].split() if known.meant(written) != meant} == {}
    assert known.meant("") == ""


def test_a_slip_of_two_names_is_of_neither() -> None:
    assert Slips([("николаевка", "Николаевка"), ("николаевна", "Николаевна")]).meant("николаевса") == ""


def test_two_places_that_differ_are_two_slips() -> None:
    assert not one_slip("абвгд", "абгвк")
    assert one_slip("абвгд", "абгвд")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (" 12", "12"),
        (", д.5к1 газ", "5 к1"),
        (" 12 корпус 3 литер а по", "12 к3 лит а"),
        (" 42/3 к 2 нет воды", "42/3 к2"),
        (" 5 кв 7", "5"),
        (" 33а", "33а"),
        (" 10 стр 2, свет", "10 стр2"),
        (" возле 5 дома", "5"),
        (" 3-й дом", "3"),
        (" от 10 до 40 дома", "10"),
        (" 7-9. подвал", "7"),
        (" 5 света нет", "5"),
        (", 58 график вывоза не соблюдают", "58"),
        *((written, "") for written in (", 58 человек ждут", " 3 дня", " 2 лужи", " 5 домов", " 12.05 отключили")),
        *((written, "") for written in (" 9 мая", " 5 этаж", " кв. 5", " 12345", "")),
    ],
)
def test_the_number_after_a_street_is_a_house_unless_it_counts_something(written: str, number: str) -> None:
    found = house.after(written, 0)
    assert (found.number if found else "") == number
    if found:
        assert written[found.start : found.end].startswith(number.split(" ", 1)[0])


@pytest.mark.parametrize(
    ("written", "number"),
    [("12-й дом на ", "12"), ("у дома номер 7 по ", "7"), ("в доме 5, ", "5"), ("школа 5 на ", ""), ("кв 5, ", "")],
)
def test_a_house_may_stand_before_its_street(written: str, number: str) -> None:
    found = house.before(written, len(written))
    assert (found.number if found else "") == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("во дворе дома 5 темно", "5"),
        ("дом 14 корпус 2", "14 к2"),
        ("перед домом 40 метров", ""),
        ("дом культуры 2", ""),
        ("посёлок, 12 дом, темно", "12"),
        ("12 домов без света", ""),
    ],
)
def test_a_house_alone_needs_its_word(written: str, number: str) -> None:
    found = house.alone(written)
    assert (found.number if found else "") == number
