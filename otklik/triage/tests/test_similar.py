"""What speaks for a card being known already: copied words, the same author, the same problem near by and lately."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.lib.text import fold
from otklik.themes import classifier
from otklik.triage.similar import LIKELY, THEMES, Told, compare, house_key, street_key
from otklik.triage.sketch import marks, sketch

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
