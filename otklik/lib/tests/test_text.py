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

HOSTILE = [
    "",
    "\x00",
    "\ud800 голый суррогат \udfff",
    "\u200b\u202e\ufeff",
    "[club1|" * 5000,
    "[id1|Имя" + "\\" * 3000,
    "<br" * 5000,
    "http://" * 5000,
    "а\u0301\u0327" * 20_000,
    "а" * 1_000_000,
    "по-" * 100_000,
    "é" * 5000,
    "\ufdfa" * 1000,
    "İİİ ẞß",
    "🏳️‍🌈👨‍👩‍👧" * 500,
    "\r\n\t\v\f\u2028\x85",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_whatsoever_breaks_folding_words_or_lemmas(text: str) -> None:
    folded = fold(text)
    folded.encode()
    assert "\x00" not in folded
    assert len(folded) == len(tidy(text))
    assert all(len(word) <= WORD_LIMIT for word in words(text))
    assert len(lemmas(text)) == len(words(text))


@pytest.mark.parametrize("text", [*HOSTILE, "Ёлка  у №5", "ＡＢＣ ½ ﬁ", "и\u0306од"])
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


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


def test_clean_keeps_line_breaks_and_everything_that_a_database_can_hold() -> None:
    assert clean("Строка\r\nдругая\rтретья\n\nЁж 🙂") == "Строка\nдругая\nтретья\n\nЁж 🙂"


def test_clean_replaces_what_a_database_refuses() -> None:
    stored = clean("a\x00b\ud83dc")
    assert stored == "a\ufffdb\ufffdc"
    assert stored.encode().decode() == stored


@pytest.mark.parametrize("limit", [0, 1, 2, 5, 10])
def test_clean_never_exceeds_its_limit(limit: int) -> None:
    assert len(clean("слово слово слово", limit)) <= limit


def test_clean_shows_that_it_has_cut() -> None:
    assert clean("Очень длинный текст", 13) == "Очень длинны…"
    assert clean("Короткий", 8) == "Короткий"


def test_words_keep_their_hyphens_and_drop_the_rest() -> None:
    assert words("Кое-как, на 5-й остановке - 2 ямы!") == ["кое-как", "на", "5-й", "остановке", "2", "ямы"]


def test_spans_point_at_the_words() -> None:
    text = "вода, и свет"
    assert [text[start:end] for start, end in spans(text)] == ["вода", "и", "свет"]


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("дорогами", "дорога"),
        ("ямы", "яма"),
        ("воды", "вода"),
        ("течет", "течь"),
        ("ёлки", "елка"),
        ("wi", "wi"),
        ("15", "15"),
    ],
)
def test_a_word_is_brought_to_its_dictionary_form(form: str, base: str) -> None:
    assert lemmas(form) == [base]


def test_lemmas_stand_in_the_order_of_the_words() -> None:
    assert lemmas("Нету горячей воды") == ["нет", "горячий", "вода"]


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


def test_a_long_mixed_run_is_read_in_linear_time() -> None:
    assert len(alike("aа" * 60_000)) == 120_000
    assert len(alike("a" * 120_000)) == 120_000


@pytest.mark.parametrize(
    "word", ["в", "ч", "е", "5", "", "дорога", "стали", "ежик", "елки", "мой", "кое-как", "vk", "пгт"]
)
def test_a_word_is_read_as_the_dictionary_s_own_parser_reads_it(word: str) -> None:
    readings = MorphAnalyzer(lang="ru").parse(word)
    known = MorphAnalyzer(lang="ru").word_is_known(word)
    assert lemma(word) == readings[0].normal_form.replace("ё", "е")
    assert tags(word) == (tuple(one.tag.grammemes for one in readings) if known else ())


@pytest.mark.parametrize(
    ("folded", "spelt"),
    [
        ("еще", "ещё"),
        ("ее", "её"),
        ("ведется", "ведётся"),
        ("зеленый", "зелёный"),
        ("все", ""),
        ("узнаем", ""),
        ("лес", ""),
    ],
)
def test_yo_is_put_where_the_dictionary_knows_nothing_else(folded: str, spelt: str) -> None:
    assert with_yo(folded) == spelt


def test_a_word_is_inflected_as_far_as_the_dictionary_goes() -> None:
    assert {"бак", "баки", "баков", "бакам"} <= inflected("бак")
    assert "вывозят" in inflected("вывозить")
    assert inflected("мусорк") == {"мусорк"}
    assert inflected("щщщ" * 1000) == {"щщщ" * 1000}
