"""The voices of a model about every theme in force, and what a region has learned beside them; pure.

How the voices are weighed was chosen by figures: docs/understanding.md.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from otklik.lib.original import straight
from otklik.triage.theme import learning
from otklik.triage.theme.embedding import Vectors, unit
from otklik.triage.theme.features import features
from otklik.triage.theme.linear import Scores, standard
from otklik.triage.theme.model import Model
from otklik.triage.theme.phrases import KnownTheme


class Weights(NamedTuple):
    """How loud each voice is. `back` is what a theme gets of its group's score."""

    words: float = 1.0
    phrases: float = 0.5
    meaning: float = 1.5
    near: float = 0.7
    group_words: float = 0.5
    group_meaning: float = 0.5
    back: float = 1.0


WEIGHTS = Weights()
NEAREST = 5
"""Of a theme's invented messages so many of the nearest count."""


class Votes(NamedTuple):
    """Scores of themes and of groups, and by what each is divided before it is believed."""

    themes: Scores
    groups: Scores
    calm: tuple[float, float]


class Voices:
    """The model's parts, with its columns in the order of the themes in force; 0 for a theme it does not know."""

    def __init__(
        self,
        model: Model,
        themes: Sequence[KnownTheme],
        groups: Sequence[str],
        group_of: NDArray[np.int64],
    ) -> None:
        self._model = model
        known = {code: number for number, code in enumerate(model.labels)}
        self._columns = np.array([known.get(theme.code, -1) for theme in themes], int)
        codes = {theme.group: theme.code.partition(".")[0] for theme in themes}
        known_groups = {code: number for number, code in enumerate(model.groups)}
        self._group_columns = np.array([known_groups.get(codes[group], -1) for group in groups], int)
        self._group_of = group_of
        self._order = np.argsort(group_of, kind="stable")
        self._starts = np.searchsorted(group_of[self._order], np.arange(len(groups)))

    @property
    def embedder(self) -> str:
        """The name of the sentence model that its weights fit; "" for none."""
        return self._model.embedder if self._model.centre is not None else ""

    def votes(self, tidied: str, spoken: Scores, vector: Vectors | None) -> Votes:
        """What all voices say of one text; `spoken` are its phrases, `vector` its meaning if that is known."""
        parts = self._model.parts
        worded = self._model.words.scores(features(straight(tidied)))
        by_theme, by_group = worded[: len(self._model.labels)], worded[len(self._model.labels) :]
        if vector is not None and self._model.centre is not None:
            vector = unit((vector - self._model.centre)[None])[0]
        themes = WEIGHTS.words * self._placed(by_theme) + WEIGHTS.phrases * spoken
        groups = WEIGHTS.group_words * self._placed_groups(by_group)
        if vector is not None:
            themes += WEIGHTS.meaning * self._placed(parts["meaning"].scores(None, vector))
            if self._model.near is not None:
                themes += WEIGHTS.near * self._placed(self._model.near.nearness(vector, NEAREST))
            groups += WEIGHTS.group_meaning * self._placed_groups(parts["group_meaning"].scores(None, vector))
        # A theme that the model does not know has its phrases speak for the other voices, too.
        loud = WEIGHTS.words + (WEIGHTS.meaning if vector is not None else 0.0)
        themes += np.where(self._columns < 0, np.float32(loud) * spoken, np.float32(0))
        groups += standard(self._sums(themes))
        themes += WEIGHTS.back * groups[self._group_of]
        return Votes(themes, groups, self._model.calm(vector is not None))

    def _sums(self, scores: Scores) -> Scores:
        """For every group the log of the sum of its themes' exponents."""
        raised = np.exp(scores[self._order] - scores.max())
        sums: Scores = np.log(np.add.reduceat(raised, self._starts) + np.float32(1e-30))
        return sums

    def _placed(self, scores: Scores) -> Scores:
        return np.where(self._columns >= 0, standard(scores)[self._columns], np.float32(0))

    def _placed_groups(self, scores: Scores) -> Scores:
        return np.where(self._group_columns >= 0, standard(scores)[self._group_columns], np.float32(0))


class Learned:
    """What a region has learned from its own cards, about the themes in force. A theme that it never met has 0."""

    def __init__(self, model: Model, themes: Sequence[KnownTheme]) -> None:
        """`model.told` says how far it is trusted, and beside the scores of which themes it has learned."""
        self._model = model
        self.trust = min(max(float(model.facts["trust"]), 0.0), 1.0)
        numbers = {theme.code: number for number, theme in reversed(list(enumerate(themes)))}
        self._here = np.array([numbers.get(code, -1) for code in model.labels], int)
        self._heard = np.array([numbers.get(code, -1) for code in model.facts["heard"]], int)
        self._count = len(themes)

    def uses(self, embedder: str) -> bool:
        """Whether it was made with this sentence model; otherwise only its part without one speaks."""
        return bool(embedder) and embedder == self._model.embedder and "meaning" in self._model.parts

    def shares(self, tidied: str, vector: Vectors | None, opinion: Scores) -> Scores:
        """A share of every theme in force: of what was learned about them, so that a retired theme takes nothing.

        `vector` only of a sentence model that it uses; `opinion` are raw scores of the themes in force.
        """
        there = self._heard >= 0
        # A theme that is gone since then says neither yes nor no.
        middle = opinion[self._heard[there]].mean() if there.any() else 0
        known = np.where(there, opinion[self._heard], middle).astype(np.float32)
        learned_shares = learning.shares(self._model, features(straight(tidied)), vector, known)
        placed = np.zeros(self._count, np.float32)
        placed[self._here[self._here >= 0]] = learned_shares[self._here >= 0]
        total = float(placed.sum())
        return placed / total if total > 1e-9 else placed
