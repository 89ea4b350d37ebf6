"""Learns labels from what people decided; pure. The model of a region, beside the one that is shipped.

Three linear models are added up: one sees a text's hashed words, one its meaning, one what the shipped model thinks of
it. So it starts from what is known everywhere, and needs few cards to know better. In each all labels weigh alike; how
often a label is given at all is added with a weight of its own, which is found like the shares' honesty. Where the
sentence model is off, the first and a third one that never saw the meaning serve. Which recipe, and why:
docs/understanding.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from otklik.triage.theme.embedding import Vectors, unit
from otklik.triage.theme.features import Buckets, Weights
from otklik.triage.theme.fitting import Labels, fit_meaning, fit_words, matrix, rarity, weighed_rows
from otklik.triage.theme.linear import Linear, Scores, standard
from otklik.triage.theme.model import Model

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FOLDS = 5
INNER = 3
"""Folds on which the shares are made honest."""
STRICT_WORDS = 0.5
STRICT_DENSE = 20.0
FEW = 100
"""Rows under which nothing is said of how often the first label is right."""
CALM = np.geomspace(0.2, 8, 60)
USUAL = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6)
"""How loud it may be that a label is often given."""

WITH = ("words", "meaning", "opinion")
WITHOUT = ("words", "plain")


class Calm(NamedTuple):
    """How sums of scores become honest shares.

    `usual` is how loud it is that a label is often given, `by` is what sums are divided by, and the first label's share
    is moved on the scale of log odds by `shift` and `slope`.
    """

    by: float = 1.0
    usual: float = 0.0
    shift: float = 0.0
    slope: float = 1.0

    def shares(self, sums: Scores) -> Scores:
        """Shares of sums that have the usual in them already, one row a text. The order of labels stays."""
        raised = np.exp((sums - sums.max(axis=1, keepdims=True)) / self.by)
        shares = np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)
        best, rows = shares.argmax(axis=1), np.arange(len(shares))
        first = shares[rows, best]
        moved = 1 / (1 + np.exp(-(self.shift + self.slope * _odds(first))))
        others = shares * ((1 - moved) / np.maximum(1 - first, 1e-6))[:, None]
        shares = np.asarray(np.minimum(others, moved[:, None]), np.float32)
        shares[rows, best] = moved
        return shares


class Seen(NamedTuple):
    """What is known of each text: its words, its vector if there is a sentence model, the shipped model's scores.

    `opinions` are raw scores of themes, one row a text, made with the sentence model where there are vectors;
    `plain` are those made without.
    """

    texts: Sequence[str]
    vectors: Vectors | None
    opinions: Scores
    plain: Scores


class Learned(NamedTuple):
    """A model, and what models that had not seen them said of the rows `unseen`: a share of every label."""

    model: Model
    unseen: NDArray[np.int64]
    shares: Scores


class _Rows(NamedTuple):
    """The same as numbers: what each part sees, by its name."""

    words: "csr_matrix"
    dense: dict[str, Scores]

    def some(self, rows: NDArray[np.int64]) -> "_Rows":
        return _Rows(self.words[rows], {name: values[rows] for name, values in self.dense.items()})


def fit(seen: Seen, labels: Sequence[str], groups: NDArray[np.int64], embedder: str, facts: Mapping[str, Any]) -> Model:
    """A model of these labels. `groups` are numbers of near-copies, which are never on both sides when it is measured.

    Raises ValueError if there are fewer than two labels.
    """
    return learn(seen, labels, groups, embedder, facts).model


def learn(
    seen: Seen, labels: Sequence[str], groups: NDArray[np.int64], embedder: str, facts: Mapping[str, Any]
) -> Learned:
    """The same, with what is needed to say how far it can be trusted.

    `told["calm"]` of an earlier model of nearly the same rows spares the folds; then there are no unseen rows.
    """
    names = sorted(set(labels))
    if len(names) < 2:
        raise ValueError("there is nothing to tell apart")
    places = {name: number for number, name in enumerate(names)}
    numbers = np.array([places[label] for label in labels])
    centre = None if seen.vectors is None else _centre(seen.vectors)
    rows = _rows(seen, centre)
    unseen, unseen_shares = np.zeros(0, np.int64), np.zeros((0, len(names)), np.float32)
    calm = facts.get("calm")
    if calm is None:
        unseen, calm, unseen_shares = _calm(rows, numbers, len(names), groups)
    usual = Linear(bias=_log_shares(numbers, len(names)))
    model = Model(
        labels=tuple(names),
        parts={**_fitted(rows, numbers, len(names)), "usual": usual},
        embedder="" if centre is None else embedder,
        centre=centre,
        facts={"rows": len(labels), **facts, "calm": calm},
    )
    return Learned(model, unseen, unseen_shares)


def shares(model: Model, text_features: tuple[Buckets, Weights], vector: Scores | None, opinion: Scores) -> Scores:
    """How likely each label is, by the features of a text, its vector, and the shipped model's raw scores.

    `opinion` are the scores with the sentence model where there is a vector, and those without where there is none.
    """
    total = standard(model.parts["words"].scores(text_features))
    meant = vector is not None and "meaning" in model.parts
    if vector is not None and model.centre is not None and meant:
        total = total + standard(model.parts["meaning"].scores(None, _unit(vector - model.centre)))
    part = model.parts["opinion" if meant else "plain"]
    total = total + standard(part.scores(None, _unit(opinion - opinion.mean())))
    calm = Calm(*model.facts["calm"]["with" if meant else "without"])
    label_shares: Scores = calm.shares((total + calm.usual * model.parts["usual"].bias)[None, :])[0]
    return label_shares


def many(model: Model, seen: Seen) -> Scores:
    """The same for many texts at once, one row a text: with their vectors if there are any, else without."""
    meant = seen.vectors is not None and "meaning" in model.parts
    how, names = ("with", WITH) if meant else ("without", WITHOUT)
    sums = _scored(model.parts, _rows(seen, model.centre), names)
    calm = Calm(*model.facts["calm"][how])
    return calm.shares(sums + calm.usual * model.parts["usual"].bias)


def _rows(seen: Seen, centre: Scores | None) -> _Rows:
    dense = {"plain": _centred(seen.plain)}
    if seen.vectors is not None and centre is not None:
        dense |= {"meaning": unit(seen.vectors - centre), "opinion": _centred(seen.opinions)}
    return _Rows(matrix(seen.texts), dense)


def _centred(scores: Scores) -> Scores:
    return unit(scores - scores.mean(axis=1, keepdims=True))


def _centre(vectors: Vectors) -> Scores:
    # As the file keeps it.
    mean: Scores = vectors.mean(axis=0).astype(np.float16).astype(np.float32)
    return mean


def _unit(values: Scores) -> Scores:
    single: Scores = unit(values[None, :])[0]
    return single


def _fitted(rows: _Rows, numbers: Labels, classes: int) -> dict[str, Linear]:
    rare = rarity((rows.words, 1.0))
    parts = {"words": fit_words(rows.words, numbers, classes, rare, strictness=STRICT_WORDS)}
    for name, values in rows.dense.items():
        parts[name] = fit_meaning(values, numbers, classes, strictness=STRICT_DENSE)
    return parts


def _scored(parts: Mapping[str, Linear], rows: _Rows, names: Sequence[str]) -> Scores:
    """The sum of the parts for many texts at once, as `shares` adds them for one."""
    total = np.zeros((rows.words.shape[0], len(parts["words"].bias)), np.float32)
    for name in names:
        part = parts[name]
        if name == "words":
            scores = weighed_rows(rows.words, part) + part.bias
        else:
            scores = rows.dense[name] @ _dense(part) + part.bias
        total += (scores - scores.mean(axis=1, keepdims=True)) / np.maximum(scores.std(axis=1, keepdims=True), 1e-9)
    return total


def _dense(part: Linear) -> Scores:
    if part.dense is None:
        raise ValueError("not a model of a vector")
    return part.dense


def _calm(
    rows: _Rows, numbers: Labels, classes: int, groups: NDArray[np.int64]
) -> tuple[NDArray[np.int64], dict[str, Calm], Scores]:
    """How sums with and without the sentence model become shares: found on cards that each fold's model never saw.

    Comes with the numbers of those cards, and with their shares, by the sentence model if there is one.
    """
    seen: dict[str, list[tuple[Scores, Scores, Labels]]] = {"with": [], "without": []}
    unseen: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    for train, test in folds(groups, INNER):
        if len(set(numbers[train])) > 1:
            parts, usual = _fitted(rows.some(train), numbers[train], classes), _log_shares(numbers[train], classes)
            held = rows.some(test)
            unseen.append(test)
            for how, names in (("with", WITH), ("without", WITHOUT)):
                if all(name in parts for name in names):
                    usual_scores = np.broadcast_to(usual, (len(test), classes))
                    seen[how].append((_scored(parts, held, names), usual_scores, numbers[test]))
    calm = {how: _least(fold_rows) if fold_rows else Calm() for how, fold_rows in seen.items()}
    how = "with" if seen["with"] else "without"
    unseen_shares = [calm[how].shares(scores + calm[how].usual * usual) for scores, usual, _ in seen[how]]
    return np.concatenate(unseen), calm, np.vstack([np.zeros((0, classes), np.float32), *unseen_shares])


def _least(seen: list[tuple[Scores, Scores, Labels]]) -> Calm:
    """The numbers under which the cards surprise least; then the first share is set to how often it is right."""
    from sklearn.linear_model import LogisticRegression

    scores = np.concatenate([one[0] for one in seen])
    usual = np.concatenate([one[1] for one in seen])
    truth = np.concatenate([one[2] for one in seen])
    choices = [(np.float32(calm), np.float32(loud)) for calm in CALM for loud in USUAL]
    by, loud = min(choices, key=lambda one: surprise((scores + one[1] * usual) / one[0], truth))
    plain = Calm(round(float(by), 4), round(float(loud), 4))
    sums = scores + loud * usual
    right = sums.argmax(axis=1) == truth
    if len(right) < FEW or right.all() or not right.any():
        return plain
    moved = LogisticRegression(C=100).fit(_odds(plain.shares(sums).max(axis=1))[:, None], right)
    slope = max(float(moved.coef_[0, 0]), 0.05)  # the surer one is never the less likely one
    return plain._replace(shift=round(float(moved.intercept_[0]), 4), slope=round(slope, 4))


def _odds(shares: Scores) -> Scores:
    kept = np.clip(shares, 1e-4, 1 - 1e-4)
    odds: Scores = np.log(kept / (1 - kept))
    return odds


def _log_shares(numbers: Labels, classes: int) -> Scores:
    sizes = np.bincount(numbers, minlength=classes) + 0.5
    logs: Scores = np.log(sizes / sizes.sum()).astype(np.float32)
    return logs


def folds(groups: NDArray[np.int64], count: int = FOLDS) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Numbers of rows to learn from and to measure on, several times; near-copies are always on one side."""
    from sklearn.model_selection import GroupKFold

    several = min(count, len(set(groups.tolist())))
    if several > 1:
        yield from GroupKFold(several).split(groups, groups=groups)


def surprise(scores: Scores, truth: Labels) -> float:
    """The sum of −log of the share that each row's truth was given."""
    top = scores.max(axis=1, keepdims=True)
    total = np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0]
    return float((total - scores[np.arange(len(truth)), truth]).sum())
