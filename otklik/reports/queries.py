"""What the pages of figures ask: a handful of plain queries, the same on both databases, and the rest in memory."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, Value

from otklik.incidents.models import IN_HAND, Incident
from otklik.networks.registry import TITLES
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.reports.atlas import AGENCY, GROUP, MUNICIPALITY, Atlas, Names
from otklik.reports.breakdowns import BREAKDOWNS, TABLES
from otklik.reports.cards import cards
from otklik.reports.fold import Bucket, Line, Reopenings, Tally, lines, reopenings, series, tally
from otklik.reports.periods import Period
from otklik.reports.promptly import yardstick
from otklik.reports.sets import Cohort
from otklik.reports.slices import Slice
from otklik.reports.whose import Narrowing, Scope, seen
from otklik.routing.agreement import NEWEST
from otklik.routing.lessons import UNDECIDED
from otklik.routing.models import Deadline, Norm
from otklik.themes.models import Theme, ThemeGroup

LOOKED_AT = 2 * NEWEST
"""So many cards are looked at for NEWEST decisions of people: what the machine assigned alone is none."""

STILL = "still"
_THEME = "theme"


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand at this moment, whatever the period. `overdue` counts cards, `by_clock` clocks."""

    open: int
    overdue: int
    by_clock: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything one page of figures shows. `lines` are by the key of a Breakdown and by id, only of those that have
    cards; `reopenings` are by agency, only of those with a card that was opened again."""

    whole: Tally
    before: Tally
    now: Now
    series: list[Bucket]
    lines: Mapping[str, Mapping[Any, Line]]
    reopenings: Mapping[int, Reopenings]


def sliced(scope: Scope, narrowing: Narrowing, period: Period, atlas: Atlas) -> tuple[Slice, Slice]:
    """The cards of the period and of the one before it that the reader may see and wants to. Two queries."""
    stretches = (period.since, period.until), (period.before_since, period.before_until)
    here, before = (narrowing.of(seen(scope, some, atlas), atlas) for some in cards(stretches, period.zone))
    return here, before


def figures(asked: tuple[Slice, Slice], period: Period, atlas: Atlas, now: Now, at: datetime) -> Figures:
    """`asked` is what `sliced` gives, `at` the present moment. No query."""
    here, before = (Cohort(cards, yardstick(at)) for cards in asked)
    keys = {by: BREAKDOWNS[by].keys(atlas, here.cards) for by in TABLES}
    return Figures(
        whole=tally(here),
        before=tally(before),
        now=now,
        series=series(here, period),
        lines={
            by: {BREAKDOWNS[by].value(key): one for key, one in lines(here, column).items()}
            for by, column in keys.items()
        },
        reopenings=reopenings(here, keys[AGENCY]),
    )


def atlas() -> Atlas:
    """What ids mean now. One query for all of it."""
    rows = (
        ThemeGroup.objects.order_by()
        .values_list(*_columns(GROUP, "name"))
        .union(
            Theme.objects.order_by().values_list(*_columns(_THEME, "name", number="group_id")),
            Place.objects.order_by().values_list(*_columns(MUNICIPALITY, "name", "path", "level", number="population")),
            Agency.objects.order_by().values_list(*_columns(AGENCY, "short_name", "path", number="parent_id")),
            all=True,
        )
    )
    names: dict[str, dict[int, str]] = {GROUP: {}, MUNICIPALITY: {}, AGENCY: {}}
    paths: dict[str, dict[int, str]] = {MUNICIPALITY: {}, AGENCY: {}}
    groups: dict[int, int] = {}
    themes: dict[int, str] = {}
    people: dict[int, int] = {}
    for kind, pk, name, path, level, above in rows:
        if kind == _THEME:
            groups[pk], themes[pk] = above, name
        elif kind == GROUP or level == Place.Level.MUNICIPALITY or (kind == AGENCY and not above):
            names[kind][pk] = name
        if kind in paths:
            paths[kind][pk] = path
        if level == Place.Level.MUNICIPALITY and above:
            people[pk] = above
    group, municipality, agency = map(_by_name, names.values())
    called = Names(group, municipality, agency, TITLES, _by_name(themes), groups, people)
    return Atlas(called, groups, paths[MUNICIPALITY], paths[AGENCY], themes)


def _by_name(names: Mapping[int, str]) -> dict[int, str]:
    return dict(sorted(names.items(), key=lambda one: one[1].casefold()))


def _columns(kind: str, name: Any, path: str = "", level: str = "", number: str = "") -> list[Any]:
    """Columns of one table for a union: what it is, id, name, path, level, id of another row or how many people."""
    none = Value("", CharField())
    above = F(number) if number else Value(0, IntegerField())
    return [_word(kind), "pk", name, path or none, level or none, above]


def _word(word: str) -> Value:
    return Value(word, output_field=CharField())


def lately_decided(asked: Slice, most: int = LOOKED_AT) -> QuerySet[Incident]:
    """The newest of these cards, no more than `most`, whose theme somebody can have decided. No query of its own.

    The columns know them without a look at the table; a table of a million cards would be read from its newest card
    on until enough of a few were wish.
    """
    cards = asked.where((asked["theme"] > 0) & asked.happened("assigned") & ~asked.is_("state", *UNDECIDED))
    newest = np.argsort(cards["started"], kind="stable")[-most:]
    return Incident.objects.filter(pk__in=cards.at(newest)["pk"].tolist())


def wanted(narrowing: Narrowing) -> Q:
    """A narrowing as a filter on cards, for what stands in no column."""
    wish = Q()
    if narrowing.group:
        wish &= Q(theme__group_id=narrowing.group)
    if narrowing.theme:
        wish &= Q(theme_id=narrowing.theme)
    if narrowing.municipality:
        wish &= Q(place__path__contains=f"/{narrowing.municipality}/")
    if narrowing.agency:
        wish &= Q(agency__path__contains=f"/{narrowing.agency}/")
    if narrowing.network:
        wish &= Q(network=narrowing.network)
    return wish


def late_now(at: datetime) -> QuerySet[Deadline]:
    """The clocks that have run out, of whatever card: what is late before the citizen alone."""
    others = (Norm.Clock.AGENCY, Norm.Clock.EXTERNAL)
    return Deadline.objects.order_by().filter(runs_until__lte=at).exclude(clock__in=others)


def standing(cards: QuerySet[Incident], at: datetime) -> Now:
    """One query: how many are open, and which clocks of these have run out; what is late before the citizen alone."""
    still = cards.filter(state__in=IN_HAND).order_by()
    late = late_now(at).filter(incident__in=still)
    count = still.annotate(word=_word(STILL)).values_list("word").annotate(n=Count("pk"))
    rows = list(late.values_list("clock", "incident_id").union(count, all=True))
    clocks = [(clock, pk) for clock, pk in rows if clock != STILL]
    still_open = sum(n for word, n in rows if word == STILL)
    return Now(still_open, len({pk for _, pk in clocks}), Counter(clock for clock, _ in clocks))
