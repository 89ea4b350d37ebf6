"""«Спросить другое ведомство» on the card: a second agency of the region answers for its part, the card stays.

It is for whoever may prepare the answer. What comes of it stands among the questions to those outside (outside.py).
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, is_fragment, telling_conflicts
from otklik.desk.gate import card_for, permitted, user_of
from otklik.incidents.cards import may_move
from otklik.routing import outside as verbs
from otklik.routing.outside import ASKED_IN
from otklik.work.asking import ASK_AGENCY


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
@telling_conflicts
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, for whoever may ask; POST asks `agency`."""
    incident = card_for(request, pk)
    if request.method == "POST":
        do(request, ASK_AGENCY, incident)
        return card_again(request, pk)
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
