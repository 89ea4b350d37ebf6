"""What was tried for themes without labels of one's own, voice by voice: `python -m bench.understanding.tried`.

The letters of each portal are scored by a model that learned from the other one, the incidents by one that learned from
both. The rows of the portals chose the recipe; the incidents only show whether it holds for their genre.
"""

import sys
from typing import NamedTuple

import numpy as np

from bench.understanding import data
from bench.understanding.build import Base, letters, own, themes
from bench.understanding.cold import GROUPS, THEMES, incidents
from bench.understanding.figures import hits
from bench.understanding.vectors import remembering
from otklik.triage.theme import voices
from otklik.triage.theme.embedding import Embedder
from otklik.triage.theme.finder import ThemeFinder
from otklik.triage.theme.model import Model
from otklik.triage.theme.voices import Weights

ALONE = Weights(0, 0, 0, 0, 0, 0, 0)
TRIED = {
    "phrases alone": ALONE._replace(phrases=1),
    "words alone": ALONE._replace(words=1),
    "meaning alone": ALONE._replace(meaning=1),
    "nearest messages alone": ALONE._replace(near=1),
    "words, phrases": ALONE._replace(words=1, phrases=0.5),
    "words, phrases, meaning as loud": ALONE._replace(words=1, phrases=0.5, meaning=1),
    "words, phrases, meaning louder": ALONE._replace(words=1, phrases=0.5, meaning=1.5),
    "the same, nearest messages": ALONE._replace(words=1, phrases=0.5, meaning=1.5, near=0.7),
    "the same, groups with voices of their own": voices.WEIGHTS._replace(back=0),
    "the same, groups back to themes (shipped)": voices.WEIGHTS,
}


class Set(NamedTuple):
    """Texts with the numbers of their groups and themes (-1: not known), and the model that is asked."""

    texts: list[str]
    groups: list[int]
    themes: list[int]
    model: Model


def main() -> int:
    try:
        sets, embedder = _sets()
    except data.Absent as absent:
        sys.stdout.write(f"Skipped: {absent}\n")
        return 0
    sizes = ", ".join(f"{name} {len(one.texts)}" for name, one in sets.items())
    sys.stdout.write(f"group @1/@3, theme @1/@3/@5; rows: {sizes}\n")
    shipped = voices.WEIGHTS
    try:
        for title, weights in TRIED.items():
            voices.WEIGHTS = weights
            sys.stdout.write(_line(title, sets, embedder))
            sys.stdout.flush()
    finally:
        voices.WEIGHTS = shipped
    return 0


def _sets() -> tuple[dict[str, Set], Embedder]:
    portals = {name: letters(name) for name in ("kursk", "ryazan")}
    comments = [data.cleaned(row["text"]) for row in data.rows("perm_unlabelled.jsonl")]
    embedder = remembering()
    base = Base(own(), comments, embedder)
    calm = {"calm": {"with": (1, 1), "without": (1, 1)}}
    seen = incidents()
    sets = {"incidents": Set(seen.texts, seen.groups, seen.themes, base.model(list(portals.values()), calm))}
    own_alone = base.model([], calm)
    sets["incidents, own texts alone"] = Set(seen.texts, seen.groups, seen.themes, own_alone)
    for name, one in portals.items():
        rest = base.model([other for key, other in portals.items() if key != name], calm)
        sets[name] = Set(one.texts, one.groups.tolist(), one.themes.tolist(), rest)
        sets[f"{name}, own texts alone"] = sets[name]._replace(model=own_alone)
    return sets, embedder


def _line(title: str, sets: dict[str, Set], embedder: Embedder) -> str:
    parts = []
    for one in sets.values():
        scores = ThemeFinder(themes(), one.model, embedder).scores(one.texts)
        theme_scores, groups = np.array([row for row, _ in scores]), np.array([row for _, row in scores])
        known = [row for row, number in enumerate(one.themes) if number >= 0]
        truth = [one.themes[row] for row in known]
        shares = [hits(groups, one.groups, best) / len(one.texts) for best in GROUPS]
        shares += [hits(theme_scores[known], truth, best) / len(known) for best in THEMES]
        parts.append("/".join(f"{share:.3f}".lstrip("0") for share in shares))
    return f"  {title:<44} {'  '.join(parts)}\n"


if __name__ == "__main__":
    sys.exit(main())
