"""Suggests themes of the classifier for a text by its words; pure, explains itself.

Every theme brings its keywords, its name and its description. Their words and phrases of up to three words make one
inverted index of dictionary forms; the rarer a phrase is among the themes, the more it says. «Не» stays with its
word, so that «фонарь не горит» is not a fire.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
NEIGHBOURS = 0.12
"""What the best of its group lend to a theme."""
DOUBT = 1.1
"""The score at which the machine believes itself by half."""
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
    """A theme as plain values."""

    id: int
    name: str
    group: str
    description: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeGuess:
    """`share` is how sure, 0..1; `why` are words as they stand in the text with their weight, heaviest first."""

    theme_id: int
    share: float
    why: tuple[tuple[str, float], ...]


class _Unit(NamedTuple):
    """A meaning word: its bounds in the text, its dictionary form, and that form without «не» if it is denied."""

    start: int
    end: int
    lemma: str
    plain: str


class _Hit(NamedTuple):
    start: int
    end: int
    weight: float


class ThemeFinder:
    """Built once from the themes of the classifier in force; `suggest` may then be called from any thread."""

    def __init__(self, themes: Sequence[KnownTheme]) -> None:
        self._ids = [theme.id for theme in themes]
        self._groups: dict[str, list[int]] = defaultdict(list)
        index: dict[tuple[str, ...], dict[int, float]] = defaultdict(dict)
        for number, theme in enumerate(themes):
            self._groups[theme.group].append(number)
            for phrase, weight in _phrases_of(theme):
                index[phrase][number] = max(weight, index[phrase].get(number, 0.0))
        self._index = {phrase: _rarer(found, len(themes)) for phrase, found in index.items()}

    def suggest(self, text: str, n: int = 3) -> list[ThemeGuess]:
        """Up to `n` themes, the surest first; shares sum to at most 1. Empty if no word of the text speaks."""
        tidied = tidy(text[: TEXT_LIMIT * 2])[:TEXT_LIMIT]
        units = list(_units(tidied))
        hits = self._hits(units)
        scores = {theme: _faded(found) for theme, found in hits.items()}
        lent = self._with_neighbours(scores)
        if not lent:
            return []
        best = sorted(lent, key=lambda theme: (-lent[theme], theme))[:n]
        # A long text finds something for every theme: it must find more.
        sure = lent[best[0]] / (lent[best[0]] + DOUBT + 0.01 * len(units))
        total = sum(score**2 for score in lent.values())
        return [
            ThemeGuess(self._ids[theme], round(sure * lent[theme] ** 2 / total, 4), _why(tidied, hits[theme]))
            for theme in best
        ]

    def _hits(self, units: list[_Unit]) -> dict[int, dict[tuple[str, ...], _Hit]]:
        """For every theme that is spoken of: its phrases in the text, each at its strongest."""
        hits: dict[int, dict[tuple[str, ...], _Hit]] = defaultdict(dict)
        for phrase, start, end, factor in _windows(units):
            for theme, weight in self._index.get(phrase, {}).items():
                known = hits[theme].get(phrase)
                if known is None or known.weight < weight * factor:
                    hits[theme][phrase] = _Hit(start, end, weight * factor)
        return hits

    def _with_neighbours(self, scores: dict[int, float]) -> dict[int, float]:
        lent = dict(scores)
        for members in self._groups.values():
            best = sorted((scores[theme] for theme in members if theme in scores), reverse=True)[:3]
            for theme in members:
                if theme in scores:
                    lent[theme] += NEIGHBOURS * sum(best) / 3
        return lent


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


def _root(word: str) -> str:
    """A mark for words of one beginning; empty for short and generic words."""
    if len(word) < 6 or word in _GENERIC or not word.isalpha():
        return ""
    return word[: max(5, min(len(word) - 3, 7))] + "*"


def _rarer(found: dict[int, float], themes: int) -> dict[int, float]:
    """Weights by theme, less for a phrase that many themes have."""
    rarity = math.log(1 + themes / len(found)) / math.log(1 + themes)
    return {theme: weight * rarity for theme, weight in found.items()}


def _units(tidied: str) -> Iterator[_Unit]:
    """The meaning words. «Не» joins the next word; «без», «отсутствует» and «нету» are «нет»."""
    folded = lower(tidied)
    denied: int | None = None
    for start, end in spans(folded):
        word = folded[start : min(end, start + WORD_LIMIT)]
        if word == "не":
            denied = start
            continue
        plain = _NONE.get(word) or lemma(word)
        plain = _NONE.get(plain, plain)
        if word in _STOP or plain in _STOP:
            denied = None
            continue
        if denied is not None and folded[denied + 2 : start].strip() == "":
            yield _Unit(denied, end, f"не {plain}", plain)
        else:
            yield _Unit(start, end, plain, "")
        denied = None


def _windows(units: list[_Unit]) -> Iterator[tuple[tuple[str, ...], int, int, float]]:
    """Every word, and every pair and triple of words near each other in any order: phrase, bounds, factor."""
    for first, unit in enumerate(units):
        for word, factor in _spellings(unit):
            yield (word,), unit.start, unit.end, factor
            if root := _root(word):
                yield (root,), unit.start, unit.end, factor
        near = units[first + 1 : first + WINDOW]
        for second, other in enumerate(near):
            for one, factor in _spellings(unit):
                for two, factor_two in _spellings(other):
                    yield tuple(sorted((one, two))), unit.start, other.end, min(factor, factor_two)
            for third in near[second + 1 :]:
                yield tuple(sorted((unit.lemma, other.lemma, third.lemma))), unit.start, third.end, 1.0


def _spellings(unit: _Unit) -> tuple[tuple[str, float], ...]:
    return ((unit.lemma, 1.0), (unit.plain, DENIED)) if unit.plain else ((unit.lemma, 1.0),)


def _faded(found: dict[tuple[str, ...], _Hit]) -> float:
    weights = sorted((hit.weight for hit in found.values()), reverse=True)
    return sum(weight * FADING**place for place, weight in enumerate(weights))


def _why(tidied: str, found: dict[tuple[str, ...], _Hit]) -> tuple[tuple[str, float], ...]:
    """The heaviest reasons, none within another."""
    kept: list[_Hit] = []
    for hit in sorted(found.values(), key=lambda one: -one.weight):
        if all(hit.end <= one.start or hit.start >= one.end for one in kept):
            kept.append(hit)
        if len(kept) == 5:
            break
    return tuple((tidied[hit.start : hit.end], round(hit.weight, 2)) for hit in kept)
