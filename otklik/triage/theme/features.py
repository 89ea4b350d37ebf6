"""What a linear model sees of a text: hashed pieces of words, words and pairs of words; pure.

No vocabulary is kept: a piece is only the number of its bucket, so that weights can be shipped without a word of the
texts that they were learned from. Digits are alike: house numbers say nothing about a matter.
"""

import re
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from otklik.lib.text import WORD_LIMIT, lemma

BITS = 15
BUCKETS = 1 << BITS
TEXT_LIMIT = 3000
"""Characters of a text that count."""

_MASK = BUCKETS - 1
_SIZES = (3, 4, 5)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")

Buckets = NDArray[np.int32]
Weights = NDArray[np.float32]


def features(folded: str) -> tuple[Buckets, Weights]:
    """The buckets of a folded text, each once and in order, and how much each says: 1 + log of how often it occurs.

    A text without words has none.
    """
    words = [_of_word(word[:WORD_LIMIT]) for word in _WORD.findall(_DIGIT.sub("0", folded[:TEXT_LIMIT]))]
    if not words:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    pairs = np.array([crc32(two.lemma, one.begun) & _MASK for one, two in pairwise(words)], np.int32)
    buckets, times = np.unique(np.concatenate([*(word.buckets for word in words), pairs]), return_counts=True)
    return buckets, (1 + np.log(times)).astype(np.float32)


class _Word(NamedTuple):
    """What a word gives; `begun` is the sum of its dictionary form and a blank, from which that of a pair goes on."""

    buckets: Buckets
    lemma: bytes
    begun: int


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> _Word:
    """The word itself, its dictionary form, and its runs of three to five letters with the blanks around it."""
    letters = [letter.encode("utf-8", "replace") for letter in f" {word} "]
    bounds = list(accumulate(map(len, letters), initial=0))
    framed, base = b"".join(letters), lemma(word).encode("utf-8", "replace")
    runs = {framed[start:end] for size in _SIZES for start, end in zip(bounds, bounds[size:], strict=False)}
    pieces = (*runs, b"=" + framed[1:-1], b"~" + base)
    return _Word(np.array([crc32(piece) & _MASK for piece in pieces], np.int32), base, crc32(base + b" "))
