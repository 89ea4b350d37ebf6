from pymorphy3 import MorphAnalyzer

from otklik.lib.text import _OVERRIDES, lemma, lower, tags, words
from otklik.themes import classifier, wording
from otklik.triage.alone import alone
from otklik.triage.place.unnamed import unnamed
from otklik.triage.theme.phrases import _lemmas

COMMON = 14
"""In the examples of so many themes and more a word says nothing alone."""


def spread() -> dict[str, int]:
    """Dictionary form → in the examples of how many themes it stands."""
    themes_of: dict[str, int] = {}
    for lines in wording.examples().values():
        for word in set(_lemmas("\n".join(lines))):
            themes_of[word] = themes_of.get(word, 0) + 1
    return themes_of


def shrunk(phrase: str, themes_of: dict[str, int]) -> bool:
    """Whether nothing is left of the phrase, or one common word."""
    left = _lemmas(phrase)
    return len(phrase.split()) > 1 and (not left or (len(left) == 1 and themes_of.get(left[0], 0) >= COMMON))


def test_no_key_phrase_shrinks_to_a_word_that_says_nothing() -> None:
    themes_of = spread()
    themes = classifier.load().themes
    assert [(theme.code, word) for theme in themes for word in theme.keywords if shrunk(word, themes_of)] == []
    assert all(shrunk(phrase, themes_of) for phrase in ("как было", "наш двор", "где моя школа"))


def test_all_words_that_complaints_are_made_of_are_read_as_the_dictionary_s_own_parser_reads_them() -> None:
    parser = MorphAnalyzer(lang="ru")
    themes = [f"{theme.name} {theme.description}" for theme in classifier.load().themes]
    used = {word for text in (*themes, *sum(wording.examples().values(), ())) for word in words(text)}
    assert len(used) > 10_000
    for word in {*used, "", "5", "в", "ч", "е", "vk", "пгт", "ежик", "кое-как"} - _OVERRIDES.keys():
        readings = parser.parse(word)
        assert lemma(word) == lower(readings[0].normal_form), word
        assert tags(word) == (tuple(one.tag.grammemes for one in readings) if parser.word_is_known(word) else ()), word


def test_neither_a_street_s_name_nor_its_thing_is_a_matter() -> None:
    text = "На ул. Лесная, 5 и по Больничной нет воды"
    spans = [("street", 3, 13), ("house", 15, 16), ("street", 22, 32)]
    assert unnamed(text, spans) == "На ул, 5 и по улице нет воды"
    assert unnamed("Яма на Ростовском шоссе", [("street", 7, 23)]) == "Яма на шоссе"
    assert unnamed("В лесу свалка", []) == "В лесу свалка"
    streets = ["Больничная", "Лесная", "Школьная", "Вокзальная"]
    texts = ["Улица, 5: нет воды", *(f"Улица {street}, 5: нет воды" for street in streets)]
    plain, *named = alone(embeddings=False).verdicts([{"text": text} for text in texts])
    assert [one["place"]["street"] for one in named] == [f"улица {street}" for street in streets]
    assert all(one["themes"] == plain["themes"] for one in named)
