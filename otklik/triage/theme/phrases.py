"""The phrases of each theme in a text; pure, and the reason that an operator is shown.

Every theme brings its keywords, its name and its description. Their words and phrases of up to three words make one
inverted index of dictionary forms; the rarer a phrase is among the themes, the more it says. «Не» stays with its
word, so that «фонарь не горит» is not a fire.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from otklik.lib.text import WORD_LIMIT, lemma, lower, spans, tidy

# How much a phrase says by where it stands and how many words it has.
KEYWORD = {1: 1.0, 2: 1.8, 3: 2.4}
NAME = {1: 0.5, 2: 0.9, 3: 1.1}
DESCRIPTION = {1: 0.2, 2: 0.35, 3: 0.4}
KEYWORD_PART = {1: 0.3, 2: 0.6}
"""A word or a pair out of a longer keyword."""
ROOT = 0.35
"""A word that only begins as the theme's word does: «мусорка», «мусорный»."""
DENIED = 0.6
"""A word under «не» counts for its plain self, too, but less: «не вывозят» is about «вывозят»."""
FADING = 0.8
"""Each next reason of a theme counts that much of the one before, so that a long text does not win by length."""
_FADES = FADING ** np.arange(100)
MOST_REASONS = 5
WINDOW = 4
"""A phrase is found within this many meaning words."""
TEXT_LIMIT = 16_000

_STOP = frozenset(
    re.findall(
        r"\w+",
        "а бы был быть в вам вас ваш весь вот все вы где да даже для до его ее если есть еще же за здесь и из "
        "или их как какой когда который кто ли либо мой мы на над наш него них но ну о об она он они от по "
        "под пока после потом при про с сам свой себя со так такой там те то тоже только тот ты у уже хотя "
        "чего чей чем через что чтобы этот я очень просто вообще опять снова тут почему зачем ведь ни",
    )
)
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "день год месяц неделя добрый здравствуйте здравствовать привет уважаемый пожалуйста спасибо "
        "подсказать просить просьба помочь человек житель администрация город край район улица дом вопрос "
        "проблема ответ сказать говорить писать мочь можно нужно надо хотеть знать делать сделать стать "
        "большой новый хороший другой один два три первый второй раз время сегодня вчера завтра прошлый "
        "каждый наконец прочее прочий случай число иной",
    )
)
_NONE = {"нету": "нет", "без": "нет", "отсутствовать": "нет", "отсутствие": "нет", "никакой": "нет"}
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[А-ЯЁ])")


@dataclass(frozen=True, slots=True)
class KnownTheme:
    """A theme as plain values. `code` is how a model knows it: «dorogi.yamy», its group before the dot."""

    id: int
    name: str
    group: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    code: str = ""


class _Unit(NamedTuple):
    """A meaning word: its bounds in the text, its dictionary form, and that form without «не» if it is denied."""

    start: int
    end: int
    lemma: str
    plain: str


class Piece(NamedTuple):
    """Where a phrase stands in a tidied text, and how much it counts there: less under «не»."""

    start: int
    end: int
    factor: float


Phrase = tuple[str, ...]
Reasons = tuple[tuple[str, float], ...]


class PhraseMatches(NamedTuple):
    """The phrases of one text, each at its strongest, and its number of meaning words.

    `themes`, `weights` and `places` are as long as each other: the phrase `pieces[places[n]]` says `weights[n]` for
    the theme `themes[n]`. They are sorted by theme, the heaviest first. `strength` is what all of them say together for
    every theme.
    """

    pieces: list[Piece]
    themes: NDArray[np.int32]
    weights: NDArray[np.float64]
    places: NDArray[np.int64]
    strength: NDArray[np.float64]
    words: int


