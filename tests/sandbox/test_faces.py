from collections.abc import Iterator

import pytest
from django.utils import translation
from pytest_django import Settings

from sandbox import faces

NOON = 1_764_061_200  # 25 November 2025, 12:00 in Moscow
DAY = 86_400


@pytest.fixture(autouse=True)
def _as_the_sandbox_speaks(settings: Settings) -> Iterator[None]:
    settings.TIME_ZONE = "Europe/Moscow"
    with translation.override("ru"):
        yield


INITIALS = {"Анна Пробная": "АП", "анна": "А", "Школы и детские сады «Росток»": "ШД", "«Новый» двор": "НД"}
INITIALS |= {"А Б В": "АБ", "12 микрорайон": "1М", "🕳️ <b>": "B", "…": "?", "": "?", "ßeta ﬁn": "SS"}


def test_initials_are_at_most_two_capitals_and_a_colour_one_of_those_of_the_style_sheet() -> None:
    assert {name: faces.initials(name) for name in INITIALS} == INITIALS
    assert {faces.tone(number) for number in range(-20, 20)} == set(range(faces.TONES))
    assert faces.tone(-1001) == faces.tone(1001)


AGES = {
    0: "только что",
    59: "только что",
    60: "1 минуту назад",
    3 * 60: "3 минуты назад",
    5 * 60: "5 минут назад",
    11 * 60: "11 минут назад",
    13 * 60: "13 минут назад",
    21 * 60: "21 минуту назад",
    59 * 60 + 59: "59 минут назад",
    3600: "сегодня в 11:00",
    13 * 3600: "вчера в 23:00",
    2 * DAY: "23 ноября в 12:00",
    366 * DAY: "24 ноября 2024",
    -60: "сегодня в 12:01",
    -2 * DAY: "27 ноября в 12:00",
}


def test_a_time_is_told_as_a_person_tells_it_and_only_minutes_carry_the_words_for_later() -> None:
    assert {seconds: faces.moment(NOON - seconds, NOON).text for seconds in AGES} == AGES
    assert faces.moment(NOON - 120, NOON).then == "сегодня в 11:58"
    assert faces.moment(NOON - DAY, NOON).then == ""
    assert faces.moment(NOON, NOON).iso == "2025-11-25T12:00:00+03:00"
    assert faces.moment(NOON, NOON).full == "25 ноября 2025, 12:00"
