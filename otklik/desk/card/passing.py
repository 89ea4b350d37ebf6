"""«Передать дальше» on the card: an agency that is not the right one gives it to the one that is, with a reason."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, is_fragment, telling_conflicts
from otklik.desk.gate import card_for, must_be_allowed, permitted, user_of
from otklik.incidents.cards import moves_for
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.routing.signs import signs_of
from otklik.routing.suggest import gave_back, router_now, whose
from otklik.work.assigning import PASS_FURTHER, PASSING_REASONS


class Choice(NamedTuple):
    """Who can get the card; `next` is whom the rules name now."""

    agency: Agency
    next: bool


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
@telling_conflicts
def passing(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; POST passes the card on to `agency` for `reason`."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "give_back")
    if request.method == "POST":
        done = do(request, PASS_FURTHER, incident)
        return card_again(request, pk, done.batch)
    may = "give_back" in moves_for(user_of(request), incident)
    page = "desk/card/_passing.html" if is_fragment(request) else "desk/card/passing.html"
    facts = {"incident": incident, "choices": choices(incident) if may else [], "reasons": PASSING_REASONS}
    return render(request, page, facts)


def choices(incident: Incident) -> list[Choice]:
    """The agencies that work and have not sent it back, whom the rules name first, then by name."""
    refusers = gave_back(incident) | {incident.agency_id or 0}
    router = router_now()
    match = whose(router, incident.theme, incident.place, clock.now(), signs_of(incident, router), refusers)
    rows = Agency.objects.filter(active=True).exclude(pk__in=refusers).order_by("name", "pk")
    options = [Choice(one, match is not None and one.pk == match.agency_id) for one in rows]
    return sorted(options, key=lambda one: not one.next)
