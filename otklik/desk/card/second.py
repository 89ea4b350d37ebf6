"""«Спросить другое ведомство» on the card: a second agency of the region answers for its part, the card stays.

It is for whoever may prepare the answer. What comes of it stands among the questions to those outside (outside.py).
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk.card.reply import card_again, is_fragment, refusal, telling_conflicts, typed
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.incidents.cards import may_move
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.routing import outside as verbs
from otklik.routing.outside import ASKED_IN, Ask


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
@telling_conflicts
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, for whoever may ask; POST asks `agency`."""
    incident = card_for(request, pk)
    if request.method == "POST":
        return _ask(request, incident)
    may = incident.state in ASKED_IN and may_move(user_of(request), incident, "submit")
    facts = {
        "incident": incident,
        "may": may,
        "choices": verbs.others(incident) if may else [],
        "hidden": verbs.hidden_words(verbs.main_of(incident)) if may else "",
        "shareable": verbs.shareable(incident) if may else [],
        "days": range(verbs.SHORTEST, verbs.LONGEST + 1),
        "usual": verbs.USUAL,
    }
    return render(request, "desk/card/_second.html" if is_fragment(request) else "desk/card/second.html", facts)


def _ask(request: HttpRequest, incident: Incident) -> HttpResponse:
    must_be_allowed(request, incident, "submit")
    agency = Agency.objects.filter(pk=integer(request.POST.get("agency")), active=True).first()
    if agency is None:
        return refusal(request, incident.pk, 422, _("Выберите, какое ведомство спросить."))
    told = Ask(
        name=agency.short_name,
        words=typed(request, "words"),
        days=integer(request.POST.get("days"), verbs.USUAL),
        text=bool(request.POST.get("with_text")),
        pictures=tuple(integer(one) for one in request.POST.getlist("pictures")[: verbs.MOST_SHOWN]),
        agency=agency,
    )
    if not told.words:
        return refusal(request, incident.pk, 422, _("Напишите вопрос: что нужно узнать или сделать."))
    if not verbs.SHORTEST <= told.days <= verbs.LONGEST:
        return refusal(request, incident.pk, 422, _("Ждать ответа можно от 1 до 14 дней."))
    verbs.ask(incident, told, user_of(request), clock.now())
    return card_again(request, incident.pk)
