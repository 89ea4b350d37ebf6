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

from otklik.desk.public.rows import Counted, Key, Row, rows, total
from otklik.places.models import Place
from otklik.registers.models import Promise
from otklik.reports.arithmetic import Share
from otklik.reports.atlas import Atlas, Lookup
from otklik.reports.cards import cards
from otklik.reports.columns import Column
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
    """Five queries, and one more for sheaves that this process has not unpacked yet."""
    zone, known, stick = ZoneInfo(settings.TIME_ZONE), atlas(), yardstick(at)
    period = whole_months(at, zone)
    (every,) = cards([(period.since, period.until)], zone)
    some, begins = real(every), list(months(period.since, period.until, zone))
    groups, group_of = _groups(known)
    told = _promises(period, begins, known, group_of)
    codes = dict(Place.objects.filter(level=Place.Level.MUNICIPALITY).values_list("pk", "code"))
    towns = [*((pk, codes.get(pk, ""), name) for pk, name in known.names.municipality.items()), NONE]
    each = [(number, f"{month:%Y-%m}", f"{month:%Y-%m}") for number, month in enumerate(begins, start=1)]
    of_towns = counted(some, known.municipality_of_place(some["place"]), told.towns, stick)
    of_groups = counted(some, Lookup(group_of)(some["theme"]), told.groups, stick)
    of_months = counted(some, since(begins, zone, some["started"]), told.months, stick)
    whole = counted(some, np.zeros(len(some), np.int64), {0: told.whole}, stick).get(0, Counted())
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
    told = lines(Cohort(some, stick), keys)
    ends = {name: _by(keys[mask]) for name, mask in _ended(some).items()}
    found = {key - 1: _counted(one, key, ends) for key, one in told.items()}
    for key, share in kept.items():
        found[key] = replace(found.get(key, Counted()), kept=share)
    return found


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
    found = (
        come.exclude(fate=Promise.Fate.CANCELLED)
        .order_by()
        .annotate(month=TruncMonth("limit_at", tzinfo=period.zone))
        .values_list("incident__place_id", "incident__theme_id", "month")
        .annotate(n=Count("pk"), kept=Count("pk", filter=Q(fate=Promise.Fate.KEPT)))
    )
    towns, number = known.municipality_of_place.known, {month: at for at, month in enumerate(begins, start=1)}
    told = [
        (towns.get(place or 0, 0), group_of.get(theme or 0, 0), number[month.date()], Share(kept, n))
        for place, theme, month, n, kept in found
    ]
    return Promised(
        _sum((0, share) for *_keys, share in told).get(0, Share(0, 0)),
        _sum((town, share) for town, _group, _month, share in told),
        _sum((group, share) for _town, group, _month, share in told),
        _sum((month, share) for _town, _group, month, share in told),
    )


def _sum(shares: Iterable[tuple[int, Share]]) -> dict[int, Share]:
    """By key."""
    found: dict[int, Share] = {}
    for key, one in shares:
        before = found.get(key, Share(0, 0))
        found[key] = Share(before.part + one.part, before.n + one.n)
    return found


def _groups(known: Atlas) -> tuple[list[Key], dict[int, int]]:
    """Keys of the groups of themes, and the group of each theme. A group of an older classifier is one with that of its
    code in the newest: codes are what whoever takes the data tells them by."""
    codes = dict(ThemeGroup.objects.order_by("classifier__in_force_from", "pk").values_list("pk", "code"))
    newest = {code: pk for pk, code in codes.items()}
    of = {theme: newest[codes[group]] for theme, group in known.groups.items() if group in codes}
    named = [(pk, codes[pk], name) for pk, name in known.names.group.items() if pk in newest.values()]
    return [*named, NONE], of
