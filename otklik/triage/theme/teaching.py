"""Whether what a region's cards teach is better than what is in force; pure. Better it must be on cards not learned.

The newest fifth of the lessons is held back, whole groups of near-copies. What is learned from the rest takes over
only if, on those, its first theme is right at least as often as now and its log loss is lower. How far it is trusted
beside the shipped model is chosen on the rest. Then all lessons are learned.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from otklik.triage.theme.features import BUCKETS
from otklik.triage.theme.fitting import matrix, rarity
from otklik.triage.theme.learning import Seen, learn, many
from otklik.triage.theme.linear import Scores
from otklik.triage.theme.model import Model

FEWEST = 50
"""Lessons under which nothing is learned."""
LEAST_HELD = 10
"""Lessons held back under which nothing can be said of a model."""
HELD = 0.2
MOST_A_THEME = 500
MOST = 20_000
"""Of more lessons of a theme, and of more in all, the newest count: a region changes, and the night is short."""
TRUSTS = np.arange(0, 0.951, 0.05)
"""The shipped model always keeps a say: it knows themes that nobody has written about here."""
LEAST_SHARE = 1e-4
"""What the log loss takes for a share of nothing."""

Rows = NDArray[np.int64]


if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


ALIKE = 0.7
"""The cosine from which two texts are near-copies."""
ROUGH = 0.5
"""The rough cosine from which a pair is compared: three times its error below ALIKE."""
DIMENSIONS = 256
BLOCK = 512
PAIRS = 4096


class TooFew(ValueError):
    """Nothing can be learned or measured yet; the message is Russian and for people."""


@dataclass(frozen=True, slots=True)
class Material:
    """Lessons with what the models say of them, in any order. `labels` are codes of themes, `codes` those in force,
    the columns of `shipped` and `now`: what is believed without, and with, the learned model in force."""

    seen: Seen
    labels: Sequence[str]
    at: Sequence[datetime]
    codes: Sequence[str]
    shipped: Scores
    now: Scores


class Score(NamedTuple):
    """Of `n` held-back lessons: for how many the first theme was right, for how many one of three; the log loss."""

    n: int
    first: int
    three: int
    loss: float


@dataclass(frozen=True, slots=True)
class Taught:
    """`model` is None if it is not better than what is in force. `trust` is the share of what was learned, 0 to 1."""

    model: Model | None
    new: Score
    now: Score
    trust: float
    themes: int


def newest(labels: Sequence[str], at: Sequence[datetime]) -> list[int]:
    """Numbers of the lessons that count, in order."""
    kept: list[int] = []
    times: Counter[str] = Counter()
    for number in sorted(range(len(labels)), key=lambda one: at[one], reverse=True):
        times[labels[number]] += 1
        if times[labels[number]] <= MOST_A_THEME:
            kept.append(number)
    return sorted(kept[:MOST])


def teach(material: Material, embedder: str, facts: Mapping[str, Any], since: datetime | None = None) -> Taught:
    """Learn, measure, decide. `embedder` names the sentence model of the vectors; `facts` go into the model.

    `since`: the model in force has learned what was decided until then, so that only later lessons can be held back.
    Raises TooFew.
    """
    if len(material.labels) < FEWEST or len(set(material.labels)) < 2:
        raise TooFew(f"Решённых карточек мало: {len(material.labels)}, нужно {FEWEST} хотя бы на две темы.")
    groups = copies(matrix(material.seen.texts))
    rest, held = held_back(groups, material.at, since)
    if len(held) < LEAST_HELD:
        raise TooFew(f"Новых карточек, на которых можно проверить, мало: {len(held)}, нужно {LEAST_HELD}.")
    labels = [material.labels[row] for row in rest]
    if len(set(labels)) < 2:
        raise TooFew("Почти все решённые карточки на одну тему: сравнивать не с чем.")
    first = learn(_of(material.seen, rest), labels, groups[rest], embedder, {})
    columns = _columns(material.codes)
    truth = np.array([columns[label] for label in material.labels])
    own = _placed(first.shares, first.model.labels, columns, len(material.codes))
    trust = _trust(own, material.shipped[rest[first.unseen]], truth[rest[first.unseen]])
    learned_shares = _placed(
        many(first.model, _of(material.seen, held)), first.model.labels, columns, len(material.codes)
    )
    new = score(trust * learned_shares + (1 - trust) * material.shipped[held], truth[held])
    now = score(material.now[held], truth[held])
    model = None
    if trust > 0 and better(new, now):
        whole = {**facts, "trust": trust, "heard": list(material.codes), "calm": first.model.facts["calm"]}
        model = learn(material.seen, material.labels, groups, embedder, whole).model
    return Taught(model, new, now, trust, len(set(material.labels)))


def better(new: Score, now: Score) -> bool:
    """Right at least as often, and the less surprised."""
    return new.first >= now.first and new.loss < now.loss


def held_back(groups: Rows, at: Sequence[datetime], since: datetime | None = None) -> tuple[Rows, Rows]:
    """Numbers of lessons to learn from and to measure on: the newest fifth, by the oldest of its group of copies."""
    began: dict[int, datetime] = {}
    for group, moment in zip(groups.tolist(), at, strict=True):
        began[group] = min(moment, began.get(group, moment))
    order = sorted(range(len(at)), key=lambda row: (began[int(groups[row])], int(groups[row]), row), reverse=True)
    edge = int(len(at) * HELD)
    while 0 < edge < len(order) and groups[order[edge]] == groups[order[edge - 1]]:
        edge -= 1
    if since is not None:
        edge = min(edge, sum(began[int(group)] > since for group in groups))
    held = np.zeros(len(at), bool)
    held[order[:edge]] = True
    return np.flatnonzero(~held), np.flatnonzero(held)


def score(shares: Scores, truth: Rows) -> Score:
    """How well the shares of themes, one row a lesson, fit the themes that people chose."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :3]
    right = (order == truth[:, None]) & (np.take_along_axis(shares, order, axis=1) > 0)
    true_shares = np.maximum(shares[np.arange(len(truth)), truth], LEAST_SHARE)
    loss = float(-np.log(true_shares).mean()) if len(truth) else 0.0
    return Score(len(truth), int(right[:, 0].sum()), int(right.any(axis=1).sum()), round(loss, 4))


def _trust(own: Scores, shipped: Scores, truth: Rows) -> float:
    """How much of what was learned is the least surprised by lessons that it had not learned."""
    if not len(truth):
        return 0.0
    losses = [score(trust * own + (1 - trust) * shipped, truth).loss for trust in TRUSTS]
    return round(float(TRUSTS[int(np.argmin(losses))]), 2)


def _of(seen: Seen, rows: Rows) -> Seen:
    vectors = None if seen.vectors is None else seen.vectors[rows]
    return Seen([seen.texts[row] for row in rows], vectors, seen.opinions[rows], seen.plain[rows])


def _columns(codes: Sequence[str]) -> dict[str, int]:
    return {code: number for number, code in reversed(list(enumerate(codes)))}


def _placed(shares: Scores, labels: Sequence[str], columns: Mapping[str, int], count: int) -> Scores:
    placed = np.zeros((len(shares), count), np.float32)
    placed[:, [columns[label] for label in labels]] = shares
    return placed


# Which texts are near-copies of each other. A model must not be measured on a copy of what it learned from.
#
# The measure is the cosine of hashed pieces of words, the rarer the heavier. All pairs of 50 000 texts are too many
# to compare piece by piece: a rough comparison in few dimensions names the candidates first.
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
