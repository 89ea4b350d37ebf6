"""Whoever reads words of strangers takes any text at all, and in time that grows with its length."""

import time
from collections.abc import Callable
from functools import cache

import pytest

from otklik.answers.style.linter import look
from otklik.answers.style.values import About
from otklik.answers.templates import Facts, fill, left_open
from otklik.feedback import reading
from otklik.lib import text as letters
from otklik.lib.logs import without_people
from otklik.lib.original import Original
from otklik.privacy.masking import Person
from otklik.privacy.masking import mask as take_out
from otklik.routing.hiding import hide
from otklik.triage.kind import first_pass, relevance, talk
from otklik.triage.personal.finder import mask
from otklik.triage.sketch import MOST_MARKS, SIZE, marks, sketch
from otklik.triage.tests import district
from otklik.triage.tests.test_teaching import LABELS, THEMES, learned
from otklik.triage.theme.embedding import TEXT_LIMIT, shortened
from otklik.triage.theme.features import features
from otklik.triage.theme.finder import ThemeFinder
from otklik.triage.urgency.level import urgency
from tests.phrases import HOSTILE
from tests.tiers import fewer

KEYWORDS = ThemeFinder(THEMES)
LONGEST = fewer(120_000)
SECONDS = 5 * LONGEST / 120_000
"""Ten times what the slowest text takes; what grows with the square of the length takes far longer."""


def folding(text: str) -> bool:
    folded = letters.fold(text)
    folded.encode()
    alike = len(folded) == len(letters.tidy(text)) and letters.fold(folded) == folded
    return alike and "\x00" not in folded and len(letters.alike(folded)) == len(folded)


def lemmas(text: str) -> bool:
    words = letters.words(text)
    return len(letters.lemmas(text)) == len(words) and all(len(word) <= letters.WORD_LIMIT for word in words)


def original(text: str) -> bool:
    piece = Original(text)
    begin, end = piece.span(0, len(piece.tidied))
    return 0 <= begin <= end <= len(text)


def whole_place(text: str) -> bool:
    guess = district.find(text, "Анапа")
    return 0 <= guess.share <= 1 and len(guess.others) <= 3


def kinds_of_talk(text: str) -> bool:
    folded, count = letters.fold(text), len(text.split())
    adverts = [talk.advert(folded, linked=linked) for linked in (True, False)]
    others = [rule(folded, count) for rule in (talk.withdrawn, talk.idle, talk.aside, talk.offer)]
    return all(one is None or one for one in (*adverts, *others, talk.official(folded), talk.news(folded)))


def bare_words(text: str) -> bool:
    tidied = letters.tidy(text)
    lowered = letters.lower(tidied)
    answers = {relevance.names_a_file(lowered), relevance.says_only_where_or_who(tidied, lowered, frozenset())}
    return answers <= {True, False}


def faults(text: str) -> bool:
    return all(0 <= fault.start <= fault.end <= len(text) for fault in look(text, About(outcome="solved", name="Анна")))


def embedded(text: str) -> bool:
    cut = shortened(text)
    cut.encode()
    return len(cut) <= TEXT_LIMIT and "\x00" not in cut


def sketched(text: str) -> bool:
    both = (text, letters.fold(text))
    return all(len(sketch(one)) in (0, 2 * SIZE) and len(marks(one)) <= 2 * MOST_MARKS for one in both)


@cache
def learned_finder() -> ThemeFinder:
    return ThemeFinder(THEMES, learned=learned(LABELS))


def theme_as_learned(text: str) -> bool:
    return sum(guess.share for guess in learned_finder().suggest(text, n=9)) <= 1.001


def rating(text: str) -> bool:
    answer = reading.read(text)
    return bool(answer.why) == bool(answer.solved or answer.mark)


def taken_out(text: str) -> bool:
    named = Person("912345678", "Иван Октябрьский", frozenset({"собака"}), frozenset({"8 938 000-00-01"}))
    return all(isinstance(take_out(text, named, near=near), str) for near in (True, False))


READERS: dict[str, Callable[[str], bool]] = {
    "folding": folding,
    "lemmas": lemmas,
    "the original": original,
    "the first look": lambda text: first_pass.worth_reading(text) in (True, False),
    "a kind": lambda text: 0 < relevance.judge(text, has_media=False, is_reply=False, author_is_ours=False).share <= 1,
    "talk": kinds_of_talk,
    "bare words": bare_words,
    "personal data": lambda text: isinstance(mask(text), str),
    "somebody who is forgotten": taken_out,
    "what a log may not have": lambda text: isinstance(without_people(text), str),
    "the author's name": lambda text: isinstance(hide(text, text), str),
    "the place": whole_place,
    "the theme by key phrases": lambda text: sum(guess.share for guess in KEYWORDS.suggest(text)) <= 1,
    "the theme as learned": theme_as_learned,
    "features": lambda text: len(features(text)[0]) < 20_000,
    "the sentence model": embedded,
    "sketches": sketched,
    "the danger": lambda text: 0 <= urgency(text).level <= 3,
    "the style": faults,
    "holes of a template": lambda text: (fill(text, Facts("Анна")), left_open(text)) == (text, []),
    "a rating in words": rating,
}


@pytest.mark.parametrize("reader", READERS)
def test_no_text_breaks_a_reader_or_takes_long(reader: str) -> None:
    for short in ("", "Слово"):  # what is learned or loaded once is no text's time
        READERS[reader](short)
    for text in sorted({whole[:LONGEST] for whole in HOSTILE}):
        began = time.thread_time()  # other tests leave threads behind, and theirs is no text's time either
        assert READERS[reader](text), f"{text[:20]!r} × {len(text)}"
        assert time.thread_time() - began < SECONDS, f"{text[:20]!r} × {len(text)}"
