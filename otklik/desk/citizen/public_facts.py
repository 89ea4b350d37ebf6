"""What everybody may read, worked out of the same columns as the pages of figures.

It is of whole months that are over: nobody sees from one hour to the next whose card has just come.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from otklik.feedback.registers.models import Promise
from otklik.places.models import Place
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import Atlas, Lookup
from otklik.reports.cards import cards
from otklik.reports.columns import Column
from otklik.reports.discretion import kept_back, too_few
from otklik.reports.fold import Line, lines
from otklik.reports.months import months
from otklik.reports.periods import Period, months_back, own
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas
from otklik.reports.sets import Cohort, Yardstick, real
from otklik.reports.slices import Slice, since
from otklik.themes.models import ThemeGroup

MONTHS = 12
"""So many whole months before the present one."""
NONE = (0, "", "")
"""The key of cards that have no municipality, or no theme."""
NOTHING = Share(0, 0)
CARDS, ANSWERED, ENDED, RATED, PROMISES = "cards", "answered", "ended", "rated", "promises"
RESTING = (CARDS, ANSWERED, ENDED, RATED)
"""Numbers of observations, each mostly a part of the one before it."""


# From true figures to what may be told: numbers of few people are kept back, and whatever would give them away.
#
# Whoever is hidden in a column is hidden in all that rest on it, too: a satisfaction of seven rated cards beside a
# hidden number of cards would say that these are not the few.
@dataclass(frozen=True, slots=True)
class Counted:
    """The true figures of some cards; they do not leave the server. `median` is in seconds.

    `solved` and `explained` are shares of the cards that have an outcome, `good` that of marks 4 and 5 among the rated
    ones, `kept` that of kept promises among those whose day has come.
    """

    cards: int = 0
    answered: int = 0
    median: int | None = None
    solved: Share = NOTHING
    explained: Share = NOTHING
    good: Share = NOTHING
    kept: Share = NOTHING

    def numbers(self) -> dict[str, int]:
        """How many observations each figure rests on."""
        parts = (self.cards, self.answered, self.solved.n, self.good.n)
        return {**dict(zip(RESTING, parts, strict=True)), PROMISES: self.kept.n}


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of a municipality, a group of themes, a month. `hidden` names the numbers that are kept back, and
    with each of them goes what rests on it. `code` is the register's, lasting; "" is for cards that have none.
    """

    code: str
    name: str
    hidden: frozenset[str]
    figures: Counted


Key = tuple[int, str, str]
"""The key of its figures, the code, the name."""


def rows(keys: Sequence[Key], counted: Mapping[int, Counted], least: int) -> list[Row]:
    """Those of the keys that have anything, in their order."""
    there = [key for key in keys if any(counted.get(key[0], Counted()).numbers().values())]
    figures = [counted[key] for key, _code, _name in there]
    hidden = _hidden([one.numbers() for one in figures], least)
    return [
        Row(code, name, few, without(one, few))
        for (_key, code, name), one, few in zip(there, figures, hidden, strict=True)
    ]


def total(figures: Counted, least: int) -> Row:
    """All of them together."""
    hidden, before = set(), False
    for name in RESTING:
        before = before or too_few(figures.numbers()[name], least)
        hidden |= {name} if before else set()
    if CARDS in hidden or too_few(figures.kept.n, least):
        hidden.add(PROMISES)
    return Row("", "", frozenset(hidden), without(figures, hidden))


def without(figures: Counted, hidden: frozenset[str] | set[str]) -> Counted:
    """The figures with nothing in them that rests on a hidden number."""
    ended, answered = ENDED in hidden, ANSWERED in hidden
    return Counted(
        cards=0 if CARDS in hidden else figures.cards,
        answered=0 if answered else figures.answered,
        median=None if answered else figures.median,
        solved=NOTHING if ended else figures.solved,
        explained=NOTHING if ended else figures.explained,
        good=NOTHING if RATED in hidden else figures.good,
        kept=NOTHING if PROMISES in hidden else figures.kept,
    )


def _hidden(numbers: Sequence[Mapping[str, int]], least: int) -> list[frozenset[str]]:
    """For each row the names of what it keeps back."""
    columns: dict[str, frozenset[int]] = {}
    before: frozenset[int] = frozenset()
    for name in RESTING:
        before = columns[name] = kept_back([one[name] for one in numbers], least, before)
    columns[PROMISES] = kept_back([one[PROMISES] for one in numbers], least, columns[CARDS])
    return [frozenset(name for name, places in columns.items() if at in places) for at in range(len(numbers))]


@dataclass(frozen=True, slots=True)
class Facts:
    """`first` and `last` are the days of the period, both inside; `at` is when all this was so. A row without a code
    and a name is of cards whose place, or theme, is not known."""

    at: datetime
    first: date
    last: date
    least: int
    total: Row
    municipalities: Sequence[Row]
    groups: Sequence[Row]
    months: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Promised:
    """How many promises were kept of those whose day has come, all in all and by each key of the three tables."""

    whole: Share
    towns: Mapping[int, Share]
    groups: Mapping[int, Share]
    months: Mapping[int, Share]


