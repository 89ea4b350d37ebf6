"""Words are read in a short cut; it must read every word as the dictionary's own parser does."""

from pymorphy3 import MorphAnalyzer

from otklik.lib.text import _OVERRIDES, lemma, lower, tags, words
from otklik.themes import classifier, wording


def test_all_words_that_complaints_are_made_of_are_read_as_the_dictionary_s_own_parser_reads_them() -> None:
    parser = MorphAnalyzer(lang="ru")
    themes = [f"{theme.name} {theme.description}" for theme in classifier.load().themes]
    said = {word for text in (*themes, *sum(wording.examples().values(), ())) for word in words(text)}
    assert len(said) > 10_000
    for word in said - _OVERRIDES.keys():
        readings = parser.parse(word)
        assert lemma(word) == lower(readings[0].normal_form), word
        assert tags(word) == (tuple(one.tag.grammemes for one in readings) if parser.word_is_known(word) else ()), word
