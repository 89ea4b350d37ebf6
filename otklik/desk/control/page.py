"""The list of watched cards: a head's own region, and for everybody what he answers for himself."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import Key, Listing, one_of
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Watch
from otklik.lib import clock
from otklik.people.access import has
from otklik.people.models import User
from otklik.people.permissions import Permission

SEERS = (Permission.CONTROL, Permission.FIGURES)
LIST = Listing((Key("until", date), Key("pk")), {"mine": one_of({"1"})}, size=50)
"""The nearest day first."""


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
    here = LIST.page(running_for(user, mine), request.GET)
    context = {
        "rows": [Row(one, one.until < today, one.until == today) for one in here.rows],
        "following": here.following,
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
    return found.select_related(*told)
