"""The machine's themes as the card offers them: how sure of each, by which words, and what decides between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from otklik.desk.guessed import deciding, groups_of, guessed_of
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.triage.models import Verdict

SHOWN = 3
"""Three are read at a glance, and the right theme is far oftener among three than it is the first."""
MOST = 5


@dataclass(frozen=True, slots=True)
class Likely:
    """`share` is 0 to 1; `deciding` says in one line what speaks for this theme and against its neighbour here."""

    theme: Theme
    share: float
    quotes: tuple[str, ...]
    deciding: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """`first` at once, `rest` on demand; `groups` are names with their shares."""

    first: Sequence[Likely]
    rest: Sequence[Likely]
    groups: Sequence[tuple[str, float]]


def offer_of(verdict: Verdict, chosen: int | None, now: datetime) -> Offer:
    """The verdict's themes that are in force, best first; `chosen` is the theme that stands in the form. One query."""
    guessed = guessed_of(verdict.themes)[:MOST]
    known = Theme.objects.filter(in_force(timezone.localdate(now))).select_related("group")
    themes = {theme.pk: theme for theme in known.filter(pk__in=[one.theme_id for one in guessed])} if guessed else {}
    there = [(themes[one.theme_id], one) for one in guessed if one.theme_id in themes]
    words = deciding(there[0][0], there[1][0]) if len(there) > 1 else ("", "")
    likely = [
        Likely(theme, one.share, one.quotes, words[place] if place < len(words) else "", theme.pk == chosen)
        for place, (theme, one) in enumerate(there)
    ]
    return Offer(likely[:SHOWN], likely[SHOWN:], groups_of(verdict))
