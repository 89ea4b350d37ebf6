"""Themes and groups without labels of one's own, on real incidents: `python -m bench.understanding.cold`.

The rows are for tuning at most, and sixty-three: the interval of a share is about twelve points wide either way.
"""

import csv
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.understanding import data
from bench.understanding.build import themes
from bench.understanding.figures import hits, share
from otklik.themes import classifier
from otklik.triage.alone import embedder
from otklik.triage.theme.embedding import Embedder, unit
from otklik.triage.theme.finder import Opinion, ThemeFinder
from otklik.triage.theme.linear import Scores, standard
from otklik.triage.theme.model import shipped

GROUPS = (1, 3)
THEMES = (1, 3, 5)


class Incidents(NamedTuple):
    """Texts with the number of their group, and of their theme or -1 where it is not of the classifier."""

    texts: list[str]
    groups: list[int]
    themes: list[int]


def main() -> int:
    try:
        seen = incidents()
        prior = winter()
    except data.Absent as absent:
        sys.stdout.write(f"Skipped: {absent}\n")
        return 0
    model = embedder(threads=2)
    known = sum(theme >= 0 for theme in seen.themes)
    sys.stdout.write(f"{len(seen.texts)} incidents of omsk_dev.csv, {known} with a theme of the classifier\n")
    for name, scores, groups in _recipes(seen, model, prior):
        sys.stdout.write(line(name, scores, groups, seen) + "\n")
    return 0


def line(name: str, scores: np.ndarray, groups: np.ndarray, seen: Incidents) -> str:
    """One row of the table: group @1 and @3, theme @1, @3 and @5, each with its interval."""
    known = [number for number, theme in enumerate(seen.themes) if theme >= 0]
    truth = [seen.themes[number] for number in known]
    parts = [f"group @{best} {share(hits(groups, seen.groups, best), len(seen.groups))}" for best in GROUPS]
    parts += [f"theme @{best} {share(hits(scores[known], truth, best), len(known))}" for best in THEMES]
    return f"  {name:<44} " + "  ".join(parts)


def _recipes(
    seen: Incidents, model: Embedder | None, prior: dict[str, float]
) -> "list[tuple[str, np.ndarray, np.ndarray]]":
    known = themes()
    shares = np.array([prior.get(theme.code, 0.0) for theme in known])
    same = np.tile(shares, (len(seen.texts), 1))
    plain = _letters(seen.texts)
    recipes = [("prior alone (same region, same winter)", same, _best_of_groups(same))]
    recipes.append(("TF-IDF of letters over descriptions", plain, _best_of_groups(plain)))
    if model is not None:
        meant = _meant(seen.texts, model)
        both = _standard(plain) + _standard(meant)
        recipes += [
            ("e5 over descriptions", meant, _best_of_groups(meant)),
            ("e5 + TF-IDF", both, _best_of_groups(both)),
        ]
    for name, with_, weights in (
        ("Otklik without embeddings", None, None),
        ("Otklik", model, None),
        ("Otklik, prior «same region, same winter»", model, prior),
    ):
        finder = ThemeFinder(known, shipped(), with_, weights)
        opinions = finder.opinions(seen.texts, len(known))
        recipes.append((name, *_as_scores(opinions, finder, len(known))))
    return recipes


def _as_scores(opinions: Sequence[Opinion], finder: ThemeFinder, count: int) -> tuple[np.ndarray, np.ndarray]:
    scores = np.zeros((len(opinions), count))
    groups = np.zeros((len(opinions), len(finder.groups)))
    for row, opinion in enumerate(opinions):
        for guess in opinion.themes:
            scores[row, guess.theme_id] = guess.share
        for named in opinion.groups:
            groups[row, finder.groups.index(named.group)] = named.share
    return scores, groups


def incidents() -> Incidents:
    """The rows of omsk_dev.csv. Raises data.Absent."""
    loaded = classifier.load()
    codes = {theme.code: number for number, theme in enumerate(loaded.themes)}
    groups = {classifier.name_key(group.name): number for number, group in enumerate(loaded.groups)}
    rows = data.rows("omsk_dev.csv")
    known = [loaded.by_name(row["topic"]) for row in rows]
    return Incidents(
        [data.cleaned(row["text"]) for row in rows],
        [groups[classifier.name_key(row["group"])] for row in rows],
        [codes[theme.code] if theme else -1 for theme in known],
    )


def winter() -> dict[str, float]:
    """The share of each theme in one region and one winter: the same that the incidents come from."""
    path = data.DATA.parent / "domain" / "themes.csv"
    if not path.exists():
        raise data.Absent(f"{path} is absent")
    loaded = classifier.load()
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(loaded.by_name(row["theme"]), float(row["sample_share"] or 0)) for row in csv.DictReader(file)]
    return {theme.code: value for theme, value in rows if theme}


def _letters(texts: Sequence[str]) -> np.ndarray:
    described = [f"{theme.group}. {theme.name}. {theme.description}".lower() for theme in themes()]
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    rows = vectorizer.fit_transform(described)
    return np.asarray((vectorizer.transform([text.lower() for text in texts]) @ rows.T).toarray())


def _meant(texts: Sequence[str], model: Embedder) -> np.ndarray:
    described = model.embed([f"{theme.group}. {theme.name}. {theme.description}" for theme in themes()])
    centre = described.mean(axis=0)
    return np.asarray(unit(model.embed(texts) - centre) @ unit(described - centre).T)


def _standard(scores: np.ndarray) -> Scores:
    return np.array([standard(row) for row in scores])


def _best_of_groups(scores: np.ndarray) -> np.ndarray:
    """A group is as good as its best theme."""
    names = sorted({theme.group for theme in themes()})
    places = np.array([names.index(theme.group) for theme in themes()])
    return np.stack([scores[:, places == number].max(axis=1) for number in range(len(names))], axis=1)


if __name__ == "__main__":
    sys.exit(main())
