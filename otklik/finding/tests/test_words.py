"""Which words a card is found by, which are asked for, and the fragment that is shown."""

import pytest

from otklik.finding.fragment import fragment
from otklik.finding.words import MOST_ASKED, MOST_BYTES, asked, keys
from otklik.lib.text import fold

HOSTILE = [
    "",
    " \t\n",
    '" OR * ( NEAR -- \x00',
    "'; DROP TABLE finding_words; --",
    "((((((",
    '"""',
    "' & ' | ! <-> :*",
    "NEAR(вода яма, 2)",
    "words:вода",
    "-вода +яма ^яма яма*",
    "\u202eадов\u202c \u200b\u200f",
    "\ud800вода",
    "вода " * 1250,
    "я" * 5000,
    "...,,,!!!",
    "🙂🙂 вода",
    "İstanbul ǅ ﬁ ½ ²",
    "a\\b%_c",
    "--",
    "-",
    "AND OR NOT",
]


def meets(text: str, words: str) -> bool:
    """Whether a card with the text has all of the words, as the table would say it."""
    there = keys(fold(text))
    return all(
        there & set(one.forms) or (one.prefix and any(key.startswith(one.word) for key in there))
        for one in asked(words)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Когда отремонтируют дороги?", "дорогой"),
        ("над дорогой висит провод", "дороги"),
        ("Ёлка упала", "елки"),
        ("елка упала", "ЁЛКУ"),
        ("Славянск-на-Кубани", "славянск"),
        ("живу в Славянске-на-Кубани", "славянск-на-кубани"),
        ("Нет воды третий день", "воды нет день"),
        ("дом 5а", "5а"),
        ("Приказ А-123/45", "а 123 45"),
        ("мусор не вывозят", "мусо"),
        ("Wi-Fi в парке", "wi-fi"),
        ("улица Кирова 61а", "ул. Кирова, 61а"),
        ("на Кирова 61а темно", "улица Кирова, д. 61а"),
        ("Ленина 15", "пр-кт Ленина, дом 15"),
        ("ул. Первомайская, 33", "улица Первомайская 33"),
        ("темно на улице", "улица"),
        ("дом снесли", "дом"),
        ("ул", "ул"),
    ],
)
def test_a_word_is_found_in_any_form(text: str, words: str) -> None:
    assert meets(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Нет воды", "нет света"),
        ("дорога", "дом"),
        ("мусор", "му"),
        ("мусор лежит", "мусо лежит"),
        ("вода", "светлая"),
        ("улица Мира 5", "ул. Кирова, 5"),
    ],
)
def test_what_is_not_there_is_not_found(text: str, words: str) -> None:
    assert not meets(text, words)


def test_little_words_are_not_asked_for_where_there_are_others() -> None:
    assert [one.word for one in asked("яма на улице")] == ["яма", "улице"]
    assert [one.word for one in asked("не на")] == ["не", "на"]


def test_no_more_words_are_asked_for_than_a_person_types() -> None:
    assert len(asked(" ".join(f"слово{number}" for number in range(500)))) <= MOST_ASKED


def test_nothing_typed_becomes_anything_but_letters_and_digits() -> None:
    for words in HOSTILE:
        for one in asked(words):
            assert all(form.isalnum() for form in one.forms), one


def test_a_text_without_end_gives_a_bounded_number_of_words() -> None:
    endless = " ".join(f"щъ{number:x}ыхр{number}" for number in range(100_000))
    found = keys(endless)
    assert sum(len(word.encode()) for word in found) <= MOST_BYTES
    assert len(found) > 1000


def test_the_fragment_shows_the_words_and_marks_them() -> None:
    text = "Добрый день! " * 30 + "Во дворе третий день <b>нет воды</b>, " + "и никто не едет. " * 30
    shown = fragment(text, asked("воды нет"))
    assert shown.met == 2
    assert [run.text for run in shown.runs if run.found] == ["нет", "воды"]
    whole = "".join(run.text for run in shown.runs)
    assert whole.startswith("…")
    assert whole.endswith("…")
    assert len(whole) < 320


def test_without_a_hit_the_fragment_is_the_beginning() -> None:
    shown = fragment("Темно во дворе", asked("вода"))
    assert (shown.met, "".join(run.text for run in shown.runs)) == (0, "Темно во дворе")


def test_any_text_gives_a_fragment() -> None:
    for text in (*HOSTILE, "x" * 100_000, "а б " * 50_000):
        assert len("".join(run.text for run in fragment(text, asked("вода яма")).runs)) <= 400, text[:20]
