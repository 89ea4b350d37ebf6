"""Makes the model that the project ships: `python -m bench.understanding.build`.

The words are learned from our own descriptions, key phrases and invented messages, and from the letters of two portals
that were mapped to the classifier once; the meaning from our own texts alone. What is kept are weights of hashed
features and vectors: no vocabulary, no text. The numbers by which scores become shares are found with each portal
left out in turn.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from bench.understanding import data
from bench.understanding.vectors import remembering
from otklik.themes import classifier, wording
from otklik.triage.alone import known_themes
from otklik.triage.theme.embedding import Embedder, Vectors, unit
from otklik.triage.theme.finder import KnownTheme, ThemeFinder
from otklik.triage.theme.fitting import fit_meaning, fit_words, matrix, rarity
from otklik.triage.theme.linear import Scores
from otklik.triage.theme.model import SHIPPED, Model, Near

PORTALS = ("kursk", "ryazan")
PORTAL_COUNTS = 0.3
"""How much a letter of a portal counts beside an invented message: letters are longer, cleaner and not our genre."""
UNLABELLED_COUNTS = 4.0
"""How often an unlabelled comment counts where it is asked which features are rare."""
PHRASES_A_ROW = 6


class Own(NamedTuple):
    """Our own texts: each with the number of its theme, and whether it is a row of key phrases."""

    texts: list[str]
    themes: np.ndarray
    phrases: np.ndarray


class Letters(NamedTuple):
    """A portal's texts with the number of their group, and of their theme or -1 where only the group is sure."""

    texts: list[str]
    groups: np.ndarray
    themes: np.ndarray


def main(words: Sequence[str] | None = None) -> int:
    try:
        portals = {name: letters(name) for name in PORTALS}
        comments = [data.cleaned(row["text"]) for row in data.rows("perm_unlabelled.jsonl")]
    except data.Absent as absent:
        sys.stdout.write(f"Skipped: {absent}\n")
        return 0
    embedder = remembering()
    base = Base(own(), comments, embedder)
    calm = _calm(base, portals, embedder)
    model = base.model(list(portals.values()), {"calm": calm, "made_at": datetime.now(UTC).date().isoformat()})
    model.save(SHIPPED)
    sys.stdout.write(f"{SHIPPED.name}: {SHIPPED.stat().st_size / 1e6:.1f} MB, {calm}\n")
    return 0


def themes() -> list[KnownTheme]:
    """The shipped classifier as the finder takes it; ids are numbers from 0."""
    return known_themes(classifier.load())


def own() -> Own:
    """Descriptions, names, key phrases and invented messages."""
    invented = wording.examples()
    texts: list[str] = []
    numbers: list[int] = []
    phrases: list[bool] = []
    for theme in themes():
        rows = [f"{theme.name}. {theme.description}", f"{theme.group}. {theme.name}"]
        keyed = [
            ", ".join(theme.keywords[start : start + PHRASES_A_ROW])
            for start in range(0, len(theme.keywords), PHRASES_A_ROW)
        ]
        rows += [*keyed, *invented.get(theme.code, ())]
        texts += rows
        numbers += [theme.id] * len(rows)
        phrases += [row in keyed for row in rows]
    return Own(texts, np.array(numbers), np.array(phrases))


def letters(portal: str) -> Letters:
    """The letters whose theme stands in the map. Raises data.Absent."""
    loaded = classifier.load()
    codes = {theme.code: number for number, theme in enumerate(loaded.themes)}
    groups = {group.code: number for number, group in enumerate(loaded.groups)}
    mapped = data.labels()[portal]
    rows = [row for row in data.rows(f"{portal}_train.csv") if row["theme"] in mapped]
    theme_codes = [mapped[row["theme"]] for row in rows]
    return Letters(
        [data.cleaned(row["text"]) for row in rows],
        np.array([groups[code.partition(".")[0]] for code in theme_codes]),
        np.array([codes.get(code, -1) for code in theme_codes]),
    )


