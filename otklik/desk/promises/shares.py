"""Who keeps what was promised: by agency and by theme, over promises whose day has come. Two queries.

Of `n` promises all count that were not cancelled, also those that were moved in time: a new day is honest, and what was
said first is still not done. Nobody is ranked by a share of too few.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from otklik.incidents.cards import visible_through
from otklik.people.models import User
from otklik.registers.models import Promise
from otklik.reports.arithmetic import Share, estimate, prior_of

PERIOD = timedelta(days=90)
MOST = 60
F = Promise.Fate


@dataclass(frozen=True, slots=True)
class Line:
    """`pk` 0 is for cards that have none. `kept` is of all whose day has come."""

    pk: int
    name: str
    kept: Share
    late: int
    undone: int
    moved: int
    broken: int


def by_agency(user: User, now: datetime) -> list[Line]:
    return _lines(user, now, "incident__agency", "incident__agency__short_name")


def by_theme(user: User, now: datetime) -> list[Line]:
    return _lines(user, now, "incident__theme", "incident__theme__name")


def _lines(user: User, now: datetime, key: str, name: str) -> list[Line]:
    come = Promise.objects.filter(visible_through(user, "incident"), limit_at__gte=now - PERIOD, limit_at__lt=now)
    told = (
        come.exclude(fate=F.CANCELLED)
        .order_by()
        .values_list(key, name)
        .annotate(
            n=Count("pk"),
            kept=Count("pk", filter=Q(fate=F.KEPT)),
            late=Count("pk", filter=Q(fate=F.LATE)),
            undone=Count("pk", filter=Q(fate=F.UNDONE)),
            moved=Count("pk", filter=Q(fate__in=(F.MOVED, F.MOVED_LATE))),
            broken=Count("pk", filter=Q(fate__in=(F.OPEN, F.BROKEN))),
        )
        .order_by("-n", key)[:MOST]
    )
    return ordered(Line(pk or 0, word or "", Share(kept, n), *rest) for pk, word, n, kept, *rest in told)


def ordered(lines: Iterable[Line]) -> list[Line]:
    """Those that keep least first, compared as in the rating (arithmetic.estimate); whoever has too few to be ranked
    comes after all the others, by his name."""
    every = list(lines)
    prior = prior_of(one.kept for one in every)
    return sorted(
        every, key=lambda one: (0, estimate(one.kept, prior), one.name) if one.kept.enough else (1, 0.0, one.name)
    )
