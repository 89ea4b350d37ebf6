"""«Передать дальше» on the card: an agency that is not the right one gives it to the one that is, with a reason."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.card.journal_words import RETURN_REASONS
from otklik.desk.card.reply import card_again, is_fragment, refusal, telling_conflicts, typed
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.incidents.cards import moves_for
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.routing.passing import NotThere, pass_further
from otklik.routing.signs import signs_of
from otklik.routing.suggest import gave_back, router_now, whose
from otklik.work.undo import undoable

REASONS = {code: words for code, words in RETURN_REASONS.items() if code != "already_answered"}
WORDS = {
    "same": gettext_lazy("Карточка и так у этого ведомства: выберите другое."),
    "returned": gettext_lazy("Это ведомство уже сказало «не наше». Выберите другое или верните карточку оператору."),
}


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
        return _pass(request, incident)
    may = "give_back" in moves_for(user_of(request), incident)
    page = "desk/card/_passing.html" if is_fragment(request) else "desk/card/passing.html"
    facts = {"incident": incident, "choices": choices(incident) if may else [], "reasons": REASONS}
    return render(request, page, facts)


def choices(incident: Incident) -> list[Choice]:
    """The agencies that work and have not sent it back, whom the rules name first, then by name."""
    said_no = gave_back(incident) | {incident.agency_id or 0}
    router = router_now()
    found = whose(router, incident.theme, incident.place, clock.now(), signs_of(incident, router), said_no)
    rows = Agency.objects.filter(active=True).exclude(pk__in=said_no).order_by("name", "pk")
    told = [Choice(one, found is not None and one.pk == found.agency_id) for one in rows]
    return sorted(told, key=lambda one: not one.next)


def _pass(request: HttpRequest, incident: Incident) -> HttpResponse:
    agency = Agency.objects.filter(pk=integer(request.POST.get("agency")), active=True).first()
    reason = request.POST.get("reason", "")
    if agency is None:
        return refusal(request, incident.pk, 422, _("Выберите, какому ведомству передать."))
    if reason not in REASONS:
        return refusal(request, incident.pk, 422, _("Выберите причину: почему это не ваше."))
    user = user_of(request)
    try:
        with undoable([incident], "pass_further", user) as batch:
            pass_further(incident, agency, user, clock.now(), reason, typed(request, "words"))
    except NotThere as error:
        return refusal(request, incident.pk, 409, str(WORDS[error.why]))
    return card_again(request, incident.pk, batch.key)
