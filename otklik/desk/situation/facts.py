"""What the page of the situation asks: the cards of some weeks by one question, and what stands open now by others."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from otklik.alerts.models import Surge
from otklik.desk.control.page import running_for
from otklik.desk.statistics.ask import Asked
from otklik.desk.surges.page import seen_by
from otklik.incidents.models import Incident
from otklik.people.access import opened, reach
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.reports.atlas import Atlas
from otklik.reports.cards import cards
from otklik.reports.queries import OPEN, late_now, wanted
from otklik.reports.situation import LOOK_BACK, Situation, situation
from otklik.reports.whose import seen

READERS = (Permission.FIGURES,)
MOST_SURGES = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Cards that are open at this moment, and those of them that are late before the citizen."""

    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`towns` says by municipality what is open now; `watched` cards are «на контроле», and for so many of them the day
    is over."""

    told: Situation
    now: Standing
    towns: dict[int, Standing]
    surges: list[Surge]
    watched: int
    watched_late: int


def facts_of(user: User, asked: Asked, atlas: Atlas, at: datetime) -> Facts:
    """Five queries, and one more for sheaves that this process has not unpacked yet."""
    period, today = asked.period, timezone.localdate(at)
    stretches = (period.since, period.until), (period.before_since, period.before_until), (at - LOOK_BACK, at)
    scope = opened(user, READERS)
    slices = [asked.narrowing.of(seen(scope, some, atlas), atlas) for some in cards(stretches, period.zone)]
    here, before, long = slices
    told = situation(here, before, long, atlas, today, period.zone, int(at.timestamp()))
    towns = _towns(user, asked, atlas, at)
    stars = running_for(user, mine=False).order_by()
    watched = stars.aggregate(whole=Count("pk"), late=Count("pk", filter=Q(until__lt=today)))
    return Facts(
        told=told,
        now=Standing(sum(one.open for one in towns.values()), sum(one.late for one in towns.values())),
        towns=towns,
        surges=list(seen_by(user).filter(ended_at__isnull=True).order_by("-people", "-pk")[:MOST_SURGES]),
        watched=watched["whole"],
        watched_late=watched["late"],
    )


def _towns(user: User, asked: Asked, atlas: Atlas, at: datetime) -> dict[int, Standing]:
    """By municipality, 0 where none is known. One query, of as many rows as there are places with open cards."""
    still = Incident.objects.filter(reach(user, READERS) & wanted(asked.narrowing), state__in=OPEN).order_by()
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
