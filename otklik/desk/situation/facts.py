"""What the page of the situation asks: the cards of some weeks by one question, and what stands open now by others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from otklik.alerts.models import Surge
from otklik.desk.control.page import running_for
from otklik.desk.statistics.ask import Asked
from otklik.desk.surges.page import seen_by
from otklik.incidents.cards import visible_through
from otklik.incidents.models import IN_HAND, Incident
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.registers.models import Promise, Unheard
from otklik.reports.atlas import Atlas
from otklik.reports.cards import cards
from otklik.reports.promptly import yardstick
from otklik.reports.queries import late_now, wanted
from otklik.reports.situation import LOOK_BACK, Situation, situation
from otklik.reports.whose import seen

READERS = (Permission.FIGURES,)
MOST_SURGES = 5
WATCHED, PROMISED, UNHEARD = "watched", "promised", "unheard"
Counted = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Cards that are open at this moment, and those of them that are late before the citizen."""

    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`towns` says by municipality what is open now. The rest is (how many, of them late): cards «на контроле» and
    those whose day is over, promises that are open and those whose day is, and authors without a word."""

    told: Situation
    now: Standing
    towns: dict[int, Standing]
    surges: list[Surge]
    watched: Counted
    promised: Counted
    unheard: int


def facts_of(user: User, asked: Asked, atlas: Atlas, at: datetime) -> Facts:
    """Five queries, and one more for sheaves that this process has not unpacked yet."""
    period, today = asked.period, timezone.localdate(at)
    stretches = (period.since, period.until), (period.before_since, period.before_until), (at - LOOK_BACK, at)
    scope = opened(user, READERS)
    slices = [asked.narrowing.of(seen(scope, some, atlas), atlas) for some in cards(stretches, period.zone)]
    here, before, long = slices
    told = situation(here, before, long, atlas, today, period.zone, yardstick(at))
    towns = _towns(user, asked, atlas, at)
    counted = _registers(user, at)
    return Facts(
        told=told,
        now=Standing(sum(one.open for one in towns.values()), sum(one.late for one in towns.values())),
        towns=towns,
        surges=list(seen_by(user).filter(ended_at__isnull=True).order_by("-people", "-pk")[:MOST_SURGES]),
        watched=counted[WATCHED],
        promised=counted[PROMISED],
        unheard=counted[UNHEARD][0],
    )


def _registers(user: User, at: datetime) -> dict[str, Counted]:
    """What stands in the registers now, within his reach. One query."""
    promises = Promise.objects.filter(visible_through(user, "incident"), fate=Promise.Fate.OPEN)
    stars, today = running_for(user, mine=False), timezone.localdate(at)
    asked = [
        _counted(WATCHED, stars, Q(until__lt=today)),
        _counted(PROMISED, promises, Q(limit_at__lt=at)),
        _counted(UNHEARD, Unheard.objects.filter(visible_through(user, "incident")), Q(pk__in=[])),
    ]
    rows = asked[0].union(*asked[1:], all=True)
    return dict.fromkeys((WATCHED, PROMISED, UNHEARD), (0, 0)) | {name: (n, late) for name, n, late in rows}


def _counted(name: str, rows: QuerySet[Any], late: Q) -> QuerySet[Any, Any]:
    word = Value(name, CharField())
    grouped = rows.order_by().annotate(word=word).values_list("word")
    counted: QuerySet[Any, Any] = grouped.annotate(n=Count("pk"), late=Count("pk", filter=late))
    return counted


def _towns(user: User, asked: Asked, atlas: Atlas, at: datetime) -> dict[int, Standing]:
    """By municipality, 0 where none is known. One query, of as many rows as there are places with open cards."""
    still = Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing), state__in=IN_HAND).order_by()
    late = Exists(late_now(at).filter(incident=OuterRef("pk")))
    rows = (
        still.annotate(is_late=late)
        .values_list("place_id")
        .annotate(n=Count("pk"), m=Count("pk", filter=Q(is_late=True)))
    )
    found: dict[int, Standing] = {}
    for place, open_, overdue in rows:
        town = atlas.municipality_of_place.known.get(place or 0, 0)
        there = found.get(town, Standing(0, 0))
        found[town] = Standing(there.open + open_, there.late + overdue)
    return found
