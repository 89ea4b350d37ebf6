"""Learning from a region's own labels, on the letters of two portals: `python -m bench.understanding.learn`.

Protocol B of the data's README: five folds, near-copies on one side, no label feeds another. What we learn from is the
text, its meaning, and the opinion of a model that has never seen these portals.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from bench.understanding import data
from bench.understanding.build import Base, own, themes
from bench.understanding.figures import calibration_error, coverage
from bench.understanding.vectors import remembering
from otklik.lib.original import Original
from otklik.triage.theme import learning
from otklik.triage.theme.embedding import unit
from otklik.triage.theme.features import features
from otklik.triage.theme.finder import ThemeFinder
from otklik.triage.theme.linear import standard

PORTALS = ("kursk", "ryazan")
TARGETS = ("category", "theme", "executor")
CURVE = (100, 300, 1000)
RESAMPLES = 300


Splits = Sequence[tuple[np.ndarray, np.ndarray]]


class Portal(NamedTuple):
    """Rows of a portal in order: texts, the number of their group of near-copies, labels by target, what is seen."""

    texts: list[str]
    copies: np.ndarray
    labels: dict[str, np.ndarray]
    seen: learning.Seen


class RecipeLabels(NamedTuple):
    """What one recipe said of every row: the label, and how sure (0 where it does not say)."""

    labels: np.ndarray
    sure: np.ndarray
    surprise: float = 0.0
    third: float = 0.0


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.understanding.learn", description=__doc__)
    parser.add_argument("--portal", choices=PORTALS, help="one of them only")
    parser.add_argument("--no-curve", action="store_true", help="without the curve over the number of rows")
    asked = parser.parse_args(words)
    try:
        portals = read([asked.portal] if asked.portal else PORTALS)
    except data.Absent as absent:
        sys.stdout.write(f"Skipped: {absent}\n")
        return 0
    for name, portal in portals:
        for target in TARGETS:
            measure(name, portal, target, curve=not asked.no_curve)
    return 0


def read(names: Sequence[str]) -> Iterator[tuple[str, Portal]]:
    """Each portal with what a model that never saw either of them thinks. Raises data.Absent."""
    comments = [data.cleaned(row["text"]) for row in data.rows("perm_unlabelled.jsonl")]
    embedder = remembering()
    model = Base(own(), comments, embedder).model([], {"calm": {"with": (1, 1), "without": (1, 1)}})
    heard, plain = ThemeFinder(themes(), model, embedder), ThemeFinder(themes(), model)
    for name in names:
        rows = data.rows(f"{name}_train.csv")
        texts = [data.cleaned(row["text"]) for row in rows]
        yield (
            name,
            Portal(
                texts,
                data.copies(texts),
                {target: np.array([row[target] for row in rows]) for target in TARGETS},
                learning.Seen(
                    texts,
                    embedder.embed(texts),
                    np.array([one for one, _ in heard.scores(texts)]),
                    np.array([one for one, _ in plain.scores(texts)]),
                ),
            ),
        )


def measure(name: str, portal: Portal, target: str, *, curve: bool) -> None:
    """Print the table of one target."""
    kept = np.flatnonzero(portal.labels[target] != "")
    truth, copies = portal.labels[target][kept], portal.copies[kept]
    _, sizes = np.unique(truth, return_counts=True)
    most = sizes.max() / len(truth)
    sys.stdout.write(f"{name} {target}: {len(truth)} rows, {len(sizes)} classes, the majority {most:.3f}\n")
    splits = list(learning.folds(copies))
    baseline, mix = _baselines(portal, kept, truth, splits)
    ours = _ours(portal, kept, truth, copies, splits)
    alone = _ours(portal, kept, truth, copies, splits, meant=False)
    recipes = {
        "TF-IDF + LinearSVC": baseline,
        "e5 + TF-IDF": mix,
        "Otklik without embeddings": alone,
        "Otklik": ours,
    }
    for title, guesses in recipes.items():
        sys.stdout.write(f"  {title:<32} {_line(truth, guesses)}\n")
    sys.stdout.write(f"  over TF-IDF + LinearSVC: {_difference(truth, baseline.labels, ours.labels)}\n")
    prior = _prior_surprise(truth, splits)
    right = ours.labels == truth
    sys.stdout.write(
        f"  shares: calibration error {calibration_error(ours.sure, right):.3f}, log loss "
        f"{ours.surprise / len(truth):.3f} (class prior: {prior / len(truth):.3f}), "
        f"coverage at 95 % precision {coverage(ours.sure, right):.3f}\n"
    )
    if curve:
        for size in CURVE:
            few = [(_few(train, size), test) for train, test in splits]
            guesses = _ours(portal, kept, truth, copies, few)
            base, _mix = _baselines(portal, kept, truth, few, mix=False)
            sys.stdout.write(f"  {size:>5} rows: {_line(truth, guesses)}   TF-IDF + LinearSVC {_line(truth, base)}\n")
    sys.stdout.flush()


def _few(train: np.ndarray, size: int) -> np.ndarray:
    return np.random.default_rng(5).permutation(train)[:size]


def _ours(
    portal: Portal, kept: np.ndarray, truth: np.ndarray, copies: np.ndarray, splits: Splits, *, meant: bool = True
) -> RecipeLabels:
    seen = portal.seen
    vectors = seen.vectors if meant else None
    labels, sure = np.empty(len(truth), object), np.zeros(len(truth))
    surprise, third = 0.0, 0
    for train, test in splits:
        rows = kept[train]
        part = learning.Seen(
            [seen.texts[row] for row in rows],
            None if vectors is None else vectors[rows],
            seen.opinions[rows],
            seen.plain[rows],
        )
        model = learning.fit(part, truth[train].tolist(), copies[train], "e5", {})
        for row in test:
            one = kept[row]
            text_features = features(Original(seen.texts[one]).folded)
            vector = None if vectors is None else vectors[one]
            opinion = seen.plain[one] if vector is None else seen.opinions[one]
            shares = learning.shares(model, text_features, vector, opinion)
            order = np.argsort(-shares, kind="stable")
            labels[row], sure[row] = model.labels[order[0]], shares[order[0]]
            third += truth[row] in [model.labels[at] for at in order[:3]]
            # A label that the training rows lack gets what one row in all would have.
            at = model.labels.index(truth[row]) if truth[row] in model.labels else -1
            surprise -= float(np.log(max(shares[at] if at >= 0 else 0.0, 1 / (len(train) + 1) / 100)))
    return RecipeLabels(labels.astype(str), sure, surprise, third / len(truth))


def _baselines(
    portal: Portal, kept: np.ndarray, truth: np.ndarray, splits: Splits, *, mix: bool = True
) -> tuple[RecipeLabels, RecipeLabels]:
    plain, both = np.empty(len(truth), object), np.empty(len(truth), object)
    third = third_both = 0
    for train, test in splits:
        texts = [portal.texts[row] for row in kept[train]]
        held = [portal.texts[row] for row in kept[test]]
        words = _tfidf(ngram_range=(1, 2))
        letters = _tfidf(analyzer="char_wb", ngram_range=(3, 5), max_features=200_000)
        rows: csr_matrix = hstack([words.fit_transform(texts), letters.fit_transform(texts)]).tocsr()
        svm = LinearSVC(C=0.5, class_weight="balanced").fit(rows, truth[train])
        scores = svm.decision_function(hstack([words.transform(held), letters.transform(held)]).tocsr())
        plain[test] = svm.classes_[scores.argmax(axis=1)]
        third += _thirds(svm.classes_, scores, truth[test])
        if mix and portal.seen.vectors is not None:
            vectors = portal.seen.vectors
            centre = vectors[kept[train]].mean(axis=0)
            head = LogisticRegression(C=20, class_weight="balanced", max_iter=300)
            head.fit(unit(vectors[kept[train]] - centre), truth[train])
            vector_scores = head.decision_function(unit(vectors[kept[test]] - centre))
            total = np.array([standard(a) + standard(b) for a, b in zip(scores, vector_scores, strict=True)])
            both[test] = svm.classes_[total.argmax(axis=1)]
            third_both += _thirds(svm.classes_, total, truth[test])
    zeros = np.zeros(len(truth))
    return (
        RecipeLabels(plain.astype(str), zeros, 0.0, third / len(truth)),
        RecipeLabels(both.astype(str), zeros, 0.0, third_both / len(truth)),
    )


def _tfidf(**more: object) -> TfidfVectorizer:
    return TfidfVectorizer(min_df=2, sublinear_tf=True, **more)


def _thirds(classes: np.ndarray, scores: np.ndarray, truth: np.ndarray) -> int:
    best = classes[np.argsort(-scores, axis=1)[:, :3]]
    return int((best == truth[:, None]).any(axis=1).sum())


def _line(truth: np.ndarray, guesses: RecipeLabels) -> str:
    weighted, macro = (f1_score(truth, guesses.labels, average=how, zero_division=0) for how in ("weighted", "macro"))
    return f"{(guesses.labels == truth).mean():.3f} / {weighted:.3f} / {macro:.3f} / @3 {guesses.third:.3f}"


def _difference(truth: np.ndarray, before: np.ndarray, after: np.ndarray) -> str:
    """Accuracy, weighted and macro F1, each with its paired standard error (the last two by resampling the rows)."""
    gain = (after == truth).astype(float) - (before == truth)
    chance = np.random.default_rng(3)
    drawn = []
    for _ in range(RESAMPLES):
        rows = chance.integers(len(truth), size=len(truth))
        drawn.append(_gained(truth[rows], before[rows], after[rows]))
    errors = np.std(drawn, axis=0)
    weighted, macro = _gained(truth, before, after)
    return (
        f"accuracy {gain.mean():+.3f} ± {gain.std() / len(gain) ** 0.5:.3f}, "
        f"weighted F1 {weighted:+.3f} ± {errors[0]:.3f}, macro F1 {macro:+.3f} ± {errors[1]:.3f}"
    )


def _gained(truth: np.ndarray, before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    weighted, macro = (_f1(truth, after, how) - _f1(truth, before, how) for how in ("weighted", "macro"))
    return weighted, macro


def _f1(truth: np.ndarray, labels: np.ndarray, how: str) -> float:
    return float(f1_score(truth, labels, average=how, zero_division=0))


def _prior_surprise(truth: np.ndarray, splits: Splits) -> float:
    total = 0.0
    for train, test in splits:
        names, sizes = np.unique(truth[train], return_counts=True)
        shares = dict(zip(names, sizes / len(train), strict=True))
        total -= sum(float(np.log(shares.get(label, 1 / (len(train) + 1)))) for label in truth[test])
    return total


if __name__ == "__main__":
    sys.exit(main())
