from dataclasses import replace
from datetime import date

from otklik.answers.grounds import NOTED, REASONS, Ending, missing, of
from otklik.answers.models import Answer

SOLVED = Ending("solved", "Яму засыпали вчера.", 0, today=date(2026, 11, 27))
EXPLAINED = replace(SOLVED, outcome="explained", text="Тротуар здесь не построят: дорога узкая.")


def test_solved_rests_on_what_is_given_or_seen_and_evidence_that_nobody_sees_needs_a_note() -> None:
    for fields, ground in (
        ({}, ""),
        ({"photos": 1}, "photo"),
        ({"text": "Яму засыпали: https://vk.com/wall-1_2"}, "link"),
        ({"ground": "act", "words": "Акт № 7 от 25 ноября"}, "act"),
        ({"ground": "act", "words": "Акт № 7", "photos": 2}, "act"),
        ({"ground": "no_money", "photos": 1}, "photo"),
        ({"ground": "no_money"}, ""),
        ({"ground": "nonsense"}, ""),
    ):
        ending = replace(SOLVED, **fields)
        assert of(ending) == ground
        assert (missing(ending) == "") == bool(ground)
    for ground in NOTED:
        assert "Запишите" in missing(replace(SOLVED, ground=ground, words="  да  ")), ground
        assert missing(replace(SOLVED, ground=ground, words="Позвонили, воду дали")) == "", ground
    assert missing(replace(SOLVED, ground="act", acts=1)) == ""
    assert "Запишите" in missing(replace(SOLVED, ground="author", acts=1))
    assert "снимок" in missing(replace(SOLVED, ground="photo", acts=1))
    assert "Чем подтверждается" in missing(replace(SOLVED, acts=1))
    assert "снимок" in missing(replace(SOLVED, ground="photo"))
    assert "ссылка" in missing(replace(SOLVED, ground="link", words="есть в сети"))
    assert missing(replace(SOLVED, ground="link", words="https://vk.com/wall-1_2")) == ""


def test_explained_asks_more_than_solved_a_plan_has_a_day_and_no_other_ending_rests_on_anything() -> None:
    assert "выберите причину" in missing(EXPLAINED)
    for ground in REASONS - {"planned"}:
        ending = replace(EXPLAINED, ground=ground)
        assert "почему не будет" in missing(ending), ground
        assert missing(replace(ending, day=date(2027, 3, 1))) == "", ground
        assert missing(replace(ending, words="Дорога уже нормы")) == "", ground
        assert "прошёл" in missing(replace(ending, day=date(2026, 11, 26), words="Дорога уже нормы")), ground
        assert of(ending) == ground
    planned = replace(EXPLAINED, ground="planned", words="В плане на весну")
    assert "какой день" in missing(planned)
    assert missing(replace(planned, day=date(2026, 11, 27))) == ""
    for outcome in ("unsolved", "postponed", ""):
        other = replace(SOLVED, outcome=outcome)
        assert (of(replace(other, ground="act")), missing(other)) == ("", ""), outcome
    assert {"photo", "link"} | NOTED | REASONS == set(Answer.Ground.values)