def whole_months(at: datetime, zone: ZoneInfo) -> Period:
    """The last twelve months that are over."""
    this = at.astimezone(zone).date().replace(day=1)
    return own(months_back(this, MONTHS).isoformat(), (this - timedelta(days=1)).isoformat(), at, zone)


def facts(least: int, at: datetime) -> Facts:
    """Five queries, and one more for folded months that this process has not unpacked yet."""
    zone, known, stick = ZoneInfo(settings.TIME_ZONE), atlas(), yardstick(at)
    period = whole_months(at, zone)
    (every,) = cards([(period.since, period.until)], zone)
    some, begins = real(every), list(months(period.since, period.until, zone))
    groups, group_of = _groups(known)
    promised = _promises(period, begins, known, group_of)
    codes = dict(Place.objects.filter(level=Place.Level.MUNICIPALITY).values_list("pk", "code"))
    towns = [*((pk, codes.get(pk, ""), name) for pk, name in known.names.municipality.items()), NONE]
    each = [(number, f"{month:%Y-%m}", f"{month:%Y-%m}") for number, month in enumerate(begins, start=1)]
    of_towns = counted(some, known.municipality_of_place(some["place"]), promised.towns, stick)
    of_groups = counted(some, Lookup(group_of)(some["theme"]), promised.groups, stick)
    of_months = counted(some, since(begins, zone, some["started"]), promised.months, stick)
    whole = counted(some, np.zeros(len(some), np.int64), {0: promised.whole}, stick).get(0, Counted())
    return Facts(
        at=at,
        first=period.first,
        last=period.last,
        least=least,
        total=total(whole, least),
        municipalities=rows(towns, of_towns, least),
        groups=rows(groups, of_groups, least),
        months=rows(each, of_months, least),
    )


def counted(some: Slice, keys: Column, kept: Mapping[int, Share], stick: Yardstick) -> dict[int, Counted]:
    """The figures of these cards by key; `keys` are small numbers, one a card, and 0 is a key as any other. `some` hold
    no noise."""
    keys = keys.astype(np.int64) + 1
    every = lines(Cohort(some, stick), keys)
    ends = {name: _by(keys[mask]) for name, mask in _ended(some).items()}
    figures = {key - 1: _counted(one, key, ends) for key, one in every.items()}
    for key, share in kept.items():
        figures[key] = replace(figures.get(key, Counted()), kept=share)
    return figures


def _ended(some: Slice) -> dict[str, Column]:
    return {
        "ended": some["outcome"] != 0,
        "solved": some.is_("outcome", "solved"),
        "explained": some.is_("outcome", "explained"),
    }


def _by(keys: Column) -> Counter[int]:
    return Counter(keys.tolist())


def _counted(line: Line, key: int, ends: Mapping[str, Counter[int]]) -> Counted:
    ended = ends["ended"][key]
    return Counted(
        cards=line.count,
        answered=line.answered,
        median=line.median,
        solved=Share(ends["solved"][key], ended),
        explained=Share(ends["explained"][key], ended),
        good=line.good,
    )


def _promises(period: Period, begins: Sequence[date], known: Atlas, group_of: Mapping[int, int]) -> Promised:
    """As «Обещания» counts them: of all that were not cancelled. By the month of the promised day. One query."""
    come = Promise.objects.filter(limit_at__gte=period.since, limit_at__lt=period.until)
    counts = (
        come.exclude(fate=Promise.Fate.CANCELLED)
        .order_by()
        .annotate(month=TruncMonth("limit_at", tzinfo=period.zone))
        .values_list("incident__place_id", "incident__theme_id", "month")
        .annotate(n=Count("pk"), kept=Count("pk", filter=Q(fate=Promise.Fate.KEPT)))
    )
    towns, number = known.municipality_of_place.known, {month: at for at, month in enumerate(begins, start=1)}
    keyed = [
        (towns.get(place or 0, 0), group_of.get(theme or 0, 0), number[month.date()], Share(kept, n))
        for place, theme, month, n, kept in counts
    ]
    return Promised(
        _sum((0, share) for *_keys, share in keyed).get(0, Share(0, 0)),
        _sum((town, share) for town, _group, _month, share in keyed),
        _sum((group, share) for _town, group, _month, share in keyed),
        _sum((month, share) for _town, _group, month, share in keyed),
    )


def _sum(shares: Iterable[tuple[int, Share]]) -> dict[int, Share]:
    """By key."""
    sums: dict[int, Share] = {}
    for key, one in shares:
        before = sums.get(key, Share(0, 0))
        sums[key] = Share(before.part + one.part, before.n + one.n)
    return sums


def _groups(known: Atlas) -> tuple[list[Key], dict[int, int]]:
    """Keys of the groups of themes, and the group of each theme. A group of an older classifier is one with that of its
    code in the newest: codes are what whoever takes the data tells them by."""
    codes = dict(ThemeGroup.objects.order_by("classifier__in_force_from", "pk").values_list("pk", "code"))
    newest = {code: pk for pk, code in codes.items()}
    of = {theme: newest[codes[group]] for theme, group in known.groups.items() if group in codes}
    named = [(pk, codes[pk], name) for pk, name in known.names.group.items() if pk in newest.values()]
    return [*named, NONE], of
