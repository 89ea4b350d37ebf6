"""Shares as the measures print them."""

from collections.abc import Sequence

import numpy as np

from otklik.reports.arithmetic import wilson

__all__ = ["calibration_error", "coverage", "hits", "share", "shown", "wilson"]


def shown(k: int, n: int) -> str:
    """«0.950 (19 of 20), 95 %: 0.764–0.991», the interval by Wilson. Raises ValueError when k is not within 0..n."""
    low, high = wilson(k, n)
    return f"{k / n if n else 0:.3f} ({k} of {n}), 95 %: {low:.3f}–{high:.3f}"


def share(k: int, n: int) -> str:
    """The same, short, for a table: «.698 [.577–.797]»."""
    low, high = wilson(k, n)
    return f"{k / n if n else 0:.3f} [{low:.3f}–{high:.3f}]".replace("0.", ".")


def hits(scores: np.ndarray, truth: Sequence[int], best: int) -> int:
    """Of how many rows the truth is among the `best` highest scores."""
    top = np.argsort(-scores, axis=1, kind="stable")[:, :best]
    return int(sum(right in row for right, row in zip(truth, top, strict=True)))


def calibration_error(sure: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the first guess: `bins` equal bins of how sure, each weighted by its rows."""
    places = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(sure[places == one].mean() - right[places == one].mean()) * (places == one).mean()
            for one in range(bins)
            if (places == one).any()
        )
    )


def coverage(sure: np.ndarray, right: np.ndarray, precision: float = 0.95) -> float:
    """The largest share of rows, the surest first, of which at least `precision` are right."""
    order = np.argsort(-sure, kind="stable")
    kept = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.nonzero(kept >= precision)[0]
    return float((enough[-1] + 1) / len(order)) if len(enough) else 0.0
