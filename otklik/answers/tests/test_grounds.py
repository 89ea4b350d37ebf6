"""What an ending rests on."""

from dataclasses import replace
from datetime import date

import pytest

from otklik.answers.grounds import NOTED, REASONS, Ending, missing, of
from otklik.answers.models import Answer

SOLVED = Ending("solved", "Яму засыпали вчера.", 0, today=date(2026, 11, 27))
EXPLAINED = replace(SOLVED, outcome="explained", text="Тротуар здесь не построят: дорога узкая.")


@pytest.mark.parametrize(
    ("given", "ground"),
    [
        ({}, ""),
        ({"photos": 1}, "photo"),
        ({"text": "Яму засыпали: https://vk.com/wall-1_2"}, "link"),
        ({"ground": "act", "words": "Акт № 7 от 25 ноября"}, "act"),
        ({"ground": "act", "words": "Акт № 7", "photos": 2}, "act"),
        ({"ground": "no_money", "photos": 1}, "photo"),
        ({"ground": "no_money"}, ""),
        ({"ground": "nonsense"}, ""),
    ],
)
def test_solved_rests_on_what_is_given_or_seen(given: dict[str, object], ground: str) -> None:
    ending = replace(SOLVED, **given)  # type: ignore[arg-type]
    assert of(ending) == ground
    assert (missing(ending) == "") == bool(ground)


@pytest.mark.parametrize("ground", sorted(NOTED))
def test_evidence_that_nobody_sees_needs_a_note(ground: str) -> None:
    assert "Запишите" in missing(replace(SOLVED, ground=ground, words="  да  "))
    assert missing(replace(SOLVED, ground=ground, words="Позвонили, воду дали")) == ""


def test_the_file_of_an_act_stands_in_the_place_of_its_number_and_of_no_other_note() -> None:
    assert missing(replace(SOLVED, ground="act", acts=1)) == ""
    assert "Запишите" in missing(replace(SOLVED, ground="author", acts=1))
    assert "снимок" in missing(replace(SOLVED, ground="photo", acts=1))
    assert "Чем подтверждается" in missing(replace(SOLVED, acts=1))


def test_evidence_that_was_named_has_to_be_there() -> None:
    assert "снимок" in missing(replace(SOLVED, ground="photo"))
    assert "ссылка" in missing(replace(SOLVED, ground="link", words="есть в сети"))
    assert missing(replace(SOLVED, ground="link", words="https://vk.com/wall-1_2")) == ""


@pytest.mark.parametrize("ground", sorted(REASONS - {"planned"}))
def test_explained_asks_more_than_solved(ground: str) -> None:
    given = replace(EXPLAINED, ground=ground)
    assert "выберите причину" in missing(EXPLAINED)
    assert "почему не будет" in missing(given)
    assert missing(replace(given, day=date(2027, 3, 1))) == ""
    assert missing(replace(given, words="Дорога уже нормы")) == ""
    assert "прошёл" in missing(replace(given, day=date(2026, 11, 26), words="Дорога уже нормы"))
    assert of(given) == ground


def test_what_is_planned_has_a_day() -> None:
    planned = replace(EXPLAINED, ground="planned", words="В плане на весну")
    assert "какой день" in missing(planned)
    assert missing(replace(planned, day=date(2026, 11, 27))) == ""


@pytest.mark.parametrize("outcome", ["unsolved", "postponed", ""])
def test_no_other_ending_rests_on_anything(outcome: str) -> None:
    assert (of(replace(SOLVED, outcome=outcome, ground="act")), missing(replace(SOLVED, outcome=outcome))) == ("", "")


def test_every_ground_has_words() -> None:
    assert {"photo", "link"} | NOTED | REASONS == set(Answer.Ground.values)
