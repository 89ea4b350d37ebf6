"""How often a person takes the machine's theme, and which themes it takes for which."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from otklik.incidents.models import Incident
from otklik.routing.lessons import decided, theme_ids
from otklik.triage.models import Verdict

NEWEST = 1000
"""Of more decisions the newest are counted: these tell a share to three points, and a page is quick whatever the region
has behind it."""
OFFERED = 3


class Decision(NamedTuple):
    """The theme that a person chose for a card, and the machine's first three before that, best first."""

    card: int
    chosen: int
    guessed: Sequence[int]


class Confused(NamedTuple):
    """The machine said `guessed`, a person chose `chosen`, so many `times`. Ids of themes."""

    guessed: int
    chosen: int
    times: int


class Agreement(NamedTuple):
    """Of `n` decisions the machine's `first` theme was taken so many times, one of its first three `among` times.

    `confused` are the pairs, the most frequent first. A card of which the machine had no theme counts in `n` alone.
    """

    n: int
    first: int
    among: int
    confused: Sequence[Confused]


def decisions(cards: QuerySet[Incident], since: datetime, until: datetime) -> Iterator[Decision]:
    """Of these cards those written in [since, until) whose theme a person has decided, the newest first. One query.

    What the machine said before the decision counts, not what it says since.
    """
    verdicts = Verdict.objects.filter(
        message__links__incident=OuterRef("pk"), message__links__main=True, at__lte=OuterRef("assigned_at")
    ).order_by("-pk")
    decided_cards = decided(cards).filter(started_at__gte=since, started_at__lt=until).order_by("-started_at", "-pk")
    rows = decided_cards.values_list("pk", "theme", Subquery(verdicts.values("themes")[:1]))[:NEWEST]
    for card, chosen, themes in rows.iterator(chunk_size=1000):
        if chosen is not None and themes is not None:
            yield Decision(card, chosen, theme_ids(themes)[:OFFERED])


def agreement(cards: QuerySet[Incident], since: datetime, until: datetime) -> Agreement:
    """Of the decisions about these cards. One query."""
    n = first = among = 0
    confused: Counter[tuple[int, int]] = Counter()
    for one in decisions(cards, since, until):
        n += 1
        among += one.chosen in one.guessed
        if one.guessed and one.guessed[0] == one.chosen:
            first += 1
        elif one.guessed:
            confused[one.guessed[0], one.chosen] += 1
    pairs = [Confused(*pair, times) for pair, times in sorted(confused.items(), key=lambda one: (-one[1], one[0]))]
    return Agreement(n, first, among, pairs)
