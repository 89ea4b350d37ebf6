"""GET /behind/?what=late&period=30d&…: the cards of one figure, newest first, for whoever reads figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.desk.card_rows import rows_of
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.head.ask import Asked, ask, names_of
from otklik.desk.head.figures import TITLES
from otklik.desk.head.promises_by_card import kept_by_cards
from otklik.desk.operator.find import drawn
from otklik.incidents.models import IN_HAND, Incident
from otklik.lib import clock
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports import repeats
from otklik.reports.atlas import Atlas, Names
from otklik.reports.breakdowns import BREAKDOWNS
from otklik.reports.cards import cards
from otklik.reports.catalogue import AGREED, AMONG_THREE, DECIDED, OPEN_NOW, OVERDUE_NOW
from otklik.reports.columns import Column
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, late_now, lately_decided, wanted
from otklik.reports.sets import KEPT, PROMISE, UNKEPT, Cohort, What, family, real
from otklik.reports.slices import Slice
from otklik.reports.whose import seen
from otklik.routing.agreement import decisions

PAGE = 20
NOW = (OPEN_NOW, OVERDUE_NOW)
"""Whatever the period: how things stand at this moment."""
DECISIONS = (AGREED, AMONG_THREE, DECIDED)
"""Decisions about themes, which no column tells of."""
READERS = (Permission.FIGURES,)
Kept = Callable[[], Mapping[int, bool]]
"""Of each card whose promised day has come, whether it kept its word."""


class Beside(NamedTuple):
    """Another set of the same cards: its name, its title, how many."""

    what: str
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of ids, how many there are in all, and the sets that are read together with this one."""

    ids: Sequence[int]
    whole: int
    beside: Sequence[Beside] = ()


@require_safe
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """What makes no sense in the address counts as nothing: all cards of the usual period."""
    user, at, known = user_of(request), clock.now(), atlas()
    names = names_of(known)
    asked = ask(request.GET, names, at)
    what = request.GET.get("what", "")
    what = what if what in TITLES else What.ALL.value
    start = max(integer(request.GET.get("start")), 0)
    listing = _find(user, asked, known, at, what, start)
    rows = rows_of(listing.ids, "")
    context = {
        "title": TITLES[what],
        "asked": asked,
        "among": _narrowed_to(asked, names),
        "now": what in NOW,
        "whole": listing.whole,
        "beside": [(asked.link(what=one.what), one.title, one.number, one.what == what) for one in listing.beside],
        "drawn": drawn(rows),
        "rows": rows,
        "start": start,
        "first": asked.link(what=what),
        "next": asked.link(what=what, start=start + PAGE) if start + PAGE < listing.whole else "",
        "back": asked.link(),
    }
    return render(request, "desk/figure_cards/page.html", context, status=400 if asked.trouble else 200)


def _find(user: User, asked: Asked, known: Atlas, at: datetime, what: str, start: int) -> Listing:
    if what in NOW:
        return _now(user, asked, at, what, start)
    here = cards_of(user, asked, known, at)
    if what in DECISIONS:
        return _decided(here, asked, what, start)
    sets = Cohort(here, yardstick(at))
    some = sets.of(What(what))
    newest = np.lexsort((-some["pk"].astype(np.int64), -some["started"].astype(np.int64)))
    ids = [int(pk) for pk in some["pk"][newest[start : start + PAGE]]]
    beside = [Beside(one, str(TITLES[one]), sets.count(one)) for one in family(What(what))]
    return Listing(ids, len(some), beside)


def _now(user: User, asked: Asked, at: datetime, what: str, start: int) -> Listing:
    """The oldest first."""
    cards = _cards(user, asked).filter(state__in=IN_HAND)
    if what == OVERDUE_NOW:
        cards = cards.filter(pk__in=late_now(at).values("incident"))
    ids = cards.order_by("started_at", "pk").values_list("pk", flat=True)
    return Listing(list(ids[start : start + PAGE]), ids.count())


def _decided(here: Slice, asked: Asked, what: str, start: int) -> Listing:
    sets: dict[str, list[int]] = {AGREED: [], AMONG_THREE: [], DECIDED: []}
    for one in decisions(lately_decided(here), asked.period.since, asked.period.until):
        sets[DECIDED].append(one.card)
        if one.chosen in one.guessed:
            sets[AMONG_THREE].append(one.card)
        if one.chosen in one.guessed[:1]:
            sets[AGREED].append(one.card)
    beside = [Beside(name, str(TITLES[name]), len(ids)) for name, ids in sets.items()]
    return Listing(sets[what][start : start + PAGE], len(sets[what]), beside)


def _cards(user: User, asked: Asked) -> QuerySet[Incident]:
    return Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing))


def _narrowed_to(asked: Asked, names: Names) -> list[str]:
    """What the cards are narrowed to, in words."""
    named = (names.of(by).get(getattr(asked.narrowing, by)) for by in BREAKDOWNS)
    return [str(name) for name in named if name]


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