class Base:
    """What is learned from our own texts alone, and the model when letters are added."""

    def __init__(self, texts: Own, comments: Sequence[str], embedder: Embedder) -> None:
        loaded = classifier.load()
        self.codes = tuple(theme.code for theme in loaded.themes)
        self.groups = tuple(group.code for group in loaded.groups)
        self.group_of = np.array([self.groups.index(theme.group) for theme in loaded.themes])
        self.texts = texts
        self.rows = matrix(texts.texts)
        self.rare = rarity((self.rows, 1.0), (matrix(comments), UNLABELLED_COUNTS))
        self.embedder = embedder.name
        vectors = embedder.embed(texts.texts)
        # As the file keeps it, so that what is measured here is what is shipped.
        self.centre = vectors.mean(axis=0).astype(np.float16).astype(np.float32)
        centred = unit(vectors - self.centre)
        self.meaning = fit_meaning(centred, texts.themes, len(self.codes))
        self.group_meaning = fit_meaning(centred, self.group_of[texts.themes], len(self.groups))
        self.near = _near(centred[~texts.phrases], texts.themes[~texts.phrases], len(self.codes))

    def model(self, portals: Sequence[Letters], facts: Mapping[str, object]) -> Model:
        """The whole model, with the letters of these portals among what the words are learned from."""
        from scipy.sparse import vstack

        texts = self.texts
        added = [matrix(one.texts) for one in portals]
        counts = np.concatenate([np.ones(len(texts.texts)), *(np.full(len(p.texts), PORTAL_COUNTS) for p in portals)])
        labels = np.concatenate([texts.themes, *(one.themes for one in portals)])
        groups = np.concatenate([self.group_of[texts.themes], *(one.groups for one in portals)])
        rows, known = vstack([self.rows, *added]).tocsr(), labels >= 0
        return Model(
            labels=self.codes,
            groups=self.groups,
            parts={
                "words": fit_words(rows[known], labels[known], len(self.codes), self.rare, counts[known]),
                "group_words": fit_words(rows, groups, len(self.groups), self.rare, counts),
                "meaning": self.meaning,
                "group_meaning": self.group_meaning,
            },
            embedder=self.embedder,
            centre=self.centre,
            near=self.near,
            facts={"from": f"{len(texts.texts)} own texts, {sum(len(p.texts) for p in portals)} letters", **facts},
        )


def _near(vectors: Vectors, numbers: np.ndarray, classes: int) -> Near:
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(classes + 1)).astype(np.int32)
    return Near(np.round(vectors[order] * (127 / np.abs(vectors).max())).astype(np.int8), starts)


def _calm(base: Base, portals: dict[str, Letters], embedder: Embedder) -> dict[str, tuple[float, float]]:
    """By what scores are divided: the numbers under which portals that were left out are least surprising."""
    divisors: dict[str, tuple[float, float]] = {}
    for how, with_ in (("with", embedder), ("without", None)):
        themes_seen: list[tuple[Scores, np.ndarray]] = []
        groups_seen: list[tuple[Scores, np.ndarray]] = []
        for name, left_out in portals.items():
            rest = [letters for other, letters in portals.items() if other != name]
            model = base.model(rest, {"calm": {"with": (1, 1), "without": (1, 1)}})
            finder = ThemeFinder(themes(), model, with_)
            scores = finder.scores(left_out.texts)
            known = left_out.themes >= 0
            themes_seen.append((np.array([one for one, _ in scores])[known], left_out.themes[known]))
            groups_seen.append((np.array([one for _, one in scores]), left_out.groups))
        divisors[how] = (_least(themes_seen), _least(groups_seen))
    return divisors


def _least(seen: list[tuple[Scores, np.ndarray]]) -> float:
    grid = np.geomspace(0.1, 10, 60)

    def surprise(by: float) -> float:
        return sum(_surprise(scores / by, truth) for scores, truth in seen)

    return round(float(min(grid, key=surprise)), 3)


def _surprise(scores: Scores, truth: np.ndarray) -> float:
    from scipy.special import log_softmax

    return float(-log_softmax(scores, axis=1)[np.arange(len(truth)), truth].sum())


if __name__ == "__main__":
    sys.exit(main())
