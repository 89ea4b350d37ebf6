"""Suggests themes and groups of the classifier for a text; pure, explains itself.

Four voices speak, each about every theme: the phrases that the classifier brings (`phrases`), a linear model over
hashed words, a linear model over the meaning of the sentence, and the nearest invented messages. Where there is no
sentence model the first two serve, and where there is no model at all, the phrases alone. A region's own theme that no
model knows is heard by its phrases. What a region has learned from its own cards speaks beside all of them.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from otklik.lib.text import tidy
from otklik.triage.kind.first_pass import worth_reading
from otklik.triage.theme.embedding import Embedder, EmbedderError, Vectors
from otklik.triage.theme.linear import Scores, standard
from otklik.triage.theme.model import Model
from otklik.triage.theme.phrases import TEXT_LIMIT, KnownTheme, PhraseMatches, Phrases
from otklik.triage.theme.voices import Learned, Voices, Votes

__all__ = ["GroupGuess", "KnownTheme", "Opinion", "ThemeFinder", "ThemeGuess"]

log = logging.getLogger(__name__)

NEIGHBOURS = 0.12
"""What the best of its group lend to a theme where the phrases alone speak."""
DOUBT = 1.1
"""The score at which the phrases believe themselves by half."""


@dataclass(frozen=True, slots=True)
class ThemeGuess:
    """`share` is how sure, 0..1; `why` are words as they stand in the text with their weight, heaviest first."""

    theme_id: int
    share: float
    why: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class GroupGuess:
    """`group` is its name."""

    group: str
    share: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """Best first. Both are empty for a text in which nothing speaks."""

    themes: tuple[ThemeGuess, ...] = ()
    groups: tuple[GroupGuess, ...] = ()


class _Heard(NamedTuple):
    """A text tidied, and what its phrases say."""

    tidied: str
    phrases: PhraseMatches


class _Shares(NamedTuple):
    """How likely every theme in force is, and every group."""

    themes: NDArray[Any]
    groups: NDArray[Any]


class Heed(NamedTuple):
    """Of every text and every theme in force: the raw scores with the sentence model, if there is one, and without;
    what is believed by what came along, and what is believed now."""

    opinions: Scores
    plain: Scores
    shipped: Scores
    now: Scores


class ThemeFinder:
    """Built once from the themes of the classifier in force; may then be used from any thread."""

    def __init__(
        self,
        themes: Sequence[KnownTheme],
        model: Model | None = None,
        embedder: Embedder | None = None,
        prior: Mapping[str, float] | None = None,
        learned: Model | None = None,
    ) -> None:
        """`prior` is theme code → share of messages; without one every theme is as likely as another. `learned` is
        what otklik/triage/theme/teaching.py made of a region's own cards."""
        self._themes = list(themes)
        self._phrases = Phrases(self._themes)
        self._groups = sorted({theme.group for theme in self._themes})
        places = {group: number for number, group in enumerate(self._groups)}
        self._group_of = np.array([places[theme.group] for theme in self._themes], int)
        self._members = [np.flatnonzero(self._group_of == number) for number in range(len(self._groups))]
        fits = model is not None and _fits(model, self._themes)
        self._voices = Voices(model, self._themes, self._groups, self._group_of) if model and fits else None
        self._learned = Learned(learned, self._themes) if learned is not None and self._themes else None
        self._embedder = embedder if embedder is not None and self._needs(embedder.name) else None
        self._prior = _log_prior(self._themes, prior)

    def _needs(self, embedder: str) -> bool:
        shipped = self._voices is not None and self._voices.embedder == embedder
        return shipped or (self._learned is not None and self._learned.uses(embedder))

    def suggest(self, text: str, n: int = 3) -> list[ThemeGuess]:
        """Up to `n` themes, the surest first; shares sum to at most 1. Empty if no word of the text speaks."""
        return list(self.opinions([text], n)[0].themes)

    def opinions(self, texts: Sequence[str], n: int = 5) -> list[Opinion]:
        """An opinion on each text, in order: up to `n` themes and three groups. Many at once cost less."""
        heard = [self._heard(text) for text in texts]
        return [self._opinion(one, shares, n) for one, shares in zip(heard, self._believed(heard), strict=True)]

    def scores(self, texts: Sequence[str]) -> list[tuple[Scores, Scores]]:
        """The raw scores of themes and of groups for each text, for whoever measures: of the model, without a prior
        and without what was learned; where no model fits, those of the phrases, and of groups nothing."""
        heard = [self._heard(text) for text in texts]
        vectors = self._vectors([one.tidied for one in heard])
        nothing = np.zeros(len(self._groups), np.float32)
        model_scores = [self._votes(one, None if vectors is None else vectors[at]) for at, one in enumerate(heard)]
        return [
            (self._spoken(one), nothing) if each is None else (each.themes, each.groups)
            for one, each in zip(heard, model_scores, strict=True)
        ]

    def lessons(self, texts: Sequence[str]) -> Heed:
        """What is learned beside, in one go, since hearing a text takes long."""
        heard = [self._heard(text) for text in texts]
        vectors = self._vectors([one.tidied for one in heard])
        shape = (len(texts), len(self._themes))
        heed = Heed(*(np.zeros(shape, np.float32) for _ in Heed._fields))
        for at, one in enumerate(heard):
            vector = None if vectors is None else vectors[at]
            plain, model_scores = self._votes(one, None), self._votes(one, vector)
            heed.opinions[at] = self._spoken(one) if model_scores is None else model_scores.themes
            heed.plain[at] = self._spoken(one) if plain is None else plain.themes
            heed.shipped[at] = self._came_along(one, model_scores).themes
            heed.now[at] = heed.shipped[at] if self._learned is None else self._weighed(one, vector).themes
        return heed

    @property
    def codes(self) -> list[str]:
        """The codes of the themes in the order of their scores."""
        return [theme.code for theme in self._themes]

    @property
    def groups(self) -> list[str]:
        """The names of the groups in the order of their scores."""
        return self._groups

    def _vectors(self, texts: Sequence[str]) -> Vectors | None:
        """The texts' meaning; None where there is no sentence model that anything here fits, or it fails."""
        if self._embedder is None:
            return None
        try:
            return self._embedder.embed(texts)
        except EmbedderError as error:
            log.warning("themes are suggested without the sentence model: %s", error)
            return None

    def _votes(self, heard: _Heard, vector: Vectors | None) -> Votes | None:
        if self._voices is None:
            return None
        fits = self._embedder is not None and self._embedder.name == self._voices.embedder
        return self._voices.votes(heard.tidied, self._spoken(heard), vector if fits else None)

    def _spoken(self, heard: _Heard) -> Scores:
        return standard(np.sqrt(heard.phrases.strength).astype(np.float32))

    def _heard(self, text: str) -> _Heard:
        tidied = _read(text)
        return _Heard(tidied, self._phrases.matches(tidied))

    def _believed(self, heard: Sequence[_Heard]) -> list[_Shares]:
        vectors = self._vectors([one.tidied for one in heard])
        return [self._weighed(one, None if vectors is None else vectors[at]) for at, one in enumerate(heard)]

    def _weighed(self, heard: _Heard, vector: Vectors | None) -> _Shares:
        """What came along and what was learned, weighed by how far the latter is trusted."""
        model_scores = self._votes(heard, vector)
        shares = self._came_along(heard, model_scores)
        if self._learned is None or not heard.phrases.words:
            return shares
        meant = vector is not None and self._embedder is not None and self._learned.uses(self._embedder.name)
        if vector is not None and not meant:  # it has learned beside scores without the meaning
            model_scores = self._votes(heard, None)
        opinion = self._spoken(heard) if model_scores is None else model_scores.themes
        own, trust = self._learned.shares(heard.tidied, vector if meant else None, opinion), self._learned.trust
        sums = np.bincount(self._group_of, weights=own, minlength=len(self._groups))
        return _Shares(trust * own + (1 - trust) * shares.themes, trust * sums + (1 - trust) * shares.groups)

    def _came_along(self, heard: _Heard, model_scores: Votes | None) -> _Shares:
        if not heard.phrases.words:
            return self._nothing()
        if model_scores is None:
            return self._by_phrases(heard)
        return _Shares(
            _even(model_scores.themes / model_scores.calm[0] + self._prior),
            _even(model_scores.groups / model_scores.calm[1] + self._group_prior),
        )

    def _nothing(self) -> _Shares:
        return _Shares(np.zeros(len(self._themes), np.float32), np.zeros(len(self._groups), np.float32))

    def _opinion(self, heard: _Heard, shares: _Shares, n: int) -> Opinion:
        best = [at for at in np.argsort(-shares.themes, kind="stable")[:n].tolist() if shares.themes[at] > 0]
        best_groups = np.argsort(-shares.groups, kind="stable")[:3]
        reasons = self._phrases.reasons(heard.tidied, heard.phrases, best)
        return Opinion(
            tuple(
                ThemeGuess(self._themes[at].id, round(float(shares.themes[at]), 4), why)
                for at, why in zip(best, reasons, strict=True)
            ),
            tuple(
                GroupGuess(self._groups[at], round(float(shares.groups[at]), 4))
                for at in map(int, best_groups)
                if shares.groups[at] > 0
            ),
        )

    @cached_property
    def _group_prior(self) -> Scores:
        """What the prior of themes says of groups: nothing if it says nothing of themes."""
        if not self._prior.any():
            return np.zeros(len(self._groups), np.float32)
        return np.log(np.array([np.exp(self._prior[members]).mean() for members in self._members], np.float32))

    def _by_phrases(self, heard: _Heard) -> _Shares:
        strength = heard.phrases.strength
        lent = self._with_neighbours({theme: float(strength[theme]) for theme in np.flatnonzero(strength).tolist()})
        if not lent:
            return self._nothing()
        most = max(lent.values())
        # A long text finds something for every theme: it must find more.
        sure = most / (most + DOUBT + 0.01 * heard.phrases.words)
        total = sum(score**2 for score in lent.values())
        themes = np.zeros(len(self._themes))
        for theme, score in lent.items():
            themes[theme] = sure * score**2 / total
        return _Shares(themes, np.bincount(self._group_of, weights=themes, minlength=len(self._groups)))

    def _with_neighbours(self, scores: dict[int, float]) -> dict[int, float]:
        lent = dict(scores)
        for members in self._members:
            own = [int(theme) for theme in members if theme in scores]
            best = sorted((scores[theme] for theme in own), reverse=True)[:3]
            for theme in own:
                lent[theme] += NEIGHBOURS * sum(best) / 3
        return lent


def _read(text: str) -> str:
    """The text tidied and cut; nothing of one that the first look drops: thanks and adverts have no theme."""
    cut = text[: TEXT_LIMIT * 2]
    return tidy(cut)[:TEXT_LIMIT] if worth_reading(cut) else ""


def _fits(model: Model, themes: Sequence[KnownTheme]) -> bool:
    """Whether it is a model of this classifier: one that knows few of its themes would drown the others."""
    known = set(model.labels)
    return bool(themes) and sum(theme.code in known for theme in themes) >= len(themes) / 2


def _log_prior(themes: Sequence[KnownTheme], prior: Mapping[str, float] | None) -> Scores:
    if not prior or not themes:
        return np.zeros(len(themes), np.float32)
    # A theme that nobody wrote about last winter may be what everybody writes about tomorrow.
    shares = np.array([max(prior.get(theme.code, 0.0), 0.0) for theme in themes], np.float32)
    smooth = (shares + 0.1 / len(themes)) / (shares.sum() + 0.1)
    logs: Scores = np.log(smooth * len(themes))
    return logs


def _even(scores: Scores) -> Scores:
    raised = np.exp(scores - scores.max())
    shares: Scores = raised / raised.sum()
    return shares
