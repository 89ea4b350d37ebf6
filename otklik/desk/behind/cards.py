"""The cards that a page of figures is about, with the columns that are not kept beside them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

import numpy as np

from otklik.desk.promises.by_card import kept_by_cards
from otklik.desk.statistics.ask import Asked
from otklik.people.access import opened
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports import repeats
from otklik.reports.atlas import Atlas
from otklik.reports.cards import cards
from otklik.reports.columns import Column
from otklik.reports.sets import KEPT, PROMISE, UNKEPT, real
from otklik.reports.slices import Slice
from otklik.reports.whose import seen

READERS = (Permission.FIGURES,)
Kept = Callable[[], Mapping[int, bool]]
"""Of each card whose promised day has come, whether it kept its word."""


def cards_of(user: User, asked: Asked, known: Atlas, at: datetime, kept: Kept | None = None) -> Slice:
    """Two queries, and one more when a promise is asked for, unless `kept` knows it. Repeats are looked for among
    everybody's cards, also those before the period: what is one does not hang on who asks."""
    return cards_and_region(user, asked, known, at, kept)[0]


def cards_and_region(
    user: User, asked: Asked, known: Atlas, at: datetime, kept: Kept | None = None
) -> tuple[Slice, Callable[[], Slice] | None]:
    """The same, and everybody's cards of the same period, themes and network: the whole region, whoever asks and
    whatever agency or municipality he looks at; None where these are the same cards. For means alone: never to be shown
    as cards or counts."""
    period = asked.period
    stretches = (period.since, period.until), (period.since - repeats.WITHIN, period.until)
    mine, everybody = cards(stretches, period.zone)
    here = asked.narrowing.of(seen(opened(user, READERS), mine, known), known)
    theirs = cache(partial(real, everybody))
    region = partial(replace(asked.narrowing, agency=0, municipality=0).of, mine, known)
    beside = here.beside(
        {
            repeats.AUTHOR: lambda: _among(here, repeats.repeats(theirs(), repeats.AUTHOR)),
            repeats.PLACE: lambda: _among(here, repeats.repeats(theirs(), repeats.PLACE)),
            PROMISE: lambda: _promises(here, kept() if kept else kept_by_cards(period.since, at)),
        }
    )
    return beside, region if len(here) < len(mine) else None


def _among(here: Slice, ids: Column) -> Column:
    return np.isin(here["pk"], ids).view(np.uint8)


def _promises(here: Slice, kept: Mapping[int, bool]) -> Column:
    broken = _among(here, np.array([pk for pk, good in kept.items() if not good], np.int64))
    good = _among(here, np.array([pk for pk, good in kept.items() if good], np.int64))
    column: Column = broken * np.uint8(UNKEPT) + good * np.uint8(KEPT)
    return column
