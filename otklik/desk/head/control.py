"""«На контроле»: cards that a head has put a star on, with what he wants done, by whom and until when; and the star
itself, which he puts on and takes off.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, is_fragment, telling_conflicts
from otklik.desk.card.star import WHO, controls, running
from otklik.desk.gate import card_for, permitted, user_of
from otklik.desk.listing import Key, Listing, one_of
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, Watch
from otklik.incidents.watching import ENDED, FURTHEST, MOST_WORDS
from otklik.lib import clock
from otklik.people.access import has
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.work.cards import WATCH
from otklik.work.colleagues import seers

SEERS = (Permission.CONTROL, Permission.FIGURES)
LIST = Listing((Key("until", date), Key("pk")), {"mine": one_of({"1"})}, size=50)
"""The nearest day first."""
MOST_PEOPLE = 300


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
    watches = Watch.objects.filter(ended_at__isnull=True, incident__in=cards)
    watches = watches.filter(responsible=user) if mine else watches
    related = ("incident__theme", "incident__place", "incident__agency", "responsible", "by")
    return watches.select_related(*related)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*WHO)
@telling_conflicts
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; POST puts the star on, or changes what is wanted."""
    incident = _card(request, pk)
    if request.method == "POST":
        return card_again(request, pk, do(request, WATCH, incident).batch)
    page = "desk/control/_form.html" if is_fragment(request) else "desk/control/form.html"
    return render(request, page, _facts(incident))


def _card(request: HttpRequest, pk: int) -> Incident:
    incident = card_for(request, pk)
    if not controls(user_of(request), incident):
        raise PermissionDenied
    return incident


def _facts(incident: Incident) -> dict[str, object]:
    today = timezone.localdate(clock.now())
    return {
        "incident": incident,
        "star": running(incident),
        "people": seers(incident)[:MOST_PEOPLE] if incident.state not in ENDED else [],
        "today": today,
        "furthest": today + FURTHEST,
        "most": MOST_WORDS,
    }
