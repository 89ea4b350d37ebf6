"""Figures of a set of texts, taken from the texts themselves and not from what the generator says of them."""

from collections import Counter
from collections.abc import Sequence
from statistics import quantiles

from otklik.demo.texts.catalogue import own_words, sheets
from otklik.demo.texts.similar import fold, near_duplicates


def describe(texts: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Figures for pairs of theme name and body; the name is empty for what is not an incident.

    A near-duplicate has an earlier text with at least 0.7 of five-letter shingles in common. A text is
    without own words when no stem of its theme's name or of the theme's few obvious words stands in it.
    Raises ValueError for fewer than two texts.
    """
    if len(texts) < 2:
        raise ValueError("figures need at least two texts")
    folded = [fold(body) for _, body in texts]
    named = [(theme, text) for (theme, _), text in zip(texts, folded, strict=True) if theme in sheets()]
    silent = sum(1 for theme, text in named if not own_words(theme).search(text))
    counts = Counter(theme for theme, _ in named)
    lengths = [len(body) for _, body in texts]
    lower, median, upper = quantiles(lengths, n=4)
    return {
        "texts": len(texts),
        "differing_after_folding": len(set(folded)),
        "near_duplicate_share": round(len(near_duplicates(folded)) / len(texts), 4),
        "themes_used": len(counts),
        "top_ten_themes_share": round(sum(n for _, n in counts.most_common(10)) / max(1, len(named)), 4),
        "without_own_words_share": round(silent / max(1, len(named)), 4),
        "length_lower_quartile": lower,
        "length_median": median,
        "length_upper_quartile": upper,
        "shortest": min(lengths),
        "longest": max(lengths),
    }
