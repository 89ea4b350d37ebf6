"""What speaks for a card being known already: copied words, the same author, the same problem near by and lately.

Copies are found again by numbers; what is missing and what is not done are two sides of one theme.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from otklik.lib.text import fold
from otklik.themes import classifier
from otklik.triage.sides import MISSING, UNDONE, apart, side
from otklik.triage.similar import LIKELY, THEMES, Told, compare, house_key, street_key
from otklik.triage.sketch import BANDS, SIZE, alike, bands, common, marks, sketch
from tests.phrases import phrases

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
TEXT = "Во дворе на Садовой третий месяц стоит брошенный автобус без колёс, внутри играют дети и ночуют бродяги"
TOWN, OTHER_TOWN = (4, 40), (5, 50)
HOLES, DARK, WATER = "dorogi.yamy", "dorogi.svet", "zhkh.net-vody"


def told(text: str = "", days: float = 0, **more: Any) -> Told:
    given: dict[str, Any] = {"at": NOW - timedelta(days=days), "place": TOWN, "theme": HOLES} | more
    return Told(sketch=sketch(fold(text)), marks=marks(fold(text)), **given)


SPOT: dict[str, Any] = {"street": street_key("улица Садовая"), "house": house_key("12")}


def test_the_same_theme_at_the_same_house_is_known_and_says_why() -> None:
    likeness = compare(told("яма", **SPOT), told("провал в асфальте", days=1, **SPOT))
    assert likeness.score > LIKELY
    assert likeness.why == ("house", "theme", "recent")


def test_another_theme_at_the_same_house_is_not() -> None:
    assert compare(told("яма", **SPOT), told("фонарь", theme=DARK, **SPOT)).score < LIKELY


def test_a_theme_that_is_easily_confused_counts_in_both_orders_and_so_does_a_second_guess() -> None:
    hole, dark = told(**SPOT), told(theme=DARK, **SPOT)
    assert compare(hole, dark, {(DARK, HOLES)}) == compare(dark, hole, {(DARK, HOLES)})
    assert "neighbour" in compare(hole, dark, {(DARK, HOLES)}).why
    assert "neighbour" in compare(replace(hole, also=(DARK,)), dark).why


def test_another_street_is_another_hole_but_the_same_dry_tap() -> None:
    here, there = street_key("Садовая"), street_key("Полевая")
    assert compare(told(street=here), told(street=there)).score == 0
    taps = compare(told(theme=WATER, street=here), told(theme=WATER, street=there))
    assert taps.why == ("town", "theme", "recent")


def test_what_hits_many_needs_only_the_town_and_no_other_town() -> None:
    assert compare(told(theme=WATER), told(theme=WATER)).score > LIKELY
    assert compare(told(theme=HOLES), told(theme=HOLES)).score < LIKELY
    assert compare(told(theme=WATER), told(theme=WATER, place=OTHER_TOWN)).score == 0


def test_a_town_lies_within_its_district() -> None:
    assert compare(told(theme=WATER, place=TOWN[:1]), told(theme=WATER)).score > LIKELY


def test_an_outage_is_forgotten_sooner_than_a_hole() -> None:
    holes = compare(told(**SPOT), told(days=12, **SPOT)).score
    taps = compare(told(theme=WATER, **SPOT), told(theme=WATER, days=12, **SPOT)).score
    assert taps < LIKELY < holes


def test_a_copy_is_known_whatever_theme_and_place_were_guessed() -> None:
    likeness = compare(told(TEXT), told(TEXT + "!!!", days=20, theme=DARK, place=OTHER_TOWN))
    assert likeness.score > 0.9
    assert likeness.why[0] == "copied"


def test_the_same_words_about_another_house_are_a_form() -> None:
    other = {**SPOT, "house": house_key("14")}
    assert "copied" not in compare(told(TEXT, **SPOT), told(TEXT, **other)).why
    assert compare(told("да"), told("да", theme=DARK)).score < LIKELY


def test_the_same_author_about_the_same_again_and_about_something_else() -> None:
    first = told("Автобус не пришёл", author=7, theme="transport.grafik")
    assert compare(first, replace(first, at=NOW - timedelta(days=4))).why[0] == "author"
    assert compare(first, told("Яма", author=7)).score < LIKELY
    nobody = replace(first, author=0)
    assert "author" not in compare(nobody, nobody).why


def test_coordinates_make_a_spot_where_no_street_is_named() -> None:
    here, near, far = (told(latitude=45.0, longitude=39 + east) for east in (0.0, 0.002, 0.05))
    assert "spot" in compare(here, near).why
    assert compare(here, near).score > LIKELY
    assert compare(here, far).score == 0


def test_the_order_of_two_cards_does_not_matter() -> None:
    one, other = told(TEXT, author=1, **SPOT), told("яма на Садовой", days=3, theme="", street=SPOT["street"])
    assert compare(one, other) == compare(other, one)


@pytest.mark.parametrize("written", ["улица Садовая", "Садовая улица", "садовая", "ул. Садовая"])
def test_a_street_has_one_key_however_it_is_written(written: str) -> None:
    assert street_key(written) == street_key("Садовая") != street_key("Полевая")


def test_a_house_has_one_key_and_nothing_has_none() -> None:
    assert house_key("12 А") == house_key("12а") != house_key("12")
    assert street_key("улица") == street_key("") == house_key(" - ") == 0


def test_themes_that_last_otherwise_are_of_the_classifier() -> None:
    assert {theme.code for theme in classifier.load().themes} >= THEMES


def of(text: str) -> bytes:
    return sketch(fold(text))


def test_a_copy_with_small_changes_is_alike_and_meets_in_a_band() -> None:
    copy = (
        "ВО ДВОРЕ на садовой уже третий месяц стоит брошенный автобус без колес!! Внутри играют дети и ночуют бродяги"
    )
    assert alike(of(TEXT), of(copy)) > 0.7
    assert set(bands(of(TEXT))) & set(bands(of(copy)))


def test_the_same_text_is_wholly_alike_and_another_is_not() -> None:
    other = "Автобус тридцать второго маршрута опаздывает на полчаса каждое утро, водитель на звонки не отвечает"
    assert alike(of(TEXT), of(TEXT)) == 1
    assert alike(of(TEXT), of(other)) < 0.15
    assert not set(bands(of(TEXT))) & set(bands(of(other)))


@pytest.mark.parametrize("text", ["да", "Когда?", "согласна полностью", "+++", "Спасибо большое вам", "нет воды"])
def test_what_everybody_says_is_no_copy_of_itself(text: str) -> None:
    assert of(text) == b""
    assert alike(of(text), of(text)) == 0
    assert bands(of(text)) == ()


def test_a_sketch_is_the_same_on_every_machine() -> None:
    assert of(TEXT)[:8].hex() == "4803120053014c02"


def test_a_sketch_has_its_size_and_its_bands_fit_a_column() -> None:
    assert len(of(TEXT)) == 2 * SIZE
    assert len(bands(of(TEXT))) == BANDS
    assert all(-(2**31) <= band < 2**31 for band in bands(of(TEXT)))


def test_marks_are_of_words_that_say_something_whatever_their_form() -> None:
    one = marks(fold("Прошу вас, почините качели на площадке"))
    other = marks(fold("Качелей на площадках нет, когда починят?"))
    assert common(one, other) > 0.6
    assert marks(fold("Здравствуйте, скажите пожалуйста, когда же это всё")) == b""


def test_the_street_that_both_name_is_no_word_in_common() -> None:
    one, other = fold("На Садовой яма"), fold("Школа на Садовой закрыта")
    assert common(marks(one), marks(other)) > 0
    assert common(marks(one, fold("улица Садовая")), marks(other, fold("улица Садовая"))) == 0


def test_broken_bytes_are_alike_nothing() -> None:
    assert alike(b"1", of(TEXT)) == 0
    assert common(b"1", b"1") == 0
    assert all(alike(one, other) == 0 for one, other in combinations((b"", b"12", b"123"), 2))


SITES, OTHER = "othody.ploshchadki", "othody.prochee"
SAID = {
    MISSING: """
        Контейнеры забрали, новых нет | Поставьте бак, за водой ближе ходить | Мусорку сломали, крышка валяется
        Контейнерв как не было, так и нет
    """,
    UNDONE: """
        Третий день не вывозят мусор | Баки переполнены, вонь на весь двор | Мешки не забрали
        Мусорная машина проехала мимо, мешки так и лежат | Про нашу улицу забыли
        По гарфику должны были вчера | Вывзят когда хотят
    """,
    "": "Баки вывезли и не вернули | Контейнер увезли, а график висит | Безобразие",
}


@pytest.mark.parametrize("where", SAID)
def test_a_text_is_on_one_side_on_the_other_or_on_none(where: str) -> None:
    for text in phrases(SAID[where]):
        assert side((SITES,), marks(fold(text))) == where, text
    assert side((SITES,), marks(fold(""))) == ""


def test_only_themes_that_hold_both_have_sides() -> None:
    words = marks(fold("Мусор не вывозят"))
    assert side(("dorogi.yamy",), words) == ""
    assert side((), words) == ""
    assert side(("dorogi.yamy", OTHER), words) == UNDONE, "it may be about that instead"


def test_who_says_neither_is_apart_from_nobody() -> None:
    assert apart(MISSING, UNDONE)
    assert not any(apart(one, other) for one, other in ((MISSING, MISSING), ("", UNDONE), (MISSING, ""), ("", "")))
