"""One linear model over hashed words, over a dense vector, or over both; pure arithmetic.

Weights of words are kept in int8 with one scale a class: that is 12 MB for 359 classes and loses nothing that a
measure shows. There is no vocabulary in it.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from otklik.triage.theme.features import Buckets, Weights

Scores = NDArray[np.float32]
ROW = 64


@dataclass(frozen=True)
class Linear:
    """`words` is BUCKETS × classes, `rarity` has one weight a bucket, `dense` is dimensions × classes; either may lack.

    A score is a distance from the border of its class: comparable within one text, not between models.
    """

    bias: Scores
    words: NDArray[np.int8] | None = None
    scale: Scores | None = None
    rarity: Weights | None = None
    dense: NDArray[np.float32] | None = None

    def scores(self, text_features: tuple[Buckets, Weights] | None, dense: Scores | None = None) -> Scores:
        """One score a class. `text_features` are a text's features; `dense` has the dimensions that the model was
        fitted on."""
        total = self.bias.astype(np.float32, copy=True)
        if self.words is not None and self.scale is not None and self.rarity is not None and text_features is not None:
            buckets, counts = text_features
            weights = weighed(counts, self.rarity[buckets])
            spoken = weights @ self._rows[buckets].astype(np.float32)
            total += spoken[: len(self.scale)] * self.scale
        if self.dense is not None and dense is not None:
            total += dense @ self.dense
        return total

    @cached_property
    def _rows(self) -> NDArray[np.int8]:
        """The weights with their rows filled up to a multiple of 64 bytes: such rows are gathered ten times faster."""
        if self.words is None:
            return np.zeros((0, 0), np.int8)
        rows, classes = self.words.shape
        whole = self.words.base
        if isinstance(whole, np.ndarray) and whole.dtype == np.int8 and whole.shape == (rows, _width(classes)):
            return whole  # `joined` has filled them up
        return _filled(self.words)


def _width(classes: int) -> int:
    return -(-classes // ROW) * ROW


def _filled(*parts: NDArray[np.int8]) -> NDArray[np.int8]:
    """The parts beside each other, and zeros behind the last."""
    rows, classes = len(parts[0]), sum(part.shape[1] for part in parts)
    filled = np.zeros((rows, _width(classes)), np.int8)
    np.concatenate(parts, axis=1, out=filled[:, :classes])
    return filled


def joined(one: Linear, other: Linear) -> Linear:
    """Two models over the same words as one: the classes of the first, then those of the second. Costs a text half.

    Both have no dense part, and the same rarity.
    """
    if one.words is None or other.words is None or one.scale is None or other.scale is None:
        raise ValueError("only models over words can be joined")
    if one.rarity is None or other.rarity is None or not np.array_equal(one.rarity, other.rarity):
        raise ValueError("models of different rarity cannot be joined")
    bias = np.concatenate([one.bias, other.bias])
    return Linear(
        bias,
        _filled(one.words, other.words)[:, : len(bias)],  # their 13 MB stand once
        np.concatenate([one.scale, other.scale]),
        one.rarity,
    )


def weighed(counts: Weights, rarity: Weights) -> Weights:
    """How much each feature says, by its rarity; of length 1, so that long texts do not shout."""
    weights = (counts * rarity).astype(np.float32)
    length = float(np.linalg.norm(weights))
    return weights / length if length else weights


def packed(weights: NDArray[np.float64]) -> tuple[NDArray[np.int8], Scores]:
    """Weights (BUCKETS × classes) in int8, and the scale of every class."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def standard(scores: Scores) -> Scores:
    """Scores of one text about their mean and by their spread, so that scores of several models can be added."""
    if not len(scores):
        return scores
    # NumPy's own mean and spread take four times as long for so few numbers.
    apart = scores - np.add.reduce(scores) / np.float32(len(scores))
    spread = math.sqrt(float(apart @ apart) / len(apart))
    return apart / np.float32(spread) if spread > 1e-9 else np.zeros_like(scores)
