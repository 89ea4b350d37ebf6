"""How alike texts are: five-letter shingles, one-permutation minhash, buckets, then the exact Jaccard measure."""

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence

WIDTH = 5
_BINS = 48
_ROWS = 3
_EMPTY = 1 << 40
_LOOK_BACK = 40


def fold(text: str) -> str:
    """Lower case, ё→е, punctuation and emoji removed, one space between words."""
    return " ".join(re.findall(r"\w+", text.lower().replace("ё", "е")))


def shingles(folded: str) -> frozenset[int]:
    """Hashes of the windows of five letters; a shorter text is one shingle."""
    data = folded.encode("cp1251", "replace")  # one byte a letter: the windows are cheap
    if len(data) <= WIDTH:
        return frozenset((zlib.crc32(data),))
    return frozenset([zlib.crc32(data[i : i + WIDTH]) for i in range(len(data) - WIDTH + 1)])


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def near_duplicates(folded: Sequence[str], threshold: float = 0.7) -> set[int]:
    """Indexes of texts that have an earlier text at least `threshold` alike.

    Candidates come from buckets of minhash bands; a bucket keeps its latest forty texts, so in a crowd of
    hundreds of look-alikes a pair may be missed, never invented.
    """
    sets = [shingles(text) for text in folded]
    buckets: dict[tuple[int, ...], list[int]] = defaultdict(list)
    duplicates: set[int] = set()
    for index, current in enumerate(sets):
        bands = _bands(current)
        earlier = {other for band in bands for other in buckets[band][-_LOOK_BACK:]}
        if any(_close(current, sets[other], threshold) for other in earlier):
            duplicates.add(index)
        for band in bands:
            buckets[band].append(index)
    return duplicates


def _close(one: frozenset[int], other: frozenset[int], threshold: float) -> bool:
    small, large = sorted((len(one), len(other)))
    return small >= threshold * large and jaccard(one, other) >= threshold


def _bands(current: frozenset[int]) -> list[tuple[int, ...]]:
    least = [_EMPTY] * _BINS
    for value in current:
        where = value % _BINS
        if value < least[where]:
            least[where] = value
    rows = (tuple(least[at : at + _ROWS]) for at in range(0, _BINS, _ROWS))
    return [(at, *row) for at, row in enumerate(rows) if min(row) < _EMPTY]
