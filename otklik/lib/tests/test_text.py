"""Words of people as the machine compares them: folded, cut, in their dictionary forms."""

import unicodedata

import pytest
from pymorphy3 import MorphAnalyzer

from otklik.lib.text import (
    _STABLE,
    WORD_LIMIT,
    alike,
    clean,
    fold,
    inflected,
    lemma,
    lemmas,
    normal_forms,
    spans,
    tags,
    tidy,
    with_yo,
    words,
)


def test_what_is_passed_over_as_stable_is_what_normalising_leaves_alone() -> None:
    signs = [sign for sign in map(chr, range(0x3000)) if _STABLE.fullmatch(sign)]
    assert len(signs) > 200
    for sign in signs:
        assert sign == "№" or unicodedata.normalize("NFKC", f"а{sign}а") == f"а{sign}а", hex(ord(sign))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Чёрная   ЯМА\nна\tдороге", "черная яма на дороге"),
        ("и\u0306огурт и е\u0308лка", "йогурт и елка"),
        ("доро\u0301га", "дорога"),
        ("во\u200bда\u00ad", "вода"),
        ("\u202eвода\u202c", "вода"),
        ("Добрый день!<br>Нет<br/>воды</p>", "добрый день! нет воды"),
        ("[club1|Администрация Анапы], ответьте", "администрация анапы, ответьте"),
        ("[id12345|Имя Имяева], вы правы", "имя имяева, вы правы"),
        ("@club77 (Дороги края) когда?", "дороги края когда?"),
        ("*id5 спасибо", "спасибо"),
        ("вот https://example.org/a?b=1 тут", "вот тут"),
        ("фото vk.com/photo1_2 и www.example.org", "фото и"),
        ("дом № 5", "дом № 5"),
        ("ＶＫ ４２", "vk 42"),
        ("a < b и c > d", "a < b и c > d"),
    ],
)
def test_folding_leaves_only_what_was_said(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_tidy_keeps_capitals_and_yo() -> None:
    assert tidy("Тимашёвск,<br> ул.  Мира") == "Тимашёвск, ул. Мира"


def test_clean_keeps_line_breaks_and_replaces_what_a_database_refuses() -> None:
    assert clean("Строка\r\nдругая\rтретья\n\nЁж 🙂") == "Строка\nдругая\nтретья\n\nЁж 🙂"
    assert clean("a\x00b\ud83dc") == "a\ufffdb\ufffdc"
    assert clean("a\x00b\ud83dc").encode().decode() == "a\ufffdb\ufffdc"


def test_clean_never_exceeds_its_limit_and_shows_that_it_has_cut() -> None:
    assert all(len(clean("слово слово слово", limit)) <= limit for limit in (0, 1, 2, 5, 10))
    assert clean("Очень длинный текст", 13) == "Очень длинны…"
    assert clean("Короткий", 8) == "Короткий"


def test_words_keep_their_hyphens_and_drop_the_rest() -> None:
    assert words("Кое-как, на 5-й остановке - 2 ямы!") == ["кое-как", "на", "5-й", "остановке", "2", "ямы"]


def test_spans_point_at_the_words() -> None:
    text = "вода, и свет"
    assert [text[start:end] for start, end in spans(text)] == ["вода", "и", "свет"]


@pytest.mark.parametrize(
    ("written", "bases"),
    [
        ("дорогами ямы воды течет ёлки", "дорога яма вода течь елка"),
        ("wi 15", "wi 15"),
        ("Нету горячей воды", "нет горячий вода"),
    ],
)
def test_words_are_brought_to_their_dictionary_forms_in_their_order(written: str, bases: str) -> None:
    assert lemmas(written) == bases.split()


def test_a_word_that_reads_in_two_ways_has_both_dictionary_forms() -> None:
    assert set(normal_forms("дорогой")) == {"дорогой", "дорога"}
    assert normal_forms("123") == ("123",)
    assert len(normal_forms("ж" * 100_000)[0]) <= WORD_LIMIT
    assert all("ё" not in form for form in normal_forms("еж"))


def test_a_lemma_has_no_yo_since_texts_have_none() -> None:
    assert "ё" not in lemma("ребенка")
    assert lemma("ребенка") == "ребенок"


def test_tags_are_empty_for_a_word_outside_the_dictionary() -> None:
    assert tags("хрямзабр") == ()
    assert any("Geox" in reading for reading in tags("анапе"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("кpacнaя", "красная"),
        ("tел", "тел"),
        ("дoм 5a", "дом 5а"),
        ("wi-fi и vk", "wi-fi и vk"),
        ("п0чта", "почта"),
        ("дом 30", "дом 30"),
        ("30а", "30а"),
        ("iphone сломан", "iphone сломан"),
    ],
)
def test_latin_letters_that_look_cyrillic_are_read_as_such_in_mixed_words(written: str, meant: str) -> None:
    assert alike(written) == meant


def test_a_word_is_read_as_the_dictionary_s_own_parser_reads_it() -> None:
    parser = MorphAnalyzer(lang="ru")
    for word in ("в", "ч", "е", "5", "", "дорога", "стали", "ежик", "елки", "мой", "кое-как", "vk", "пгт"):
        readings = parser.parse(word)
        assert lemma(word) == readings[0].normal_form.replace("ё", "е"), word
        assert tags(word) == (tuple(one.tag.grammemes for one in readings) if parser.word_is_known(word) else ()), word


def test_yo_is_put_where_the_dictionary_knows_nothing_else() -> None:
    assert [with_yo(word) for word in ("еще", "ее", "ведется", "зеленый")] == ["ещё", "её", "ведётся", "зелёный"]
    assert [with_yo(word) for word in ("все", "узнаем", "лес")] == ["", "", ""]


def test_a_word_is_inflected_as_far_as_the_dictionary_goes() -> None:
    assert {"бак", "баки", "баков", "бакам"} <= inflected("бак")
    assert "вывозят" in inflected("вывозить")
    assert inflected("мусорк") == {"мусорк"}
    assert inflected("щщщ" * 1000) == {"щщщ" * 1000}
