"""Copies of a text are found again by numbers, and short words that everybody writes are copies of nothing."""

from itertools import combinations

import pytest

from otklik.lib.text import fold
from otklik.triage.sketch import BANDS, SIZE, alike, bands, common, marks, sketch

TEXT = "Во дворе на Садовой третий месяц стоит брошенный автобус без колёс, внутри играют дети и ночуют бродяги"


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
