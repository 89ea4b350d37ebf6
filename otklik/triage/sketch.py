"""A text as a handful of numbers by which a copy of it is found again; pure, and no word of the text is kept.

Copied words: of all runs of five letters those with the least hash stay, under many hashes (MinHash, Broder 1997); two
sketches agree in as many places as their texts share of their runs. What both are about: marks of the words that say
something. A mark has 16 bits, so that several words of the dictionary share each.

Every function takes any `str` whatsoever, never raises and takes time linear in the length of the text.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from math import sqrt
from random import Random
from struct import pack, unpack
from zlib import crc32

import numpy as np

from otklik.lib.text import WORD_LIMIT, inflected, lemma, spans, tags
from otklik.triage.side_words import PAIRS
from otklik.triage.slips import Slips

SIZE = 48
BANDS, ROWS = 8, 3
"""Two texts meet in a band when its rows agree: nearly always from 0.7 on, seldom under 0.2."""
RUN = 5
TEXT_LIMIT = 3000
"""Characters that count: further down, a copy is a copy already."""
LETTERS_FROM, WORDS_FROM = 24, 4
"""Everybody writes «да, согласна» in the same words: what is shorter is no copy of anything."""
MOST_MARKS = 40

_SEEDS = Random(20260101)  # noqa: S311 numbers that must be the same on every machine, not secret
_HASHES = [(_SEEDS.getrandbits(32) | 1, _SEEDS.getrandbits(32)) for _ in range(SIZE)]
_BY, _PLUS = (np.array(column, np.uint32)[:, np.newaxis] for column in zip(*_HASHES, strict=True))
_TELLING = frozenset({"NOUN", "ADJF", "ADJS", "VERB", "INFN", "PRTF", "PRTS", "GRND", "PRED"})
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "быть мочь можно нужно надо хотеть просить просьба прошу писать сказать говорить ответить знать сделать делать "
        "стать день час утро вечер ночь неделя месяц год раз время здравствуйте здравствовать добрый привет "
        "спасибо пожалуйста подсказать помочь уважаемый житель человек люди сосед администрация город край район "
        "улица проспект дом номер подъезд весь самый какой который такой другой каждый этот наш ваш свой мой "
        "третий второй первый принять мера просто опять снова идти ходить стоять нет нету",
    )
)


def sketch(folded: str) -> bytes:
    """SIZE numbers of 16 bits, of a folded text (lib/text.py); b"" for one that is too short to be a copy."""
    words = list(_words(folded))
    line = " ".join(words)
    if len(words) < WORDS_FROM or len(line) - len(words) + 1 < LETTERS_FROM:
        return b""
    runs = {_hash(line[start : start + RUN]) for start in range(len(line) - RUN + 1)}
    hashed = np.fromiter(runs, np.uint32) * _BY + _PLUS  # what is above 32 bits is lost, as it is to be
    return bytes((hashed.min(axis=1) >> 16).astype("<u2").tobytes())


def alike(one: bytes, other: bytes) -> float:
    """How much of their runs two texts share, 0..1, give or take 0.07; 0 where one was too short."""
    if len(one) != 2 * SIZE or len(other) != 2 * SIZE:
        return 0.0
    pairs = zip(unpack(f"<{SIZE}H", one), unpack(f"<{SIZE}H", other), strict=True)
    same = [mine for mine, theirs in pairs if mine == theirs]
    return len(same) / SIZE


def bands(sketched: bytes) -> tuple[int, ...]:
    """BANDS whole numbers of 32 bits with a sign; copies are among the texts that have one of them in common."""
    width = 2 * ROWS
    return tuple(crc32(sketched[band * width : (band + 1) * width]) - 2**31 for band in range(BANDS if sketched else 0))


def marks(folded: str, but: str = "") -> bytes:
    """The words that say what a folded text is about, as at most MOST_MARKS marks of 16 bits in order.

    Words of `but` do not count: a street that both texts name does not make their matters one.
    """
    left_out = {lemma(word) for word in _words(but)} | _GENERIC
    word_marks = {mark(word) for word in map(_telling, _words(folded)) if word and word not in left_out}
    kept = sorted(word_marks)[:MOST_MARKS]
    return pack(f"<{len(kept)}H", *kept)


def common(one: bytes, other: bytes) -> float:
    """How many of their marks two texts have in common, 0..1."""
    mine, theirs = unpacked(one), unpacked(other)
    return len(mine & theirs) / sqrt(len(mine) * len(theirs)) if mine and theirs else 0.0


def key(text: str) -> int:
    """A whole number of 32 bits with a sign for a name; the same name has always the same."""
    return _hash(text) - 2**31


def mark(word: str) -> int:
    """The mark of a dictionary form."""
    return _hash(word) & 0xFFFF


def unpacked(packed: bytes) -> frozenset[int]:
    """What `marks` has put together."""
    return frozenset(unpack(f"<{len(packed) // 2}H", packed[: len(packed) // 2 * 2]))


def _words(folded: str) -> Iterator[str]:
    cut = folded[:TEXT_LIMIT]
    return (cut[start : min(end, start + WORD_LIMIT)] for start, end in spans(cut))


@lru_cache(maxsize=20_000)
def _telling(word: str) -> str:
    """The dictionary form of a word that says something, else ""."""
    read = tags(word)
    if len(word) < 3 or word[0].isdigit() or (read and not read[0] & _TELLING):
        return ""
    return lemma(word if read else _misspelt().meant(word) or word)


@cache
def _misspelt() -> Slips:
    """Of the words that decide which side a text is on: with a slip in the one that says it a text would be on none."""
    return Slips((form, word) for pair in PAIRS for word in pair.words() for form in inflected(word))


def _hash(text: str) -> int:
    return crc32(text.encode(errors="replace"))