class Phrases:
    """Built once from the themes of the classifier in force; may then be used from any thread."""

    def __init__(self, themes: Sequence[KnownTheme]) -> None:
        index: dict[Phrase, dict[int, float]] = defaultdict(dict)
        for number, theme in enumerate(themes):
            for phrase, weight in _phrases_of(theme):
                index[phrase][number] = max(weight, index[phrase].get(number, 0.0))
        self._count = len(themes)
        self._rows = {phrase: number for number, phrase in enumerate(index)}
        sizes = np.fromiter(map(len, index.values()), np.int64, len(index))
        self._starts = np.append(0, np.cumsum(sizes))
        self._themes = np.fromiter(chain.from_iterable(index.values()), np.int32)
        weights = np.fromiter(
            chain.from_iterable(theme_weights.values() for theme_weights in index.values()), np.float64
        )
        # A phrase that many themes have says less.
        self._weights = weights * np.repeat(np.log1p(len(themes) / sizes) / math.log1p(len(themes) or 1), sizes)
        # Most words stand in no phrase of several, and few beside each other: to know them early is most of the speed.
        self._partners: dict[str, set[str]] = defaultdict(set)
        for phrase in index:
            if len(phrase) > 1:
                for word in phrase:
                    self._partners[word].update(phrase)

    def matches(self, tidied: str) -> PhraseMatches:
        """What the phrases of a tidied text say."""
        units = list(_units(tidied[:TEXT_LIMIT]))
        pieces: dict[Phrase, Piece] = {}
        for phrase, start, end, factor in self._windows(units):
            known = pieces.get(phrase)
            if known is None or known.factor < factor:
                pieces[phrase] = Piece(start, end, factor)
        return self._weighed(pieces, len(units))

    def reasons(self, tidied: str, matches: PhraseMatches, themes: Sequence[int]) -> list[Reasons]:
        """For each of the themes the heaviest phrases that speak for it, as they stand in the text, none within
        another."""
        weights, places = matches.weights.tolist(), matches.places.tolist()
        starts = np.searchsorted(matches.themes, themes).tolist()
        ends = np.searchsorted(matches.themes, themes, side="right").tolist()
        theme_reasons: list[Reasons] = []
        for start, end in zip(starts, ends, strict=True):
            kept: list[tuple[float, Piece]] = []
            for at in range(start, end):
                piece = matches.pieces[places[at]]
                if all(piece.end <= one.start or piece.start >= one.end for _, one in kept):
                    kept.append((weights[at], piece))
                if len(kept) == MOST_REASONS:
                    break
            theme_reasons.append(tuple((tidied[piece.start : piece.end], round(weight, 2)) for weight, piece in kept))
        return theme_reasons

    def _weighed(self, pieces: dict[Phrase, Piece], words: int) -> PhraseMatches:
        rows = np.fromiter((self._rows[phrase] for phrase in pieces), np.int64, len(pieces))
        starts, sizes = self._starts[rows], self._starts[rows + 1] - self._starts[rows]
        places = np.repeat(np.arange(len(rows)), sizes)
        # The numbers of each phrase's entries, one after the other.
        entries = np.arange(len(places)) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        factors = np.fromiter((piece.factor for piece in pieces.values()), np.float64, len(pieces))
        themes, weights = self._themes[entries], self._weights[entries] * factors[places]
        # By theme, then by weight: no phrase weighs a thousand.
        order = np.argsort(themes - weights / 1000, kind="stable")
        themes, weights = themes[order], weights[order]
        fading = _FADES[np.minimum(np.arange(len(themes)) - np.searchsorted(themes, themes), len(_FADES) - 1)]
        strength = np.bincount(themes, weights * fading, self._count).astype(np.float64)
        return PhraseMatches(list(pieces.values()), themes, weights, places[order], strength, words)

    def _windows(self, units: list[_Unit]) -> Iterator[tuple[Phrase, int, int, float]]:
        """The known words, pairs and triples of words near each other in any order: phrase, bounds, factor."""
        spellings = [_spellings(unit) for unit in units]
        for first, unit in enumerate(units):
            for word, factor in spellings[first]:
                for phrase in ((word,), (_root(word),)):
                    if phrase in self._rows:
                        yield phrase, unit.start, unit.end, factor
            known = [(word, factor) for word, factor in spellings[first] if word in self._partners]
            last = min(first + WINDOW, len(units)) if known else first
            for second in range(first + 1, last):
                other = units[second]
                for one, factor in known:
                    for two, factor_two in spellings[second]:
                        if two in self._partners[one] and (pair := _sorted(one, two)) in self._rows:
                            yield pair, unit.start, other.end, min(factor, factor_two)
                if unit.lemma in self._partners and other.lemma in self._partners[unit.lemma]:
                    yield from self._triples(unit, other, units[second + 1 : last])

    def _triples(self, unit: _Unit, other: _Unit, near: list[_Unit]) -> Iterator[tuple[Phrase, int, int, float]]:
        for third in near:
            if third.lemma in self._partners[unit.lemma]:
                triple = tuple(sorted((unit.lemma, other.lemma, third.lemma)))
                if triple in self._rows:
                    yield triple, unit.start, third.end, 1.0


