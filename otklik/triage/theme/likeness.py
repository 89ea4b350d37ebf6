"""Which texts are near-copies of each other; pure. A model must not be measured on a copy of what it learned from.

The measure is the cosine of hashed pieces of words, the rarer the heavier. All pairs of 50 000 texts are too many to
compare piece by piece: a rough comparison in few dimensions names the candidates first.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from otklik.triage.theme.features import BUCKETS
from otklik.triage.theme.fitting import rarity

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ALIKE = 0.7
"""The cosine from which two texts are near-copies."""
ROUGH = 0.5
"""The rough cosine from which a pair is compared: three times its error below ALIKE."""
DIMENSIONS = 256
BLOCK = 512
PAIRS = 4096


def copies(rows: "csr_matrix") -> NDArray[np.int64]:
    """For every text, by its row of `fitting.matrix`, the number of its group of near-copies, which are joined in
    chains. Takes 200 MB for 50 000 texts; the time grows with the square of their number, half a minute for so many.
    """
    weighed = _unit(rows.multiply(rarity((rows, 1.0))).tocsr().astype(np.float32))
    above = np.arange(weighed.shape[0])
    directions = np.random.default_rng(0).standard_normal((BUCKETS, DIMENSIONS), np.float32)
    rough = weighed @ directions
    rough /= np.maximum(np.linalg.norm(rough, axis=1, keepdims=True), 1e-9)
    for start in range(0, len(rough), BLOCK):
        ones, others = np.nonzero(rough[start : start + BLOCK] @ rough[start:].T >= ROUGH)
        ones, others = ones[others > ones] + start, others[others > ones] + start
        for piece in range(0, len(ones), PAIRS):
            _join(above, weighed, ones[piece : piece + PAIRS], others[piece : piece + PAIRS])
    return np.array([_top(above, number) for number in range(len(above))], np.int64)


def _join(above: NDArray[np.int64], weighed: "csr_matrix", ones: NDArray[np.int64], others: NDArray[np.int64]) -> None:
    """Join those of the pairs that are alike; what stands in one group already is not compared again."""
    pairs = [(a, b) for a, b in zip(ones.tolist(), others.tolist(), strict=True) if _top(above, a) != _top(above, b)]
    if not pairs:
        return
    left, right = np.array(pairs).T
    alike = np.asarray(weighed[left].multiply(weighed[right]).sum(axis=1)).ravel()
    for number in np.flatnonzero(alike >= ALIKE):
        above[_top(above, int(right[number]))] = _top(above, int(left[number]))


def _top(above: NDArray[np.int64], one: int) -> int:
    while above[one] != one:
        above[one] = above[above[one]]
        one = int(above[one])
    return one


def _unit(rows: "csr_matrix") -> "csr_matrix":
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(rows.indptr)).astype(np.float32)
    return rows
