"""Fits the linear models; pure. scikit-learn is loaded only while something is fitted: an installation that does not
learn has no such package (requirements/training.txt)."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from otklik.lib.original import Original
from otklik.triage.theme.embedding import Vectors
from otklik.triage.theme.features import BUCKETS, features
from otklik.triage.theme.linear import Linear, Scores, packed

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Labels = NDArray[np.int64]


def is_possible() -> bool:
    """Whether the packages for fitting are here."""
    return find_spec("sklearn") is not None


def matrix(texts: Sequence[str]) -> "csr_matrix":
    """The features of each text as a row of BUCKETS columns."""
    from scipy.sparse import csr_matrix

    text_features = [features(Original(text).folded) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _counts in text_features)])
    buckets = np.concatenate([np.zeros(0, np.int32), *(buckets for buckets, _counts in text_features)])
    counts = np.concatenate([np.zeros(0, np.float32), *(counts for _buckets, counts in text_features)])
    return csr_matrix((counts, buckets, ends), shape=(len(texts), BUCKETS))


def rarity(*matrices: tuple["csr_matrix", float]) -> Scores:
    """How much each bucket says: the rarer in the rows, the more. Each matrix with how often its rows count."""
    rows = sum(each.shape[0] * times for each, times in matrices)
    seen = sum(np.bincount(each.indices, minlength=BUCKETS) * times for each, times in matrices)
    weights: Scores = (np.log((rows + 1) / (seen + 1)) + 1).astype(np.float32)
    return weights


def fit_words(
    rows: "csr_matrix",
    labels: Labels,
    classes: int,
    rare: Scores,
    counts: Scores | None = None,
    strictness: float = 1.0,
) -> Linear:
    """A model over words. `counts` is how much each row counts; classes weigh alike whatever their rows."""
    from sklearn.preprocessing import normalize
    from sklearn.svm import LinearSVC

    weighed = normalize(rows.multiply(rare).tocsr())
    times = np.ones(len(labels), np.float32) if counts is None else counts
    with _quiet():
        fitted = LinearSVC(C=strictness).fit(weighed, labels, sample_weight=_balanced(labels, times, classes))
    weights, bias = _spread(fitted.coef_, fitted.intercept_, fitted.classes_, classes)
    words, scale = packed(weights.T)
    return Linear(bias=bias, words=words, scale=scale, rarity=rare)


def fit_meaning(vectors: Vectors, labels: Labels, classes: int, strictness: float = 10.0) -> Linear:
    """A model over vectors of length 1 about their centre."""
    from sklearn.linear_model import LogisticRegression

    with _quiet():
        fitted = LogisticRegression(C=strictness, max_iter=300, class_weight="balanced").fit(vectors, labels)
    weights, bias = _spread(fitted.coef_, fitted.intercept_, fitted.classes_, classes)
    return Linear(bias=bias, dense=weights.T.astype(np.float32))


def weighed_rows(rows: "csr_matrix", model: Linear) -> Scores:
    """What a model of words says of many texts at once, as `Linear.scores` says it of one, without the bias."""
    from sklearn.preprocessing import normalize

    if model.words is None or model.scale is None:
        raise ValueError("not a model of words")
    scores: Scores = (normalize(rows.multiply(model.rarity).tocsr()) @ model.words.astype(np.float32)) * model.scale
    return scores


@contextmanager
def _quiet() -> Iterator[None]:
    """It warns of classes with few rows and of a last digit not found: both are as expected here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _balanced(labels: Labels, times: Scores, classes: int) -> Scores:
    sizes = np.maximum(np.bincount(labels, weights=times, minlength=classes), 1)
    weights = times / sizes[labels]
    scaled: Scores = (weights * (len(labels) / weights.sum())).astype(np.float32)
    return scaled


def _spread(
    coefficients: NDArray[np.float64], intercepts: NDArray[np.float64], seen: Labels, classes: int
) -> tuple[NDArray[np.float64], Scores]:
    """One row a class. A class without rows is as unlikely as the least likely one; of two, one is the other's rest."""
    if len(seen) == 2 and coefficients.shape[0] == 1:
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    weights = np.zeros((classes, coefficients.shape[1]))
    bias = np.full(classes, intercepts.min(), np.float32)
    weights[seen], bias[seen] = coefficients, intercepts
    return weights, bias
