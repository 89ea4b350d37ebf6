"""The star on a card: a head puts it on with an instruction, a day and one who answers for it, and takes it off."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, is_fragment, telling_conflicts
from otklik.desk.control.stars import WHO, controls, running
from otklik.desk.gate import card_for, permitted, user_of
from otklik.incidents.models import Incident
from otklik.incidents.watching import ENDED, FURTHEST, MOST_WORDS
from otklik.lib import clock
from otklik.work.cards import WATCH
from otklik.work.colleagues import seers

MOST_PEOPLE = 300


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
