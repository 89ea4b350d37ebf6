"""The list of watched cards: a head's own region, and for everybody what he answers for himself."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from otklik.desk.gate import integer, permitted, user_of
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Watch
from otklik.lib import clock
from otklik.people.access import has
from otklik.people.models import User
from otklik.people.permissions import Permission

SEERS = (Permission.CONTROL, Permission.FIGURES)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """`late`: its day is over; `today`: this is its day."""

    watch: Watch
    late: bool
    today: bool


@require_safe
@permitted()
def watched(request: HttpRequest) -> HttpResponse:
    """The nearest day first. Whoever reads no figures sees those that he answers for."""
    user, today = user_of(request), timezone.localdate(clock.now())
    mine = bool(request.GET.get("mine")) or not has(user, *SEERS)
    found = _after(running_for(user, mine), integer(request.GET.get("after")))
    rows = list(found[: PAGE + 1])
    context = {
        "rows": [Row(one, one.until < today, one.until == today) for one in rows[:PAGE]],
        "following": rows[PAGE - 1].pk if len(rows) > PAGE else 0,
        "mine": mine,
        "all_open": has(user, *SEERS),
    }
    return render(request, "desk/control/page.html", context)


def running_for(user: User, mine: bool) -> QuerySet[Watch]:
    """Stars that are on, on cards that he sees; `mine`: that he answers for."""
    cards = visible_to(user).filter(watched_since__isnull=False)
    found = Watch.objects.filter(ended_at__isnull=True, incident__in=cards)
    found = found.filter(responsible=user) if mine else found
    told = ("incident__theme", "incident__place", "incident__agency", "responsible", "by")
    return found.select_related(*told).order_by("until", "pk")


def _after(found: QuerySet[Watch], pk: int) -> QuerySet[Watch]:
    """Those behind the last row of the page before; all of them where that one is gone."""
    last = Watch.objects.filter(pk=pk).first() if pk > 0 else None
    return found.filter(Q(until__gt=last.until) | Q(until=last.until, pk__gt=last.pk)) if last else found
