import pytest

from otklik.triage.place.declension import forms, gender, nominative


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("северская", "северской"),
        ("северская", "северскую"),
        ("мостовской", "мостовском"),
        ("мостовской", "мостовского"),
        ("ильский", "ильском"),
        ("белозерный", "белозерного"),
        ("лазаревское", "лазаревском"),
        ("краснодар", "краснодаром"),
        ("тамань", "тамани"),
        ("анапа", "анапу"),
        ("выселки", "выселок"),
        ("садки", "садков"),
        ("гулькевичи", "гулькевичах"),
        ("витязево", "витязеве"),
        ("псебай", "псебае"),
        ("агой", "агое"),
        ("сочи", "сочи"),
        ("лоо", "лоо"),
    ],
)
def test_a_name_has_the_case_that_people_write(name: str, form: str) -> None:
    assert form in forms(name)


@pytest.mark.parametrize("name", ["северская", "сочи", "туапсе", "я", "ой", "", "120"])
def test_a_name_is_among_its_own_forms(name: str) -> None:
    assert name in forms(name)


def test_forms_of_the_feminine_and_of_the_masculine_do_not_meet() -> None:
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