def _sorted(one: str, two: str) -> Phrase:
    return (one, two) if one <= two else (two, one)


def _phrases_of(theme: KnownTheme) -> Iterator[tuple[tuple[str, ...], float]]:
    for keyword in theme.keywords:
        lemmas = _lemmas(keyword)
        whole = len(lemmas) if len(lemmas) <= 3 else 2
        yield from _runs(lemmas, {**KEYWORD_PART, whole: KEYWORD[whole]} if whole else {})
    yield from _runs(_lemmas(theme.name), NAME)
    # Only the first sentence says what the theme is; the next ones tell what belongs elsewhere.
    yield from _runs(_lemmas(_SENTENCE.split(theme.description, maxsplit=1)[0]), DESCRIPTION)


def _lemmas(text: str) -> list[str]:
    return [unit.lemma for unit in _units(tidy(text[:TEXT_LIMIT]))]


def _runs(lemmas: list[str], weights: dict[int, float]) -> Iterator[tuple[tuple[str, ...], float]]:
    """All runs of words that have a weight; generic words say nothing alone, the others give their root, too."""
    for size, weight in weights.items():
        for start in range(len(lemmas) - size + 1):
            run = lemmas[start : start + size]
            if size > 1 or run[0] not in _GENERIC:
                yield tuple(sorted(run)), weight
            if size == 1 and (root := _root(run[0])):
                yield (root,), weight * ROOT


@lru_cache(maxsize=20_000)
def _root(word: str) -> str:
    """A mark for words of one beginning; empty for short and generic words."""
    if len(word) < 6 or word in _GENERIC or not word.isalpha():
        return ""
    return word[: max(5, min(len(word) - 3, 7))] + "*"


def _units(tidied: str) -> Iterator[_Unit]:
    """The meaning words. «Не» joins the next word; «без», «отсутствует» and «нету» are «нет»."""
    folded = lower(tidied)
    denied: int | None = None
    for start, end in spans(folded):
        word = folded[start : min(end, start + WORD_LIMIT)]
        if word == "не":
            denied = start
            continue
        plain = _meaning(word)
        if not plain:
            denied = None
            continue
        if denied is not None and folded[denied + 2 : start].strip() == "":
            yield _Unit(denied, end, f"не {plain}", plain)
        else:
            yield _Unit(start, end, plain, "")
        denied = None


@lru_cache(maxsize=20_000)
def _meaning(word: str) -> str:
    """The dictionary form of a folded word, "" for one that says nothing."""
    plain = _NONE.get(word) or lemma(word)
    plain = _NONE.get(plain, plain)
    return "" if word in _STOP or plain in _STOP else plain


def _spellings(unit: _Unit) -> tuple[tuple[str, float], ...]:
    return ((unit.lemma, 1.0), (unit.plain, DENIED)) if unit.plain else ((unit.lemma, 1.0),)
