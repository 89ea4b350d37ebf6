"""A key phrase of several words must not shrink, under the machine's eyes, to one word that everybody writes."""

import pytest

from otklik.themes.classifier import load
from otklik.themes.wording import examples
from otklik.triage.theme.phrases import _lemmas

COMMON = 14
"""In the examples of so many themes and more a word says nothing alone."""


def spread() -> dict[str, int]:
    """Dictionary form → in the examples of how many themes it stands."""
    found: dict[str, int] = {}
    for lines in examples().values():
        for word in set(_lemmas("\n".join(lines))):
            found[word] = found.get(word, 0) + 1
    return found


def shrunk(phrase: str, themes_of: dict[str, int]) -> bool:
    """Whether nothing is left of the phrase, or one common word."""
    left = _lemmas(phrase)
    return len(phrase.split()) > 1 and (not left or (len(left) == 1 and themes_of.get(left[0], 0) >= COMMON))


def test_no_key_phrase_shrinks_to_a_word_that_says_nothing() -> None:
    themes_of = spread()
    assert [(t.code, word) for t in load().themes for word in t.keywords if shrunk(word, themes_of)] == []


@pytest.mark.parametrize("phrase", ["как было", "наш двор", "где моя школа"])
def test_a_phrase_that_shrinks_is_noticed(phrase: str) -> None:
    assert shrunk(phrase, spread())
