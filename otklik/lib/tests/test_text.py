import unicodedata

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


def test_folding_leaves_only_what_was_said_and_passes_over_what_normalising_leaves_alone() -> None:
    signs = [sign for sign in map(chr, range(0x3000)) if _STABLE.fullmatch(sign)]
    assert len(signs) > 200
    for sign in signs:
        assert sign == "№" or unicodedata.normalize("NFKC", f"а{sign}а") == f"а{sign}а", hex(ord(sign))
    texts = {
        "Чёрная   ЯМА\nна\tдороге": "черная яма на дороге",
        "и\u0306огурт и е\u0308лка": "йогурт и елка",
        "доро\u0301га": "дорога",
        "во\u200bда\u00ad": "вода",
        "\u202eвода\u202c": "вода",
        "Добрый день!<br>Нет<br/>воды</p>": "добрый день! нет воды",
        "[club1|Администрация Анапы], ответьте": "администрация анапы, ответьте",
        "[id12345|Имя Имяева], вы правы": "имя имяева, вы правы",
        "@club77 (Дороги края) когда?": "дороги края когда?",
        "*id5 спасибо": "спасибо",
        "вот https://example.org/a?b=1 тут": "вот тут",
        "фото vk.com/photo1_2 и www.example.org": "фото и",
        "дом № 5": "дом № 5",
        "ＶＫ ４２": "vk 42",
        "a < b и c > d": "a < b и c > d",
    }
    assert {text: fold(text) for text in texts} == texts
    assert tidy("Тимашёвск,<br> ул.  Мира") == "Тимашёвск, ул. Мира", "tidying keeps capitals and yo"


def test_clean_keeps_lines_and_shows_a_cut_and_words_keep_their_hyphens_where_spans_point() -> None:
    assert clean("Строка\r\nдругая\rтретья\n\nЁж 🙂") == "Строка\nдругая\nтретья\n\nЁж 🙂"
    assert clean("a\x00b\ud83dc") == clean("a\x00b\ud83dc").encode().decode() == "a\ufffdb\ufffdc"
    assert all(len(clean("слово слово слово", limit)) <= limit for limit in (0, 1, 2, 5, 10))
    assert clean("Очень длинный текст", 13) == "Очень длинны…"
    assert clean("Короткий", 8) == "Короткий"
    assert words("Кое-как, на 5-й остановке - 2 ямы!") == ["кое-как", "на", "5-й", "остановке", "2", "ямы"]
    text = "вода, и свет"
    assert [text[start:end] for start, end in spans(text)] == ["вода", "и", "свет"]


def test_words_are_brought_to_their_dictionary_forms_and_inflected_as_far_as_it_goes() -> None:
    assert lemmas("дорогами ямы воды течет ёлки") == ["дорога", "яма", "вода", "течь", "елка"]
    assert (lemmas("wi 15"), lemmas("Нету горячей воды")) == (["wi", "15"], ["нет", "горячий", "вода"])
    assert set(normal_forms("дорогой")) == {"дорогой", "дорога"}, "it reads in two ways"
    assert normal_forms("123") == ("123",)
    assert len(normal_forms("ж" * 100_000)[0]) <= WORD_LIMIT
    assert all("ё" not in form for form in normal_forms("еж"))
    assert lemma("ребенка") == "ребенок", "texts have no yo"
    assert tags("хрямзабр") == (), "the dictionary does not have it"
    assert any("Geox" in reading for reading in tags("анапе"))
    assert [with_yo(word) for word in ("еще", "ее", "ведется", "зеленый")] == ["ещё", "её", "ведётся", "зелёный"]
    assert [with_yo(word) for word in ("все", "узнаем", "лес")] == ["", "", ""]
    assert {"бак", "баки", "баков", "бакам"} <= inflected("бак")
    assert "вывозят" in inflected("вывозить")
    assert inflected("мусорк") == {"мусорк"}
    assert inflected("щщщ" * 1000) == {"щщщ" * 1000}


def test_latin_letters_that_look_cyrillic_are_read_as_such_in_mixed_words() -> None:
    mixed = {"кpacнaя": "красная", "tел": "тел", "дoм 5a": "дом 5а", "п0чта": "почта"}
    plain = ("wi-fi и vk", "дом 30", "30а", "iphone сломан")
    assert {word: alike(word) for word in (*mixed, *plain)} == {**mixed, **{word: word for word in plain}}
